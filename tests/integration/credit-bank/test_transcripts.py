"""Transcripts through real HTTP and gRPC: who may read, what is in them, and what is kept of the read (CB f.3)."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import grpc
import grpc.aio
import httpx
import pytest
import rfc8785
from chassis.grpc_server import DETAILS_KEY
from credit_bank.calendar_th import thai_date
from credit_bank.counting.use_cases import CountEntries, CountInput, count_entries
from credit_bank.recording.domain import Evidence, RplMode, SourceMode
from credit_bank.transfers import use_cases as transfers
from credit_bank.transfers.domain import Applicant, Ground, RejectionReason, Vote
from credit_bank.transfers.opening import CaseProposal, LineProposal
from google.protobuf.json_format import MessageToDict
from google.rpc import error_details_pb2, status_pb2
from nuaikit.credit_bank.v1 import transcripts_pb2, transcripts_pb2_grpc

from tests.support.credit_calls import record, result
from tests.support.credit_world import Person, World, course_key, credit_world, ids_of
from tests.support.telemetry import LogLines, RecordedTelemetry

PURPOSE = "TRANSFER_ASSESSMENT"


@pytest.fixture
async def world(database: Callable[..., str], telemetry: RecordedTelemetry) -> AsyncIterator[World]:
    async with credit_world(database, telemetry) as made:
        yield made


def stub(world: World) -> Any:
    return transcripts_pb2_grpc.TranscriptServiceStub(world.channel)


async def get(
    world: World,
    learner_id: UUID,
    who: Person,
    *,
    purpose: str = PURPOSE,
    headers: dict[str, str] | None = None,
    **query: str,
) -> httpx.Response:
    sent = who.headers | ({"Nuaikit-Purpose": purpose} if purpose else {}) | (headers or {})
    return await world.http.get(f"/v1/learners/{learner_id}/transcript", headers=sent, params=query)


async def transcript(world: World, learner_id: UUID, who: str = "college-registrar", **query: str) -> dict[str, Any]:
    answer = await get(world, learner_id, world.staff[who], **query)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


async def reads(world: World, learner_id: UUID) -> list[tuple[Any, ...]]:
    rows = await world.fetch(
        "SELECT institution_id, role, purpose, ground, ground_id FROM access_log"
        " WHERE learner_id = $1 AND resource = 'transcript' ORDER BY access_id",
        learner_id,
    )
    return [tuple(row) for row in rows]


async def opened(world: World, learner_id: UUID, sources: Sequence[UUID], target: str) -> UUID:
    proposal = CaseProposal(
        learner_id=learner_id,
        ground=Ground.PARTNERSHIP,
        partnership_id=world.partnership_id,
        committee_id=world.committee_id,
        requested_on=thai_date(datetime.now(UTC)),
        requested_by=Applicant.LEARNER,
        qualification_code="PWC-2562",
        qualification_version="2562",
        lines=(LineProposal(tuple(sources), course_key(target)),),
    )
    command = transfers.OpenTransferCases(uuid4(), (proposal,))
    actor = world.staff["college-registrar"].actor
    [case_id] = ids_of(
        await transfers.open_transfer_cases(
            world.pool, world.bank_registry, command, actor=actor, now=datetime.now(UTC)
        )
    )
    return case_id


async def decided(world: World, case_id: UUID, *, is_accepted: bool = True) -> None:
    now = datetime.now(UTC)
    registrar = world.staff["college-registrar"].actor
    ids_of(
        await transfers.begin_reviews(world.pool, transfers.BeginReviews(uuid4(), (case_id,)), actor=registrar, now=now)
    )
    rows = await world.fetch("SELECT line_id FROM case_line WHERE case_id = $1", case_id)
    code, why = (None, "") if is_accepted else (RejectionReason.OTHER, "เหตุผล")
    votes = tuple(Vote(row["line_id"], is_accepted, code, why) for row in rows)
    for name in ("member-1", "member-2"):
        command = transfers.CastVotes(uuid4(), votes)
        ids_of(await transfers.cast_votes(world.pool, command, actor=world.staff[name].actor, now=now))
    deciding = transfers.DecideCases(uuid4(), (case_id,))
    ids_of(await transfers.decide_cases(world.pool, deciding, actor=world.staff["chair"].actor, now=datetime.now(UTC)))


async def post(world: World, case_id: UUID) -> None:
    headers = world.staff["college-registrar"].headers | {"Idempotency-Key": str(uuid4())}
    answer = await world.http.post("/v1/transfer-cases/post", json={"case_ids": [str(case_id)]}, headers=headers)
    assert answer.json()["results"][0]["problem"] is None, answer.text


# ---- content: f.3 points 1 to 7 ----


async def test_one_query_answers_what_a_committee_judges_by(world: World) -> None:
    learner_id = await world.learner()
    [[thai, _, activity]] = await world.results([learner_id], ("ท31101", "3.5"), ("ค31101", "2"), ("ก31901", "ผ"))
    await world.results([learner_id], ("ศ31101", "4"), verifier=None)
    found = await transcript(world, learner_id)
    # 1 proof of person and enrolment
    assert found["identity"]["identity_state"] == "VERIFIED"
    assert found["identity"]["masked_identifiers"] == ["CITIZEN_ID •••••••••0121"]
    enrolled = {item["institution_id"]: item for item in found["identity"]["enrolments"]}
    assert enrolled[str(world.school)]["institution_name_th"] == "โรงเรียนทดสอบ"
    assert enrolled[str(world.college)]["role"] == "PARTNER"
    # 2 verified rows only
    assert [row["entry"]["course"]["key"]["code"] for row in found["rows"]] == ["ค31101", "ท31101"]
    first = found["rows"][1]["entry"]
    assert (first["course"]["title_th"], first["course"]["hours_total"], first["grade_label"]) == ("ภาษาไทย", 40, "3.5")
    assert (first["credits_earned"], first["year_be"], first["term"]) == ({"amount": "1.0", "unit": "CR_OBEC"}, 2569, 1)
    assert found["rows"][1]["issuer_name_th"] == "โรงเรียนทดสอบ"
    # 4 attempts are in the rows, 5 activities stand apart
    assert [item["entry"]["entry_id"] for item in found["activities"]] == [str(activity)]
    # 6 averages with what they are made of
    assert found["averages"] == [
        {
            "unit": "CR_OBEC",
            "numerator_ten_thousandths": 55_000,
            "denominator_hundredths": 200,
            "value": "2.75",
            "rounding": "HALF_UP",
            "retake_policy": "REPLACE",
            "rule_status": "assumed",
            "level": "UPPER_SECONDARY",
            "rule_version": "2569.1",
        }
    ]
    assert found["totals"] == [
        {"earned": {"amount": "2.0", "unit": "CR_OBEC"}, "attempted": {"amount": "2.0", "unit": "CR_OBEC"}}
    ]
    assert found["claims"] == []
    head = await world.fetchval("SELECT encode(head_hash, 'hex') FROM learner_chain WHERE learner_id = $1", learner_id)
    assert found["head_hash_hex"] == head
    assert thai


async def test_content_hash_is_over_the_frozen_description_and_outcomes(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "3.5"))
    [row] = (await transcript(world, learner_id))["rows"]
    course = row["entry"]["course"]
    document = {
        "code_system": course["key"]["code_system"],
        "code": course["key"]["code"],
        "curriculum_version": course["key"]["curriculum_version"],
        "title_th": course["title_th"],
        "title_en": course["title_en"],
        "hours_total": course["hours_total"],
        "tpn": course["tpn"],
        "outcomes": course["outcomes"],
    }
    assert row["content_sha256_hex"] == hashlib.sha256(rfc8785.dumps(document)).hexdigest()
    await world.execute("UPDATE course SET outcomes = ARRAY['อื่น'] WHERE code = 'ท31101'")
    [again] = (await transcript(world, learner_id))["rows"]
    assert again == row, "what was judged does not change with the catalogue"


async def test_units_stand_apart(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "3"))
    await world.employ("college-recorder", "school_recorder", world.college)
    await world.results([learner_id], ("20000-1102", "4"), recorder="college-recorder", verifier="college-registrar")
    found = await transcript(world, learner_id)
    assert [(item["unit"], item["value"]) for item in found["averages"]] == [("CR_OBEC", "3.00"), ("CR_OVEC", "4.00")]
    assert [item["earned"] for item in found["totals"]] == [
        {"amount": "1.0", "unit": "CR_OBEC"},
        {"amount": "1.0", "unit": "CR_OVEC"},
    ]


async def test_averages_follow_the_announced_rule_and_are_those_of_the_other_question(world: World) -> None:
    """Rounding is a rule: what is announced holds in the transcript too, and both questions give one answer."""
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "4"), ("ค31101", "3"), ("พ31101", "4"), ("พ31102", "4"))
    await world.results([learner_id], ("ศ31101", "2"))
    assert (await transcript(world, learner_id))["averages"][0]["value"] == "3.43"  # 12.00 / 3.5
    rule = {
        "key": "ROUNDING",
        "reference": "ประกาศทดสอบ 2/2570",
        "title_th": "ตัดเศษทิ้ง",
        "value": {"TRANSCRIPT_QUERY": "TRUNCATE", "PP1": "TRUNCATE"},
        "forms": ["FORMAL"],
        "levels": ["UPPER_SECONDARY"],
        "provenance": {
            "source": "tests",
            "status": "demonstration",
            "effective_from": "2026-01-01",
            "version": "2570.1",
        },
    }
    headers = world.staff["publisher"].headers | {"Idempotency-Key": str(uuid4())}
    answer = await world.http.post("/v1/policy-rules", json={"rules": [rule]}, headers=headers)
    assert answer.json()["results"][0]["problem"] is None, answer.text
    [shown] = (await transcript(world, learner_id))["averages"]
    assert (shown["value"], shown["rounding"], shown["rule_status"], shown["rule_version"]) == (
        "3.42",
        "TRUNCATE",
        "demonstration",
        "2570.1",
    )
    headers = world.staff["school-registrar"].headers | {"Nuaikit-Purpose": PURPOSE}
    other = (await world.http.get(f"/v1/learners/{learner_id}/averages", headers=headers)).json()
    assert (other["averages"][0]["value"], other["averages"][0]["level"]) == (shown["value"], shown["level"])


async def test_prior_learning_is_no_part_of_the_average_while_the_rule_says_so(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "2"))
    exam = (Evidence("EXAM_RECORD", "", "สอบ 1/2569"),)
    prior = result(learner_id, "ค31101", "4", source_mode=SourceMode.RPL, rpl_mode=RplMode.EXAM, evidence=exam)
    await world.verify(ids_of(await record(world, prior)))
    found = await transcript(world, learner_id)
    assert len(found["rows"]) == 2
    assert [item["value"] for item in found["averages"]] == ["2.00"]
    headers = world.staff["school-registrar"].headers | {"Nuaikit-Purpose": PURPOSE}
    other = (await world.http.get(f"/v1/learners/{learner_id}/averages", headers=headers)).json()
    assert (other["averages"][0]["value"], other["averages"][0]["row_count"]) == ("2.00", 1)
    assert "COUNTS_IN_GPA" in {rule.split()[0] for rule in other["method"]["rules"]}


async def test_learner_without_results_has_no_average(world: World) -> None:
    learner_id = await world.learner()
    found = await transcript(world, learner_id)
    assert (found["rows"], found["averages"], found["totals"]) == ([], [], [])
    assert found["head_hash_hex"] == "0" * 64


async def test_retakes_are_shown_and_the_later_one_counts(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "0"))
    await world.results([learner_id], ("ท31101", "2"), attempt=2)
    found = await transcript(world, learner_id)
    assert [(row["entry"]["attempt"], row["entry"]["grade_label"]) for row in found["rows"]] == [(1, "0"), (2, "2")]
    assert found["averages"][0]["value"] == "2.00"
    assert found["totals"][0] == {
        "earned": {"amount": "1.0", "unit": "CR_OBEC"},
        "attempted": {"amount": "2.0", "unit": "CR_OBEC"},
    }


async def test_claims_tell_what_the_same_learning_counts_for(world: World) -> None:
    learner_id = await world.learner()
    [[thai, maths]] = await world.results([learner_id], ("ท31101", "3"), ("ค31101", "3"))
    command = CountEntries(uuid4(), (CountInput(thai, "M6-OBEC", "2551R60"),))
    actor = world.staff["school-registrar"].actor
    await count_entries(world.pool, command, actor=actor, now=datetime.now(UTC))
    case_id = await opened(world, learner_id, [thai], "20000-1101")
    other = await opened(world, learner_id, [maths], "20000-1501")

    async def claims(**query: str) -> list[tuple[str, str, str]]:
        found = await transcript(world, learner_id, **query)
        return [(item["qualification_code"], item["state"], item["target_course_code"]) for item in found["claims"]]

    reserved = [
        ("PWC-2562", "RESERVED", "20000-1501"),
        ("M6-OBEC", "COUNTED", ""),
        ("PWC-2562", "RESERVED", "20000-1101"),
    ]
    assert await claims() == reserved
    before = datetime.now(UTC).isoformat()
    await decided(world, case_id)
    await decided(world, other, is_accepted=False)
    await post(world, case_id)
    assert await claims() == [("M6-OBEC", "COUNTED", ""), ("PWC-2562", "POSTED", "20000-1101")]
    assert await claims(as_of=before) == reserved, "as they stood then"


async def test_as_of_shows_what_was_verified_by_then(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "3"))
    first = await transcript(world, learner_id)
    between = datetime.now(UTC).isoformat()
    await world.results([learner_id], ("ค31101", "4"))
    now = await transcript(world, learner_id)
    assert len(now["rows"]) == 2
    then = await transcript(world, learner_id, as_of=between)
    assert (then["rows"], then["averages"], then["head_hash_hex"]) == (
        first["rows"],
        first["averages"],
        first["head_hash_hex"],
    )
    assert datetime.fromisoformat(then["as_of"]) == datetime.fromisoformat(between)
    early = await transcript(world, learner_id, as_of="2026-01-01T00:00:00Z")
    assert (early["rows"], early["head_hash_hex"]) == ([], "0" * 64)


async def test_curriculum_narrows_rows_averages_and_claims(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "3"))
    assert len((await transcript(world, learner_id, curriculum="OBEC-2551R60"))["rows"]) == 1
    other = await transcript(world, learner_id, curriculum="PWC-2562")
    assert (other["rows"], other["averages"], other["totals"]) == ([], [], [])


# ---- one use case, two transports ----


PREFIXES = ("CODE_SYSTEM_", "ENTRY_STATE_", "CREDIT_UNIT_")


def plain(value: Any) -> Any:
    """JSON of either transport in one spelling: nothing absent, enums without prefix, numbers as text."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return plain_amount(value) or plain_date(value) or plain_object(value)
    if isinstance(value, str):
        for prefix in PREFIXES:
            value = value.removeprefix(prefix)
        return value.removeprefix("RULE_STATUS_").lower() if value.startswith("RULE_STATUS_") else value
    return str(value) if isinstance(value, int) else value


def plain_object(value: dict[str, Any]) -> dict[str, Any]:
    found = {name: plain(item) for name, item in value.items()}
    return {name: item for name, item in found.items() if item not in (None, "", [])}


def plain_amount(value: dict[str, Any]) -> str | None:
    if set(value) == {"amount", "unit"}:
        whole, _, rest = value["amount"].partition(".")
        return f"{int(whole) * 100 + int(rest.ljust(2, '0'))} {value['unit']}"
    if set(value) == {"credit_hundredths", "unit"}:
        return f"{value['credit_hundredths']} {value['unit'].removeprefix('CREDIT_UNIT_')}"
    return None


def plain_date(value: dict[str, Any]) -> str | None:
    is_date = set(value) == {"year", "month", "day"}
    return date(value["year"], value["month"], value["day"]).isoformat() if is_date else None


async def test_content_is_the_same_over_http_and_grpc_field_by_field(world: World) -> None:
    learner_id = await world.learner()
    [[thai, *_]] = await world.results([learner_id], ("ท31101", "3.5"), ("ค31101", "0"), ("ก31901", "ผ"))
    case_id = await opened(world, learner_id, [thai], "20000-1101")
    await decided(world, case_id)
    await post(world, case_id)
    as_of = datetime.now(UTC)
    request = transcripts_pb2.GetTranscriptRequest(learner_id=str(learner_id), purpose=PURPOSE)
    request.as_of.FromDatetime(as_of)
    registrar = world.staff["college-registrar"]
    answer = await stub(world).GetTranscript(request, metadata=registrar.metadata)
    over_grpc = MessageToDict(
        answer.transcript, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    over_http = (await get(world, learner_id, registrar, as_of=as_of.isoformat())).json()
    assert plain(over_grpc) == plain(over_http)
    assert set(over_http) == {field.name for field in transcripts_pb2.Transcript.DESCRIPTOR.fields}
    [other] = (
        await stub(world).QueryTranscripts(
            transcripts_pb2.QueryTranscriptsRequest(learner_ids=[str(learner_id)], purpose=PURPOSE),
            metadata=registrar.metadata,
        )
    ).transcripts
    assert other.transcript_id, "what is told today is kept as the college's copy, whichever way it was asked for"
    other.as_of.CopyFrom(answer.transcript.as_of)
    assert other == answer.transcript


async def test_etag_tells_whether_anything_changed(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "3"))
    registrar = world.staff["college-registrar"]
    first = await get(world, learner_id, registrar)
    etag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    same = await get(world, learner_id, registrar, headers={"If-None-Match": etag})
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", etag)
    await world.results([learner_id], ("ค31101", "3"))
    changed = await get(world, learner_id, registrar, headers={"If-None-Match": etag})
    assert changed.status_code == httpx.codes.OK
    assert changed.headers["ETag"] != etag
    assert len(await reads(world, learner_id)) == 3, "an unchanged answer is a read as well"


# ---- who may read ----


async def test_each_ground_opens_the_transcript_and_is_kept(world: World) -> None:
    partner = await world.learner()
    await world.results([partner], ("ท31101", "3"))
    await transcript(world, partner, "school-registrar")
    await transcript(world, partner, "college-registrar")
    case_id = await opened(world, partner, [(await entry_of(world, partner))], "20000-1101")
    await transcript(world, partner, "chair")
    learner = world.signed_in(partner)
    own = await get(world, partner, learner, purpose="OWN_RECORD")
    assert own.status_code == httpx.codes.OK
    grant = world.grant(partner, world.stranger)
    await transcript(world, partner, "stranger-registrar")
    assert await reads(world, partner) == [
        (world.school, "school_registrar", PURPOSE, "OWN_INSTITUTION", None),
        (world.college, "college_registrar", PURPOSE, "PARTNERSHIP", world.partnership_id),
        (world.college, "committee_chair", PURPOSE, "CASE", case_id),
        (None, "learner", "OWN_RECORD", "SELF", None),
        (world.stranger, "college_registrar", PURPOSE, "GRANT", UUID(grant.grant_id)),
    ]
    asked = [(item.ground, item.ground_id) for item in world.registry.asked("BatchGetLearners")]
    assert asked == [
        ("", ""),
        ("PARTNERSHIP", str(world.partnership_id)),
        ("CASE", str(case_id)),
        ("", ""),
        ("GRANT", grant.grant_id),
    ]


async def entry_of(world: World, learner_id: UUID) -> UUID:
    found = await world.fetchval("SELECT entry_id FROM entry WHERE learner_id = $1 LIMIT 1", learner_id)
    assert isinstance(found, UUID)
    return found


async def test_dual_education_at_a_party_is_covered_and_formal_schooling_there_is_not(world: World) -> None:
    dual = await world.learner((world.school, "PRIMARY", "DUAL_EDUCATION"))
    formal = await world.learner((world.school, "PRIMARY", "FORMAL"))
    registrar = world.staff["college-registrar"]
    assert (await get(world, dual, registrar)).status_code == httpx.codes.OK
    assert (await get(world, formal, registrar)).status_code == httpx.codes.NOT_FOUND
    assert await reads(world, formal) == []


async def test_short_course_enrolment_without_agreement_is_the_own_institution(world: World) -> None:
    learner_id = await world.learner((world.stranger, "SHORT_COURSE", "NONFORMAL"))
    await transcript(world, learner_id, "stranger-registrar")
    assert [read[3] for read in await reads(world, learner_id)] == ["OWN_INSTITUTION"]


async def test_agreement_that_is_not_in_force_opens_nothing(world: World) -> None:
    dual = await world.learner((world.school, "PRIMARY", "DUAL_EDUCATION"))
    registrar = world.staff["college-registrar"]
    for change in ("state = 'SUSPENDED'", "state = 'ACTIVE', valid_to = CURRENT_DATE - 2"):
        await world.execute(f"UPDATE partnership SET {change}")
        assert (await get(world, dual, registrar)).status_code == httpx.codes.NOT_FOUND


async def test_enrolment_that_ended_opens_nothing(world: World) -> None:
    learner_id = await world.learner((world.stranger, "PRIMARY", "FORMAL"))
    await world.execute("UPDATE enrolment_copy SET status = 'ENDED', valid_to = CURRENT_DATE - 2")
    assert (await get(world, learner_id, world.staff["stranger-registrar"])).status_code == httpx.codes.NOT_FOUND


async def test_grant_of_another_recipient_scope_or_day_opens_nothing(world: World) -> None:
    learner_id = await world.learner()
    stranger = world.staff["stranger-registrar"]
    yesterday = thai_date(datetime.now(UTC)) - timedelta(days=1)
    world.grant(learner_id, world.college)
    world.grant(learner_id, world.stranger, valid_to=yesterday)
    world.grant(learner_id, world.stranger).scope = "GUIDANCE"
    assert (await get(world, learner_id, stranger)).status_code == httpx.codes.NOT_FOUND
    world.grant(learner_id, world.stranger)
    assert (await get(world, learner_id, stranger)).status_code == httpx.codes.OK


async def test_institution_that_once_issued_a_result_keeps_its_own_rows_only(world: World) -> None:
    learner_id = await world.learner((world.stranger, "SHORT_COURSE", "NONFORMAL"), (world.school, "PRIMARY", "FORMAL"))
    await world.employ("stranger-recorder", "school_recorder", world.stranger)
    await world.results([learner_id], ("20000-1102", "4"), recorder="stranger-recorder", verifier="stranger-registrar")
    await world.results([learner_id], ("ท31101", "3"))
    both = await transcript(world, learner_id, "stranger-registrar")
    assert len(both["rows"]) == 2
    # Not enrolled there any more: by its own right the registry shows the learner no longer to the institution.
    await world.execute("DELETE FROM enrolment_copy WHERE institution_id = $1", world.stranger)
    registered = world.registry.learners[str(learner_id)]
    [left] = [one for one in registered.enrolments if one.facts.institution_id == str(world.stranger)]
    registered.enrolments.remove(left)
    kept = await transcript(world, learner_id, "stranger-registrar")
    assert [row["entry"]["course"]["key"]["code"] for row in kept["rows"]] == ["20000-1102"]
    assert [item["unit"] for item in kept["averages"]] == ["CR_OVEC"]
    asked = world.registry.asked("BatchGetLearners")[-1]
    assert (asked.ground, asked.ground_id) == ("ISSUER", str(world.stranger))
    world.grant(learner_id, world.stranger)
    granted = await transcript(world, learner_id, "stranger-registrar")
    assert len(granted["rows"]) == 2, "a grant opens more"


async def test_committee_member_sees_the_learners_of_the_committees_cases_only(world: World) -> None:
    with_case, without_case = await world.learner(), await world.learner()
    await world.results([with_case, without_case], ("ท31101", "3"))
    member = world.staff["member-1"]
    assert (await get(world, with_case, member)).status_code == httpx.codes.NOT_FOUND
    await opened(world, with_case, [await entry_of(world, with_case)], "20000-1101")
    assert (await get(world, with_case, member)).status_code == httpx.codes.OK
    assert (await get(world, without_case, member)).status_code == httpx.codes.NOT_FOUND
    elsewhere = await world.employ("not-appointed", "committee_member", world.college)
    assert (await get(world, with_case, elsewhere)).status_code == httpx.codes.NOT_FOUND


async def test_hidden_learner_and_unknown_learner_are_told_alike(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "3"))
    stranger = world.staff["stranger-registrar"]
    hidden, unknown = await get(world, learner_id, stranger), await get(world, uuid4(), stranger)
    for answer in (hidden, unknown):
        assert (answer.status_code, answer.json()["reason"]) == (404, "LEARNER_UNKNOWN")
    assert {**hidden.json(), "trace_id": ""} == {**unknown.json(), "trace_id": ""}
    other = world.signed_in(await world.learner())
    assert (await get(world, learner_id, other, purpose="OWN_RECORD")).status_code == httpx.codes.NOT_FOUND
    assert await reads(world, learner_id) == []
    # The same questions were asked of the registry for both, so that time tells nothing either.
    asked = [list(request.learner_ids) for request in world.registry.asked("ListShareGrants")]
    assert asked[0] == [str(learner_id)]
    assert len(asked) == 2
    assert world.registry.asked("BatchGetLearners") == []


async def test_list_leaves_out_whom_the_caller_may_not_see(world: World) -> None:
    mine, theirs, nobody = await world.learner(), await world.learner((world.stranger, "PRIMARY", "FORMAL")), uuid4()
    second = await world.learner()
    await world.results([mine, second], ("ท31101", "3"))
    body = {"learner_ids": [str(item) for item in (second, nobody, theirs, mine, second)]}
    headers = world.staff["college-registrar"].headers | {"Nuaikit-Purpose": PURPOSE}
    answer = await world.http.post("/v1/transcript-queries", json=body, headers=headers)
    assert [item["learner_id"] for item in answer.json()["transcripts"]] == [str(second), str(mine)]
    assert await reads(world, theirs) == []
    assert len(await reads(world, mine)) == 1
    none = await world.http.post("/v1/transcript-queries", json={"learner_ids": [str(theirs)]}, headers=headers)
    assert none.json() == {"transcripts": []}


async def test_two_hundred_transcripts_are_one_query(world: World) -> None:
    learner_ids = [await world.learner() for _ in range(200)]
    await world.results(learner_ids, ("ท31101", "3"), ("ค31101", "4"))
    headers = world.staff["college-registrar"].headers | {"Nuaikit-Purpose": PURPOSE}
    body = {"learner_ids": [str(item) for item in learner_ids]}
    answer = await world.http.post("/v1/transcript-queries", json=body, headers=headers)
    found = answer.json()["transcripts"]
    assert [item["learner_id"] for item in found] == body["learner_ids"]
    assert {item["averages"][0]["value"] for item in found} == {"3.50"}
    assert len(world.registry.asked("BatchGetLearners")) == 1
    assert await world.fetchval("SELECT count(*) FROM access_log WHERE resource = 'transcript'") == 200


async def test_permission_is_needed_and_purpose_is_stated(world: World) -> None:
    learner_id = await world.learner()
    refused = await get(world, learner_id, world.staff["school-recorder"])
    assert (refused.status_code, refused.json()["reason"]) == (403, "PERMISSION_MISSING")
    registrar = world.staff["college-registrar"]
    silent = await get(world, learner_id, registrar, purpose="")
    assert (silent.status_code, silent.json()["reason"]) == (422, "PURPOSE_MISSING")
    curious = await get(world, learner_id, registrar, purpose="CURIOSITY")
    assert (curious.status_code, curious.json()["reason"]) == (422, "PURPOSE_UNKNOWN")
    assert await reads(world, learner_id) == []


async def test_registry_away_means_no_transcript_and_no_access_row(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "3"))
    registrar = world.staff["college-registrar"]
    world.registry.is_silent_about_learners = True
    refused = await get(world, learner_id, registrar)
    assert (refused.status_code, refused.json()["reason"]) == (503, "UNAVAILABLE")
    await world.registry.stop()
    refused = await get(world, learner_id, registrar)
    assert (refused.status_code, refused.json()["reason"]) == (503, "UNAVAILABLE")
    assert await reads(world, learner_id) == []


async def test_nothing_personal_is_logged_or_traced(world: World, logs: LogLines, telemetry: RecordedTelemetry) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "3"))
    await transcript(world, learner_id)
    kept = " ".join([str(logs.lines), *(f"{span.name} {dict(span.attributes or {})}" for span in telemetry.spans)])
    assert "สมมติ" not in kept
    assert "0121" not in kept
    assert str(learner_id) not in " ".join(span.name for span in telemetry.spans)


async def test_forty_readers_at_once_each_leave_a_row(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "3"))
    registrar = world.staff["college-registrar"]
    answers = await asyncio.gather(*(get(world, learner_id, registrar) for _ in range(40)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.headers["ETag"] for answer in answers}) == 1
    assert len(await reads(world, learner_id)) == 40


# ---- declared errors over gRPC ----


async def refused(world: World, method: str, request: Any, metadata: Any) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await getattr(stub(world), method)(request, metadata=metadata)
    info = error_details_pb2.ErrorInfo()
    details = dict(refusal.value.trailing_metadata() or ())[DETAILS_KEY]
    status_pb2.Status.FromString(details).details[0].Unpack(info)
    return refusal.value.code(), info.reason


def request_of(method: str, learner_id: str, *, purpose: str = PURPOSE) -> Any:
    if method == "GetTranscript":
        return transcripts_pb2.GetTranscriptRequest(learner_id=learner_id, purpose=purpose)
    return transcripts_pb2.QueryTranscriptsRequest(learner_ids=[learner_id], purpose=purpose)


async def test_every_rpc_tells_its_errors(world: World) -> None:
    someone = str(uuid4())
    registrar = world.staff["stranger-registrar"].metadata
    recorder = world.staff["school-recorder"].metadata
    invalid = grpc.StatusCode.INVALID_ARGUMENT
    for method in ("GetTranscript", "QueryTranscripts"):
        good = request_of(method, someone)
        assert await refused(world, method, good, ()) == (grpc.StatusCode.UNAUTHENTICATED, "TOKEN_INVALID")
        missing = await refused(world, method, good, recorder)
        assert missing == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_MISSING")
        assert await refused(world, method, request_of(method, "x"), registrar) == (invalid, "INVALID_FIELD")
        silent = request_of(method, someone, purpose="")
        assert await refused(world, method, silent, registrar) == (invalid, "PURPOSE_MISSING")
        curious = request_of(method, someone, purpose="CURIOSITY")
        assert await refused(world, method, curious, registrar) == (invalid, "PURPOSE_UNKNOWN")
    hidden = await refused(world, "GetTranscript", request_of("GetTranscript", someone), registrar)
    assert hidden == (grpc.StatusCode.NOT_FOUND, "LEARNER_UNKNOWN")
    many = transcripts_pb2.QueryTranscriptsRequest(learner_ids=[someone] * 201, purpose=PURPOSE)
    assert await refused(world, "QueryTranscripts", many, registrar) == (invalid, "TOO_MANY_ITEMS")
    none = transcripts_pb2.QueryTranscriptsRequest(purpose=PURPOSE)
    assert await refused(world, "QueryTranscripts", none, registrar) == (invalid, "INVALID_FIELD")
    late = request_of("GetTranscript", someone)
    late.as_of.FromDatetime(datetime.now(UTC) + timedelta(days=1))
    assert await refused(world, "GetTranscript", late, registrar) == (invalid, "INVALID_FIELD")
    await world.registry.stop()
    for method in ("GetTranscript", "QueryTranscripts"):
        away = await refused(world, method, request_of(method, someone), registrar)
        assert away == (grpc.StatusCode.UNAVAILABLE, "UNAVAILABLE")
