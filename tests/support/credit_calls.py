"""Calls to the credit bank over both transports, and what came of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import grpc
import grpc.aio
import httpx
from chassis.grpc_server import DETAILS_KEY
from chassis.outcomes import Outcome
from credit_bank.recording.domain import Evidence, ResultInput, SourceMode
from credit_bank.recording.use_cases import RecordResults, record_results
from google.rpc import error_details_pb2, status_pb2
from nuaikit.common.v1 import credit_pb2, provenance_pb2
from nuaikit.credit_bank.v1 import catalogue_pb2, recording_pb2

from tests.support.credit_world import DEMONSTRATION, Person, World, course_key, grade_scheme

PROVENANCE_PB = provenance_pb2.Provenance(source="tests", status="RULE_STATUS_DEMONSTRATION")
PROVENANCE_JSON = {"source": "tests", "status": "demonstration"}


def key_pb(code: str, owner: UUID | None = None) -> catalogue_pb2.CourseKey:
    """A course by its code."""
    is_college = code[0].isdigit()
    return catalogue_pb2.CourseKey(
        code_system="CODE_SYSTEM_OVEC" if is_college else "CODE_SYSTEM_OBEC",
        code=code,
        curriculum_version="PWC-2562" if is_college else "OBEC-2551R60",
        owner_institution_id=None if owner is None else str(owner),
    )


def key_json(code: str) -> dict[str, Any]:
    """The same for HTTP."""
    is_college = code[0].isdigit()
    return {
        "code_system": "OVEC" if is_college else "OBEC",
        "code": code,
        "curriculum_version": "PWC-2562" if is_college else "OBEC-2551R60",
    }


def amount_pb(hundredths: int, unit: str = "CR_OBEC") -> credit_pb2.CreditAmount:
    """An amount."""
    return credit_pb2.CreditAmount(credit_hundredths=hundredths, unit=f"CREDIT_UNIT_{unit}")


def result(learner_id: UUID, /, code: str = "ท31101", grade: str = "3", **changes: Any) -> ResultInput:
    """A result as a use case takes it."""
    values: dict[str, Any] = {
        "learner_id": learner_id,
        "course": course_key(code),
        "year_be": 2568,
        "term": 1,
        "attempt": 1,
        "grade_scheme": grade_scheme(code),
        "grade_label": grade,
        "source_mode": SourceMode.STUDY,
        "taught_by_institution_id": None,
        "offering_id": None,
        "evidence": (Evidence("ASSESSMENT_SHEET", "", "ทดสอบ 1/2569"),),
        "provenance": DEMONSTRATION,
    }
    return ResultInput(**values | changes)


def result_pb(learner_id: UUID, /, code: str = "ท31101", grade: str = "3", **changes: Any) -> recording_pb2.ResultInput:
    """The same for gRPC."""
    values: dict[str, Any] = {
        "learner_id": str(learner_id),
        "course": key_pb(code),
        "year_be": 2568,
        "term": 1,
        "grade_scheme": grade_scheme(code),
        "grade_label": grade,
        "source_mode": "STUDY",
        "evidence": [recording_pb2.Evidence(kind="ASSESSMENT_SHEET", document_no="ทดสอบ 1/2569")],
        "provenance": PROVENANCE_PB,
    }
    return recording_pb2.ResultInput(**values | changes)


def result_json(learner_id: UUID, /, code: str = "ท31101", grade: str = "3", **changes: Any) -> dict[str, Any]:
    """The same for HTTP."""
    values: dict[str, Any] = {
        "learner_id": str(learner_id),
        "course": key_json(code),
        "year_be": 2568,
        "term": 1,
        "grade_scheme": grade_scheme(code),
        "grade_label": grade,
        "source_mode": "STUDY",
        "evidence": [{"kind": "ASSESSMENT_SHEET", "document_no": "ทดสอบ 1/2569"}],
        "provenance": PROVENANCE_JSON,
    }
    return values | changes


async def record(world: World, *results: ResultInput, who: str = "school-recorder") -> list[Outcome]:
    """Record through the use case."""
    command = RecordResults(uuid4(), results)
    return await record_results(
        world.pool, world.bank_registry, command, actor=world.staff[who].actor, now=datetime.now(UTC)
    )


async def post(world: World, path: str, body: dict[str, Any], who: Person | str, **headers: str) -> httpx.Response:
    """POST with a new request id, unless one is given."""
    person = world.staff[who] if isinstance(who, str) else who
    return await world.http.post(
        f"/v1/{path}", json=body, headers=person.headers | {"Idempotency-Key": str(uuid4())} | headers
    )


async def posted(world: World, path: str, body: dict[str, Any], who: Person | str) -> list[dict[str, Any]]:
    """Results of a list call that was taken."""
    answer = await post(world, path, body, who)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()["results"]


async def get(world: World, path: str, who: Person | str, **headers: str) -> httpx.Response:
    """GET."""
    person = world.staff[who] if isinstance(who, str) else who
    return await world.http.get(f"/v1/{path}", headers=person.headers | headers)


def reasons(found: Sequence[Any]) -> list[str | None]:
    """Reason of each item's problem, whichever transport brought the items; None for those that succeeded."""
    named: list[str | None] = []
    for item in found:
        if isinstance(item, dict):
            named.append(item["problem"]["reason"] if item["problem"] else None)
        elif isinstance(item, Outcome):
            named.append(item.problem.reason if item.problem else None)
        else:
            named.append(item.problem.reason if item.HasField("problem") else None)
    return named


async def refusal(call: Any) -> tuple[grpc.StatusCode, str]:
    """Status and reason with which a gRPC call was refused."""
    try:
        await call
    except grpc.aio.AioRpcError as exc:
        raw = dict(exc.trailing_metadata() or ())[DETAILS_KEY]
        assert isinstance(raw, bytes)
        info = error_details_pb2.ErrorInfo()
        assert status_pb2.Status.FromString(raw).details[0].Unpack(info)
        return exc.code(), info.reason
    raise AssertionError("the call was taken")


async def balances(world: World, learner_id: UUID) -> dict[tuple[str, str], int]:
    """Balances that are not zero, by account and bucket, in 1/100 credit."""
    rows = await world.fetch(
        "SELECT a.kind || a.qualification_code AS account, b.bucket, b.balance_hundredths"
        " FROM account_bucket b JOIN account a USING (account_id)"
        " WHERE a.learner_id = $1 AND b.balance_hundredths <> 0",
        learner_id,
    )
    return {(row["account"], row["bucket"]): row["balance_hundredths"] for row in rows}


async def journal_types(world: World, learner_id: UUID) -> list[str]:
    """Types of a learner's journals, in the order of the chain."""
    rows = await world.fetch("SELECT type FROM journal WHERE learner_id = $1 ORDER BY seq", learner_id)
    return [row["type"] for row in rows]


async def events(world: World, *kinds: type[Any]) -> list[Any]:
    """Messages of these types in the outbox, in their order."""
    known = {kind.DESCRIPTOR.full_name: kind for kind in kinds}
    rows = await world.fetch(
        "SELECT type, payload FROM outbox WHERE type = ANY($1::text[]) ORDER BY outbox_id", list(known)
    )
    return [known[row["type"]].FromString(row["payload"]) for row in rows]
