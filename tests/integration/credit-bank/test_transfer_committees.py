"""Committees that can decide no more, and appeals against what was decided before the rest was posted."""

from datetime import timedelta
from typing import Any

import pytest
from credit_bank.audit import audit
from credit_bank.partnerships.domain import Mandate
from nuaikit.credit_bank.v1 import events_pb2

from tests.support import credit_calls as calls
from tests.support.credit_world import World
from tests.support.transfer_calls import (
    CASES,
    committee,
    decided,
    done,
    opened,
    posted,
    read,
    review,
    simple,
    step,
    today,
    vote,
)

BOTH = {Mandate.TRANSFER, Mandate.EQUATE}


async def successors(world: World) -> dict[str, str]:
    """A committee that shares its chair and a member with the first, and takes over from it."""
    for name, role in (("new-chair", "committee_chair"), ("new-member", "committee_member")):
        await world.employ(name, role, world.college)
    found = await committee(world, "คำสั่งทดสอบที่ 2/2569", BOTH, "new-chair", "new-member", "member-1")
    return {"committee_id": str(found)}


async def end_assignment(world: World, name: str) -> None:
    yesterday = today() - timedelta(days=1)
    await world.execute(
        "UPDATE assignment_copy SET valid_to = $2 WHERE assignment_id = $1",
        world.staff[name].actor.assignment_id,
        yesterday,
    )


async def out_of_period(world: World) -> None:
    yesterday = today() - timedelta(days=1)
    await world.execute("UPDATE committee SET valid_to = $1 WHERE committee_id = $2", yesterday, world.committee_id)


async def interest(world: World, case_id: str, *members: str) -> None:
    for member in members:
        await done(
            world, "declare-interest", "declarations", [{"case_id": case_id, "reason_th": "เป็นญาติของผู้เรียน"}], member
        )


@pytest.mark.parametrize("why", ["period is over", "too few are left", "nobody may close the vote"])
async def test_committee_that_can_decide_no_more_is_followed_by_another(world: World, why: str) -> None:
    _, _, case_id = await simple(world)
    await review(world, case_id)
    await vote(world, case_id, "member-1")
    named = {"case_id": case_id} | await successors(world)
    assign = ("assign-committee", "assignments", [named], "college-registrar")
    assert calls.reasons(await step(world, *assign)) == ["COMMITTEE_STILL_SITS"]
    if why == "period is over":
        await out_of_period(world)
        [refused] = await step(world, "decide", "case_ids", [case_id], "chair")
        assert refused["problem"]["reason"] == "COMMITTEE_NOT_VALID"
    elif why == "too few are left":
        await end_assignment(world, "member-2")
        assert calls.reasons(await step(world, *assign)) == ["COMMITTEE_STILL_SITS"], "two of three can still decide"
        await interest(world, case_id, "member-1")
    else:
        await interest(world, case_id, "chair")
    for is_done in (False, True):
        [item] = await done(world, *assign)
        assert item["already_done"] is is_done
    case = await read(world, case_id)
    assert (case["state"], case["hearing"], case["lines"][0]["state"]) == ("UNDER_EVALUATION", 2, "PROPOSED")
    assert calls.reasons(await step(world, "decide", "case_ids", [case_id], "new-chair")) == ["QUORUM_MISSING"]
    again = "new-member" if why == "too few are left" else "member-1"
    await vote(world, case_id, again, "new-chair")
    await done(world, "decide", "case_ids", [case_id], "new-chair")
    assert await world.fetchval("SELECT count(*) FROM vote") == 3, "what was voted before stays"
    letter = (await calls.get(world, f"{CASES}/{case_id}/decision-letter", "college-registrar")).json()
    assert letter["committee_order_no"] == "คำสั่งทดสอบที่ 2/2569"
    document = (await calls.get(world, f"{CASES}/{case_id}/file.json", "college-registrar")).json()
    assert {one["order_no"] for one in document["committees"]} == {"คำสั่งทดสอบที่ 1/2569", "คำสั่งทดสอบที่ 2/2569"}
    told = await calls.events(world, events_pb2.TransferCaseChanged)
    assert [event.hearing for event in told if event.step == "committee_assigned"] == [2]
    await posted(world, case_id)


async def test_committee_ends_by_order_and_its_successor_has_what_it_left(world: World) -> None:
    _, _, case_id = await simple(world)
    await review(world, case_id)
    await vote(world, case_id, "member-1")
    members = [
        {"assignment_id": str(world.staff[name].actor.assignment_id), "is_chair": name == "chair"}
        for name in ("chair", "member-1", "member-2")
    ]
    facts: dict[str, Any] = {
        "institution_id": str(world.college),
        "mandates": ["TRANSFER", "EQUATE"],
        "order_no": "คำสั่งทดสอบที่ 1/2569",
        "quorum": 2,
        "members": members,
        "valid_from": "2025-05-01",
        "provenance": calls.PROVENANCE_JSON,
    }
    yesterday = (today() - timedelta(days=1)).isoformat()

    async def register(**changes: Any) -> list[dict[str, Any]]:
        return await calls.posted(world, "committees", {"committees": [facts | changes]}, "college-director")

    refused = await register(valid_to=(today() - timedelta(days=2)).isoformat())
    assert refused[0]["problem"]["reason"] == "COMMITTEE_INVALID", "what it decided since stands"
    assert calls.reasons(await register(valid_to=yesterday, quorum=1)) == ["COMMITTEE_EXISTS_DIFFERENT"]
    for is_done in (False, True):
        [item] = await register(valid_to=yesterday)
        assert (item["problem"], item["id"], item["already_done"]) == (None, str(world.committee_id), is_done)
    assert calls.reasons(await register()) == ["COMMITTEE_EXISTS_DIFFERENT"], "an end is no mistake to be sent over"
    assert calls.reasons(await register(valid_to=today().isoformat())) == ["COMMITTEE_EXISTS_DIFFERENT"]
    ends = [event for event in await calls.events(world, events_pb2.CommitteeChanged) if event.HasField("valid_to")]
    assert [event.committee_id for event in ends] == [str(world.committee_id)]
    lines = (await read(world, case_id))["lines"]
    opinion = [{"line_id": lines[0]["line_id"], "is_accepted": True}]
    assert calls.reasons(await step(world, "votes", "votes", opinion, "member-2")) == ["COMMITTEE_NOT_VALID"]
    named = {"case_id": case_id} | await successors(world)
    await done(world, "assign-committee", "assignments", [named], "college-registrar")
    await vote(world, case_id, "new-member", "new-chair")
    await done(world, "decide", "case_ids", [case_id], "new-chair")


async def test_assessment_whose_committee_is_gone_is_recorded_by_another(world: World) -> None:
    _, _, case_id = await simple(world)
    await decided(world, case_id, needs_assessment=True)
    named = {"case_id": case_id} | await successors(world)
    assign = ("assign-committee", "assignments", [named], "college-registrar")
    assert calls.reasons(await step(world, *assign)) == ["COMMITTEE_STILL_SITS"]
    await out_of_period(world)
    await done(world, *assign)
    case = await read(world, case_id)
    assert (case["state"], case["hearing"]) == ("DECIDED", 1), "what was decided is not heard again"
    result = {
        "line_id": case["lines"][0]["line_id"],
        "is_passed": True,
        "method": "EXAM",
        "document_no": "สอบ 1/2569",
        "assessed_on": today().isoformat(),
    }
    assert calls.reasons(await step(world, "record-assessment", "assessments", [result], "chair")) == [
        "NOT_A_COMMITTEE_MEMBER"
    ]
    await done(world, "record-assessment", "assessments", [result], "new-member")
    letter = (await calls.get(world, f"{CASES}/{case_id}/decision-letter", "college-registrar")).json()
    assert letter["committee_order_no"] == "คำสั่งทดสอบที่ 1/2569", "who decided, decided"
    await posted(world, case_id)
    assert calls.reasons(
        await step(
            world,
            "assign-committee",
            "assignments",
            [named | {"committee_id": str(world.committee_id)}],
            "college-registrar",
        )
    ) == ["COMMITTEE_NOT_VALID"]


@pytest.mark.parametrize("closed", [False, True])
async def test_rejected_line_is_appealed_after_the_accepted_one_was_posted(world: World, *, closed: bool) -> None:
    learner_id, _, case_id = await opened(
        world, ("ท31101", "3"), ("ค31101", "3"), lines=[([0], "20000-1101"), ([1], "20000-1501")]
    )
    me = world.signed_in(learner_id)
    await decided(world, case_id, rejected=["20000-1501"])
    await posted(world, case_id)
    if closed:
        await done(world, "close", "case_ids", [case_id], "college-registrar")
    before = await calls.balances(world, learner_id)
    appeal: dict[str, Any] = {
        "case_id": case_id,
        "reason_th": "เนื้อหาตรงตามเอกสารแนบ",
        "appealed_on": today().isoformat(),
    }
    accepted, rejected = (await read(world, case_id))["lines"]
    wrong = appeal | {"line_ids": [accepted["line_id"]]}
    assert calls.reasons(await step(world, "appeal", "appeals", [wrong], me)) == ["NOTHING_TO_APPEAL"]
    await done(world, "appeal", "appeals", [appeal], me)
    case = await read(world, case_id, me)
    assert (case["state"], [line["state"] for line in case["lines"]]) == ("APPEALED", ["POSTED", "PROPOSED"])
    assert await calls.balances(world, learner_id) == before, "what is posted stays"
    for path in ("post", "close"):
        found = await step(world, path, "case_ids", [case_id], "college-registrar")
        assert calls.reasons(found) == ["CASE_STATE_WRONG"]
    letter = (await calls.get(world, f"{CASES}/{case_id}/decision-letter", me)).json()
    assert letter["committee_order_no"] == "คำสั่งทดสอบที่ 1/2569", "the letter appealed against can still be read"
    named = {"case_id": case_id} | await successors(world)
    await done(world, "assign-committee", "assignments", [named], "college-registrar")
    opinion = [{"line_id": rejected["line_id"], "is_accepted": True}]
    assert calls.reasons(await step(world, "votes", "votes", opinion, "member-1")) == ["HEARD_BEFORE"]
    for name in ("new-chair", "new-member"):
        await done(world, "votes", "votes", opinion, name)
    await done(world, "decide", "case_ids", [case_id], "new-chair")
    await posted(world, case_id)
    case = await read(world, case_id)
    assert (case["state"], case["result"], [line["state"] for line in case["lines"]]) == (
        "POSTED",
        "ACCEPTED",
        ["POSTED", "POSTED"],
    )
    assert (await calls.balances(world, learner_id))["QUALIFICATIONPWC-2562", "COUNTED:CORE"] == 300
    drift = {name: count for name, count in (await audit(world.pool)).items() if name.startswith("drift") and count}
    assert drift == {}


async def test_appeal_after_posting_ends_with_its_days(world: World) -> None:
    learner_id, _, case_id = await opened(
        world, ("ท31101", "3"), ("ค31101", "3"), lines=[([0], "20000-1101"), ([1], "20000-1501")]
    )
    me = world.signed_in(learner_id)
    await decided(world, case_id, rejected=["20000-1501"])
    await posted(world, case_id)
    await world.execute("UPDATE transfer_case SET appeal_until = $1", today() - timedelta(days=1))
    appeal = {"case_id": case_id, "reason_th": "ขอทบทวน", "appealed_on": today().isoformat()}
    assert calls.reasons(await step(world, "appeal", "appeals", [appeal], me)) == ["APPEAL_TOO_LATE"]
