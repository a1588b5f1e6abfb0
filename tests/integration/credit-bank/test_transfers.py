"""Transfer cases through real HTTP and gRPC, on a real database, with a registry that can be stopped."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import grpc
import grpc.aio
import httpx
import pytest
from chassis.grpc_server import DETAILS_KEY
from credit_bank.calendar_th import thai_date
from google.rpc import error_details_pb2, status_pb2
from nuaikit.credit_bank.v1 import catalogue_pb2, events_pb2, transfers_pb2, transfers_pb2_grpc

from tests.support.credit_world import Person, World, credit_world, to_pb
from tests.support.telemetry import RecordedTelemetry


@pytest.fixture
async def world(database: Callable[..., str], telemetry: RecordedTelemetry) -> AsyncIterator[World]:
    async with credit_world(database, telemetry) as made:
        yield made


Line = tuple[Sequence[UUID], str]


def today() -> date:
    return thai_date(datetime.now(UTC))


def key_json(code: str) -> dict[str, str]:
    is_college = code[0].isdigit()
    return {
        "code_system": "OVEC" if is_college else "OBEC",
        "code": code,
        "curriculum_version": "PWC-2562" if is_college else "OBEC-2551R60",
    }


def case_json(world: World, learner_id: UUID, *lines: Line, **changes: Any) -> dict[str, Any]:
    body = {
        "learner_id": str(learner_id),
        "ground": "PARTNERSHIP",
        "partnership_id": str(world.partnership_id),
        "committee_id": str(world.committee_id),
        "requested_on": today().isoformat(),
        "requested_by": "LEARNER",
        "qualification_code": "PWC-2562",
        "qualification_version": "2562",
        "lines": [
            {"source_entry_ids": [str(entry_id) for entry_id in sources], "target": key_json(target)}
            for sources, target in lines
        ],
    }
    return {name: value for name, value in (body | changes).items() if value is not None}


async def send(
    world: World, path: str, body: dict[str, Any], who: Person, *, request_id: UUID | None = None
) -> httpx.Response:
    headers = who.headers | {"Idempotency-Key": str(request_id or uuid4())}
    return await world.http.post(f"/v1/transfer-cases{path}", json=body, headers=headers)


async def results(
    world: World, path: str, body: dict[str, Any], who: str, *, request_id: UUID | None = None
) -> list[dict[str, Any]]:
    answer = await send(world, path, body, world.staff[who], request_id=request_id)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()["results"]


def reasons(found: list[dict[str, Any]]) -> list[str | None]:
    return [item["problem"]["reason"] if item["problem"] else None for item in found]


async def opened(world: World, *cases: dict[str, Any], request_id: UUID | None = None) -> list[UUID]:
    found = await results(world, "", {"cases": list(cases)}, "college-registrar", request_id=request_id)
    assert reasons(found) == [None] * len(cases), found
    return [UUID(item["id"]) for item in found]


async def case(world: World, case_id: UUID, who: str = "college-registrar") -> dict[str, Any]:
    answer = await world.http.get(f"/v1/transfer-cases/{case_id}", headers=world.staff[who].headers)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


async def review(world: World, *case_ids: UUID) -> None:
    found = await results(world, "/begin-review", {"case_ids": [str(item) for item in case_ids]}, "college-registrar")
    assert reasons(found) == [None] * len(case_ids)


def yes(line: dict[str, Any]) -> dict[str, Any]:
    return {"line_id": line["line_id"], "is_accepted": True}


def no(line: dict[str, Any]) -> dict[str, Any]:
    return {
        "line_id": line["line_id"],
        "is_accepted": False,
        "reason_code": "CONTENT_INSUFFICIENT",
        "reason_th": "เนื้อหาไม่ครอบคลุมรายวิชาปลายทาง",
    }


async def vote(world: World, who: str, *votes: dict[str, Any]) -> None:
    found = await results(world, "/votes", {"votes": list(votes)}, who)
    assert reasons(found) == [None] * len(votes), found


async def decided(world: World, *case_ids: UUID, rejected: Sequence[str] = ()) -> None:
    """Review, two votes on every line, decision; lines for the `rejected` targets are rejected."""
    await review(world, *case_ids)
    lines = [line for case_id in case_ids for line in (await case(world, case_id))["lines"]]
    votes = [no(line) if line["input"]["target"]["code"] in rejected else yes(line) for line in lines]
    for member in ("member-1", "member-2"):
        await vote(world, member, *votes)
    found = await results(world, "/decide", {"case_ids": [str(item) for item in case_ids]}, "chair")
    assert reasons(found) == [None] * len(case_ids), found


async def post(world: World, *case_ids: UUID, request_id: UUID | None = None) -> list[dict[str, Any]]:
    body = {"case_ids": [str(item) for item in case_ids]}
    return await results(world, "/post", body, "college-registrar", request_id=request_id)


async def posted(world: World, *case_ids: UUID) -> None:
    assert reasons(await post(world, *case_ids)) == [None] * len(case_ids)


async def balances(world: World, learner_id: UUID) -> dict[tuple[str, str, str], int]:
    rows = await world.fetch(
        "SELECT a.kind || a.qualification_code AS account, b.bucket, b.unit, b.balance_hundredths"
        " FROM account_bucket b JOIN account a USING (account_id) WHERE a.learner_id = $1",
        learner_id,
    )
    return {(row["account"], row["bucket"], row["unit"]): row["balance_hundredths"] for row in rows}


async def events_of(world: World, kind: type[Any]) -> list[Any]:
    rows = await world.fetch("SELECT payload FROM outbox WHERE type = $1 ORDER BY outbox_id", kind.DESCRIPTOR.full_name)
    return [kind.FromString(row["payload"]) for row in rows]


async def learner_with(world: World, *courses: tuple[str, str]) -> tuple[UUID, list[UUID]]:
    learner_id = await world.learner()
    [entries] = await world.results([learner_id], *courses)
    return learner_id, entries


# ---- the journey ----


async def test_case_goes_from_request_to_posting_and_the_same_learning_counts_in_both(world: World) -> None:
    learner_id, [thai, maths, health, sport] = await learner_with(
        world, ("ท31101", "3"), ("ค31101", "2.5"), ("พ31101", "4"), ("พ31102", "3.5")
    )
    wanted = case_json(
        world, learner_id, ([thai], "20000-1101"), ([health, sport], "20000-1601"), ([maths], "20000-1501")
    )
    [case_id] = await opened(world, wanted)
    submitted = await case(world, case_id)
    assert (submitted["state"], submitted["result"]) == ("SUBMITTED", None)
    assert submitted["due_on"] == (today() + timedelta(days=30)).isoformat()
    by_code = {line["input"]["target"]["code"]: line for line in submitted["lines"]}
    assert by_code["20000-1101"]["rule_provenance"]["status"] == "demonstration"
    assert (by_code["20000-1101"]["hours_pct"], by_code["20000-1601"]["hours_pct"]) == (111, 111)
    assert by_code["20000-1501"]["rule_id"] is None, "no rule is said, not hidden"
    assert by_code["20000-1501"]["credits"] == {"amount": "2.0", "unit": "CR_OVEC"}

    await decided(world, case_id, rejected=["20000-1501"])
    after = await case(world, case_id)
    assert (after["state"], after["result"]) == ("DECIDED", "PARTLY_ACCEPTED")
    [rejected] = [line for line in after["lines"] if line["state"] == "REJECTED"]
    assert rejected["reason_code"] == "CONTENT_INSUFFICIENT"
    assert rejected["reason_th"].startswith("เนื้อหา")

    await posted(world, case_id)
    final = await case(world, case_id)
    assert [line["state"] for line in final["lines"]] == ["POSTED", "POSTED", "REJECTED"]
    assert await balances(world, learner_id) == {
        ("BANK", "ISSUED", "CR_OBEC"): -300,
        ("BANK", "PENDING", "CR_OBEC"): 0,
        ("BANK", "AVAILABLE", "CR_OBEC"): 300,
        ("QUALIFICATIONPWC-2562", "ISSUED", "CR_OVEC"): -200,
        ("QUALIFICATIONPWC-2562", "COUNTED:CORE", "CR_OVEC"): 200,
    }
    [submission] = await events_of(world, events_pb2.TransferSubmitted)
    [decision] = await events_of(world, events_pb2.TransferDecided)
    postings = await events_of(world, events_pb2.TransferPosted)
    assert (submission.case_id, submission.line_count) == (str(case_id), 3)
    assert (decision.result, decision.accepted_line_count, decision.rejected_line_count) == ("PARTLY_ACCEPTED", 2, 1)
    assert list(decision.rejection_reason_codes) == ["CONTENT_INSUFFICIENT"]
    assert [posting.target.code for posting in postings] == ["20000-1101", "20000-1601"]
    assert {posting.category for posting in postings} == {"CORE"}
    assert list(postings[1].source_entry_ids) == sorted([str(health), str(sport)])
    journals = await world.fetch("SELECT journal_id, seq, type FROM journal WHERE learner_id = $1", learner_id)
    seq_of = {str(row["journal_id"]): row["seq"] for row in journals}
    assert [posting.journal_seq for posting in postings] == [
        seq_of[line["journal_id"]] for line in final["lines"] if line["journal_id"]
    ]
    assert sorted(seq_of.values()) == list(range(1, len(seq_of) + 1))


async def test_second_target_course_for_the_same_learning_is_refused_and_m6_is_not(world: World) -> None:
    learner_id, [thai] = await learner_with(world, ("ท31101", "3"))
    await count_in_m6(world, thai)
    [case_id] = await opened(world, case_json(world, learner_id, ([thai], "20000-1101")))
    again = case_json(world, learner_id, ([thai], "20000-1102"))
    [before] = await results(world, "", {"cases": [again]}, "college-registrar")
    assert before["problem"]["reason"] == "ENTRY_ALREADY_CLAIMED"
    assert before["problem"]["title_th"]
    await decided(world, case_id)
    await posted(world, case_id)
    assert reasons(await results(world, "", {"cases": [again]}, "college-registrar")) == ["ENTRY_ALREADY_CLAIMED"]
    claims = await world.fetch(
        "SELECT a.qualification_code, c.state FROM claim c JOIN account a USING (account_id) ORDER BY 1"
    )
    assert [tuple(row) for row in claims] == [("M6-OBEC", "COUNTED"), ("PWC-2562", "POSTED")]


async def count_in_m6(world: World, entry_id: UUID) -> None:
    from credit_bank.counting.use_cases import CountEntries, CountInput, count_entries  # noqa: PLC0415  # only here

    command = CountEntries(uuid4(), (CountInput(entry_id, "M6-OBEC", "2551R60"),))
    actor = world.staff["school-registrar"].actor
    [outcome] = await count_entries(world.pool, command, actor=actor, now=datetime.now(UTC))
    assert outcome.problem is None, outcome


async def test_rejected_learning_is_free_for_another_request(world: World) -> None:
    learner_id, [thai] = await learner_with(world, ("ท31101", "3"))
    [case_id] = await opened(world, case_json(world, learner_id, ([thai], "20000-1501")))
    await decided(world, case_id, rejected=["20000-1501"])
    assert (await case(world, case_id))["result"] == "REJECTED"
    await posted(world, case_id)
    assert await events_of(world, events_pb2.TransferPosted) == []
    [other] = await opened(world, case_json(world, learner_id, ([thai], "20000-1101")))
    await decided(world, other)
    await posted(world, other)
    assert (await balances(world, learner_id))["QUALIFICATIONPWC-2562", "COUNTED:CORE", "CR_OVEC"] == 100


async def test_other_qualification_that_is_no_permitted_pair_is_refused(world: World) -> None:
    learner_id, [thai] = await learner_with(world, ("ท31101", "3"))
    await opened(world, case_json(world, learner_id, ([thai], "20000-1101")))
    other = case_json(
        world, learner_id, ([thai], "20000-1102"), qualification_code="PWC-2567", qualification_version="2567"
    )
    assert reasons(await results(world, "", {"cases": [other]}, "college-registrar")) == ["ENTRY_COUNTS_ELSEWHERE"]


# ---- opening: what is refused, and that the good ones are in ----


async def test_good_cases_are_in_whatever_the_others_are(world: World) -> None:
    learner_id, [thai, maths] = await learner_with(world, ("ท31101", "3"), ("ค31101", "3"))
    stranger_id = await world.learner((world.stranger, "PRIMARY", "FORMAL"))
    cases = [
        case_json(world, learner_id, ([thai], "20000-1101")),
        case_json(world, learner_id, ([uuid4()], "20000-1102")),
        case_json(world, stranger_id, ([thai], "20000-1102")),
        case_json(world, learner_id, ([maths], "20000-1102"), committee_id=str(uuid4())),
        case_json(world, learner_id, ([maths], "20000-1102"), partnership_id=str(uuid4())),
        case_json(world, learner_id, ([maths], "20000-1102"), qualification_version="2500"),
        case_json(world, learner_id, ([maths], "20000-7777")),
        case_json(world, learner_id, ([maths], "20000-1102")),
    ]
    found = await results(world, "", {"cases": cases}, "college-registrar")
    assert reasons(found) == [
        None,
        "ENTRY_UNKNOWN",
        "LEARNER_NOT_ENROLLED",
        "COMMITTEE_UNKNOWN",
        "PARTNERSHIP_NOT_ACTIVE",
        "QUALIFICATION_UNKNOWN",
        "COURSE_UNKNOWN",
        None,
    ]
    assert all(item["problem"]["title_th"] for item in found if item["problem"])
    assert await world.fetchval("SELECT count(*) FROM transfer_case") == 2
    assert await world.fetchval("SELECT count(*) FROM learner_chain WHERE learner_id = $1", stranger_id) == 0


async def test_unverified_result_is_refused(world: World) -> None:
    learner_id = await world.learner()
    [[thai]] = await world.results([learner_id], ("ท31101", "3"), verifier=None)
    wanted = case_json(world, learner_id, ([thai], "20000-1101"))
    assert reasons(await results(world, "", {"cases": [wanted]}, "college-registrar")) == ["ENTRY_NOT_VERIFIED"]
    await world.verify([thai])
    await opened(world, wanted)


async def test_same_dated_request_sent_again_opens_nothing_twice(world: World) -> None:
    learner_id, [thai] = await learner_with(world, ("ท31101", "3"))
    wanted = case_json(world, learner_id, ([thai], "20000-1101"))
    request_id = uuid4()
    [first] = await opened(world, wanted, request_id=request_id)
    assert await opened(world, wanted, request_id=request_id) == [first], "the same request id"
    found = await results(world, "", {"cases": [wanted, wanted]}, "college-registrar")
    assert [(item["id"], item["already_done"]) for item in found] == [(str(first), True)] * 2
    assert len(await events_of(world, events_pb2.TransferSubmitted)) == 1


async def test_repeated_item_of_one_call_follows_the_first(world: World) -> None:
    learner_id, [thai] = await learner_with(world, ("ท31101", "3"))
    await opened(world, case_json(world, learner_id, ([thai], "20000-1101")))
    refused = case_json(world, learner_id, ([thai], "20000-1102"))
    found = await results(world, "", {"cases": [refused, refused]}, "college-registrar")
    assert reasons(found) == ["ENTRY_ALREADY_CLAIMED"] * 2


async def test_admission_needs_an_enrolment_here_and_no_partnership(world: World) -> None:
    learner_id = await world.learner((world.school, "PRIMARY", "FORMAL"))
    [[thai]] = await world.results([learner_id], ("ท31101", "3"))
    wanted = case_json(world, learner_id, ([thai], "20000-1101"), ground="ADMISSION", partnership_id=None)
    assert reasons(await results(world, "", {"cases": [wanted]}, "college-registrar")) == ["LEARNER_NOT_ENROLLED"]
    registered = world.registry.learners[str(learner_id)]
    moved = registered.enrolments.add()
    moved.CopyFrom(registered.enrolments[0])
    moved.enrolment_id, moved.facts.institution_id = str(uuid4()), str(world.college)
    # The registry knows the enrolment, the event is still on its way: the registrar must not be refused for that.
    await opened(world, wanted)


async def test_missing_event_does_not_refuse_a_learner_whom_the_registry_knows(world: World) -> None:
    learner_id, [thai] = await learner_with(world, ("ท31101", "3"))
    await world.execute("DELETE FROM enrolment_copy WHERE learner_id = $1", learner_id)
    wanted = case_json(world, learner_id, ([thai], "20000-1101"))
    await world.registry.stop()
    assert reasons(await results(world, "", {"cases": [wanted]}, "college-registrar")) == ["LEARNER_NOT_ENROLLED"]
    await world.registry_returns()
    await opened(world, wanted)


async def test_opening_goes_on_while_the_registry_is_away(world: World) -> None:
    learner_id, [thai] = await learner_with(world, ("ท31101", "3"))
    await world.registry.stop()
    await opened(world, case_json(world, learner_id, ([thai], "20000-1101")))


async def test_partnership_that_ended_blocks_new_cases_and_lets_open_ones_finish(world: World) -> None:
    learner_id, [thai, maths] = await learner_with(world, ("ท31101", "3"), ("ค31101", "3"))
    [case_id] = await opened(world, case_json(world, learner_id, ([thai], "20000-1101")))
    await world.execute("UPDATE partnership SET state = 'ENDED' WHERE partnership_id = $1", world.partnership_id)
    late = case_json(world, learner_id, ([maths], "20000-1102"))
    assert reasons(await results(world, "", {"cases": [late]}, "college-registrar")) == ["PARTNERSHIP_NOT_ACTIVE"]
    await decided(world, case_id)
    await posted(world, case_id)


async def test_two_calls_that_want_the_same_learning_at_once_give_it_to_one(world: World) -> None:
    learner_id, [thai] = await learner_with(world, ("ท31101", "3"))
    targets = ["20000-1101", "20000-1102", "20000-1501", "20000-1601"]
    answers = await asyncio.gather(
        *(
            results(world, "", {"cases": [case_json(world, learner_id, ([thai], target))]}, "college-registrar")
            for target in targets
        )
    )
    found = [reasons(answer)[0] for answer in answers]
    assert found.count(None) == 1
    assert found.count("ENTRY_ALREADY_CLAIMED") == len(targets) - 1


# ---- votes and decision ----


@pytest.fixture
async def reviewed(world: World) -> tuple[UUID, dict[str, Any]]:
    """A case under review with one line."""
    learner_id, [thai] = await learner_with(world, ("ท31101", "3"))
    [case_id] = await opened(world, case_json(world, learner_id, ([thai], "20000-1101")))
    await review(world, case_id)
    return case_id, (await case(world, case_id))["lines"][0]


async def voted(world: World, who: str, *votes: dict[str, Any]) -> list[dict[str, Any]]:
    return await results(world, "/votes", {"votes": list(votes)}, who)


async def test_first_vote_begins_the_evaluation_and_the_same_vote_changes_nothing(
    world: World, reviewed: tuple[UUID, dict[str, Any]]
) -> None:
    case_id, line = reviewed
    [first] = await voted(world, "member-1", yes(line))
    assert (first["already_done"], (await case(world, case_id))["state"]) == (False, "UNDER_EVALUATION")
    [again] = await voted(world, "member-1", yes(line))
    assert again["already_done"]
    assert reasons(await voted(world, "member-1", no(line))) == ["ALREADY_VOTED"]
    assert reasons(await voted(world, "member-2", yes(line), yes(line))) == [None, None]
    assert await world.fetchval("SELECT count(*) FROM vote") == 2


async def test_vote_needs_membership_reason_and_a_line_of_the_own_institution(
    world: World, reviewed: tuple[UUID, dict[str, Any]]
) -> None:
    _, line = reviewed
    await world.employ("not-appointed", "committee_member", world.college)
    assert reasons(await voted(world, "not-appointed", yes(line))) == ["NOT_A_COMMITTEE_MEMBER"]
    assert reasons(await voted(world, "stranger-chair", yes(line))) == ["LINE_NOT_FOUND"]
    silent = no(line) | {"reason_th": ""}
    assert reasons(await voted(world, "member-1", silent, {"line_id": str(uuid4()), "is_accepted": True})) == [
        "REASON_REQUIRED",
        "LINE_NOT_FOUND",
    ]


async def test_member_who_recorded_or_verified_may_neither_vote_nor_decide(world: World) -> None:
    # One person with two assignments: registrar at the school, chair of the college's committee.
    chair = world.staff["chair"]
    at_school = await world.employ("chair", "school_registrar", world.school)
    world.staff["chair"], world.staff["school-registrar"] = chair, at_school
    learner_id, [thai] = await learner_with(world, ("ท31101", "3"))
    [case_id] = await opened(world, case_json(world, learner_id, ([thai], "20000-1101")))
    await review(world, case_id)
    line = (await case(world, case_id))["lines"][0]
    assert reasons(await voted(world, "chair", yes(line))) == ["CONFLICT_OF_INTEREST"]
    for member in ("member-1", "member-2"):
        await vote(world, member, yes(line))
    found = await results(world, "/decide", {"case_ids": [str(case_id)]}, "chair")
    assert reasons(found) == ["CONFLICT_OF_INTEREST"]


async def test_line_that_its_rule_does_not_allow_can_only_be_rejected(world: World) -> None:
    learner_id, [thai] = await learner_with(world, ("ท31101", "1.5"))
    [case_id] = await opened(world, case_json(world, learner_id, ([thai], "20000-1101")))
    await review(world, case_id)
    line = (await case(world, case_id))["lines"][0]
    assert reasons(await voted(world, "member-1", yes(line))) == ["GRADE_TOO_LOW"]
    for member in ("member-1", "member-2"):
        await vote(world, member, no(line) | {"reason_code": "GRADE_TOO_LOW", "reason_th": "ผลการเรียนต่ำกว่าเกณฑ์"})
    assert reasons(await results(world, "/decide", {"case_ids": [str(case_id)]}, "chair")) == [None]
    assert (await case(world, case_id))["result"] == "REJECTED"


async def test_half_subject_alone_fails_the_hours_of_its_rule(world: World) -> None:
    await world.execute(
        "DELETE FROM equivalence_rule_source WHERE course_id = (SELECT course_id FROM course WHERE code = 'พ31102')"
    )
    learner_id, [health] = await learner_with(world, ("พ31101", "4"))
    [case_id] = await opened(world, case_json(world, learner_id, ([health], "20000-1601")))
    await review(world, case_id)
    line = (await case(world, case_id))["lines"][0]
    assert line["hours_pct"] == 56
    assert reasons(await voted(world, "member-1", yes(line))) == ["HOURS_INSUFFICIENT"]


async def test_decision_needs_the_quorum_and_a_tie_rejects(world: World, reviewed: tuple[UUID, dict[str, Any]]) -> None:
    case_id, line = reviewed
    body = {"case_ids": [str(case_id)]}
    assert reasons(await results(world, "/decide", body, "chair")) == ["CASE_STATE_WRONG"]
    await vote(world, "member-1", yes(line))
    assert reasons(await results(world, "/decide", body, "chair")) == ["QUORUM_MISSING"]
    await vote(world, "member-2", no(line))
    [done] = await results(world, "/decide", body, "chair")
    assert (done["problem"], done["already_done"]) == (None, False)
    assert (await case(world, case_id))["lines"][0]["state"] == "REJECTED"
    [again] = await results(world, "/decide", body, "chair")
    assert again["already_done"]
    assert reasons(await voted(world, "chair", yes(line))) == ["CASE_STATE_WRONG"]
    assert len(await events_of(world, events_pb2.TransferDecided)) == 1


async def test_committee_out_of_its_period_neither_votes_nor_decides(
    world: World, reviewed: tuple[UUID, dict[str, Any]]
) -> None:
    case_id, line = reviewed
    await vote(world, "member-1", yes(line))
    await world.execute("UPDATE committee SET valid_to = $1", today() - timedelta(days=1))
    assert reasons(await voted(world, "member-2", yes(line))) == ["COMMITTEE_NOT_VALID"]
    found = await results(world, "/decide", {"case_ids": [str(case_id)]}, "chair")
    assert reasons(found) == ["COMMITTEE_NOT_VALID"]


async def test_decide_at_once_by_many_has_one_effect(world: World, reviewed: tuple[UUID, dict[str, Any]]) -> None:
    case_id, line = reviewed
    for member in ("member-1", "member-2"):
        await vote(world, member, yes(line))
    answers = await asyncio.gather(
        *(results(world, "/decide", {"case_ids": [str(case_id)]}, "chair") for _ in range(10))
    )
    assert [answer[0]["already_done"] for answer in answers].count(False) == 1
    assert len(await events_of(world, events_pb2.TransferDecided)) == 1


# ---- posting ----


async def test_forty_posts_of_one_case_at_once_have_one_effect(world: World) -> None:
    learner_id, [thai] = await learner_with(world, ("ท31101", "3"))
    [case_id] = await opened(world, case_json(world, learner_id, ([thai], "20000-1101")))
    await decided(world, case_id)
    answers = await asyncio.gather(*(post(world, case_id) for _ in range(40)))
    assert reasons([answer[0] for answer in answers]) == [None] * 40
    assert [answer[0]["already_done"] for answer in answers].count(False) == 1
    assert len(await events_of(world, events_pb2.TransferPosted)) == 1
    assert await world.fetchval("SELECT count(*) FROM journal WHERE type = 'transfer.posted'") == 1
    assert await world.fetchval("SELECT count(*) FROM award") == 1
    assert (await balances(world, learner_id))["QUALIFICATIONPWC-2562", "COUNTED:CORE", "CR_OVEC"] == 100


async def test_forty_requests_with_one_id_have_one_answer(world: World) -> None:
    learner_id, [thai] = await learner_with(world, ("ท31101", "3"))
    [case_id] = await opened(world, case_json(world, learner_id, ([thai], "20000-1101")))
    await decided(world, case_id)
    request_id = uuid4()
    answers = await asyncio.gather(*(post(world, case_id, request_id=request_id) for _ in range(40)))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0]["already_done"] is False
    assert len(await events_of(world, events_pb2.TransferPosted)) == 1


async def test_posting_fails_closed_without_the_registry_and_succeeds_later_with_the_same_id(world: World) -> None:
    learner_id, [thai] = await learner_with(world, ("ท31101", "3"))
    [case_id] = await opened(world, case_json(world, learner_id, ([thai], "20000-1101")))
    await decided(world, case_id)
    request_id = uuid4()
    body = {"case_ids": [str(case_id)]}
    await world.registry.stop()
    refused = await send(world, "/post", body, world.staff["college-registrar"], request_id=request_id)
    assert (refused.status_code, refused.json()["reason"]) == (503, "UNAVAILABLE")
    assert refused.headers["Retry-After"]
    assert (await case(world, case_id))["state"] == "DECIDED"
    assert await events_of(world, events_pb2.TransferPosted) == []
    await world.registry_returns()
    assert reasons(await post(world, case_id, request_id=request_id)) == [None]
    assert (await case(world, case_id))["state"] == "POSTED"


async def test_registry_that_answers_for_people_and_not_for_learners_stops_the_posting(world: World) -> None:
    learner_id, [thai] = await learner_with(world, ("ท31101", "3"))
    [case_id] = await opened(world, case_json(world, learner_id, ([thai], "20000-1101")))
    await decided(world, case_id)
    world.registry.is_silent_about_learners = True
    refused = await send(world, "/post", {"case_ids": [str(case_id)]}, world.staff["college-registrar"])
    assert (refused.status_code, refused.json()["reason"]) == (503, "UNAVAILABLE")
    assert (await case(world, case_id))["state"] == "DECIDED"


async def test_registry_is_asked_on_the_ground_of_the_case(world: World) -> None:
    learner_id, [thai] = await learner_with(world, ("ท31101", "3"))
    [case_id] = await opened(world, case_json(world, learner_id, ([thai], "20000-1101")))
    await decided(world, case_id)
    await posted(world, case_id)
    [asked] = world.registry.asked("BatchGetLearners")
    assert list(asked.learner_ids) == [str(learner_id)]
    assert (asked.purpose, asked.ground, asked.ground_id) == ("TRANSFER_ASSESSMENT", "CASE", str(case_id))


@pytest.mark.parametrize(
    ("state", "reason"), [("CONFLICT", "IDENTITY_IN_CONFLICT"), ("UNSPECIFIED", "IDENTITY_NOT_VERIFIED")]
)
async def test_learner_whose_identity_does_not_stand_is_not_posted(world: World, state: str, reason: str) -> None:
    learner_id, [thai] = await learner_with(world, ("ท31101", "3"))
    [case_id] = await opened(world, case_json(world, learner_id, ([thai], "20000-1101")))
    await decided(world, case_id)
    world.registry.learners[str(learner_id)].identity_state = f"VERIFICATION_STATE_{state}"
    assert reasons(await post(world, case_id)) == [reason]
    world.registry.learners[str(learner_id)].identity_state = "VERIFICATION_STATE_UNVERIFIED"
    assert reasons(await post(world, case_id)) == [None], "accepted while the rule is assumed"


async def test_learner_whom_the_registry_no_longer_shows_is_not_posted(world: World) -> None:
    learner_id, [thai] = await learner_with(world, ("ท31101", "3"))
    [case_id] = await opened(world, case_json(world, learner_id, ([thai], "20000-1101")))
    await decided(world, case_id)
    del world.registry.learners[str(learner_id)]
    assert reasons(await post(world, case_id)) == ["LEARNER_UNKNOWN"]


async def test_source_superseded_since_the_decision_stops_the_posting(world: World) -> None:
    learner_id, [thai, maths] = await learner_with(world, ("ท31101", "3"), ("ค31101", "3"))
    good, changed = await opened(
        world,
        case_json(world, learner_id, ([maths], "20000-1102")),
        case_json(world, learner_id, ([thai], "20000-1101")),
    )
    await decided(world, good, changed)
    await world.execute("UPDATE entry SET state = 'SUPERSEDED' WHERE entry_id = $1", thai)
    assert reasons(await post(world, changed, good)) == ["SOURCE_CHANGED", None]
    assert (await case(world, changed))["state"] == "DECIDED"


async def test_course_awarded_meanwhile_is_not_awarded_twice(world: World) -> None:
    learner_id, [thai, maths] = await learner_with(world, ("ท31101", "3"), ("ค31101", "3"))
    [first] = await opened(world, case_json(world, learner_id, ([thai], "20000-1101")))
    wanted = case_json(world, learner_id, ([maths], "20000-1101"))
    assert reasons(await results(world, "", {"cases": [wanted]}, "college-registrar")) == ["COURSE_ALREADY_REQUESTED"]
    await decided(world, first)
    await posted(world, first)
    assert reasons(await results(world, "", {"cases": [wanted]}, "college-registrar")) == ["COURSE_ALREADY_AWARDED"]
    # Awarded by another way after the decision: the posting itself looks once more.
    [second] = await opened(world, case_json(world, learner_id, ([maths], "20000-1102")))
    await decided(world, second)
    await world.execute(
        "INSERT INTO award (award_id, account_id, course_id, journal_id)"
        " SELECT uuidv7(), w.account_id, c.course_id, w.journal_id FROM award w, course c WHERE c.code = '20000-1102'"
    )
    assert reasons(await post(world, second)) == ["COURSE_ALREADY_AWARDED"]


async def test_case_that_is_not_decided_is_not_posted(world: World, reviewed: tuple[UUID, dict[str, Any]]) -> None:
    case_id, _ = reviewed
    assert reasons(await post(world, case_id, uuid4())) == ["CASE_STATE_WRONG", "CASE_NOT_FOUND"]


async def test_case_decided_while_a_post_began_is_left_for_the_same_request_again(world: World) -> None:
    learner_id, [thai, maths] = await learner_with(world, ("ท31101", "3"), ("ค31101", "3"))
    first, second = await opened(
        world,
        case_json(world, learner_id, ([thai], "20000-1101")),
        case_json(world, learner_id, ([maths], "20000-1102")),
    )
    await decided(world, first)
    request_id = uuid4()
    world.registry.before_identities = lambda: decided(world, second)
    # Nobody was asked about the learner on the ground of the second case, so it is not posted now.
    assert reasons(await post(world, first, second, request_id=request_id)) == [None, "UNAVAILABLE"]
    again = await post(world, first, second, request_id=request_id)
    assert [(item["problem"], item["already_done"]) for item in again] == [(None, True), (None, False)]
    assert (await balances(world, learner_id))["QUALIFICATIONPWC-2562", "COUNTED:CORE", "CR_OVEC"] == 200


async def test_two_hundred_cases_go_through_in_four_calls(world: World) -> None:
    learner_ids = [await world.learner() for _ in range(200)]
    entries = await world.results(learner_ids, ("ท31101", "3"))
    cases = [
        case_json(world, learner_id, (found, "20000-1101"))
        for learner_id, found in zip(learner_ids, entries, strict=True)
    ]
    case_ids = await opened(world, *cases)
    await review(world, *case_ids)
    lines = await world.fetch("SELECT line_id FROM case_line")
    votes = [{"line_id": str(row["line_id"]), "is_accepted": True} for row in lines]
    for member in ("member-1", "member-2"):
        await vote(world, member, *votes)
    body = {"case_ids": [str(item) for item in case_ids]}
    assert reasons(await results(world, "/decide", body, "chair")) == [None] * 200
    await posted(world, *case_ids)
    assert await world.fetchval("SELECT count(*) FROM journal WHERE type = 'transfer.posted'") == 200
    total = await world.fetchval(
        "SELECT sum(balance_hundredths) FROM account_bucket WHERE bucket = 'COUNTED:CORE' AND unit = 'CR_OVEC'"
    )
    assert total == 20_000


# ---- reading ----


async def test_case_is_seen_by_those_whom_it_concerns_and_nobody_else(
    world: World, reviewed: tuple[UUID, dict[str, Any]]
) -> None:
    case_id, _ = reviewed
    shown = await case(world, case_id)
    learner_id = UUID(shown["learner_id"])
    learner, other = world.signed_in(learner_id), world.signed_in(await world.learner())
    for name in ("college-registrar", "college-director", "chair", "member-1", "school-registrar"):
        assert await case(world, case_id, name) == shown
    assert (await get(world, case_id, learner)).json() == shown
    await world.employ("not-appointed", "committee_member", world.college)
    hidden = [world.staff["stranger-registrar"], world.staff["stranger-chair"], world.staff["not-appointed"], other]
    for person in hidden:
        answer = await get(world, case_id, person)
        unknown = await get(world, uuid4(), person)
        assert (answer.status_code, answer.json()["reason"]) == (404, "CASE_NOT_FOUND")
        assert answer.json()["title"] == unknown.json()["title"]
    refused = await get(world, case_id, world.staff["school-recorder"])
    assert (refused.status_code, refused.json()["reason"]) == (403, "PERMISSION_MISSING")
    rows = await world.fetch(
        "SELECT role, purpose, ground, ground_id FROM access_log WHERE resource = 'transfer case' ORDER BY access_id"
    )
    grounds = {(row["role"], row["purpose"], row["ground"], row["ground_id"]) for row in rows}
    assert ("learner", "OWN_RECORD", "SELF", None) in grounds
    assert ("school_registrar", "TRANSFER_ASSESSMENT", "OWN_INSTITUTION", None) in grounds
    assert ("college_registrar", "TRANSFER_ASSESSMENT", "CASE", case_id) in grounds


async def get(world: World, case_id: UUID, person: Person) -> httpx.Response:
    return await world.http.get(f"/v1/transfer-cases/{case_id}", headers=person.headers)


async def test_list_shows_a_page_newest_first_with_filters(world: World) -> None:
    learner_ids = [await world.learner() for _ in range(3)]
    entries = await world.results(learner_ids, ("ท31101", "3"))
    case_ids = await opened(
        world,
        *(
            case_json(world, learner_id, (found, "20000-1101"))
            for learner_id, found in zip(learner_ids, entries, strict=True)
        ),
    )
    await review(world, case_ids[0])
    headers = world.staff["college-registrar"].headers
    seen: list[str] = []
    token = ""
    while True:
        query = {"page_size": "2", "page_token": token}
        page = (await world.http.get("/v1/transfer-cases", params=query, headers=headers)).json()
        assert page["total"] == 3
        seen += [item["case_id"] for item in page["transfer_cases"]]
        token = page["next_page_token"]
        if not token:
            break
    assert seen == [str(item) for item in reversed(case_ids)]
    page = (await world.http.get("/v1/transfer-cases?state=ACCEPTED_FOR_REVIEW", headers=headers)).json()
    assert [item["case_id"] for item in page["transfer_cases"]] == [str(case_ids[0])]
    query = {"learner_id": [str(learner_ids[1])]}
    page = (await world.http.get("/v1/transfer-cases", params=query, headers=headers)).json()
    assert [item["case_id"] for item in page["transfer_cases"]] == [str(case_ids[1])]
    stranger = world.staff["stranger-registrar"].headers
    page = (await world.http.get("/v1/transfer-cases", params=query, headers=stranger)).json()
    assert (page["transfer_cases"], page["total"]) == ([], 0)


# ---- gRPC: the same use cases, and every declared error ----


def stub(world: World) -> Any:
    return transfers_pb2_grpc.TransferServiceStub(world.channel)


def case_pb(world: World, learner_id: UUID, sources: Sequence[UUID], target: str) -> transfers_pb2.CaseInput:
    return transfers_pb2.CaseInput(
        learner_id=str(learner_id),
        ground=transfers_pb2.TRANSFER_GROUND_PARTNERSHIP,
        partnership_id=str(world.partnership_id),
        committee_id=str(world.committee_id),
        requested_on=to_pb(today()),
        requested_by="LEARNER",
        qualification_code="PWC-2562",
        qualification_version="2562",
        lines=[
            transfers_pb2.LineInput(
                source_entry_ids=[str(entry_id) for entry_id in sources],
                target=catalogue_pb2.CourseKey(
                    code_system=catalogue_pb2.CODE_SYSTEM_OVEC, code=target, curriculum_version="PWC-2562"
                ),
            )
        ],
    )


async def test_request_id_has_the_same_answer_over_either_transport(world: World) -> None:
    learner_id, [thai] = await learner_with(world, ("ท31101", "3"))
    request_id = uuid4()
    metadata = world.staff["college-registrar"].metadata
    request = transfers_pb2.OpenTransferCasesRequest(
        request_id=str(request_id), cases=[case_pb(world, learner_id, [thai], "20000-1101")]
    )
    answer = await stub(world).OpenTransferCases(request, metadata=metadata)
    assert await opened(world, case_json(world, learner_id, ([thai], "20000-1101")), request_id=request_id) == [
        UUID(answer.outcomes[0].id)
    ]


async def test_case_is_the_same_over_either_transport(world: World) -> None:
    learner_id, [thai, maths] = await learner_with(world, ("ท31101", "3"), ("ค31101", "3"))
    grpc_stub, chair = stub(world), world.staff["chair"]
    registrar = world.staff["college-registrar"].metadata
    opening = transfers_pb2.OpenTransferCasesRequest(
        request_id=str(uuid4()), cases=[case_pb(world, learner_id, [thai], "20000-1101")]
    )
    opening.cases[0].lines.append(case_pb(world, learner_id, [maths], "20000-1501").lines[0])
    [outcome] = (await grpc_stub.OpenTransferCases(opening, metadata=registrar)).outcomes
    ids = [outcome.id]
    await grpc_stub.BeginReviews(
        transfers_pb2.BeginReviewsRequest(request_id=str(uuid4()), case_ids=ids), metadata=registrar
    )
    first, second = (await case(world, UUID(outcome.id)))["lines"]
    for person in (chair, world.staff["member-1"]):
        votes = [
            transfers_pb2.LineVote(line_id=first["line_id"], is_accepted=True),
            transfers_pb2.LineVote(line_id=second["line_id"], reason_code="NO_RULE", reason_th="ยังไม่มีกฎเทียบโอนรายวิชานี้"),
        ]
        cast = await grpc_stub.CastVotes(
            transfers_pb2.CastVotesRequest(request_id=str(uuid4()), votes=votes), metadata=person.metadata
        )
        assert [item.HasField("problem") for item in cast.outcomes] == [False, False]
    await grpc_stub.DecideCases(
        transfers_pb2.DecideCasesRequest(request_id=str(uuid4()), case_ids=ids), metadata=chair.metadata
    )
    done = await grpc_stub.PostCases(
        transfers_pb2.PostCasesRequest(request_id=str(uuid4()), case_ids=ids), metadata=registrar
    )
    assert not done.outcomes[0].HasField("problem")
    answer = await grpc_stub.GetTransferCase(
        transfers_pb2.GetTransferCaseRequest(case_id=outcome.id), metadata=registrar
    )
    shown = answer.transfer_case
    plain = await case(world, UUID(outcome.id))
    assert (shown.state, shown.result) == (transfers_pb2.CASE_STATE_POSTED, plain["result"])
    assert shown.due_on == to_pb(date.fromisoformat(plain["due_on"]))
    assert shown.submitted_at.ToDatetime(tzinfo=UTC) == datetime.fromisoformat(plain["submitted_at"])
    for line, other in zip(shown.lines, plain["lines"], strict=True):
        assert line.line_id == other["line_id"]
        assert transfers_pb2.LineState.Name(line.state) == f"LINE_STATE_{other['state']}"
        assert list(line.input.source_entry_ids) == other["input"]["source_entry_ids"]
        assert line.input.target.code == other["input"]["target"]["code"]
        assert (line.rule_id or None) == other["rule_id"]
        assert line.hours_pct == other["hours_pct"]
        assert line.credits.credit_hundredths == int(float(other["credits"]["amount"]) * 100)
        assert (line.reason_code, line.reason_th) == (other["reason_code"], other["reason_th"])
        assert (line.journal_id or None) == other["journal_id"]
    listed = await grpc_stub.ListTransferCases(
        transfers_pb2.ListTransferCasesRequest(state=transfers_pb2.CASE_STATE_POSTED), metadata=registrar
    )
    assert (list(listed.transfer_cases), listed.total) == ([shown], 1)


def reason_of(refusal: grpc.aio.AioRpcError) -> str:
    details = dict(refusal.trailing_metadata() or ())[DETAILS_KEY]
    info = error_details_pb2.ErrorInfo()
    status_pb2.Status.FromString(details).details[0].Unpack(info)
    return info.reason


ID = "018f0000-0000-7000-8000-000000000001"
REQUESTS: dict[str, tuple[str, Any]] = {
    "OpenTransferCases": ("college-registrar", transfers_pb2.OpenTransferCasesRequest),
    "BeginReviews": ("college-registrar", transfers_pb2.BeginReviewsRequest),
    "CastVotes": ("member-1", transfers_pb2.CastVotesRequest),
    "DecideCases": ("chair", transfers_pb2.DecideCasesRequest),
    "PostCases": ("college-registrar", transfers_pb2.PostCasesRequest),
    "GetTransferCase": ("college-registrar", transfers_pb2.GetTransferCaseRequest),
    "ListTransferCases": ("college-registrar", transfers_pb2.ListTransferCasesRequest),
}
STEPS = ("BeginReviews", "DecideCases", "PostCases")


def valid_request(world: World, method: str) -> Any:
    kind = REQUESTS[method][1]
    if method == "OpenTransferCases":
        return kind(request_id=str(uuid4()), cases=[case_pb(world, uuid4(), [uuid4()], "20000-1101")])
    if method == "CastVotes":
        return kind(request_id=str(uuid4()), votes=[transfers_pb2.LineVote(line_id=ID, is_accepted=True)])
    if method in STEPS:
        return kind(request_id=str(uuid4()), case_ids=[ID])
    return kind(case_id=ID) if method == "GetTransferCase" else kind()


async def refused(world: World, method: str, request: Any, metadata: Any) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await getattr(stub(world), method)(request, metadata=metadata)
    return refusal.value.code(), reason_of(refusal.value)


async def test_every_rpc_refuses_strangers_missing_permissions_and_broken_requests(world: World) -> None:
    for method, (who, kind) in REQUESTS.items():
        metadata = world.staff[who].metadata
        good = valid_request(world, method)
        anonymous = await refused(world, method, good, ())
        assert anonymous == (grpc.StatusCode.UNAUTHENTICATED, "TOKEN_INVALID"), method
        recorder = world.staff["school-recorder"].metadata
        missing = await refused(world, method, good, recorder)
        assert missing == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_MISSING"), method
        broken = {
            "GetTransferCase": kind(case_id="1") if method == "GetTransferCase" else None,
            "ListTransferCases": kind(page_size=1_001) if method == "ListTransferCases" else None,
        }.get(method) or kind(request_id="1")
        invalid = await refused(world, method, broken, metadata)
        assert invalid == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD"), method


async def test_every_list_rpc_refuses_nothing_too_much_and_other_content_under_a_used_id(world: World) -> None:
    for method, (who, kind) in REQUESTS.items():
        if method in ("GetTransferCase", "ListTransferCases"):
            continue
        metadata = world.staff[who].metadata
        empty = await refused(world, method, kind(request_id=str(uuid4())), metadata)
        assert empty == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD"), method
        good = valid_request(world, method)
        items = next(getattr(good, name) for name in ("cases", "votes", "case_ids") if hasattr(good, name))
        big = kind(request_id=str(uuid4()))
        limit = 1_000 if method == "CastVotes" else 200
        name = next(name for name in ("cases", "votes", "case_ids") if hasattr(big, name))
        getattr(big, name).extend([items[0]] * (limit + 1))
        assert await refused(world, method, big, metadata) == (grpc.StatusCode.INVALID_ARGUMENT, "TOO_MANY_ITEMS")
        await getattr(stub(world), method)(good, metadata=metadata)
        other = valid_request(world, method)
        other.request_id = good.request_id
        getattr(other, name).extend([items[0]])
        mismatch = await refused(world, method, other, metadata)
        assert mismatch == (grpc.StatusCode.FAILED_PRECONDITION, "REQUEST_MISMATCH"), method


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"learner_id": "x"}, "learner_id"),
        ({"committee_id": "x"}, "committee_id"),
        ({"partnership_id": "x"}, "partnership_id"),
        ({"ground": transfers_pb2.TRANSFER_GROUND_UNSPECIFIED}, "ground"),
        ({"ground": transfers_pb2.TRANSFER_GROUND_ADMISSION}, "partnership_id"),
        ({"requested_by": "TEACHER"}, "requested_by"),
    ],
)
async def test_broken_case_is_refused_with_its_field(world: World, change: dict[str, Any], field: str) -> None:
    broken = case_pb(world, uuid4(), [uuid4()], "20000-1101")
    for name, value in change.items():
        setattr(broken, name, value)
    request = transfers_pb2.OpenTransferCasesRequest(request_id=str(uuid4()), cases=[broken])
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await stub(world).OpenTransferCases(request, metadata=world.staff["college-registrar"].metadata)
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    details = dict(refusal.value.trailing_metadata() or ())[DETAILS_KEY]
    assert field in str(status_pb2.Status.FromString(details)) or field in (refusal.value.details() or "")


async def test_request_date_in_the_future_and_repeated_sources_are_refused(world: World) -> None:
    learner_id, [thai] = await learner_with(world, ("ท31101", "3"))
    registrar = world.staff["college-registrar"]
    late = case_json(world, learner_id, ([thai], "20000-1101"), requested_on=(today() + timedelta(days=1)).isoformat())
    twice = case_json(world, learner_id, ([thai, thai], "20000-1101"))
    for wanted in (late, twice):
        answer = await send(world, "", {"cases": [wanted]}, registrar)
        assert (answer.status_code, answer.json()["reason"]) == (422, "INVALID_FIELD")


async def test_missing_case_of_get_and_missing_registry_of_post_are_told_over_grpc(world: World) -> None:
    metadata = world.staff["college-registrar"].metadata
    found = await refused(world, "GetTransferCase", valid_request(world, "GetTransferCase"), metadata)
    assert found == (grpc.StatusCode.NOT_FOUND, "CASE_NOT_FOUND")
    await world.registry.stop()
    found = await refused(world, "PostCases", valid_request(world, "PostCases"), metadata)
    assert found == (grpc.StatusCode.UNAVAILABLE, "UNAVAILABLE")
