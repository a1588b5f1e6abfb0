"""The college transfers into the vocational certificate: cases, votes, decision, posting, and what is refused."""

from __future__ import annotations

import asyncio
from collections import Counter

import grpc
import grpc.aio
from google.type.date_pb2 import Date
from nuaikit.common.v1 import credit_pb2
from nuaikit.credit_bank.v1 import (
    ledger_pb2,
    ledger_pb2_grpc,
    transcripts_pb2,
    transcripts_pb2_grpc,
    transfers_pb2,
    transfers_pb2_grpc,
)

from nuaikit_local.scenario.platform import PATIENCE_S, Person, ScenarioError, request_id
from nuaikit_local.scenario.stage import LINES, Story

REJECTED_TARGET = "20000-1501"
REASON_TH = "ศิลปะไม่อยู่ในกลุ่มสมรรถนะเดียวกับรายวิชาที่ขอ และยังไม่มีกฎเทียบโอนที่ประกาศ"


async def transfer(story: Story) -> None:
    """Transfer what the school taught into the vocational certificate, and be refused a second time."""
    platform = story.platform
    bank = platform.channel(platform.addresses.bank_grpc)
    stub = transfers_pb2_grpc.TransferServiceStub(bank)
    registrar = await story.actor("college-registrar")
    async with story.step("เทียบโอนเข้า ปวช. โดยคณะกรรมการ", "Transfer into the vocational certificate") as facts:
        entries = await _transcript_entries(story, bank, registrar)
        case_ids = await _open_cases(story, stub, registrar, entries)
        cases = await _cases(story, stub, registrar)
        ids = sorted(case_ids)
        await platform.settle(
            stub.BeginReviews, transfers_pb2.BeginReviewsRequest(case_ids=ids), registrar,
            step="begin-reviews", expected=frozenset({"CASE_STATE_WRONG"}),
        )  # fmt: skip
        votes = [
            transfers_pb2.LineVote(line_id=line.line_id, is_accepted=True)
            if line.input.target.code != REJECTED_TARGET
            else transfers_pb2.LineVote(line_id=line.line_id, reason_code="NO_RULE", reason_th=REASON_TH)
            for case in cases
            for line in case.lines
        ]
        for member in ("committee-chair", "committee-member-1", "committee-member-2"):
            await platform.settle(
                stub.CastVotes, transfers_pb2.CastVotesRequest(votes=votes), await story.actor(member),
                step=f"votes-{member}", expected=frozenset({"CASE_STATE_WRONG", "ALREADY_VOTED"}),
            )  # fmt: skip
        await platform.settle(
            stub.DecideCases, transfers_pb2.DecideCasesRequest(case_ids=ids), await story.actor("committee-chair"),
            step="decide", expected=frozenset({"CASE_STATE_WRONG"}),
        )  # fmt: skip
        await platform.settle(stub.PostCases, transfers_pb2.PostCasesRequest(case_ids=ids), registrar, step="post")
        states = Counter(
            transfers_pb2.LineState.Name(line.state).removeprefix("LINE_STATE_")
            for case in await _cases(story, stub, registrar)
            for line in case.lines
        )
        facts += [
            ("คำขอ / cases", str(len(ids))),
            ("รายการ / lines", ", ".join(f"{name} {count}" for name, count in sorted(states.items()))),
            ("ไม่รับ เพราะ / rejected, as", REASON_TH),
            await _second_target(story, stub, registrar, entries),
        ]
        await _balances(story, bank)


async def _transcript_entries(story: Story, bank: grpc.aio.Channel, registrar: Person) -> dict[str, dict[str, str]]:
    """Verified entry ids by learner and course code, as the college sees them."""
    stub = transcripts_pb2_grpc.TranscriptServiceStub(bank)
    request = transcripts_pb2.QueryTranscriptsRequest(learner_ids=story.dual_learners, purpose="TRANSFER_ASSESSMENT")
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while True:
        answer = await story.platform.call(stub.QueryTranscripts, request, registrar)
        if len(answer.transcripts) == len(story.dual_learners):
            break
        # The college's right rests on partner enrolments that reach the bank as events.
        if asyncio.get_running_loop().time() > deadline:
            raise ScenarioError(f"the college sees {len(answer.transcripts)} of {len(story.dual_learners)} transcripts")
        await asyncio.sleep(0.2)
    return {
        transcript.learner_id: {row.entry.course.key.code: row.entry.entry_id for row in transcript.rows}
        for transcript in answer.transcripts
    }


async def _open_cases(
    story: Story,
    stub: transfers_pb2_grpc.TransferServiceAsyncStub,
    registrar: Person,
    entries: dict[str, dict[str, str]],
) -> list[str]:
    existing = await _cases(story, stub, registrar)
    if existing:
        return [case.case_id for case in existing]
    cases = [
        _case(
            story,
            learner_id,
            [
                transfers_pb2.LineInput(
                    source_entry_ids=[entries[learner_id][code] for code in sources], target=story.courses[target]
                )
                for sources, target in LINES
            ],
        )
        for learner_id in sorted(entries)
    ]
    request = transfers_pb2.OpenTransferCasesRequest(cases=cases)
    outcomes = await story.platform.settle(stub.OpenTransferCases, request, registrar, step="open-cases")
    return [outcome.id for outcome in outcomes]


def _case(story: Story, learner_id: str, lines: list[transfers_pb2.LineInput]) -> transfers_pb2.CaseInput:
    return transfers_pb2.CaseInput(
        learner_id=learner_id,
        ground=transfers_pb2.TRANSFER_GROUND_PARTNERSHIP,
        partnership_id=story.partnerships["MOU-DEMO-2568"],
        committee_id=story.committees["คำสั่งสาธิตที่ 1/2568"],
        requested_on=Date(year=2026, month=1, day=12),
        requested_by="LEARNER",
        qualification_code="PWC-2562",
        qualification_version="2562",
        lines=lines,
    )


async def _cases(
    story: Story, stub: transfers_pb2_grpc.TransferServiceAsyncStub, registrar: Person
) -> list[transfers_pb2.TransferCase]:
    request = transfers_pb2.ListTransferCasesRequest(learner_ids=story.dual_learners, page_size=1000)
    page = await story.platform.call(stub.ListTransferCases, request, registrar)
    # Whoever tries the platform may have opened others; the story goes on with its own.
    wanted = {target for _, target in LINES}
    mine = [case for case in page.transfer_cases if {line.input.target.code for line in case.lines} == wanted]
    return sorted(mine, key=lambda case: case.learner_id)


async def _second_target(
    story: Story,
    stub: transfers_pb2_grpc.TransferServiceAsyncStub,
    registrar: Person,
    entries: dict[str, dict[str, str]],
) -> tuple[str, str]:
    """Ask for a second target course with the same entry: it must be refused inside the same account."""
    learner_id = story.report.learner_id
    line = transfers_pb2.LineInput(source_entry_ids=[entries[learner_id]["ท31101"]], target=story.courses["20000-1102"])
    request = transfers_pb2.OpenTransferCasesRequest(
        request_id=str(request_id("second-target")), cases=[_case(story, learner_id, [line])]
    )
    answer = await story.platform.call(stub.OpenTransferCases, request, registrar)
    reason = answer.outcomes[0].problem.reason
    if reason != "ENTRY_ALREADY_CLAIMED":
        raise ScenarioError(f"the second target course was answered with {reason or 'success'}")
    return ("ท31101 → 20000-1102 อีกครั้ง / again", reason)


async def _balances(story: Story, bank: grpc.aio.Channel) -> None:
    """Show that the same learning counts in M.6 and in the vocational certificate."""
    stub = ledger_pb2_grpc.LedgerServiceStub(bank)
    registrar = await story.actor("school-registrar")
    request = ledger_pb2.GetStatementRequest(learner_id=story.report.learner_id, purpose="OWN_RECORD")
    statement = await story.platform.call(stub.GetStatement, request, registrar)
    story.report.balances = [
        (
            account.qualification_code or "บัญชีสะสม / bank",
            balance.bucket,
            _shown(balance.amount),
        )
        for account in statement.accounts
        for balance in account.balances
        if balance.amount.credit_hundredths and balance.bucket != "ISSUED"
    ]


def _shown(amount: credit_pb2.CreditAmount) -> str:
    unit = credit_pb2.CreditUnit.Name(amount.unit).removeprefix("CREDIT_UNIT_")
    return f"{amount.credit_hundredths / 100:.1f} {unit}"
