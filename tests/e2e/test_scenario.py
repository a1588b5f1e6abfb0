"""The story of the scenario, seen on the running services: what must be there after it, and after a second run."""

import asyncio
import csv
import io
import sys
from asyncio.subprocess import PIPE
from itertools import pairwise

import httpx
import pytest
from google.protobuf import json_format
from nuaikit.credit_bank.v1 import (
    access_pb2,
    access_pb2_grpc,
    ledger_pb2,
    ledger_pb2_grpc,
    transcripts_pb2,
    transcripts_pb2_grpc,
    transfers_pb2,
    transfers_pb2_grpc,
)
from nuaikit.student_registry.v1 import learners_pb2, learners_pb2_grpc
from nuaikit_local.scenario.story import run

from tests.e2e.conftest import Played
from tests.support.kafka import eventually
from tests.support.ledger import content, student_numbers


async def names_of(played: Played) -> dict[str, str]:
    client, world = played.platform.client, played.world
    people = {}
    for recorder in ("school-recorder", "polytechnic-recorder"):
        person = await client.acting(recorder, world.staff[recorder]["role"])
        own = await client.get(f"{client.addresses.registry_http}/v1/assignments", person)
        institution = next(a for a in own["assignments"] if a["assignment_id"] == person.assignment_id)
        people[recorder] = (person, institution["institution_id"])
    return await student_numbers(client, people)


async def bank_content(played: Played) -> dict[str, list[tuple[object, ...]]]:
    return await content(played.platform.dsns["credit-bank"], await names_of(played))


async def test_same_learning_counts_in_m6_and_in_pwc(played: Played) -> None:
    balances = set(played.report.balances)

    assert ("บัญชีสะสม / bank", "AVAILABLE", "2.5 CR_OBEC") in balances
    assert ("M6-OBEC", "COUNTED:BASIC", "2.5 CR_OBEC") in balances
    assert ("PWC-2562", "COUNTED:CORE", "2.0 CR_OVEC") in balances
    assert len(balances) == 3


async def test_every_learner_of_the_files_is_there_with_the_enrolments_he_has(played: Played) -> None:
    names = await names_of(played)

    assert len(names) == 40
    assert sum(number.startswith("68") for number in names.values()) == 24


async def test_g_code_learner_is_one_learner_in_school_and_college(played: Played) -> None:
    client, world = played.platform.client, played.world
    stub = learners_pb2_grpc.LearnerServiceStub(client.channel(client.addresses.registry_grpc))
    found = {}
    for who, number in (("school-recorder", "68024"), ("college-recorder", "68201040024")):
        person = await client.acting(who, world.staff[who]["role"])
        own = await client.get(f"{client.addresses.registry_http}/v1/assignments", person)
        request = learners_pb2.FindLearnersRequest(
            institution_id=own["assignments"][0]["institution_id"], student_nos=[number]
        )
        found[who] = (await client.call(stub.FindLearners, request, person)).matches[0].learner_id

    assert found["school-recorder"] == found["college-recorder"]


async def test_decided_lines_are_two_posted_and_one_rejected_with_a_reason_each(played: Played) -> None:
    client, world = played.platform.client, played.world
    registrar = await client.acting("college-registrar", world.staff["college-registrar"]["role"])
    stub = transfers_pb2_grpc.TransferServiceStub(client.channel(client.addresses.bank_grpc))
    page = await client.call(stub.ListTransferCases, transfers_pb2.ListTransferCasesRequest(page_size=1000), registrar)

    cases = [case for case in page.transfer_cases if len(case.lines) == 3]
    assert len(cases) == 24
    for case in cases:
        assert case.result == "PARTLY_ACCEPTED"
        by_target = {line.input.target.code: line for line in case.lines}
        assert by_target["20000-1101"].state == transfers_pb2.LINE_STATE_POSTED
        assert by_target["20000-1101"].hours_pct == 111
        assert by_target["20000-1601"].state == transfers_pb2.LINE_STATE_POSTED
        assert by_target["20000-1501"].state == transfers_pb2.LINE_STATE_REJECTED
        assert by_target["20000-1501"].reason_th
        assert not by_target["20000-1501"].HasField("rule_id")


async def test_http_and_grpc_give_the_same_transcript(played: Played) -> None:
    client, world, learner_id = played.platform.client, played.world, played.report.learner_id
    registrar = await client.acting("college-registrar", world.staff["college-registrar"]["role"])
    url = f"{client.addresses.bank_http}/v1/learners/{learner_id}/transcript"
    by_http = await client.get(url, registrar, purpose="TRANSFER_ASSESSMENT")
    stub = transcripts_pb2_grpc.TranscriptServiceStub(client.channel(client.addresses.bank_grpc))
    request = transcripts_pb2.GetTranscriptRequest(learner_id=learner_id, purpose="TRANSFER_ASSESSMENT")
    answer = await client.call(stub.GetTranscript, request, registrar)
    by_grpc = json_format.MessageToDict(answer.transcript, preserving_proto_field_name=True)

    assert [row["entry"]["entry_id"] for row in by_http["rows"]] == [
        row["entry"]["entry_id"] for row in by_grpc["rows"]
    ]
    assert [row["content_sha256_hex"] for row in by_http["rows"]] == [r["content_sha256_hex"] for r in by_grpc["rows"]]
    assert by_http["identity"]["full_name_th"] == by_grpc["identity"]["full_name_th"]
    assert [average["value"] for average in by_http["averages"]] == [a["value"] for a in by_grpc["averages"]]
    assert len(by_http["claims"]) == len(by_grpc["claims"])
    assert by_http["head_hash_hex"] == by_grpc["head_hash_hex"]
    assert {row["entry"]["course"]["key"]["code"] for row in by_http["rows"]} == {
        "ท31101",
        "พ31101",
        "พ31102",
        "ศ31101",
    }


async def test_college_without_any_right_gets_404_and_no_word_of_the_learner(played: Played) -> None:
    client, world, learner_id = played.platform.client, played.world, played.report.learner_id
    other = await client.acting("other-college-registrar", world.staff["other-college-registrar"]["role"])
    headers = other.headers | {"Nuaikit-Purpose": "TRANSFER_ASSESSMENT"}
    async with httpx.AsyncClient(trust_env=False) as http:
        mine = await http.get(f"{client.addresses.bank_http}/v1/learners/{learner_id}/transcript", headers=headers)
        nobody = await http.get(
            f"{client.addresses.bank_http}/v1/learners/01890000-0000-7000-8000-000000000000/transcript", headers=headers
        )

    assert mine.status_code == nobody.status_code == 404
    assert mine.json() | {"trace_id": ""} == nobody.json() | {"trace_id": ""}


async def test_read_without_purpose_is_refused(played: Played) -> None:
    client, world, learner_id = played.platform.client, played.world, played.report.learner_id
    registrar = await client.acting("college-registrar", world.staff["college-registrar"]["role"])
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(
            f"{client.addresses.bank_http}/v1/learners/{learner_id}/transcript", headers=registrar.headers
        )

    assert answer.status_code == 422
    assert answer.json()["reason"] == "PURPOSE_MISSING"
    assert "วัตถุประสงค์" in answer.json()["title"]


async def test_learner_sees_who_looked_and_why(played: Played) -> None:
    client, learner_id = played.platform.client, played.report.learner_id
    learner = await client.sign_in("learner-1")
    stub = access_pb2_grpc.AccessServiceStub(client.channel(client.addresses.bank_grpc))
    answer = await client.call(stub.ListAccess, access_pb2.ListAccessRequest(learner_id=learner_id), learner)

    grounds = {(record.role, record.purpose, record.ground) for record in answer.records}
    assert ("college_registrar", "TRANSFER_ASSESSMENT", "PARTNERSHIP") in grounds or (
        "college_registrar", "TRANSFER_ASSESSMENT", "CASE"
    ) in grounds  # fmt: skip


async def test_short_course_gives_a_certificate_entry_and_no_credits(played: Played) -> None:
    found = await bank_content(played)

    certificates = [row for row in found["entries"] if str(row[1]).startswith("RB-SHORT")]
    assert len(certificates) == 32
    assert {row[6] for row in certificates} == {"VERIFIED"}
    assert {row[7] for row in certificates} == {None}
    short_learners = {row[0] for row in certificates}
    assert not [row for row in found["balances"] if row[0] in short_learners]


async def test_second_run_repeats_no_effect(played: Played) -> None:
    before = await bank_content(played)
    await run(played.platform.client, played.world, say=lambda _step: None)

    assert await bank_content(played) == before


async def test_audit_finds_no_drift_and_every_chain_verifies(played: Played) -> None:
    environment = dict(played.platform.environments["credit-bank"])
    audit = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "credit_bank", "audit", env=environment, stdout=PIPE, stderr=PIPE
    )
    report, problems = await audit.communicate()

    assert audit.returncode == 0, report.decode() + problems.decode()[-2_000:]


async def test_indicators_count_what_happened_with_their_denominators(played: Played) -> None:
    client, world = played.platform.client, played.world
    reader = await client.acting("report-reader", world.staff["report-reader"]["role"])
    url = f"{client.addresses.indicators_http}/v1/indicators?year_be=2568"

    async def counted() -> bool:
        found = {item["code"]: item for item in (await client.get(url, reader))["indicators"]}
        return (found["C2"]["numerator"], found["C3"]["numerator"]) == (24, 24)

    await eventually(counted, timeout_s=30, what="24 learners counted by C2 and C3")
    found = {item["code"]: item for item in (await client.get(url, reader))["indicators"]}
    assert (found["C1"]["numerator"], found["C1"]["denominator"], found["C1"]["percentage"]) == (1, 1, "100.00")
    assert (found["C2"]["denominator"], found["C3"]["denominator"]) == (24, 24)


async def test_indicators_come_as_csv_that_spreadsheets_open(played: Played) -> None:
    client, world = played.platform.client, played.world
    reader = await client.acting("report-reader", world.staff["report-reader"]["role"])
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(
            f"{client.addresses.indicators_http}/v1/indicators?year_be=2568&format=csv", headers=reader.headers
        )

    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert len(list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))) == 3


@pytest.mark.parametrize("position", ["first", "last"])
async def test_statement_chain_is_gapless(played: Played, position: str) -> None:
    client, world = played.platform.client, played.world
    registrar = await client.acting("school-registrar", world.staff["school-registrar"]["role"])
    stub = ledger_pb2_grpc.LedgerServiceStub(client.channel(client.addresses.bank_grpc))
    request = ledger_pb2.GetStatementRequest(learner_id=played.report.learner_id, purpose="OWN_RECORD")
    journals = (await client.call(stub.GetStatement, request, registrar)).journals

    assert [journal.seq for journal in journals] == list(range(1, len(journals) + 1))
    if position == "first":
        assert journals[0].prev_hash_hex == "0" * 64
    else:
        assert all(b.prev_hash_hex == a.hash_hex for a, b in pairwise(journals))
