"""What a service publishes about itself beside what it does, by Schemathesis over real HTTP (style.md 5.10).

Every operation of `/openapi.json` is called with requests made from the schema, good and bad ones. The service must
answer each without an error of its own, with a status, a media type and a body that it documents.
"""

import asyncio
from collections.abc import Mapping

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CheckFunction
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi import checks as openapi

CALL_SECONDS_MAX = 15
DESCRIBE_SECONDS_MAX = 60  # made at the first reading, on a machine that may have other work
CHECKS: list[CheckFunction] = [
    schemathesis.checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
]


async def broken_promises(base_url: str, headers: Mapping[str, str], *, examples: int = 8) -> dict[str, str]:
    """What the service does otherwise than it says, by operation; empty when it keeps its word.

    Args:
        base_url: Of the running service.
        headers: Of somebody with as many permissions as there are, so that requests get past the door.
        examples: Requests to each operation.
    """
    return await asyncio.to_thread(_broken_promises, base_url, dict(headers), examples)


def _broken_promises(base_url: str, headers: dict[str, str], examples: int) -> dict[str, str]:
    schema = schemathesis.openapi.from_url(f"{base_url}/openapi.json", timeout=DESCRIBE_SECONDS_MAX)
    broken: dict[str, str] = {}
    count = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        count += 1
        problem = _try(operation, headers, examples)
        if problem is not None:
            broken[operation.label] = problem
    assert count, "the service publishes no operation"
    return broken


def _try(operation: APIOperation, headers: dict[str, str], examples: int) -> str | None:
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,  # what fails here fails on every machine
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def call(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS, timeout=CALL_SECONDS_MAX)

    try:
        call()
    except (FailureGroup, Failure) as error:
        return "\n".join(str(part) for part in getattr(error, "exceptions", [error]))
    return None
