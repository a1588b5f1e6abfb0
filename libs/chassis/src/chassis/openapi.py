"""Whole examples in the published description of an HTTP interface, made of the examples of its fields.

A field says its example where it is declared (`Field(examples=[...])`), or by its name in `openapi_examples.toml` of
the service's package, which serves every model that has a field of that name. Of these, of the values that a field may
have and of formats such as dates and ids, every body gets one whole example.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any, cast

JSON = "application/json"
UNKNOWN = "…"
"""Example of a text of which nobody said what it holds; a test of the service refuses it."""

_BY_FORMAT = {
    "uuid": "0199a2b4-7c1e-7d3a-9b52-3f1c8e6d4a10",
    "date": "2026-05-16",
    "date-time": "2026-05-16T08:30:00+07:00",
    "binary": "",
}
_DEPTH_MAX = 12

Schema = dict[str, Any]


def words_of(package: str) -> dict[str, Any]:
    """Examples by field name: `openapi_examples.toml` of a package, where it has one."""
    file = resources.files(package).joinpath("openapi_examples.toml")
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}


class Examples:
    """Makes examples for one document."""

    def __init__(self, document: Schema, words: Mapping[str, Any]) -> None:
        """Examples of fields are taken from `words` where the document has none."""
        self._document = document
        self._schemas = cast("dict[str, Schema]", document.get("components", {}).get("schemas", {}))
        self._words = words

    def fill(self) -> None:
        """Give every parameter, every JSON body and every JSON answer of success an example."""
        for path in self._document.get("paths", {}).values():
            for operation in path.values():
                for parameter in operation.get("parameters", []):
                    schema = parameter["schema"]
                    if "example" not in parameter and not schema.get("examples"):
                        parameter["example"] = self.of(schema, parameter["name"].lower().replace("-", "_"))
                bodies = [("request", operation.get("requestBody", {}))]
                bodies += [("answer", answer) for code, answer in operation["responses"].items() if code[0] == "2"]
                for kind, body in bodies:
                    media = body.get("content", {}).get(JSON)
                    if media is not None and "example" not in media:
                        media["example"] = self.of(media.get("schema", {}), "", is_request=kind == "request")

    def of(self, schema: Schema, name: str, *, is_request: bool = False, depth: int = 0) -> Any:
        """An example of a schema; `name` is that of the field which has it."""
        if "$ref" in schema:
            return self.of(self._resolved(schema), name, is_request=is_request, depth=depth)
        said = schema.get("examples") or ([schema["const"]] if "const" in schema else schema.get("enum"))
        if said:
            return said[0]
        choices = [item for item in schema.get("anyOf", schema.get("oneOf", [])) if item.get("type") != "null"]
        if choices:
            return self.of(choices[0], name, is_request=is_request, depth=depth)
        if schema.get("type") == "object":
            return self._of_object(schema, name, is_request=is_request, depth=depth)
        if schema.get("type") == "array":
            return self._of_array(schema.get("items", {}), name, is_request=is_request, depth=depth)
        return self._of_value(schema, name)

    def _of_value(self, schema: Schema, name: str) -> Any:
        if schema.get("format") in _BY_FORMAT:
            return _BY_FORMAT[schema["format"]]
        if name in self._words:
            return self._words[name]
        if schema.get("type") == "boolean":
            return schema.get("default", False)
        if schema.get("type") in ("integer", "number"):
            return schema.get("default") or schema.get("minimum") or 1
        return schema.get("default") or UNKNOWN

    def _of_array(self, items: Schema, name: str, *, is_request: bool, depth: int) -> Any:
        if isinstance(self._words.get(name), list) and "$ref" not in items:
            return self._words[name]
        if depth > _DEPTH_MAX:
            return []
        return [self.of(items, name, is_request=is_request, depth=depth + 1)]

    def _of_object(self, schema: Schema, name: str, *, is_request: bool, depth: int) -> Any:
        properties = cast("dict[str, Schema]", schema.get("properties", {}))
        if not properties:
            if name in self._words:
                return self._words[name]
            return {UNKNOWN: UNKNOWN} if schema.get("additionalProperties") else {}
        needed = set(schema.get("required", []))
        return {
            field: self.of(inner, field, is_request=is_request, depth=depth + 1)
            for field, inner in properties.items()
            # What a request may leave out is left out where leaving it out means something.
            if not is_request or field in needed or not self._may_be_null(inner)
        }

    @staticmethod
    def _may_be_null(schema: Schema) -> bool:
        return any(item.get("type") == "null" for item in schema.get("anyOf", []))

    def _resolved(self, schema: Schema) -> Schema:
        found = self._schemas[schema["$ref"].rpartition("/")[2]]
        return found | {key: value for key, value in schema.items() if key == "examples"}
