"""Steps of cases beside the usual way: drafts, clocks, interests, assessments, appeals, ends, reversals."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from credit_bank.partnerships.domain import Mandate
from credit_bank.recording.domain import Evidence, RplMode, SourceMode
from nuaikit.credit_bank.v1 import events_pb2, transfers_pb2, transfers_pb2_grpc

from tests.support import credit_calls as calls
from tests.support.credit_world import World, ids_of, to_pb
from tests.support.transfer_calls import (
    CASES,
    NO,
    case_json,
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


async def changes(world: World) -> list[tuple[str, str]]:
    found = await calls.events(world, events_pb2.TransferCaseChanged)
    return [(event.step, transfers_pb2.CaseState.Name(event.to_state)[11:]) for event in found]


# ---- drafts ----


def draft_json(world: World, learner_id: UUID, *lines: Any, **changes: Any) -> dict[str, Any]:
    place = {"institution_id": str(world.college), "committee_id": None}
    return case_json(world, learner_id, *lines, **(place | changes))


async def test_learner_asks_himself_and_follows_state_and_due_day(world: World) -> None:
    learner_id = await world.learner()
    me = world.signed_in(learner_id)
    [[thai]] = await world.results([learner_id], ("ท31101", "3"))
    empty = draft_json(world, learner_id, requested_on="2020-01-01")
    [kept] = await done(world, "drafts", "drafts", [empty], me)
    assert calls.reasons(await step(world, "drafts/submit", "draft_ids", [kept["id"]], me)) == ["DRAFT_INCOMPLETE"]
    full = draft_json(world, learner_id, ([thai], "20000-1101"), requested_on="2020-01-01", draft_id=kept["id"])
    assert calls.reasons(await step(world, "drafts", "drafts", [full], me)) == ["DRAFT_VERSION_CONFLICT"]
    await done(world, "drafts", "drafts", [full | {"row_version": 1}], me)
    listed = (await calls.get(world, f"{CASES}/drafts", me)).json()["drafts"]
    assert [(found["draft_id"], found["row_version"], len(found["lines"])) for found in listed] == [(kept["id"], 2, 1)]
    assert (await calls.get(world, f"{CASES}/drafts", "college-registrar")).json()["drafts"] == [], "his own affair"

    found = await asyncio.gather(*(step(world, "drafts/submit", "draft_ids", [kept["id"]], me) for _ in range(2)))
    assert sorted(item["already_done"] for [item] in found) == [False, True]
    mine = await read(world, kept["id"], me)
    assert (mine["state"], mine["is_entered_by_staff"], mine["is_overdue"]) == ("SUBMITTED", False, False)
    assert mine["requested_on"] == today().isoformat(), "his own request is of the day on which he sends it"
    assert mine["due_on"] == (today() + timedelta(days=30)).isoformat()
    assert mine["committee_id"] == str(world.committee_id), "the one that serves the agreement"
    assert (await calls.get(world, f"{CASES}/drafts", me)).json()["drafts"] == []


async def test_draft_of_another_does_not_exist(world: World) -> None:
    learner_id, other_id = await world.learner(), await world.learner()
    me, other = world.signed_in(learner_id), world.signed_in(other_id)
    [kept] = await done(world, "drafts", "drafts", [draft_json(world, learner_id)], me)
    for who in (other, "college-registrar", "stranger-registrar"):
        assert calls.reasons(await step(world, "drafts/submit", "draft_ids", [kept["id"]], who)) == ["CASE_NOT_FOUND"]
        found = await step(world, "withdraw", "withdrawals", [{"case_id": kept["id"], "reason_th": "x"}], who)
        assert calls.reasons(found) == ["CASE_NOT_FOUND"]
    assert calls.reasons(await step(world, "drafts", "drafts", [draft_json(world, learner_id)], other)) == [
        "LEARNER_UNKNOWN"
    ]
    foreign = draft_json(world, learner_id, institution_id=str(world.stranger))
    assert calls.reasons(await step(world, "drafts", "drafts", [foreign], "college-registrar")) == ["NOT_FOUND"]
    assert (await calls.post(world, f"{CASES}/drafts", {"drafts": [foreign]}, "member-1")).status_code == 403


async def test_staff_enter_a_request_for_the_person_and_its_day_stays(world: World) -> None:
    learner_id = await world.learner()
    [[thai]] = await world.results([learner_id], ("ท31101", "3"))
    asked = (today() - timedelta(days=3)).isoformat()
    wanted = draft_json(world, learner_id, ([thai], "20000-1101"), requested_on=asked, requested_by="GUARDIAN")
    [kept] = await done(world, "drafts", "drafts", [wanted], "college-registrar")
    await done(world, "drafts/submit", "draft_ids", [kept["id"]], "college-registrar")
    case = await read(world, kept["id"])
    assert (case["requested_on"], case["requested_by"], case["is_entered_by_staff"]) == (asked, "GUARDIAN", True)


# ---- grounds ----


async def test_prior_learning_is_recognised_for_somebody_without_a_school(world: World) -> None:
    learner_id = await world.learner((world.stranger, "SHORT_COURSE", "INFORMAL"))
    me = world.signed_in(learner_id)
    item = calls.result(
        learner_id,
        "20000-1101",
        "3",
        source_mode=SourceMode.RPL,
        rpl_mode=RplMode.PORTFOLIO,
        year_be=2569,
        evidence=(Evidence("PORTFOLIO", "", "แฟ้ม 1"),),
    )
    [entry_id] = ids_of(await calls.record(world, item, who="college-recorder"))
    await world.verify([entry_id], "college-registrar")
    rpl = await committee(world, "RPL", {Mandate.RPL}, "chair", "member-1", "member-2")
    wanted = draft_json(
        world,
        learner_id,
        ([entry_id], "20000-1102"),
        ground="RPL",
        partnership_id=None,
        institution_id=str(world.college),
    )
    [kept] = await done(world, "drafts", "drafts", [wanted], me)
    await done(world, "drafts/submit", "draft_ids", [kept["id"]], me)
    case = await read(world, kept["id"])
    assert (case["ground"], case["lines"][0]["mode"], case["committee_id"]) == ("RPL", "RPL", None)
    assert calls.reasons(await step(world, "begin-review", "case_ids", [kept["id"]], "college-registrar")) == [
        "COMMITTEE_MISSING"
    ]
    other = {"case_id": kept["id"], "committee_id": str(world.committee_id)}
    assert calls.reasons(await step(world, "assign-committee", "assignments", [other], "college-registrar")) == [
        "COMMITTEE_MANDATE_MISSING"
    ]
    right = other | {"committee_id": str(rpl)}
    for is_done in (False, True):
        [item] = await done(world, "assign-committee", "assignments", [right], "college-registrar")
        assert item["already_done"] is is_done
    await decided(world, kept["id"])
    await posted(world, kept["id"])


async def test_learner_changes_between_the_systems_of_one_school(world: World) -> None:
    learner_id = await world.learner((world.college, "PRIMARY", "FORMAL"))
    [[thai]] = await world.results([learner_id], ("20000-1101", "3"), recorder="college-recorder", verifier=None)
    await world.verify([thai], "college-registrar")
    wanted = case_json(
        world, learner_id, ([thai], "20000-1102"), ground="SAME_INSTITUTION_MODE_CHANGE", partnership_id=None
    )
    assert calls.reasons(await step(world, "", "cases", [wanted], "college-registrar")) == ["MODE_NOT_CHANGED"]
    await world.execute("UPDATE enrolment_copy SET valid_to = '2026-03-31', status = 'ENDED'")
    await world.execute(
        "INSERT INTO enrolment_copy (enrolment_id, learner_id, institution_id, role, delivery_system, grade_label,"
        " programme_code, status, valid_from) VALUES ($1, $2, $3, 'PRIMARY', 'NONFORMAL', 'M.5', '', 'STUDYING',"
        " '2026-05-16')",
        uuid4(),
        learner_id,
        world.college,
    )
    await done(world, "", "cases", [wanted], "college-registrar")


async def test_what_was_awarded_by_transfer_is_no_source_again(world: World) -> None:
    learner_id, _, case_id = await simple(world)
    await decided(world, case_id)
    await posted(world, case_id)
    [[copied]] = await world.results([learner_id], ("20000-1101", "3"), recorder="college-recorder", verifier=None)
    await world.verify([copied], "college-registrar")
    wanted = case_json(world, learner_id, ([copied], "20000-1102"))
    assert calls.reasons(await step(world, "", "cases", [wanted], "college-registrar")) == ["CIRCULAR_TRANSFER"]


# ---- clock ----


async def test_clock_stands_while_the_applicant_is_asked_and_the_due_day_moves(world: World) -> None:
    learner_id, _, case_id = await simple(world)
    me = world.signed_in(learner_id)
    question = {"case_id": case_id, "question_th": "ขอคำอธิบายรายวิชา"}
    ask = ("request-information", "questions", [question], "college-registrar")
    assert calls.reasons(await step(world, *ask)) == ["CASE_STATE_WRONG"]
    await review(world, case_id)
    found = await asyncio.gather(*(step(world, *ask) for _ in range(2)))
    assert sorted(item["already_done"] for [item] in found) == [False, True]
    case = await read(world, case_id, me)
    assert (case["state"], case["question_th"], case["pause_count"]) == (
        "WAITING_FOR_INFORMATION",
        "ขอคำอธิบายรายวิชา",
        1,
    )
    await world.execute("UPDATE transfer_case SET waiting_since = waiting_since - interval '5 days'")
    assert (await read(world, case_id))["due_on"] == (today() + timedelta(days=35)).isoformat()
    assert calls.reasons(await step(world, "decide", "case_ids", [case_id], "chair")) == ["CASE_STATE_WRONG"]
    answer = {"case_id": case_id, "answer_th": "แนบแล้ว", "document_nos": ["ปพ.5/12"]}
    stranger = world.signed_in(await world.learner())
    assert calls.reasons(await step(world, "answer-information", "answers", [answer], stranger)) == ["CASE_NOT_FOUND"]
    await done(world, "answer-information", "answers", [answer], me)
    [again] = await done(world, "answer-information", "answers", [answer], me)
    assert again["already_done"]
    case = await read(world, case_id)
    assert (case["state"], case["paused_days"], case["due_on"]) == (
        "UNDER_EVALUATION",
        5,
        (today() + timedelta(days=35)).isoformat(),
    )
    assert await changes(world) == [
        ("review_begun", "ACCEPTED_FOR_REVIEW"),
        ("evaluated", "UNDER_EVALUATION"),
        ("information_requested", "WAITING_FOR_INFORMATION"),
        ("information_given", "UNDER_EVALUATION"),
    ]


async def test_clock_stops_no_more_often_than_the_rule_allows(world: World) -> None:
    _, _, case_id = await simple(world)
    await review(world, case_id)
    question, answer = {"case_id": case_id, "question_th": "ขอเอกสาร"}, {"case_id": case_id, "answer_th": "ส่งแล้ว"}
    for _ in range(3):
        await done(world, "request-information", "questions", [question], "college-registrar")
        await done(world, "answer-information", "answers", [answer], "college-registrar")
    found = await step(world, "request-information", "questions", [question], "college-registrar")
    assert calls.reasons(found) == ["PAUSE_LIMIT"]


async def test_overdue_cases_are_listed_until_they_are_decided(world: World) -> None:
    _, _, late = await simple(world)
    await simple(world)
    await world.execute("UPDATE transfer_case SET due_on = $2 WHERE case_id = $1", UUID(late), today() - timedelta(1))

    async def overdue() -> list[str]:
        answer = await calls.get(world, f"{CASES}?is_overdue=true", "college-registrar")
        return [case["case_id"] for case in answer.json()["transfer_cases"] if case["is_overdue"]]

    assert await overdue() == [late]
    await decided(world, late)
    assert await overdue() == []


async def test_case_that_waits_longer_than_its_rules_allow_is_due_again(world: World) -> None:
    _, _, case_id = await simple(world)
    await review(world, case_id)
    await done(
        world,
        "request-information",
        "questions",
        [{"case_id": case_id, "question_th": "ขอเอกสาร"}],
        "college-registrar",
    )
    await world.execute("UPDATE transfer_case SET pause_days_max = 10, paused_days = 4")

    async def seen(waited: int) -> tuple[str, bool, int]:
        await world.execute(
            "UPDATE transfer_case SET waiting_since = now() - make_interval(days => $1), due_on = $2",
            waited,
            today() - timedelta(days=6),
        )
        case = await read(world, case_id)
        listed = (await calls.get(world, f"{CASES}?is_overdue=true", "college-registrar")).json()
        return case["due_on"], case["is_overdue"], listed["total"]

    assert await seen(3) == ((today() - timedelta(days=3)).isoformat(), True, 1), "it was late before it was asked"
    assert await seen(6) == (today().isoformat(), False, 0), "six of the ten days were left"
    assert await seen(60) == (today().isoformat(), False, 0), "and no more than those move it"
    await world.execute("UPDATE transfer_case SET pause_days_max = NULL")
    assert await seen(60) == ((today() + timedelta(days=54)).isoformat(), False, 0), "without a limit it stands"


# ---- conflict of interest, assessment ----


async def test_member_with_an_interest_votes_no_more_and_his_vote_does_not_count(world: World) -> None:
    _, _, case_id = await simple(world)
    await review(world, case_id)
    await vote(world, case_id, "member-1", "member-2")
    declared = {"case_id": case_id, "reason_th": "เป็นญาติของผู้เรียน"}
    found = await step(world, "declare-interest", "declarations", [declared], "stranger-chair")
    assert calls.reasons(found) == ["CASE_NOT_FOUND"]
    for is_done in (False, True):
        [item] = await done(world, "declare-interest", "declarations", [declared], "member-2")
        assert item["already_done"] is is_done
    assert calls.reasons(await step(world, "decide", "case_ids", [case_id], "chair")) == ["QUORUM_MISSING"]
    line = (await read(world, case_id))["lines"][0]["line_id"]
    again = await step(world, "votes", "votes", [{"line_id": line, "is_accepted": True}], "member-2")
    assert calls.reasons(again) == ["CONFLICT_OF_INTEREST"]
    await vote(world, case_id, "chair")
    await done(world, "decide", "case_ids", [case_id], "chair")


@pytest.mark.parametrize("is_passed", [True, False])
async def test_line_accepted_with_assessment_waits_for_its_result(world: World, *, is_passed: bool) -> None:
    learner_id, _, case_id = await simple(world)
    await decided(world, case_id, needs_assessment=True)
    case = await read(world, case_id)
    line = case["lines"][0]
    assert (case["result"], line["state"]) == ("ACCEPTED", "ACCEPTED_WITH_ASSESSMENT")
    assert calls.reasons(await step(world, "post", "case_ids", [case_id], "college-registrar")) == [
        "ASSESSMENT_PENDING"
    ]
    result = {
        "line_id": line["line_id"],
        "is_passed": is_passed,
        "method": "EXAM",
        "document_no": "สอบ 1/2569",
        "assessed_on": today().isoformat(),
        "reason_th": "" if is_passed else "คะแนนไม่ถึงเกณฑ์",
    }
    found = await asyncio.gather(
        *(step(world, "record-assessment", "assessments", [result], who) for who in ("member-1", "chair"))
    )
    assert sorted(str(reason) for reason in calls.reasons([item for one in found for item in one])) == [
        "ASSESSMENT_NOT_ASKED",
        "None",
    ]
    after = await read(world, case_id)
    assert (after["result"], after["lines"][0]["state"]) == (
        ("ACCEPTED", "ACCEPTED") if is_passed else ("REJECTED", "REJECTED")
    )
    await posted(world, case_id)
    balance = (await calls.balances(world, learner_id)).get(("QUALIFICATIONPWC-2562", "COUNTED:CORE"))
    assert balance == (100 if is_passed else None)


# ---- appeal, withdrawal, close, reversal ----


async def test_appeal_is_heard_by_others_than_those_who_decided(world: World) -> None:
    learner_id, _, case_id = await simple(world)
    me = world.signed_in(learner_id)
    appeal = {"case_id": case_id, "reason_th": "เนื้อหาตรงตามเอกสารแนบ", "appealed_on": today().isoformat()}
    assert calls.reasons(await step(world, "appeal", "appeals", [appeal], me)) == ["CASE_STATE_WRONG"]
    await decided(world, case_id, **NO)
    case = await read(world, case_id, me)
    assert (case["result"], case["appeal_until"]) == ("REJECTED", (today() + timedelta(days=30)).isoformat())
    found = await asyncio.gather(*(step(world, "appeal", "appeals", [appeal], me) for _ in range(2)))
    assert sorted(item["already_done"] for [item] in found) == [False, True]
    case = await read(world, case_id, me)
    assert (case["state"], case["hearing"], case["lines"][0]["state"]) == ("APPEALED", 2, "PROPOSED")
    vote_again = [{"line_id": case["lines"][0]["line_id"], "is_accepted": True}]
    assert calls.reasons(await step(world, "votes", "votes", vote_again, "member-1")) == ["COMMITTEE_MISSING"]
    for name in ("appeal-chair", "appeal-member"):
        await world.employ(name, "committee_chair", world.college)
    same = await committee(world, "อุทธรณ์ 1", {Mandate.TRANSFER}, "chair", "appeal-chair", "appeal-member")
    other = await committee(world, "อุทธรณ์ 2", {Mandate.TRANSFER}, "appeal-chair", "appeal-member", "member-1")
    named = {"case_id": case_id, "committee_id": str(same)}
    found = await step(world, "assign-committee", "assignments", [named], "college-registrar")
    assert calls.reasons(found) == ["APPEAL_COMMITTEE_SAME"]
    await done(world, "assign-committee", "assignments", [named | {"committee_id": str(other)}], "college-registrar")
    assert calls.reasons(await step(world, "votes", "votes", vote_again, "member-1")) == ["HEARD_BEFORE"]
    for name in ("appeal-chair", "appeal-member"):
        await done(world, "votes", "votes", vote_again, name)
    await done(world, "decide", "case_ids", [case_id], "appeal-chair")
    case = await read(world, case_id)
    assert (case["state"], case["result"], case["lines"][0]["state"]) == ("DECIDED", "ACCEPTED", "ACCEPTED")
    await posted(world, case_id)
    assert await world.fetchval("SELECT count(*) FROM vote") == 4, "what was voted before stays"


async def test_taking_back_what_was_posted_leaves_the_appeal_against_the_rest(world: World) -> None:
    learner_id, _, case_id = await opened(
        world, ("ท31101", "3"), ("ค31101", "3"), lines=[([0], "20000-1101"), ([1], "20000-1501")]
    )
    me = world.signed_in(learner_id)
    await decided(world, case_id, rejected=["20000-1501"])
    await posted(world, case_id)
    kept, rejected = sorted((await read(world, case_id))["lines"], key=lambda line: line["state"])
    back = {"line_id": kept["line_id"], "reason_code": "DECIDED_IN_ERROR", "reason_th": "อ้างอิงรายวิชาผิด"}
    await done(world, "reverse", "reversals", [back], "chair")
    assert (await read(world, case_id))["state"] == "REVERSED"
    appeal = {"case_id": case_id, "reason_th": "ขอทบทวน", "appealed_on": today().isoformat()}
    await done(world, "appeal", "appeals", [appeal], me)
    for name in ("appeal-chair", "appeal-member", "appeal-third"):
        await world.employ(name, "committee_chair", world.college)
    other = await committee(world, "อุทธรณ์", set(Mandate), "appeal-chair", "appeal-member", "appeal-third")
    named = {"case_id": case_id, "committee_id": str(other)}
    await done(world, "assign-committee", "assignments", [named], "college-registrar")
    for name in ("appeal-chair", "appeal-member"):
        await done(world, "votes", "votes", [{"line_id": rejected["line_id"]} | NO], name)
    await done(world, "decide", "case_ids", [case_id], "appeal-chair")
    await posted(world, case_id)
    case = await read(world, case_id)
    assert {line["state"] for line in case["lines"]} == {"REVERSED", "REJECTED"}
    assert case["state"] == "REVERSED", "nothing of it stands"
    assert (await changes(world))[-1] == ("posted", "REVERSED")


async def test_appeal_too_late_or_against_nothing_is_refused(world: World) -> None:
    learner_id, _, case_id = await simple(world)
    me = world.signed_in(learner_id)
    await decided(world, case_id)
    appeal = {"case_id": case_id, "reason_th": "ขอทบทวน", "appealed_on": today().isoformat()}
    assert calls.reasons(await step(world, "appeal", "appeals", [appeal], me)) == ["NOTHING_TO_APPEAL"]
    await world.execute("UPDATE transfer_case SET appeal_until = $1", today() - timedelta(days=1))
    assert calls.reasons(await step(world, "appeal", "appeals", [appeal], me)) == ["APPEAL_TOO_LATE"]
    early = appeal | {"appealed_on": (today() - timedelta(days=1)).isoformat()}
    assert calls.reasons(await step(world, "appeal", "appeals", [early], me)) == ["APPEAL_TOO_LATE"], "his day is today"


async def test_withdrawn_case_frees_its_sources_and_ends(world: World) -> None:
    learner_id, [thai], case_id = await simple(world)
    me = world.signed_in(learner_id)
    await review(world, case_id)
    await done(
        world,
        "request-information",
        "questions",
        [{"case_id": case_id, "question_th": "ขอเอกสาร"}],
        "college-registrar",
    )
    silent = await calls.post(world, f"{CASES}/withdraw", {"withdrawals": [{"case_id": case_id}]}, "college-registrar")
    assert silent.status_code == httpx.codes.UNPROCESSABLE_ENTITY, "staff say why"
    for is_done in (False, True):
        [item] = await done(world, "withdraw", "withdrawals", [{"case_id": case_id}], me)
        assert item["already_done"] is is_done
    assert (await read(world, case_id, me))["lines"][0]["state"] == "WITHDRAWN"
    assert await world.fetchval("SELECT count(*) FROM claim WHERE state <> 'RELEASED'") == 0
    again = case_json(world, learner_id, ([thai], "20000-1101"), requested_by="GUARDIAN", requested_on="2026-01-05")
    [other] = await done(world, "", "cases", [again], "college-registrar")
    await decided(world, other["id"])
    found = await step(world, "withdraw", "withdrawals", [{"case_id": other["id"]}], me)
    assert calls.reasons(found) == ["CASE_STATE_WRONG"]


async def test_reversal_is_exact_and_frees_the_learning(world: World) -> None:
    learner_id, [thai], case_id = await simple(world)
    before = await calls.balances(world, learner_id)
    await decided(world, case_id)
    line_id = (await read(world, case_id))["lines"][0]["line_id"]
    wrong = {"line_id": line_id, "reason_code": "DECIDED_IN_ERROR", "reason_th": "อ้างอิงรายวิชาผิด"}
    assert calls.reasons(await step(world, "reverse", "reversals", [wrong], "college-registrar")) == [
        "CASE_STATE_WRONG"
    ]
    await posted(world, case_id)
    await done(world, "close", "case_ids", [case_id], "college-registrar")
    assert calls.reasons(await step(world, "reverse", "reversals", [wrong], "stranger-registrar")) == ["LINE_NOT_FOUND"]
    found = await asyncio.gather(*(step(world, "reverse", "reversals", [wrong], "chair") for _ in range(2)))
    assert sorted(item["already_done"] for [item] in found) == [False, True]
    assert await calls.balances(world, learner_id) == before
    case = await read(world, case_id)
    assert (case["state"], case["lines"][0]["state"]) == ("REVERSED", "REVERSED")
    [event] = await calls.events(world, events_pb2.TransferReversed)
    assert (event.line_id, event.reason_code) == (line_id, "DECIDED_IN_ERROR")
    other = case_json(world, learner_id, ([thai], "20000-1102"))
    await done(world, "", "cases", [other], "college-registrar")


# ---- gRPC ----


async def test_every_step_is_the_same_over_grpc(world: World) -> None:
    stub = transfers_pb2_grpc.TransferServiceStub(world.channel)
    learner_id = await world.learner()
    me = world.signed_in(learner_id)
    [[thai]] = await world.results([learner_id], ("ท31101", "3"))
    registrar, chair = world.staff["college-registrar"].metadata, world.staff["chair"].metadata
    rid = lambda: str(uuid4())  # noqa: E731  # short on purpose

    def good(answer: Any) -> str:
        assert calls.reasons(answer.outcomes) == [None], answer
        return answer.outcomes[0].id

    wanted = transfers_pb2.CaseInput(
        learner_id=str(learner_id),
        ground=transfers_pb2.TRANSFER_GROUND_PARTNERSHIP,
        partnership_id=str(world.partnership_id),
        requested_on=to_pb(today()),
        requested_by="LEARNER",
        qualification_code="PWC-2562",
        qualification_version="2562",
        lines=[transfers_pb2.LineInput(source_entry_ids=[str(thai)], target=calls.key_pb("20000-1101"))],
    )
    draft = transfers_pb2.TransferDraft(institution_id=str(world.college), input=wanted)
    case_id = good(
        await stub.SaveTransferDrafts(
            transfers_pb2.SaveTransferDraftsRequest(request_id=rid(), drafts=[draft]), metadata=me.metadata
        )
    )
    listed = await stub.ListTransferDrafts(transfers_pb2.ListTransferDraftsRequest(), metadata=me.metadata)
    assert [found.draft_id for found in listed.drafts] == [case_id]
    submit = transfers_pb2.SubmitTransferDraftsRequest(request_id=rid(), draft_ids=[case_id])
    good(await stub.SubmitTransferDrafts(submit, metadata=me.metadata))
    over_http = await world.http.post(
        f"/v1/{CASES}/drafts/submit",
        json={"draft_ids": [case_id]},
        headers=me.headers | {"Idempotency-Key": submit.request_id},
    )
    assert over_http.json()["results"][0]["already_done"] is False, "the same answer over either transport"
    good(
        await stub.BeginReviews(
            transfers_pb2.BeginReviewsRequest(request_id=rid(), case_ids=[case_id]), metadata=registrar
        )
    )
    question = transfers_pb2.InformationQuestion(case_id=case_id, question_th="ขอเอกสาร")
    good(
        await stub.RequestInformation(
            transfers_pb2.RequestInformationRequest(request_id=rid(), questions=[question]), metadata=registrar
        )
    )
    answer = transfers_pb2.InformationAnswer(case_id=case_id, answer_th="ส่งแล้ว", document_nos=["1"])
    good(
        await stub.AnswerInformation(
            transfers_pb2.AnswerInformationRequest(request_id=rid(), answers=[answer]), metadata=me.metadata
        )
    )
    read_case = transfers_pb2.GetTransferCaseRequest(case_id=case_id)
    line_id = (await stub.GetTransferCase(read_case, metadata=registrar)).transfer_case.lines[0].line_id
    opinion = transfers_pb2.LineVote(line_id=line_id, is_accepted=True, needs_assessment=True)
    for name in ("member-1", "member-2"):
        good(
            await stub.CastVotes(
                transfers_pb2.CastVotesRequest(request_id=rid(), votes=[opinion]), metadata=world.staff[name].metadata
            )
        )
    good(await stub.DecideCases(transfers_pb2.DecideCasesRequest(request_id=rid(), case_ids=[case_id]), metadata=chair))
    result = transfers_pb2.LineAssessmentResult(
        line_id=line_id,
        is_passed=False,
        method="EXAM",
        document_no="1",
        assessed_on=to_pb(today()),
        reason_th="ไม่ผ่าน",
    )
    good(
        await stub.RecordLineAssessments(
            transfers_pb2.RecordLineAssessmentsRequest(request_id=rid(), assessments=[result]), metadata=chair
        )
    )
    appeal = transfers_pb2.CaseAppeal(case_id=case_id, reason_th="ขอทบทวน", appealed_on=to_pb(today()))
    good(
        await stub.AppealCases(
            transfers_pb2.AppealCasesRequest(request_id=rid(), appeals=[appeal]), metadata=me.metadata
        )
    )
    case = (await stub.GetTransferCase(read_case, metadata=me.metadata)).transfer_case
    assert (case.state, case.hearing, case.lines[0].mode) == (transfers_pb2.CASE_STATE_APPEALED, 2, "TRANSFER")
    overdue = transfers_pb2.ListTransferCasesRequest(is_overdue_only=True)
    assert (await stub.ListTransferCases(overdue, metadata=registrar)).total == 0
    for call, request in (
        (
            stub.WithdrawCases,
            transfers_pb2.WithdrawCasesRequest(
                request_id=rid(), withdrawals=[transfers_pb2.CaseWithdrawal(case_id=case_id, reason_th="x")]
            ),
        ),
        (stub.CloseCases, transfers_pb2.CloseCasesRequest(request_id=rid(), case_ids=[case_id])),
        (
            stub.ReverseLines,
            transfers_pb2.ReverseLinesRequest(
                request_id=rid(),
                reversals=[transfers_pb2.LineReversal(line_id=line_id, reason_code="ORDER", reason_th="x")],
            ),
        ),
    ):
        assert calls.reasons((await call(request, metadata=registrar)).outcomes) == ["CASE_STATE_WRONG"]
