"""Recording, verifying and returning results over HTTP and gRPC, on a real database."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import grpc
import httpx
import pytest
from credit_bank.audit import audit
from credit_bank.catalogue import use_cases as catalogue
from credit_bank.catalogue.use_cases import PublishCourses, publish_courses
from credit_bank.provenance import Provenance
from credit_bank.recording.domain import SourceMode
from credit_bank.recording.use_cases import RecordResults, record_results
from nuaikit.credit_bank.v1 import events_pb2
from nuaikit.credit_bank.v1 import recording_pb2 as pb
from nuaikit.credit_bank.v1 import recording_pb2_grpc as pb_grpc

from tests.support.credit_calls import (
    balances,
    events,
    get,
    journal_types,
    post,
    posted,
    reasons,
    record,
    refusal,
    result,
    result_json,
    result_pb,
)
from tests.support.credit_world import World, course_key, ids_of, succeeded


def stub(world: World) -> pb_grpc.RecordingServiceStub:
    return pb_grpc.RecordingServiceStub(world.channel)


def recorder(world: World) -> tuple[tuple[str, str], ...]:
    return world.staff["school-recorder"].metadata


def registrar(world: World) -> tuple[tuple[str, str], ...]:
    return world.staff["school-registrar"].metadata


# ---- the way of a result ----


async def test_result_is_recorded_then_verified_by_another_and_becomes_available(world: World) -> None:
    learner_id = await world.learner()
    request = pb.RecordResultsRequest(request_id=str(uuid4()), results=[result_pb(learner_id)])
    answer = await stub(world).RecordResults(request, metadata=recorder(world))
    assert reasons(answer.outcomes) == [None]
    entry_id = answer.outcomes[0].id
    assert await balances(world, learner_id) == {("BANK", "ISSUED"): -100, ("BANK", "PENDING"): 100}

    verify = pb.VerifyResultsRequest(request_id=str(uuid4()), entry_ids=[entry_id])
    verified = await stub(world).VerifyResults(verify, metadata=registrar(world))
    assert [(item.id, item.already_done) for item in verified.outcomes] == [(entry_id, False)]
    assert await balances(world, learner_id) == {("BANK", "ISSUED"): -100, ("BANK", "AVAILABLE"): 100}

    page = await stub(world).ListEntries(pb.ListEntriesRequest(), metadata=registrar(world))
    [entry] = page.entries
    assert (entry.state, entry.grade_code, entry.course.title_th) == (pb.ENTRY_STATE_VERIFIED, "005", "ภาษาไทย")
    assert (entry.credits_attempted.credit_hundredths, entry.credits_earned.credit_hundredths) == (100, 100)
    assert entry.provenance.source == "tests"
    recorded, confirmed = await events(world, events_pb2.CreditRecorded, events_pb2.CreditVerified)
    assert (recorded.journal_seq, confirmed.journal_seq) == (1, 2)
    assert confirmed.credits.credit_hundredths == 100
    assert confirmed.course_title_th == "ภาษาไทย"


async def test_same_way_over_http(world: World) -> None:
    learner_id = await world.learner()
    [done] = await posted(world, "entries", {"results": [result_json(learner_id)]}, "school-recorder")
    [verified] = await posted(world, "entries/verify", {"entry_ids": [done["id"]]}, "school-registrar")
    assert (verified["id"], verified["already_done"], verified["problem"]) == (done["id"], False, None)
    page = (await get(world, f"entries?learner_id={learner_id}&state=VERIFIED", "school-recorder")).json()
    [entry] = page["entries"]
    assert entry["credits_earned"] == {"amount": "1.0", "unit": "CR_OBEC"}
    assert entry["course"]["key"]["code"] == "ท31101"
    assert (page["total"], page["next_page_token"]) == (1, "")


async def test_grade_zero_is_attempted_earns_nothing_and_is_still_in_the_chain(world: World) -> None:
    learner_id = await world.learner()
    [entry_id] = ids_of(await record(world, result(learner_id, grade="0")))
    await world.verify([entry_id])
    assert await balances(world, learner_id) == {}
    assert await journal_types(world, learner_id) == ["credit.recorded", "credit.verified"]
    [entry] = (await get(world, "entries", "school-recorder")).json()["entries"]
    assert (entry["credits_attempted"]["amount"], entry["credits_earned"]["amount"]) == ("1.0", "0.0")


async def test_activity_without_credits_posts_no_amount_and_is_chained(world: World) -> None:
    learner_id = await world.learner()
    [entry_id] = ids_of(await record(world, result(learner_id, "ก31901", "ผ")))
    await world.verify([entry_id])
    assert await balances(world, learner_id) == {}
    assert await journal_types(world, learner_id) == ["credit.recorded", "credit.verified"]
    [confirmed] = await events(world, events_pb2.CreditVerified)
    assert not confirmed.HasField("credits")


async def test_returned_result_leaves_no_pending_credit_and_its_correction_is_the_next_version(world: World) -> None:
    learner_id = await world.learner()
    [first] = ids_of(await record(world, result(learner_id, grade="3")))
    body = {"entry_ids": [str(first)], "reason_code": "WRONG_GRADE"}
    assert reasons(await posted(world, "entries/return", body, "school-registrar")) == [None]
    assert await balances(world, learner_id) == {}
    [shown] = (await get(world, "entries", "school-recorder")).json()["entries"]
    assert (shown["state"], shown["return_reason_code"]) == ("RETURNED", "WRONG_GRADE")

    [again] = await record(world, result(learner_id, grade="3"))
    assert (again.id, again.already_done) == (str(first), True), "sending the same file again resubmits nothing"
    [second] = ids_of(await record(world, result(learner_id, grade="3.5")))
    await world.verify([second])
    assert await balances(world, learner_id) == {("BANK", "ISSUED"): -100, ("BANK", "AVAILABLE"): 100}
    rows = await world.fetch(
        "SELECT version, state, supersedes_entry_id, entry_root_id FROM entry WHERE learner_id = $1 ORDER BY version",
        learner_id,
    )
    assert [(row["version"], row["state"], row["supersedes_entry_id"]) for row in rows] == [
        (1, "SUPERSEDED", None),
        (2, "VERIFIED", first),
    ]
    assert {row["entry_root_id"] for row in rows} == {first}
    kinds = ["credit.recorded", "credit.returned", "credit.recorded", "credit.verified"]
    assert await journal_types(world, learner_id) == kinds
    assert not any(value for name, value in (await audit(world.pool)).items() if name.startswith("drift"))


# ---- what is refused, item by item ----


async def test_good_results_are_in_whatever_the_others_are(world: World) -> None:
    learner_id, elsewhere = await world.learner(), await world.learner((world.college, "PRIMARY", "FORMAL"))
    results = [
        result(learner_id),
        result(learner_id, "ท99999"),
        result(learner_id, "ค31101", "4.5"),
        result(elsewhere),
        result(uuid4()),
        result(learner_id, "ศ31101", year_be=2025),
        result(learner_id, "ศ31101", term=4),
        result(learner_id, "ศ31101", attempt=0),
        result(learner_id, "ศ31101", grade_scheme="PASS_FAIL", grade_label="ผ"),
        result(learner_id, "ศ31101", grade_scheme="A_TO_F"),
        result(learner_id, "ศ31101", offering_id=uuid4()),
        result(learner_id, "ศ31101", source_mode=SourceMode.SHORT_COURSE),
        result(learner_id, "ศ31101", taught_by_institution_id=uuid4()),
        result(learner_id, year_be=2560),
        result(learner_id, "ศ31101"),
    ]
    outcomes = await record(world, *results)
    assert [outcome.index for outcome in outcomes] == list(range(len(results)))
    assert reasons(outcomes) == [
        None,
        "COURSE_UNKNOWN",
        "GRADE_CODE_UNKNOWN",
        "LEARNER_NOT_ENROLLED",
        "LEARNER_NOT_ENROLLED",
        "RESULT_INVALID",
        "RESULT_INVALID",
        "RESULT_INVALID",
        "GRADE_SCHEME_WRONG",
        "RESULT_INVALID",
        "OFFERING_UNKNOWN",
        "RESULT_INVALID",
        "INSTITUTION_UNKNOWN",
        "LEARNER_NOT_ENROLLED",
        None,
    ]
    fields = [outcome.problem.field for outcome in outcomes if outcome.problem and outcome.problem.field]
    assert {"course", "grade_label", "year_be", "term", "attempt", "grade_scheme"} <= set(fields)


async def test_course_is_recorded_in_terms_in_which_it_is_in_force(world: World) -> None:
    learner_id = await world.learner()
    await world.execute("UPDATE course SET valid_from = '2025-11-01', valid_to = '2026-05-20' WHERE code = 'ท31101'")
    terms = ((2568, 1), (2568, 2), (2569, 1), (2569, 2))
    found = await record(world, *(result(learner_id, year_be=year, term=term) for year, term in terms))
    assert reasons(found) == ["COURSE_NOT_VALID_THEN", None, None, "COURSE_NOT_VALID_THEN"]


async def publish(world: World, **changes: Any) -> None:
    """Publish the next version of the Thai course."""
    async with world.pool.acquire() as connection:
        known = await catalogue.find_courses(connection, {course_key("ท31101")})
    facts = replace(known[course_key("ท31101")].facts, **changes)
    actor = world.staff["publisher"].actor
    succeeded(await publish_courses(world.pool, PublishCourses(uuid4(), (facts,)), actor=actor, now=datetime.now(UTC)))


async def test_late_result_is_one_of_the_course_as_it_was_in_its_term(world: World) -> None:
    learner_id = await world.learner()
    await publish(world, title_th="ภาษาไทย (ปรับปรุง)")
    await publish(world, title_th="ภาษาไทยใหม่", valid_from=date(2026, 5, 16))
    found = await record(world, *(result(learner_id, year_be=year) for year in (2568, 2569)))
    assert reasons(found) == [None, None]
    rows = await world.fetch("SELECT year_be, course_version, title_th FROM entry ORDER BY year_be")
    assert [tuple(row) for row in rows] == [(2568, 2, "ภาษาไทย (ปรับปรุง)"), (2569, 3, "ภาษาไทยใหม่")]
    # Its correction is one of the same version, and says nothing new when only the catalogue has changed.
    await world.verify([UUID(found[0].id or "")])
    item = {
        "entry_id": found[0].id,
        "entry_version": 1,
        "result": result_json(learner_id),
        "reason_code": "GRADE_ERROR",
    }
    same = await posted(world, "entries/corrections", {"corrections": [item]}, "school-recorder")
    assert reasons(same) == ["CORRECTION_EMPTY"]


async def test_course_that_was_closed_is_not_opened_again_by_the_version_before(world: World) -> None:
    learner_id = await world.learner()
    await publish(world, valid_to=date(2026, 3, 31))
    found = await record(world, *(result(learner_id, year_be=year) for year in (2568, 2569)))
    assert reasons(found) == [None, "COURSE_NOT_VALID_THEN"]


async def test_same_result_is_done_and_another_for_the_same_term_is_refused(world: World) -> None:
    learner_id = await world.learner()
    [first] = await record(world, result(learner_id, grade="3"))
    again = await record(
        world,
        result(learner_id, grade="3.0", provenance=Provenance("a file", "assumed")),
        result(learner_id, grade="4"),
    )
    assert [(outcome.id, outcome.already_done) for outcome in again[:1]] == [(first.id, True)]
    assert reasons(again) == [None, "ENTRY_EXISTS_DIFFERENT"]
    [retake] = await record(world, result(learner_id, grade="4", attempt=2))
    assert retake.problem is None


async def test_result_twice_in_one_call_is_recorded_once(world: World) -> None:
    learner_id = await world.learner()
    outcomes = await record(world, result(learner_id), result(learner_id), result(learner_id, grade="1"))
    assert reasons(outcomes) == [None, None, "ENTRY_EXISTS_DIFFERENT"]
    assert (outcomes[1].id, outcomes[1].already_done) == (outcomes[0].id, True)
    assert await journal_types(world, learner_id) == ["credit.recorded"]


async def test_recorder_does_not_verify_his_own_and_nobody_without_evidence(world: World) -> None:
    learner_id = await world.learner()
    both = await world.employ("both", "school_registrar", world.school)
    [own] = ids_of(await record(world, result(learner_id)))
    await world.execute("UPDATE entry SET recorded_by = $2 WHERE entry_id = $1", own, both.actor.subject_hash)
    [bare] = ids_of(await record(world, result(learner_id, "ค31101", evidence=())))
    request = pb.VerifyResultsRequest(request_id=str(uuid4()), entry_ids=[str(own), str(bare), str(uuid4())])
    answer = await stub(world).VerifyResults(request, metadata=both.metadata)
    assert reasons(answer.outcomes) == ["SAME_ACTOR", "EVIDENCE_MISSING", "ENTRY_UNKNOWN"]
    assert await balances(world, learner_id) == {("BANK", "ISSUED"): -200, ("BANK", "PENDING"): 200}


async def test_entry_of_another_institution_does_not_exist(world: World) -> None:
    [entry_id] = ids_of(await record(world, result(await world.learner())))
    for call in (
        stub(world).VerifyResults(
            pb.VerifyResultsRequest(request_id=str(uuid4()), entry_ids=[str(entry_id)]),
            metadata=world.staff["college-registrar"].metadata,
        ),
        stub(world).ReturnResults(
            pb.ReturnResultsRequest(request_id=str(uuid4()), entry_ids=[str(entry_id)], reason_code="OTHER"),
            metadata=world.staff["college-registrar"].metadata,
        ),
    ):
        assert reasons((await call).outcomes) == ["ENTRY_UNKNOWN"]
    page = await stub(world).ListEntries(pb.ListEntriesRequest(), metadata=world.staff["college-registrar"].metadata)
    assert (list(page.entries), page.total) == ([], 0)


async def test_verified_entry_is_not_returned_and_a_returned_one_is_not_verified(world: World) -> None:
    learner_id = await world.learner()
    verified, returned = ids_of(await record(world, result(learner_id), result(learner_id, "ค31101")))
    await world.verify([verified])
    body = {"entry_ids": [str(verified), str(returned), str(returned)], "reason_code": "OTHER"}
    found = await posted(world, "entries/return", body, "school-registrar")
    assert reasons(found) == ["ENTRY_STATE_WRONG", None, None]
    assert [item["already_done"] for item in found] == [False, False, True]
    again = await posted(world, "entries/verify", {"entry_ids": [str(verified), str(returned)]}, "school-registrar")
    assert reasons(again) == [None, "ENTRY_STATE_WRONG"]
    assert again[0]["already_done"]


async def test_short_course_needs_an_offering_of_its_own_and_no_enrolment(world: World) -> None:
    course = {
        "key": {
            "code_system": "SHORT",
            "code": "RB-SHORT-1",
            "curriculum_version": "RB-2568",
            "owner_institution_id": str(world.college),
        },
        "title_th": "จับจีบและผูกผ้า",
        "provenance": {"source": "002:1015", "status": "confirmed"},
    }
    assert reasons(await posted(world, "courses", {"courses": [course]}, "college-registrar")) == [None]
    offering = {
        "reference": "RB-SHORT-1-2568",
        "course": course["key"],
        "institution_id": str(world.college),
        "year_be": 2568,
        "term": 1,
        "provenance": course["provenance"],
    }
    [scheduled] = await posted(world, "offerings", {"offerings": [offering]}, "college-registrar")
    learner_id = await world.learner((world.stranger, "SHORT_COURSE", "NONFORMAL"))
    short = result_json(
        learner_id,
        course=course["key"],
        grade_scheme="PASS_FAIL",
        grade_label="ผ",
        source_mode="SHORT_COURSE",
        offering_id=scheduled["id"],
        evidence=[{"kind": "CERTIFICATE", "document_no": "เกียรติบัตร 1"}],
    )
    nobody = short | {"learner_id": str(uuid4())}
    in_term_2 = short | {"term": 2}
    without = {name: value for name, value in short.items() if name != "offering_id"}
    found = await posted(world, "entries", {"results": [short, nobody, in_term_2, without]}, "college-recorder")
    assert reasons(found) == [None, "LEARNER_UNKNOWN", "OFFERING_UNKNOWN", "RESULT_INVALID"]
    await world.verify([UUID(found[0]["id"])], "college-registrar")
    assert await balances(world, learner_id) == {}
    assert await journal_types(world, learner_id) == ["credit.recorded", "credit.verified"]
    [confirmed] = await events(world, events_pb2.CreditVerified)
    assert (confirmed.source_mode, confirmed.course_title_th) == ("SHORT_COURSE", "จับจีบและผูกผ้า")


# ---- what is refused as a whole ----


async def test_role_without_the_permission_is_refused_over_both_transports(world: World) -> None:
    learner_id = await world.learner()
    outsider = world.staff["auditor"]
    request = pb.RecordResultsRequest(request_id=str(uuid4()), results=[result_pb(learner_id)])
    for call in (
        stub(world).RecordResults(request, metadata=outsider.metadata),
        stub(world).VerifyResults(
            pb.VerifyResultsRequest(request_id=str(uuid4()), entry_ids=[str(uuid4())]), metadata=recorder(world)
        ),
        stub(world).ReturnResults(
            pb.ReturnResultsRequest(request_id=str(uuid4()), entry_ids=[str(uuid4())], reason_code="OTHER"),
            metadata=recorder(world),
        ),
        stub(world).ListEntries(pb.ListEntriesRequest(), metadata=world.staff["chair"].metadata),
    ):
        assert await refusal(call) == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_MISSING")
    answer = await post(world, "entries", {"results": [result_json(learner_id)]}, "auditor")
    assert (answer.status_code, answer.json()["reason"]) == (httpx.codes.FORBIDDEN, "PERMISSION_MISSING")
    assert "สิทธิ์" in answer.json()["title"]


async def test_call_without_a_token_is_refused(world: World) -> None:
    code, reason = await refusal(stub(world).ListEntries(pb.ListEntriesRequest()))
    assert (code, reason) == (grpc.StatusCode.UNAUTHENTICATED, "TOKEN_INVALID")
    assert (await world.http.get("/v1/entries")).status_code == httpx.codes.UNAUTHORIZED


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"learner_id": "68001"}, "INVALID_FIELD"),
        ({"source_mode": "TRANSFER"}, "INVALID_FIELD"),
        ({"course": pb.ResultInput().course}, "INVALID_FIELD"),
        ({"provenance": None}, "INVALID_FIELD"),
        ({"evidence": [pb.Evidence(kind="CERTIFICATE")]}, "INVALID_FIELD"),
        ({"evidence": [pb.Evidence(kind="CERTIFICATE", sha256_hex="ab")]}, "INVALID_FIELD"),
    ],
)
async def test_message_that_cannot_be_read_is_refused(world: World, changes: dict[str, object], reason: str) -> None:
    request = pb.RecordResultsRequest(request_id=str(uuid4()), results=[result_pb(uuid4(), **changes)])
    call = stub(world).RecordResults(request, metadata=recorder(world))
    assert await refusal(call) == (grpc.StatusCode.INVALID_ARGUMENT, reason)


async def test_empty_and_endless_lists_and_wrong_pages_are_refused(world: World) -> None:
    learner_id = await world.learner()
    empty = pb.RecordResultsRequest(request_id=str(uuid4()))
    assert (await refusal(stub(world).RecordResults(empty, metadata=recorder(world))))[1] == "INVALID_FIELD"
    endless = pb.RecordResultsRequest(request_id=str(uuid4()), results=[result_pb(learner_id)] * 1_001)
    assert (await refusal(stub(world).RecordResults(endless, metadata=recorder(world))))[1] == "TOO_MANY_ITEMS"
    no_id = pb.RecordResultsRequest(request_id="1", results=[result_pb(learner_id)])
    assert (await refusal(stub(world).RecordResults(no_id, metadata=recorder(world))))[1] == "INVALID_FIELD"
    for page in (pb.ListEntriesRequest(page_size=1_001), pb.ListEntriesRequest(page_token="x")):
        assert (await refusal(stub(world).ListEntries(page, metadata=recorder(world))))[1] == "INVALID_FIELD"
    wrong_reason = pb.ReturnResultsRequest(request_id=str(uuid4()), entry_ids=[str(uuid4())], reason_code="BECAUSE")
    assert (await refusal(stub(world).ReturnResults(wrong_reason, metadata=registrar(world))))[1] == "INVALID_FIELD"


# ---- the same request again ----


async def test_request_id_gives_the_same_answer_over_the_other_transport(world: World) -> None:
    learner_id = await world.learner()
    request_id = str(uuid4())
    results = [result_json(learner_id), result_json(learner_id, "ท99999")]
    first = await post(world, "entries", {"results": results}, "school-recorder", **{"Idempotency-Key": request_id})
    request = pb.RecordResultsRequest(
        request_id=request_id, results=[result_pb(learner_id), result_pb(learner_id, "ท99999")]
    )
    again = await stub(world).RecordResults(request, metadata=recorder(world))
    assert again.outcomes[0].id == first.json()["results"][0]["id"]
    assert not again.outcomes[0].already_done, "the same answer, not a new one"
    assert reasons(again.outcomes) == [None, "COURSE_UNKNOWN"]
    other = pb.RecordResultsRequest(request_id=request_id, results=[result_pb(learner_id, grade="1")])
    mismatch = await refusal(stub(world).RecordResults(other, metadata=recorder(world)))
    assert mismatch == (grpc.StatusCode.FAILED_PRECONDITION, "REQUEST_MISMATCH")


async def test_forty_identical_requests_at_once_have_one_effect_and_one_answer(world: World) -> None:
    learner_id = await world.learner()
    request = pb.RecordResultsRequest(request_id=str(uuid4()), results=[result_pb(learner_id)])
    answers = await asyncio.gather(*(stub(world).RecordResults(request, metadata=recorder(world)) for _ in range(40)))
    assert len({answer.SerializeToString() for answer in answers}) == 1
    assert await journal_types(world, learner_id) == ["credit.recorded"]
    assert len(await events(world, events_pb2.CreditRecorded)) == 1


async def test_forty_requests_of_the_same_result_under_different_ids_have_one_effect(world: World) -> None:
    learner_id = await world.learner()
    answers = await asyncio.gather(*(record(world, result(learner_id)) for _ in range(40)))
    outcomes = [answer[0] for answer in answers]
    assert Counter(outcome.already_done for outcome in outcomes) == {True: 39, False: 1}
    assert len({outcome.id for outcome in outcomes}) == 1
    assert await journal_types(world, learner_id) == ["credit.recorded"]


async def test_many_people_verifying_the_same_entries_at_once_have_one_effect(world: World) -> None:
    learner_ids = [await world.learner() for _ in range(3)]
    entries = ids_of(await record(world, *(result(learner_id) for learner_id in learner_ids)))
    registrars = [await world.employ(f"registrar-{n}", "school_registrar", world.school) for n in range(10)]
    answers = await asyncio.gather(
        *(
            stub(world).VerifyResults(
                # Everybody in another order: the locks are taken in one.
                pb.VerifyResultsRequest(
                    request_id=str(uuid4()), entry_ids=[str(entries[(n + turn) % 3]) for turn in range(3)]
                ),
                metadata=registrars[n % 10].metadata,
            )
            for n in range(40)
        )
    )
    done = Counter(outcome.id for answer in answers for outcome in answer.outcomes if not outcome.already_done)
    assert done == {str(entry_id): 1 for entry_id in entries}
    for learner_id in learner_ids:
        assert await balances(world, learner_id) == {("BANK", "ISSUED"): -100, ("BANK", "AVAILABLE"): 100}
    assert len(await events(world, events_pb2.CreditVerified)) == 3


async def test_verifying_and_returning_at_once_end_in_one_of_both(world: World) -> None:
    for _ in range(5):
        learner_id = await world.learner()
        [entry_id] = ids_of(await record(world, result(learner_id)))
        body = {"entry_ids": [str(entry_id)]}
        verified, returned = await asyncio.gather(
            posted(world, "entries/verify", body, "school-registrar"),
            posted(world, "entries/return", body | {"reason_code": "OTHER"}, "school-registrar"),
        )
        assert sorted(str(reason) for reason in reasons([*verified, *returned])) == ["ENTRY_STATE_WRONG", "None"]
        kept = await balances(world, learner_id)
        assert kept in ({}, {("BANK", "ISSUED"): -100, ("BANK", "AVAILABLE"): 100})


# ---- the registry away ----


async def test_recording_goes_on_for_known_learners_while_the_registry_is_away(world: World) -> None:
    known, late = await world.learner(), await world.learner(is_copied=False)
    await world.registry.stop()
    request_id = str(uuid4())
    results = [result_json(known), result_json(late)]
    headers = {"Idempotency-Key": request_id}
    away = (await post(world, "entries", {"results": results}, "school-recorder", **headers)).json()["results"]
    assert reasons(away) == [None, "UNAVAILABLE"]
    assert "ลองใหม่" in away[1]["problem"]["title_th"]
    await world.verify([UUID(away[0]["id"])])

    await world.registry_returns()
    back = (await post(world, "entries", {"results": results}, "school-recorder", **headers)).json()["results"]
    assert reasons(back) == [None, None], "the same request is decided again where it wanted an answer"
    assert (back[0]["id"], back[0]["already_done"]) == (away[0]["id"], True)
    assert await journal_types(world, late) == ["credit.recorded"]


async def test_learner_whose_event_is_late_is_asked_for_and_not_refused(world: World) -> None:
    late = await world.learner(is_copied=False)
    assert reasons(await record(world, result(late), result(late, "ค31101"))) == [None, None]
    assert len(world.registry.asked("ListEnrolments")) == 1, "once for the whole call"


async def test_who_taught_it_is_looked_up_and_kept(world: World) -> None:
    learner_id = await world.learner()
    [entry] = await record(world, result(learner_id, taught_by_institution_id=world.stranger))
    assert entry.problem is None
    page = await stub(world).ListEntries(pb.ListEntriesRequest(learner_ids=[str(learner_id)]), metadata=recorder(world))
    assert page.entries[0].taught_by_institution_id == str(world.stranger)


# ---- pages ----


async def test_pages_go_through_all_entries_once(world: World) -> None:
    learner_ids = [await world.learner() for _ in range(4)]
    await record(world, *(result(learner_id, code) for learner_id in learner_ids for code in ("ท31101", "ค31101")))
    seen: list[str] = []
    token = ""
    while True:
        request = pb.ListEntriesRequest(page_size=3, page_token=token, state=pb.ENTRY_STATE_SUBMITTED)
        page = await stub(world).ListEntries(request, metadata=recorder(world))
        assert page.total == 8
        seen += [entry.entry_id for entry in page.entries]
        token = page.next_page_token
        if not token:
            break
    assert len(seen) == len(set(seen)) == 8


async def test_thousand_results_in_one_call_are_taken(world: World) -> None:
    learner_ids = [await world.learner() for _ in range(20)]
    results = [result(learner_id, attempt=n + 1) for learner_id in learner_ids for n in range(50)]
    command = RecordResults(uuid4(), tuple(results))
    outcomes = await record_results(
        world.pool, world.bank_registry, command, actor=world.staff["school-recorder"].actor, now=datetime.now(UTC)
    )
    await world.verify(ids_of(outcomes))
    for learner_id in learner_ids:
        assert await balances(world, learner_id) == {("BANK", "ISSUED"): -5_000, ("BANK", "AVAILABLE"): 5_000}
    report = await audit(world.pool)
    assert (report["learners"], report["journals"]) == (20, 2_000)
    assert not any(value for name, value in report.items() if name.startswith("drift"))
