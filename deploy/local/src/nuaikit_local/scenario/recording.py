"""Results are recorded, verified by a second person, and counted in M.6."""

from __future__ import annotations

from collections import Counter

from nuaikit.credit_bank.v1 import ledger_pb2, ledger_pb2_grpc, recording_pb2, recording_pb2_grpc

from nuaikit_local.scenario.platform import Person, ScenarioError
from nuaikit_local.scenario.stage import LINES, Story

RECORDED = frozenset({"ก31901", *(f"RB-SHORT-{n}" for n in range(1, 5)), *(c for sources, _ in LINES for c in sources)})
"""Courses of the result files."""


async def record(story: Story) -> None:
    """Import results, verify them as another person, count them in M.6."""
    platform = story.platform
    stub = recording_pb2_grpc.RecordingServiceStub(platform.channel(platform.addresses.bank_grpc))
    url = f"{platform.addresses.bank_http}/v1/result-imports"
    async with story.step("บันทึกผล ตรวจสอบโดยคนที่สอง และนับเข้า ม.6", "Record, verify, count in M.6") as facts:
        for recorder_name, registrar_name, file in (
            ("school-recorder", "school-registrar", "results-demo-school.csv"),
            ("polytechnic-recorder", "polytechnic-registrar", "results-polytechnic.csv"),
        ):
            recorder = await story.actor(recorder_name)
            content = story.world.file(file)
            report = await platform.upload(url, recorder, name=file, content=content, step=f"import-{file}")
            if report["rejected"]:
                reasons = Counter(row["reason"] for row in report["rows"])
                raise ScenarioError(f"{file}: rejected rows {dict(reasons)}")
            registrar = await story.actor(registrar_name)
            submitted = await _entries(story, stub, registrar, recording_pb2.ENTRY_STATE_SUBMITTED)
            # What others recorded meanwhile waits for its own second person.
            waiting = [entry for entry in submitted if entry.course.key.code in RECORDED]
            if waiting:
                verify = recording_pb2.VerifyResultsRequest(entry_ids=[entry.entry_id for entry in waiting])
                await platform.settle(
                    stub.VerifyResults, verify, registrar, step=f"verify-{file}-{waiting[0].entry_id}"
                )
            facts.append((file, f"{report['row_count']} ผล/results, ตรวจแล้ว/verified {len(waiting)}"))
        facts.append(("นับเข้า ม.6 / counted in M.6", await _count(story, stub)))


async def _entries(
    story: Story, stub: recording_pb2_grpc.RecordingServiceAsyncStub, person: Person, state: recording_pb2.EntryState
) -> list[recording_pb2.Entry]:
    found: list[recording_pb2.Entry] = []
    token = ""
    while True:
        request = recording_pb2.ListEntriesRequest(state=state, page_size=1000, page_token=token)
        page = await story.platform.call(stub.ListEntries, request, person)
        found += page.entries
        token = page.next_page_token
        if not token:
            return found


async def _count(story: Story, stub: recording_pb2_grpc.RecordingServiceAsyncStub) -> str:
    registrar = await story.actor("school-registrar")
    verified = await _entries(story, stub, registrar, recording_pb2.ENTRY_STATE_VERIFIED)
    counted_codes = {code for sources, _ in LINES for code in sources}
    countable = sorted(
        (entry for entry in verified if entry.course.key.code in counted_codes),
        key=lambda entry: (entry.learner_id, entry.course.key.code),
    )
    ledger = ledger_pb2_grpc.LedgerServiceStub(story.platform.channel(story.platform.addresses.bank_grpc))
    request = ledger_pb2.CountEntriesRequest(
        entries=[
            ledger_pb2.CountInput(entry_id=e.entry_id, qualification_code="M6-OBEC", qualification_version="2551R60")
            for e in countable
        ]
    )
    outcomes = await story.platform.settle(
        ledger.CountEntries, request, registrar, step="count-m6", expected=frozenset({"ENTRY_ALREADY_CLAIMED"})
    )
    return f"{len(outcomes)} รายการ/entries"
