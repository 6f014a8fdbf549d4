"""``%mlsec rules``: what is looked for."""

from __future__ import annotations

from html import escape


class RuleList:
    """Every rule: id, severity, title; shows itself as a table."""

    def __init__(self) -> None:
        from mlsec_lab.rules import catalogue

        self.rows = [(rule.id, rule.severity, rule.title) for rule in catalogue()]

    def __repr__(self) -> str:
        width = max(len(rule_id) for rule_id, _, _ in self.rows)
        return "\n".join(f"{rule_id:<{width}}  {severity:<8}  {title}" for rule_id, severity, title in self.rows)

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{name}</th>' for name in ("Rule", "Severity", "What it finds"))
        rows = "".join("<tr>" + "".join(f"<td>{escape(part)}</td>" for part in row) + "</tr>" for row in self.rows)
        return f'<table aria-label="Rules"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
