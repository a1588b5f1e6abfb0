"""What users live through when a part is away or two people do the same thing at once."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import grpc
import grpc.aio
import pytest
from google.type.date_pb2 import Date
from nuaikit.common.v1 import provenance_pb2
from nuaikit.credit_bank.v1 import (
    catalogue_pb2,
    recording_pb2,
    recording_pb2_grpc,
    transcripts_pb2,
    transcripts_pb2_grpc,
    transfers_pb2,
    transfers_pb2_grpc,
)

from tests.e2e.conftest import EXAMPLES, Played
from tests.e2e.test_scenario import bank_content
from tests.support.kafka import eventually

DEMO = provenance_pb2.Provenance(source="test", status=provenance_pb2.RULE_STATUS_DEMONSTRATION)
MATHS = catalogue_pb2.CourseKey(
    code_system=catalogue_pb2.CODE_SYSTEM_OBEC, code="ค31101", curriculum_version="OBEC-2551R60"
)


def result(learner_id: str, *, term: int, attempt: int = 1) -> recording_pb2.ResultInput:
    return recording_pb2.ResultInput(
        learner_id=learner_id,
        course=MATHS,
        year_be=2568,
        term=term,
        attempt=attempt,
        grade_scheme="OBEC_8_LEVEL",
        grade_label="3",
        source_mode="STUDY",
        evidence=[recording_pb2.Evidence(kind="ASSESSMENT_SHEET", document_no="สาธิต-ปพ.5-ค31101")],
        provenance=DEMO,
    )


async def record(played: Played, results: list[recording_pb2.ResultInput], request_id: str) -> list[object]:
    client = played.platform.client
    recorder = await client.acting("school-recorder", played.world.staff["school-recorder"]["role"])
    stub = recording_pb2_grpc.RecordingServiceStub(client.channel(client.addresses.bank_grpc))
    request = recording_pb2.RecordResultsRequest(request_id=request_id, results=results)
    answer = await stub.RecordResults(request, timeout=10, metadata=recorder.metadata)
    return list(answer.outcomes)


async def learners(played: Played) -> list[str]:
    """Dual-education learners, as the school's recorder lists them."""
    client = played.platform.client
    registrar = await client.acting("college-registrar", played.world.staff["college-registrar"]["role"])
    stub = transfers_pb2_grpc.TransferServiceStub(client.channel(client.addresses.bank_grpc))
    page = await client.call(stub.ListTransferCases, transfers_pb2.ListTransferCasesRequest(page_size=1000), registrar)
    return sorted({case.learner_id for case in page.transfer_cases})


@pytest.fixture
async def registry_down(played: Played) -> AsyncIterator[None]:
    await played.platform.end("student-registry", with_signal=signal.SIGKILL)
    yield
    await played.platform.start("student-registry")


async def test_recording_goes_on_while_the_registry_is_down(played: Played, registry_down: None) -> None:
    someone = (await learners(played))[1]
    outcomes = await record(played, [result(someone, term=2)], str(uuid4()))

    assert [outcome.problem.reason for outcome in outcomes] == [""]
    assert outcomes[0].id


async def test_reads_across_institutions_fail_closed_while_the_registry_is_down(
    played: Played, registry_down: None
) -> None:
    client = played.platform.client
    registrar = await client.acting("college-registrar", played.world.staff["college-registrar"]["role"])
    stub = transcripts_pb2_grpc.TranscriptServiceStub(client.channel(client.addresses.bank_grpc))
    request = transcripts_pb2.GetTranscriptRequest(learner_id=played.report.learner_id, purpose="TRANSFER_ASSESSMENT")

    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await stub.GetTranscript(request, timeout=15, metadata=registrar.metadata)
    assert refusal.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_same_import_sent_twice_has_the_same_answer_and_no_second_effect(played: Played) -> None:
    client = played.platform.client
    recorder = await client.acting("school-recorder", played.world.staff["school-recorder"]["role"])
    url = f"{client.addresses.bank_http}/v1/result-imports"
    content = (EXAMPLES / "results-demo-school.csv").read_bytes()
    before = await bank_content(played)

    name = str(uuid4())
    first = await client.upload(url, recorder, name="r.csv", content=content, step=name)
    second = await client.upload(url, recorder, name="r.csv", content=content, step=name)
    with_new_id = await client.upload(url, recorder, name="r.csv", content=content, step=f"{name}-new")

    assert first == second
    assert with_new_id["already_known"] == with_new_id["row_count"] == 120
    assert await bank_content(played) == before


async def test_two_people_posting_the_same_case_at_once_give_one_effect(played: Played) -> None:
    client, world = played.platform.client, played.world
    case_id = await decided_case(played)
    stub = transfers_pb2_grpc.TransferServiceStub(client.channel(client.addresses.bank_grpc))
    registrar = await client.acting("college-registrar", world.staff["college-registrar"]["role"])
    system = await client.acting("demo-college-system", world.staff["demo-college-system"]["role"])
    answers = await asyncio.gather(
        *[
            client.call(
                stub.PostCases, transfers_pb2.PostCasesRequest(request_id=str(uuid4()), case_ids=[case_id]), person
            )
            for person in (registrar, system) * 10
        ]
    )

    outcomes = [answer.outcomes[0] for answer in answers]
    assert [outcome.problem.reason for outcome in outcomes] == [""] * 20
    assert sorted(outcome.already_done for outcome in outcomes) == [False] + [True] * 19
    connection = await asyncpg.connect(played.platform.dsns["credit-bank"])
    try:
        query = "SELECT count(*) FROM journal WHERE case_id = $1::uuid AND type = 'transfer.posted'"
        assert await connection.fetchval(query, case_id) == 1
    finally:
        await connection.close()


async def decided_case(played: Played) -> str:
    """A new case with one accepted line: a fresh maths result toward a course nobody was awarded yet."""
    client, world = played.platform.client, played.world
    someone = (await learners(played))[2]
    entry = (await record(played, [result(someone, term=1, attempt=2)], str(uuid4())))[0]
    registrar = await client.acting("school-registrar", world.staff["school-registrar"]["role"])
    recording = recording_pb2_grpc.RecordingServiceStub(client.channel(client.addresses.bank_grpc))
    verify = recording_pb2.VerifyResultsRequest(entry_ids=[entry.id])
    await client.settle(recording.VerifyResults, verify, registrar, step=str(uuid4()))
    college = await client.acting("college-registrar", world.staff["college-registrar"]["role"])
    stub = transfers_pb2_grpc.TransferServiceStub(client.channel(client.addresses.bank_grpc))
    known = await client.call(stub.ListTransferCases, transfers_pb2.ListTransferCasesRequest(page_size=1), college)
    pattern = known.transfer_cases[0]
    case = transfers_pb2.CaseInput(
        learner_id=someone,
        ground=pattern.ground,
        partnership_id=pattern.partnership_id,
        committee_id=pattern.committee_id,
        requested_on=Date(year=2026, month=2, day=2),
        requested_by="GUARDIAN",
        qualification_code=pattern.qualification_code,
        qualification_version=pattern.qualification_version,
        lines=[
            transfers_pb2.LineInput(
                source_entry_ids=[entry.id],
                target=catalogue_pb2.CourseKey(
                    code_system=catalogue_pb2.CODE_SYSTEM_OVEC, code="20000-1102", curriculum_version="PWC-2562"
                ),
            )
        ],
    )
    opened = await client.settle(
        stub.OpenTransferCases, transfers_pb2.OpenTransferCasesRequest(cases=[case]), college, step=str(uuid4())
    )
    case_id = opened[0].id
    await client.settle(
        stub.BeginReviews, transfers_pb2.BeginReviewsRequest(case_ids=[case_id]), college, step=str(uuid4())
    )
    found = await client.call(stub.GetTransferCase, transfers_pb2.GetTransferCaseRequest(case_id=case_id), college)
    votes = [transfers_pb2.LineVote(line_id=found.transfer_case.lines[0].line_id, is_accepted=True)]
    for member in ("committee-chair", "committee-member-1"):
        person = await client.acting(member, world.staff[member]["role"])
        await client.settle(stub.CastVotes, transfers_pb2.CastVotesRequest(votes=votes), person, step=str(uuid4()))
    chair = await client.acting("committee-chair", world.staff["committee-chair"]["role"])
    await client.settle(
        stub.DecideCases, transfers_pb2.DecideCasesRequest(case_ids=[case_id]), chair, step=str(uuid4())
    )
    return case_id


async def test_service_killed_with_its_outbox_full_loses_no_event(played: Played) -> None:
    someone = (await learners(played))[3]
    await played.platform.end("guidance", with_signal=signal.SIGKILL)
    outcome = (await record(played, [result(someone, term=3)], str(uuid4())))[0]
    await played.platform.end("credit-bank", with_signal=signal.SIGKILL)
    started = time.monotonic()
    await asyncio.gather(played.platform.start("credit-bank"), played.platform.start("guidance"))

    connection = await asyncpg.connect(played.platform.dsns["credit-bank"])
    try:
        assert await connection.fetchval("SELECT state FROM entry WHERE entry_id = $1::uuid", outcome.id) == "SUBMITTED"

        async def drained() -> bool:
            return not await connection.fetchval("SELECT EXISTS (SELECT FROM outbox WHERE published_at IS NULL)")

        await eventually(drained, timeout_s=30, what="the outbox to drain")
    finally:
        await connection.close()
    assert time.monotonic() - started < 60
