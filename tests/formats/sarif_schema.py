"""The structure of SARIF 2.1.0 (OASIS standard, section 3), for the objects that we write: which members an object may
have, which it must have, and which values are allowed. An object that is not listed here may not be written."""

from __future__ import annotations

from typing import Any

LEVELS = ["none", "note", "warning", "error"]


def _object(required: str, optional: str, **typed: Any) -> dict[str, Any]:
    names = [*required.split(), *optional.split()]
    assert set(typed) <= set(names)
    members = {name: typed.get(name, False) for name in names} | {"properties": {"$ref": "#/$defs/propertyBag"}}
    return {"type": "object", "additionalProperties": False, "required": required.split(), "properties": members}


def _list(name: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/$defs/{name}"}}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}


TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 1}
STRINGS = {"type": "object", "additionalProperties": TEXT}

SCHEMA: dict[str, Any] = {
    **_object("version runs", "", version={"const": "2.1.0"}, runs=_list("run")),
    "$defs": {
        "propertyBag": {
            "type": "object",
            "properties": {"tags": {"type": "array", "items": TEXT, "uniqueItems": True}},
        },
        "run": _object(
            "tool",
            "invocations columnKind results",
            tool=_ref("tool"),
            invocations=_list("invocation"),
            columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            results=_list("result"),
        ),
        "tool": _object("driver", "", driver=_ref("toolComponent")),
        "toolComponent": _object(
            "name",
            "version semanticVersion informationUri rules",
            name=TEXT,
            version=TEXT,
            semanticVersion={"type": "string", "pattern": r"^\d+\.\d+\.\d+"},
            informationUri={"type": "string", "pattern": r"^https://"},
            rules={**_list("reportingDescriptor"), "uniqueItems": True},
        ),
        "reportingDescriptor": _object(
            "id",
            "name shortDescription fullDescription help helpUri defaultConfiguration",
            id=TEXT,
            name=TEXT,
            shortDescription=_ref("multiformatMessageString"),
            fullDescription=_ref("multiformatMessageString"),
            help=_ref("multiformatMessageString"),
            helpUri=TEXT,
            defaultConfiguration=_object("", "level", level={"enum": LEVELS}),
        ),
        "multiformatMessageString": _object("text", "markdown", text=TEXT, markdown=TEXT),
        "message": _object("text", "markdown", text=TEXT, markdown=TEXT),
        "invocation": _object(
            "executionSuccessful",
            "toolExecutionNotifications",
            executionSuccessful={"type": "boolean"},
            toolExecutionNotifications=_list("notification"),
        ),
        "notification": _object(
            "message", "level locations", message=_ref("message"), level={"enum": LEVELS}, locations=_list("location")
        ),
        "result": _object(
            "message",
            "ruleId ruleIndex kind level locations partialFingerprints suppressions",
            message=_ref("message"),
            ruleId=TEXT,
            ruleIndex={"type": "integer", "minimum": -1},
            level={"enum": LEVELS[1:]},  # "none" only where kind is something else than "fail"
            locations=_list("location"),
            partialFingerprints=STRINGS,
            suppressions=_list("suppression"),
        ),
        "location": _object(
            "", "physicalLocation logicalLocations", physicalLocation=_ref("physical"), logicalLocations=_list("logical")
        ),
        "physical": _object("artifactLocation", "region", artifactLocation=_ref("artifact"), region=_ref("region")),
        # A URI reference as RFC 3986 has it: only these characters, and "%" only before two hex digits.
        "artifact": _object(
            "uri", "", uri={"type": "string", "pattern": r"^(?:[A-Za-z0-9\-._~:/?#@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$"}
        ),
        "region": _object(
            "", "startLine startColumn endLine endColumn", startLine=COUNT, startColumn=COUNT, endLine=COUNT, endColumn=COUNT
        ),
        "logical": _object("", "name fullyQualifiedName kind", name=TEXT, fullyQualifiedName=TEXT, kind=TEXT),
        "suppression": _object(
            "kind",
            "status justification",
            kind={"enum": ["inSource", "external"]},
            status={"enum": ["accepted", "underReview", "rejected"]},
            justification=TEXT,
        ),
    },
}
SCHEMA["properties"]["$schema"] = {"const": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"}
