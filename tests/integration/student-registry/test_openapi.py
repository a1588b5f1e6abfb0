"""The published description of the HTTP interface is true, and shows by example what it means."""

from typing import Any
from uuid import uuid4

import pytest
from chassis.openapi import JSON, UNKNOWN

from tests.support.openapi import broken_promises


@pytest.mark.random
async def test_every_operation_answers_as_documented(world: Any) -> None:
    await world.institution("school")
    registrar = await world.staff("school_registrar", "school")
    for person in (world.admin, registrar):
        assert await broken_promises(str(world.http.base_url), person.headers) == {}


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every operation by its method and path."""
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def unsaid(value: Any, place: str = "") -> list[str]:
    """Fields of an example of which nobody said what they hold."""
    if isinstance(value, dict):
        return [found for name, inner in value.items() for found in unsaid(inner, f"{place}.{name}")]
    if isinstance(value, list):
        return [found for inner in value for found in unsaid(inner, f"{place}[]")]
    return [place] if value == UNKNOWN else []


async def test_every_operation_shows_an_example_of_what_it_takes_and_gives(world: Any) -> None:
    document = (await world.http.get("/openapi.json")).json()
    missing: dict[str, list[str]] = {}
    for label, operation in operations(document).items():
        examples = {
            parameter["name"]: parameter.get("example", parameter["schema"].get("examples"))
            for parameter in operation.get("parameters", [])
        }
        medias = [("body", operation.get("requestBody", {}).get("content", {}).get(JSON))]
        medias += [(code, one.get("content", {}).get(JSON)) for code, one in operation["responses"].items()]
        examples |= {name: media.get("example") for name, media in medias if media is not None and name[0] != "4"}
        faults = [name for name, example in examples.items() if example is None and name[0] != "5"]
        faults += [found for name, example in examples.items() for found in unsaid(example, name)]
        missing |= {label: faults} if faults else {}
    assert missing == {}


async def test_example_of_every_body_has_the_documented_shape(world: Any) -> None:
    await world.institution("school")
    registrar = await world.staff("school_registrar", "school")
    document = (await world.http.get("/openapi.json")).json()
    refused: dict[str, Any] = {}
    for label, operation in operations(document).items():
        media = operation.get("requestBody", {}).get("content", {}).get(JSON)
        if media is None:
            continue
        method, path = label.split(" ")
        for parameter in operation.get("parameters", []):
            path = path.replace(f"{{{parameter['name']}}}", str(parameter.get("example", "")))
        headers = registrar.headers | {"Idempotency-Key": str(uuid4()), "Nuaikit-Purpose": "EXAMPLE"}
        answer = await world.http.request(method, path, json=media["example"], headers=headers)
        if answer.status_code >= 500 or answer.json().get("reason") == "INVALID_REQUEST":
            refused[label] = answer.json().get("faults", answer.status_code)
    assert refused == {}
