"""Averages over HTTP and gRPC: figures with what they were made of, and the rules by which (CB f.4)."""

from typing import Any
from uuid import UUID, uuid4

import grpc
import httpx
from nuaikit.credit_bank.v1 import ledger_pb2 as pb
from nuaikit.credit_bank.v1 import ledger_pb2_grpc as pb_grpc

from tests.support.credit_calls import get, record, refusal, result
from tests.support.credit_world import World, ids_of

PURPOSE = {"Nuaikit-Purpose": "CREDIT_CHECK"}


async def averages(world: World, learner_id: UUID, query: str = "") -> dict[str, Any]:
    answer = await get(world, f"learners/{learner_id}/averages{query}", "school-registrar", **PURPOSE)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


async def test_average_says_what_it_was_made_of(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "4"), ("ค31101", "3.5"), ("พ31101", "3"), ("ก31901", "ผ"))
    found = await averages(world, learner_id)
    cumulative, term = found["averages"]
    assert cumulative == {
        "scope": "CUMULATIVE",
        "level": "UPPER_SECONDARY",
        "year_be": None,
        "term": None,
        "subject_group": None,
        "unit": "CR_OBEC",
        "numerator": "9.0000",
        "denominator": "2.5",
        "value": "3.60",
        "row_count": 3,
        "rounding": "HALF_UP",
        "retake": "REPLACE",
    }
    assert (term["scope"], term["year_be"], term["term"], term["value"]) == ("TERM", 2569, 1, "3.60")
    method = found["method"]
    assert method["status"] == "assumed"
    assert {rule.split()[0] for rule in method["rules"]} == {"ROUNDING", "RETAKE", "COUNTS_IN_GPA"}


async def test_both_transports_tell_the_same(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "4"), ("ค31101", "3"))
    over_http = await averages(world, learner_id, "?document_kind=PP1")
    request = pb.GetAveragesRequest(learner_id=str(learner_id), purpose="CREDIT_CHECK", document_kind="PP1")
    stub = pb_grpc.LedgerServiceStub(world.channel)
    over_grpc = await stub.GetAverages(request, metadata=world.staff["school-registrar"].metadata)
    assert [(one.scope, one.value, one.row_count) for one in over_grpc.averages] == [
        (one["scope"], one["value"], one["row_count"]) for one in over_http["averages"]
    ]
    assert over_grpc.averages[0].numerator_ten_thousandths == 70_000
    assert list(over_grpc.method.rules) == over_http["method"]["rules"]


async def test_learner_without_grades_has_no_average_at_all(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ก31901", "ผ"))
    assert (await averages(world, learner_id))["averages"] == []


async def test_repeated_course_replaces_and_unverified_results_do_not_count(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "1"))
    retake = ids_of(await record(world, result(learner_id, grade="4", attempt=2, year_be=2569, term=2)))
    assert (await averages(world, learner_id))["averages"][0]["value"] == "1.00"
    await world.verify(retake)
    found = (await averages(world, learner_id))["averages"]
    assert [(one["scope"], one["value"]) for one in found] == [
        ("CUMULATIVE", "4.00"),
        ("TERM", "1.00"),
        ("TERM", "4.00"),
    ]


async def test_average_at_an_instant_is_that_of_what_was_verified_by_then(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "4"))
    instant = (await world.fetchval("SELECT now()")).isoformat().replace("+00:00", "Z")
    await world.results([learner_id], ("ค31101", "2"))
    assert (await averages(world, learner_id, f"?as_of={instant}"))["averages"][0]["value"] == "4.00"
    assert (await averages(world, learner_id))["averages"][0]["value"] == "3.00"


async def test_whoever_has_no_tie_to_the_learner_learns_nothing(world: World) -> None:
    learner_id = await world.learner()
    stub = pb_grpc.LedgerServiceStub(world.channel)
    request = pb.GetAveragesRequest(learner_id=str(learner_id), purpose="CREDIT_CHECK")
    call = stub.GetAverages(request, metadata=world.staff["stranger-registrar"].metadata)
    assert (await refusal(call))[0] is grpc.StatusCode.NOT_FOUND
    unknown = pb.GetAveragesRequest(learner_id=str(uuid4()), purpose="CREDIT_CHECK")
    assert (await refusal(stub.GetAverages(unknown, metadata=world.staff["school-registrar"].metadata)))[
        0
    ] is grpc.StatusCode.NOT_FOUND
    answer = await get(world, f"learners/{learner_id}/averages", "school-registrar")
    assert answer.json()["reason"] == "PURPOSE_MISSING"
    wrong = await get(world, f"learners/{learner_id}/averages?document_kind=X", "school-registrar", **PURPOSE)
    assert wrong.json()["reason"] == "INVALID_FIELD"


async def test_learner_reads_his_own_without_a_purpose_and_others_leave_a_row(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "4"))
    own = await get(world, f"learners/{learner_id}/averages", world.signed_in(learner_id))
    assert own.json()["averages"][0]["value"] == "4.00"
    assert await world.fetchval("SELECT count(*) FROM access_log") == 0
    await averages(world, learner_id)
    assert await world.fetchval("SELECT resource FROM access_log") == "averages"
