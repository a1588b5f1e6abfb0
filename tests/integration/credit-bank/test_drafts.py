"""Drafts: kept, changed, submitted and withdrawn, over HTTP and gRPC."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import grpc
import httpx
from nuaikit.credit_bank.v1 import events_pb2
from nuaikit.credit_bank.v1 import recording_pb2 as pb
from nuaikit.credit_bank.v1 import recording_pb2_grpc as pb_grpc

from tests.support.credit_calls import (
    balances,
    events,
    get,
    journal_types,
    key_json,
    post,
    posted,
    reasons,
    refusal,
    result_json,
    result_pb,
)
from tests.support.credit_world import World


def stub(world: World) -> pb_grpc.RecordingServiceStub:
    return pb_grpc.RecordingServiceStub(world.channel)


def recorder(world: World) -> tuple[tuple[str, str], ...]:
    return world.staff["school-recorder"].metadata


async def drafted(world: World, *results: dict[str, Any], who: str = "school-recorder") -> list[str]:
    """Ids of new drafts."""
    items = await posted(world, "drafts", {"drafts": [{"result": result} for result in results]}, who)
    assert reasons(items) == [None] * len(results)
    return [item["id"] for item in items]


async def test_draft_is_completed_step_by_step_then_submitted_with_its_own_id(world: World) -> None:
    learner_id = await world.learner()
    [draft_id] = await drafted(world, {"learner_id": str(learner_id), "course": key_json("ท31101")})
    assert await journal_types(world, learner_id) == [], "nothing is posted for a draft"
    [shown] = (await get(world, "drafts", "school-recorder")).json()["drafts"]
    assert (shown["draft_id"], shown["row_version"]) == (draft_id, 1)
    assert shown["missing_fields"] == ["year_be", "term", "grade_scheme", "grade_label", "source_mode", "provenance"]
    assert shown["result"]["course"]["code"] == "ท31101"
    [early] = await posted(world, "drafts/submit", {"draft_ids": [draft_id]}, "school-recorder")
    assert (early["problem"]["reason"], early["problem"]["field"]) == ("ENTRY_INCOMPLETE", "year_be")

    change = {"draft_id": draft_id, "row_version": 1, "result": result_json(learner_id)}
    assert reasons(await posted(world, "drafts", {"drafts": [change]}, "school-recorder")) == [None]
    [done] = await posted(world, "drafts/submit", {"draft_ids": [draft_id]}, "school-recorder")
    assert (done["id"], done["problem"]) == (draft_id, None)
    assert await balances(world, learner_id) == {("BANK", "ISSUED"): -100, ("BANK", "PENDING"): 100}
    [entry] = (await get(world, "entries", "school-recorder")).json()["entries"]
    assert (entry["entry_id"], entry["state"], entry["version"]) == (draft_id, "SUBMITTED", 1)
    assert (await get(world, "drafts", "school-recorder")).json()["drafts"] == []
    [again] = await posted(world, "drafts/submit", {"draft_ids": [draft_id]}, "school-recorder")
    assert (again["id"], again["already_done"]) == (draft_id, True)
    states = [event.state for event in await events(world, events_pb2.ResultDraftChanged)]
    assert states == ["DRAFT", "DRAFT", "SUBMITTED"]


async def test_same_way_over_grpc(world: World) -> None:
    learner_id = await world.learner()
    item = pb.DraftInput(result=pb.ResultInput(learner_id=str(learner_id), grade_label="3"))
    request = pb.DraftResultsRequest(request_id=str(uuid4()), drafts=[item])
    first = await stub(world).DraftResults(request, metadata=recorder(world))
    assert await stub(world).DraftResults(request, metadata=recorder(world)) == first, "one request, one draft"
    draft_id = first.outcomes[0].id
    [draft] = (await stub(world).ListDrafts(pb.ListDraftsRequest(), metadata=recorder(world))).drafts
    assert (draft.draft_id, draft.state, draft.result.grade_label) == (draft_id, pb.DRAFT_STATE_DRAFT, "3")
    assert not draft.result.HasField("course")

    whole = pb.DraftInput(draft_id=draft_id, row_version=1, result=result_pb(learner_id))
    await stub(world).DraftResults(
        pb.DraftResultsRequest(request_id=str(uuid4()), drafts=[whole]), metadata=recorder(world)
    )
    submit = pb.SubmitDraftsRequest(request_id=str(uuid4()), draft_ids=[draft_id])
    answer = await stub(world).SubmitDrafts(submit, metadata=recorder(world))
    assert (answer.outcomes[0].id, reasons(answer.outcomes)) == (draft_id, [None])
    withdraw = pb.WithdrawDraftsRequest(request_id=str(uuid4()), draft_ids=[draft_id])
    late = await stub(world).WithdrawDrafts(withdraw, metadata=recorder(world))
    assert reasons(late.outcomes) == ["DRAFT_STATE_WRONG"]


async def test_withdrawn_draft_leaves_nothing_and_comes_back_by_no_way(world: World) -> None:
    learner_id = await world.learner()
    [draft_id] = await drafted(world, result_json(learner_id))
    [gone] = await posted(world, "drafts/withdraw", {"draft_ids": [draft_id]}, "school-recorder")
    assert (gone["id"], gone["already_done"]) == (draft_id, False)
    [again] = await posted(world, "drafts/withdraw", {"draft_ids": [draft_id]}, "school-recorder")
    assert again["already_done"] is True
    [submitted] = await posted(world, "drafts/submit", {"draft_ids": [draft_id]}, "school-recorder")
    change = {"draft_id": draft_id, "row_version": 2, "result": result_json(learner_id)}
    [changed] = await posted(world, "drafts", {"drafts": [change]}, "school-recorder")
    assert reasons([submitted, changed]) == ["DRAFT_STATE_WRONG", "DRAFT_STATE_WRONG"]
    assert await journal_types(world, learner_id) == []
    assert (await get(world, "entries", "school-recorder")).json()["total"] == 0


async def test_two_who_change_one_draft_do_not_overwrite_each_other(world: World) -> None:
    learner_id = await world.learner()
    [draft_id] = await drafted(world, result_json(learner_id))
    answers = await asyncio.gather(
        *(
            posted(
                world,
                "drafts",
                {"drafts": [{"draft_id": draft_id, "row_version": 1, "result": result_json(learner_id, grade=grade)}]},
                "school-recorder",
            )
            for grade in ("2", "4")
        )
    )
    assert sorted(map(str, reasons([item for items in answers for item in items]))) == ["None", "VERSION_CONFLICT"]


async def test_draft_may_be_of_a_learner_whom_nobody_knows_yet_but_is_not_submitted(world: World) -> None:
    [draft_id] = await drafted(world, result_json(uuid4()))
    [submitted] = await posted(world, "drafts/submit", {"draft_ids": [draft_id]}, "school-recorder")
    assert reasons([submitted]) == ["LEARNER_NOT_ENROLLED"]
    [still] = (await get(world, "drafts", "school-recorder")).json()["drafts"]
    assert still["draft_id"] == draft_id


async def test_drafts_of_others_do_not_exist(world: World) -> None:
    learner_id = await world.learner()
    [draft_id] = await drafted(world, result_json(learner_id))
    change = {"draft_id": draft_id, "row_version": 1, "result": result_json(learner_id)}
    found = [
        *await posted(world, "drafts", {"drafts": [change]}, "college-recorder"),
        *await posted(world, "drafts/submit", {"draft_ids": [draft_id]}, "college-recorder"),
        *await posted(world, "drafts/withdraw", {"draft_ids": [draft_id]}, "college-recorder"),
    ]
    assert reasons(found) == ["DRAFT_UNKNOWN"] * 3
    assert (await get(world, "drafts", "college-recorder")).json()["drafts"] == []


async def test_neither_who_drafted_nor_who_submitted_verifies(world: World) -> None:
    learner_id = await world.learner()
    await world.employ("clerk", "school_recorder", world.school)
    [draft_id] = await drafted(world, result_json(learner_id), who="clerk")
    assert reasons(await posted(world, "drafts/submit", {"draft_ids": [draft_id]}, "school-recorder")) == [None]
    # The clerk becomes a registrar as well: the same person with another assignment.
    twice = world.person("clerk", "school_registrar", world.school)
    verified = await posted(world, "entries/verify", {"entry_ids": [draft_id]}, twice)
    assert reasons(verified) == ["SAME_ACTOR"]
    assert reasons(await posted(world, "entries/verify", {"entry_ids": [draft_id]}, "school-registrar")) == [None]


async def test_who_may_not_record_has_no_drafts(world: World) -> None:
    body = {"drafts": [{"result": {"learner_id": str(uuid4())}}]}
    for answer in (
        await post(world, "drafts", body, "school-registrar"),
        await post(world, "drafts/submit", {"draft_ids": [str(uuid4())]}, "school-registrar"),
        await post(world, "drafts/withdraw", {"draft_ids": [str(uuid4())]}, "school-registrar"),
        await get(world, "drafts", "school-registrar"),
    ):
        assert (answer.status_code, answer.json()["reason"]) == (httpx.codes.FORBIDDEN, "PERMISSION_MISSING")
    call = stub(world).SubmitDrafts(
        pb.SubmitDraftsRequest(request_id=str(uuid4())), metadata=world.staff["school-recorder"].metadata
    )
    assert await refusal(call) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")


async def test_rejected_result_is_an_end_and_its_place_is_free(world: World) -> None:
    learner_id = await world.learner()
    [done] = await posted(world, "entries", {"results": [result_json(learner_id)]}, "school-recorder")
    body = {"entry_ids": [done["id"]], "reason_code": "WRONG_LEARNER"}
    assert reasons(await posted(world, "entries/reject", body, "school-registrar")) == [None]
    [again] = await posted(world, "entries/reject", body, "school-registrar")
    assert again["already_done"] is True
    assert await balances(world, learner_id) == {}
    late = [
        *await posted(world, "entries/verify", {"entry_ids": [done["id"]]}, "school-registrar"),
        *await posted(world, "entries/return", body, "school-registrar"),
    ]
    assert reasons(late) == ["ENTRY_STATE_WRONG", "ENTRY_STATE_WRONG"]
    [fresh] = await posted(world, "entries", {"results": [result_json(learner_id)]}, "school-recorder")
    assert fresh["problem"] is None
    assert fresh["id"] != done["id"]
    over_grpc = pb.RejectResultsRequest(request_id=str(uuid4()), entry_ids=[fresh["id"]], reason_code="OTHER")
    answer = await stub(world).RejectResults(over_grpc, metadata=world.staff["school-registrar"].metadata)
    assert reasons(answer.outcomes) == [None]
    told = await events(world, events_pb2.CreditRejected)
    assert [(event.entry_id, event.reason_code) for event in told] == [
        (done["id"], "WRONG_LEARNER"),
        (fresh["id"], "OTHER"),
    ]
    assert [UUID(event.learner_id) for event in told] == [learner_id, learner_id]
