"""The command line's grammar (contract: "Command line"), as far as this version has it."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from typing import Any

_LATER_FORMATS = ("html", "csv", "markdown", "github", "junit")


def _formatter(prog: str) -> argparse.HelpFormatter:
    return argparse.HelpFormatter(prog, width=100, max_help_position=32)


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names:
        # A variable that is not set in a script would otherwise ask for nothing, silently.
        raise argparse.ArgumentTypeError(f"{text!r} names nothing")
    return names


def _file(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("the name of the file is empty")
    return text


def _format(text: str) -> str:
    if text in _LATER_FORMATS:
        raise argparse.ArgumentTypeError(f"{text!r} is not part of this version; choose table, json or sarif")
    if text not in ("table", "json", "sarif"):
        raise argparse.ArgumentTypeError(f"{text!r} is no format; choose table, json or sarif")
    return text


def _jobs(text: str) -> int:
    if not re.fullmatch("[0-9]{1,6}", text) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number")
    return int(text)


class _Version(argparse.Action):
    def __init__(self, option_strings: list[str], dest: str, **_: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, help="print the version and exit")

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from mlsec_lab.engine.report import tool_version

        print(f"mlsec-lab {tool_version()}")
        parser.exit()


def make_parser() -> argparse.ArgumentParser:
    """The parser; ``options.run`` is the command's function."""
    parser = argparse.ArgumentParser(
        "mlsec", description="Keep machine-learning notebooks safe.", formatter_class=_formatter, allow_abbrev=False
    )
    parser.add_argument("--version", action=_Version)
    parser.add_argument("--debug", action="store_true", help="on an internal error, print where it happened")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _scan(commands)
    _rules(commands)
    _explain(commands)
    _doctor(commands)
    return parser


def _command(commands: Any, name: str, about: str, run: Callable[[Any], int]) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=about, description=f"{about[0].upper()}{about[1:]}.", formatter_class=_formatter, allow_abbrev=False
    )
    parser.set_defaults(run=run)
    return parser


def _scan(commands: Any) -> None:
    def run(options: Any) -> int:
        from .scan import scan

        return scan(options)

    add = _command(commands, "scan", "scan notebooks for secrets", run).add_argument
    add("paths", nargs="*", default=["."], metavar="PATH", help="notebooks, folders (recursive) or globs; default: .")
    add(
        "--format",
        type=_format,
        metavar="FORMAT",
        help="table, json or sarif; default: table on a terminal, json otherwise",
    )
    add("--output", type=_file, metavar="FILE", help="write the report to FILE; default: standard output")
    add("--select", type=_names, default=(), metavar="RULE|CATEGORY[,...]", help="only these rules")
    add("--ignore", type=_names, default=(), metavar="RULE|CATEGORY[,...]", help="not these rules")
    add(
        "--fail-on",
        choices=("critical", "high", "medium", "low", "info", "never"),
        help="exit with 1 for a finding of this severity or worse; default: high",
    )
    add(
        "--min-confidence",
        choices=("high", "medium", "low"),
        help="list findings of this confidence or better; default: medium",
    )
    add(
        "--require",
        type=_names,
        default=(),
        metavar="CHECK[,...]",
        help="a skipped check named here makes the run incomplete",
    )
    add("--allow-incomplete", action="store_const", const=True, help="failed checks do not change the exit status")
    add("--baseline", type=_file, metavar="FILE", help="do not list the findings that FILE accepts")
    add("--write-baseline", type=_file, metavar="FILE", help="accept the findings of this run: write them to FILE")
    add("--config", type=_file, metavar="FILE", help="the policy file; default: mlsec.toml or pyproject.toml, nearest upward")
    add("--jobs", type=_jobs, metavar="N", help="worker processes; default: the cores this process may use")
    add("--offline", action="store_true", help="never open a network connection (a scan of local paths never does)")


def _rules(commands: Any) -> None:
    def run(options: Any) -> int:
        from .rules import rules

        return rules(options)

    _command(commands, "rules", "list the rules, or show one", run).add_argument(
        "rule", nargs="?", metavar="RULE", help="a rule's id or name; default: list all"
    )


def _explain(commands: Any) -> None:
    def run(options: Any) -> int:
        from .explain import explain

        return explain(options)

    parser = _command(commands, "explain", "explain a finding (never its value) or a rule", run)
    parser.add_argument("what", metavar="FINGERPRINT|RULE", help="a finding's mf1:... or a rule's id or name")
    parser.add_argument("--path", default=".", metavar="PATH", help="where to look for the finding; default: .")
    parser.add_argument("--config", type=_file, metavar="FILE", help="the policy file")


def _doctor(commands: Any) -> None:
    def run(options: Any) -> int:
        from .doctor import doctor

        return doctor(options)

    parser = _command(commands, "doctor", "show versions, what is enabled and where state lives", run)
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--paths", action="store_true", help="list the places where something is kept")
    group.add_argument("--purge", action="store_true", help="delete what is kept")
