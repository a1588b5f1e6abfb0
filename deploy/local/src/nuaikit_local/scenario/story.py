"""The story, step by step: load, import, record, verify, count, transfer, query, guide."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
import grpc.aio
from google.type.date_pb2 import Date
from nuaikit.common.v1 import credit_pb2
from nuaikit.credit_bank.v1 import (
    access_pb2,
    access_pb2_grpc,
    catalogue_pb2,
    catalogue_pb2_grpc,
    ledger_pb2,
    ledger_pb2_grpc,
    partnerships_pb2,
    partnerships_pb2_grpc,
    recording_pb2,
    recording_pb2_grpc,
    transcripts_pb2,
    transcripts_pb2_grpc,
    transfers_pb2,
    transfers_pb2_grpc,
)
from nuaikit.guidance.v1 import (
    activities_pb2,
    activities_pb2_grpc,
    records_pb2,
    records_pb2_grpc,
    screenings_pb2,
    screenings_pb2_grpc,
)
from nuaikit.student_registry.v1 import (
    assignments_pb2,
    assignments_pb2_grpc,
    enrolments_pb2,
    institutions_pb2,
    institutions_pb2_grpc,
    learners_pb2,
    learners_pb2_grpc,
)

from nuaikit_local.scenario.platform import PATIENCE_S, Person, Platform, ScenarioError, request_id
from nuaikit_local.scenario.world import World, course_key, date_of, provenance

YEAR_BE = 2568
LINES = ((("ท31101",), "20000-1101"), (("พ31101", "พ31102"), "20000-1601"), (("ศ31101",), "20000-1501"))
"""What the college asks for each dual-education learner; the third has no rule and is rejected."""
DATA_STATUS = {"data_status": "demonstration", "source": "scenario"}
"""What the imports say of the files' rows."""
RECORDED = frozenset({"ก31901", *(f"RB-SHORT-{n}" for n in range(1, 5)), *(c for sources, _ in LINES for c in sources)})
"""Courses of the result files."""
REJECTED_TARGET = "20000-1501"
REASON_TH = "ศิลปะไม่อยู่ในกลุ่มสมรรถนะเดียวกับรายวิชาที่ขอ และยังไม่มีกฎเทียบโอนที่ประกาศ"


@dataclass(frozen=True, slots=True)
class StepReport:
    """One step as shown: Thai and English title, what came of it, seconds taken."""

    title_th: str
    title_en: str
    facts: tuple[tuple[str, str], ...]
    seconds: float


@dataclass(slots=True)
class ScenarioReport:
    """Everything the run shows."""

    steps: list[StepReport] = field(default_factory=list[StepReport])
    balances: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    learner_id: str = ""


@dataclass(slots=True)
class _Story:
    """What the steps tell each other."""

    platform: Platform
    world: World
    report: ScenarioReport
    say: Callable[[StepReport], None]
    institutions: dict[str, str] = field(default_factory=dict[str, str])
    courses: dict[str, catalogue_pb2.CourseKey] = field(default_factory=dict[str, catalogue_pb2.CourseKey])
    committees: dict[str, str] = field(default_factory=dict[str, str])
    partnerships: dict[str, str] = field(default_factory=dict[str, str])
    offerings: dict[str, str] = field(default_factory=dict[str, str])
    dual_learners: list[str] = field(default_factory=list[str])

    @asynccontextmanager
    async def step(self, title_th: str, title_en: str) -> AsyncGenerator[list[tuple[str, str]]]:
        """Time one step and show it."""
        facts: list[tuple[str, str]] = []
        started = time.perf_counter()
        yield facts
        shown = StepReport(title_th, title_en, tuple(facts), time.perf_counter() - started)
        self.report.steps.append(shown)
        self.say(shown)

    async def actor(self, name: str) -> Person:
        """Somebody of the staff, acting under the role the world gives him."""
        return await self.platform.acting(name, self.world.staff[name]["role"])


async def run(platform: Platform, world: World, *, say: Callable[[StepReport], None]) -> ScenarioReport:
    """Play the scenario against running services; a second run repeats the requests and has no second effect.

    Raises:
        ScenarioError: Something was answered otherwise than the story says.
    """
    story = _Story(platform, world, ScenarioReport(), say)
    await _load_institutions(story)
    await _load_rules(story)
    await _import_learners(story)
    await _record(story)
    await _transfer(story)
    await _query(story)
    await _guide(story)
    return story.report


async def _load_institutions(story: _Story) -> None:
    platform, world = story.platform, story.world
    registry = platform.channel(platform.addresses.registry_grpc)
    async with story.step("ลงทะเบียนสถานศึกษาและบุคลากร", "Institutions and staff") as facts:
        admin = await platform.sign_in("admin")
        institutions = institutions_pb2_grpc.InstitutionServiceStub(registry)
        # Parents first: an institution names the one it reports to.
        for is_child in (False, True):
            blocks = [block for block in world.blocks["institution"] if ("parent" in block) == is_child]
            request = institutions_pb2.RegisterInstitutionsRequest(
                institutions=[_institution(block, story.institutions) for block in blocks]
            )
            outcomes = await platform.settle(
                institutions.RegisterInstitutions, request, admin, step=f"institutions-{is_child}"
            )
            story.institutions |= {block["alias"]: outcome.id for block, outcome in zip(blocks, outcomes, strict=True)}
        staff = assignments_pb2_grpc.AssignmentServiceStub(registry)
        request = assignments_pb2.AssignStaffRequest(
            assignments=[
                assignments_pb2.AssignmentInput(
                    subject=name if name in platform.client_secrets else f"demo-{name}",
                    institution_id=story.institutions[block["at"]],
                    role=block["role"],
                    classroom=block.get("classroom", ""),
                    valid_from=Date(year=2025, month=5, day=1),
                    provenance=provenance({"source": "scenario", "status": "demonstration"}),
                )
                for name, block in world.staff.items()
            ]
        )
        await platform.settle(staff.AssignStaff, request, admin, step="staff")
        facts += [("สถานศึกษา / institutions", str(len(story.institutions))), ("บุคลากร / staff", str(len(world.staff)))]


def _institution(block: dict[str, Any], known: dict[str, str]) -> institutions_pb2.Institution:
    message = institutions_pb2.Institution(
        kind=f"INSTITUTION_KIND_{block['kind']}",
        name_th=block["name_th"],
        local_alias=block["alias"],
        provenance=provenance(block),
    )
    if "parent" in block:
        message.parent_institution_id = known[block["parent"]]
    return message


async def _load_rules(story: _Story) -> None:
    platform, world = story.platform, story.world
    bank = platform.channel(platform.addresses.bank_grpc)
    async with story.step("รายวิชา กฎเทียบโอน ความร่วมมือ และคณะกรรมการ", "Courses, rules, MOU, committee") as facts:
        story.courses = {block["code"]: course_key(block, story.institutions) for block in world.blocks["course"]}
        catalogue = catalogue_pb2_grpc.CatalogueServiceStub(bank)
        for name, is_short in (("publisher", False), ("polytechnic-registrar", True)):
            blocks = [block for block in world.blocks["course"] if (block["system"] == "SHORT") == is_short]
            courses = catalogue_pb2.PublishCoursesRequest(courses=[_course(block, story) for block in blocks])
            await platform.settle(catalogue.PublishCourses, courses, await story.actor(name), step=f"courses-{name}")
        publisher = await story.actor("publisher")
        qualifications = catalogue_pb2.PublishQualificationsRequest(
            qualifications=[_qualification(block) for block in world.blocks["qualification"]]
        )
        await platform.settle(catalogue.PublishQualifications, qualifications, publisher, step="qualifications")
        rules = catalogue_pb2.PublishEquivalenceRulesRequest(rules=[_rule(b, story) for b in world.blocks["rule"]])
        await platform.settle(catalogue.PublishEquivalenceRules, rules, publisher, step="rules")
        await _load_agreements(story, partnerships_pb2_grpc.PartnershipServiceStub(bank))
        facts += [
            ("รายวิชา / courses", str(len(story.courses))),
            ("กฎเทียบโอน / equivalence rules", f"{len(world.blocks['rule'])} (assumed)"),
            ("ความร่วมมือ / partnerships", ", ".join(story.partnerships)),
        ]


def _course(block: dict[str, Any], story: _Story) -> catalogue_pb2.Course:
    message = catalogue_pb2.Course(
        key=story.courses[block["code"]],
        title_th=block["title_th"],
        category=block.get("category", ""),
        subject_type=block.get("subject_type", ""),
        subject_group=block.get("subject_group", ""),
        provenance=provenance(block),
    )
    if "credit_hundredths" in block:
        message.credits.CopyFrom(_amount(block["credit_hundredths"], block["unit"]))
    if "hours" in block:
        message.hours_total = block["hours"]
    if "tpn" in block:
        message.tpn = block["tpn"]
    return message


def _amount(hundredths: int, unit: str) -> credit_pb2.CreditAmount:
    return credit_pb2.CreditAmount(credit_hundredths=hundredths, unit=f"CREDIT_UNIT_{unit}")


def _qualification(block: dict[str, Any]) -> catalogue_pb2.Qualification:
    return catalogue_pb2.Qualification(
        code=block["code"],
        version=block["version"],
        name_th=block["name_th"],
        unit=f"CREDIT_UNIT_{block['unit']}",
        total_min_hundredths=block["total_min_hundredths"],
        category_minima=[
            catalogue_pb2.CategoryMinimum(category=category, min_credits=_amount(least, block["unit"]))
            for category, least in block["minima"].items()
        ],
        counts_together_with=block["counts_together_with"],
        provenance=provenance(block),
    )


def _rule(block: dict[str, Any], story: _Story) -> catalogue_pb2.EquivalenceRule:
    return catalogue_pb2.EquivalenceRule(
        source_groups=[
            catalogue_pb2.SourceGroup(courses=[story.courses[code] for code in group]) for group in block["sources"]
        ],
        target=story.courses[block["target"]],
        mode=block["mode"],
        min_grade_hundredths=block["min_grade_hundredths"],
        min_hours_pct=block["min_hours_pct"],
        version=1,
        provenance=provenance(block),
    )


async def _load_agreements(story: _Story, stub: partnerships_pb2_grpc.PartnershipServiceAsyncStub) -> None:
    platform, world = story.platform, story.world
    director = await story.actor("college-director")
    for block in world.blocks["committee"]:
        names = [block["chair"], *block["members"]]
        members = [
            partnerships_pb2.CommitteeMember(
                assignment_id=(await story.actor(name)).assignment_id, is_chair=name == block["chair"]
            )
            for name in names
        ]
        committee = partnerships_pb2.Committee(
            institution_id=story.institutions[block["at"]],
            mandates=block["mandates"],
            order_no=block["order_no"],
            quorum=block["quorum"],
            members=members,
            valid_from=date_of(block["valid_from"]),
            provenance=provenance(block),
        )
        request = partnerships_pb2.RegisterCommitteesRequest(committees=[committee])
        outcomes = await platform.settle(
            stub.RegisterCommittees, request, director, step=f"committee-{block['order_no']}"
        )
        story.committees[block["order_no"]] = outcomes[0].id
    for block in world.blocks["partnership"]:
        partnership = partnerships_pb2.Partnership(
            reference=block["reference"],
            party_institution_ids=[story.institutions[alias] for alias in block["parties"]],
            programme=block["programme"],
            state=f"PARTNERSHIP_STATE_{block['state']}",
            provenance=provenance(block),
        )
        if "valid_from" in block:
            partnership.valid_from.CopyFrom(date_of(block["valid_from"]))
        if "committee" in block:
            partnership.committee_id = story.committees[block["committee"]]
        request = partnerships_pb2.RegisterPartnershipsRequest(partnerships=[partnership])
        signer = await story.actor(block["signed_by"])
        outcomes = await platform.settle(
            stub.RegisterPartnerships, request, signer, step=f"partnership-{block['reference']}"
        )
        story.partnerships[block["reference"]] = outcomes[0].id
    offerings = partnerships_pb2.ScheduleOfferingsRequest(
        offerings=[
            partnerships_pb2.Offering(
                reference=block["reference"],
                course=story.courses[block["course"]],
                institution_id=story.institutions[block["at"]],
                partnership_id=story.partnerships[block["partnership"]],
                year_be=block["year_be"],
                term=block["term"],
                provenance=provenance(block),
            )
            for block in world.blocks["offering"]
        ]
    )
    await platform.settle(
        stub.ScheduleOfferings, offerings, await story.actor("polytechnic-registrar"), step="offerings"
    )


async def _import_learners(story: _Story) -> None:
    platform = story.platform
    url = f"{platform.addresses.registry_http}/v1/learner-imports"
    files = (
        ("school-recorder", "learners-demo-school.csv"),
        ("college-recorder", "learners-demo-college.cp874.csv"),
        ("nekkham-recorder", "learners-nekkham.xlsx"),
        ("polytechnic-recorder", "learners-polytechnic.csv"),
        ("area-recorder", "learners-area-office.csv"),
    )
    async with story.step("นำเข้าผู้เรียน 40 คน จาก 5 ไฟล์", "Learners imported, enrolments as they are") as facts:
        for name, file in files:
            person = await story.actor(name)
            form = {"institution_id": story.institutions[story.world.staff[name]["at"]]} | DATA_STATUS
            report = await platform.upload(
                url, person, name=file, content=story.world.file(file), step=f"import-{file}", form=form
            )
            if report["rejected"]:
                raise ScenarioError(f"{file}: {report['rejected']} rows were rejected")
            facts.append((file, f"{report['encoding']}: {report['row_count']} แถว/rows, ใหม่/new {report['accepted']}"))
        recorder = await story.actor("school-recorder")
        stub = learners_pb2_grpc.LearnerServiceStub(platform.channel(platform.addresses.registry_grpc))
        request = learners_pb2.ListLearnersRequest(
            institution_id=story.institutions["demo-school"], page_size=100, purpose="ENROLMENT_CHECK"
        )
        page = await platform.call(stub.ListLearners, request, recorder)
        story.dual_learners = [
            learner.learner_id
            for learner in page.learners
            if any(e.facts.delivery_system == enrolments_pb2.DELIVERY_SYSTEM_DUAL_EDUCATION for e in learner.enrolments)
        ]
        await _link_first_learner(story, stub, recorder)


async def _link_first_learner(story: _Story, stub: learners_pb2_grpc.LearnerServiceAsyncStub, recorder: Person) -> None:
    """Give the learner with the first student number a sign-in, as a registrar would."""
    match = await story.platform.call(
        stub.FindLearners,
        learners_pb2.FindLearnersRequest(institution_id=story.institutions["demo-school"], student_nos=["68001"]),
        recorder,
    )
    story.report.learner_id = match.matches[0].learner_id
    number = learners_pb2.IdentifierInput(
        kind=learners_pb2.IDENTIFIER_KIND_STUDENT_NO,
        value="68001",
        institution_id=story.institutions["demo-school"],
        verification_state=learners_pb2.VERIFICATION_STATE_UNVERIFIED,
    )
    known = await story.platform.call(
        stub.BatchGetLearners,
        learners_pb2.BatchGetLearnersRequest(learner_ids=[story.report.learner_id], purpose="ENROLMENT_CHECK"),
        recorder,
    )
    registration = learners_pb2.LearnerRegistration(
        name=known.learners[0].name,
        identifiers=[number],
        registrar_institution_id=story.institutions["demo-school"],
        provenance=provenance({"source": "scenario", "status": "demonstration"}),
        subject="demo-learner-1",
    )
    request = learners_pb2.RegisterLearnersRequest(learners=[registration])
    await story.platform.settle(stub.RegisterLearners, request, recorder, step="learner-sign-in")


async def _record(story: _Story) -> None:
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
    story: _Story, stub: recording_pb2_grpc.RecordingServiceAsyncStub, person: Person, state: recording_pb2.EntryState
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


async def _count(story: _Story, stub: recording_pb2_grpc.RecordingServiceAsyncStub) -> str:
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


async def _transfer(story: _Story) -> None:
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


async def _transcript_entries(story: _Story, bank: grpc.aio.Channel, registrar: Person) -> dict[str, dict[str, str]]:
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
    story: _Story,
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


def _case(story: _Story, learner_id: str, lines: list[transfers_pb2.LineInput]) -> transfers_pb2.CaseInput:
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
    story: _Story, stub: transfers_pb2_grpc.TransferServiceAsyncStub, registrar: Person
) -> list[transfers_pb2.TransferCase]:
    request = transfers_pb2.ListTransferCasesRequest(learner_ids=story.dual_learners, page_size=1000)
    page = await story.platform.call(stub.ListTransferCases, request, registrar)
    # Whoever tries the platform may have opened others; the story goes on with its own.
    wanted = {target for _, target in LINES}
    mine = [case for case in page.transfer_cases if {line.input.target.code for line in case.lines} == wanted]
    return sorted(mine, key=lambda case: case.learner_id)


async def _second_target(
    story: _Story,
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


async def _balances(story: _Story, bank: grpc.aio.Channel) -> None:
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


async def _query(story: _Story) -> None:
    platform, learner_id = story.platform, story.report.learner_id
    bank = platform.channel(platform.addresses.bank_grpc)
    async with story.step("วิทยาลัยสอบถามใบแสดงผลการเรียน", "The college queries a transcript") as facts:
        url = f"{platform.addresses.bank_http}/v1/learners/{learner_id}/transcript"
        registrar = await story.actor("college-registrar")
        by_http = await platform.get(url, registrar, purpose="TRANSFER_ASSESSMENT")
        system = await story.actor("demo-college-system")
        stub = transcripts_pb2_grpc.TranscriptServiceStub(bank)
        request = transcripts_pb2.GetTranscriptRequest(learner_id=learner_id, purpose="TRANSFER_ASSESSMENT")
        by_grpc = (await platform.call(stub.GetTranscript, request, system)).transcript
        codes = [row.entry.course.key.code for row in by_grpc.rows]
        if [row["entry"]["course"]["key"]["code"] for row in by_http["rows"]] != codes:
            raise ScenarioError("HTTP and gRPC give different transcripts")
        other = await story.actor("other-college-registrar")
        await platform.get(url, other, purpose="TRANSFER_ASSESSMENT", expected_status=404)
        learner = await platform.sign_in("learner-1")
        access = access_pb2_grpc.AccessServiceStub(bank)
        seen = await platform.call(access.ListAccess, access_pb2.ListAccessRequest(learner_id=learner_id), learner)
        facts += [
            ("HTTP = gRPC", f"{len(codes)} แถวที่ตรวจแล้ว/verified rows: {', '.join(codes)}"),
            ("วิทยาลัยที่ไม่มีสิทธิ์ / college without right", "404"),
            ("ผู้เรียนเห็นว่าใครเปิดดู / the learner sees who looked", f"{len(seen.records)} ครั้ง/reads"),
        ]


async def _guide(story: _Story) -> None:
    platform, learner_id = story.platform, story.report.learner_id
    channel = platform.channel(platform.addresses.guidance_grpc)
    async with story.step("งานแนะแนวเห็นผลการเรียนรู้ที่ได้รับการรับรอง", "Guidance sees recognised learning") as facts:
        homeroom = await story.actor("school-homeroom")
        instrument = await _provisional_9s(story, homeroom)
        screening = screenings_pb2.ScreeningInput(
            learner_id=learner_id,
            instrument_code="9S",
            instrument_version=instrument["version"],
            informant=screenings_pb2.INFORMANT_TEACHER,
            year_be=YEAR_BE,
            term=1,
            observed_on=Date(year=2025, month=7, day=14),
            answers=[screenings_pb2.Answer(item_no=item["no"], value=0) for item in instrument["items"]],
            client_id=str(request_id("screening-form")),
        )
        screenings = screenings_pb2_grpc.ScreeningServiceStub(channel)
        record = screenings_pb2.RecordScreeningsRequest(screenings=[screening])
        await platform.settle(screenings.RecordScreenings, record, homeroom, step="screening")
        await _hold_activity(story, channel)
        shown = await _guidance_record(story, channel, homeroom)
        kinds = Counter(item.kind for item in shown.recognised_learning)
        groups = {screenings_pb2.CareGroup.Name(item.group) for item in shown.screenings}
        if groups != {"CARE_GROUP_UNSPECIFIED"}:
            raise ScenarioError("a provisional screening shows a group")
        facts += [
            ("ผลที่รับรอง / recognised", ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))),
            ("คัดกรอง 9S (ฉบับชั่วคราว) / screening", f"{len(shown.screenings)}, ไม่คำนวณกลุ่ม/no computed group"),
            ("กิจกรรมแนะแนว / activities", str(len(shown.activities))),
        ]


async def _provisional_9s(story: _Story, person: Person) -> dict[str, Any]:
    url = f"{story.platform.addresses.guidance_http}/v1/instruments"
    answer = await story.platform.get(url, person)
    return next(item for item in answer["instruments"] if item["code"] == "9S")


async def _hold_activity(story: _Story, channel: grpc.aio.Channel) -> None:
    activity = activities_pb2.ActivityInput(
        reference="ACT-2568-1",
        scope=activities_pb2.GUIDANCE_SCOPE_CAREER,
        service_kind=activities_pb2.GUIDANCE_SERVICE_KIND_INFORMATION,
        title_th="แนะแนวเส้นทาง ม.6 ควบ ปวช.",
        held_on=Date(year=2025, month=7, day=18),
        duration_minutes=50,
        attended_learner_ids=story.dual_learners,
    )
    stub = activities_pb2_grpc.ActivityServiceStub(channel)
    request = activities_pb2.RecordActivitiesRequest(activities=[activity])
    await story.platform.settle(stub.RecordActivities, request, await story.actor("school-guidance"), step="activity")


async def _guidance_record(
    story: _Story, channel: grpc.aio.Channel, homeroom: Person
) -> records_pb2.GetGuidanceRecordResponse:
    """Read the record once the credit events have come through Kafka."""
    stub = records_pb2_grpc.GuidanceRecordServiceStub(channel)
    request = records_pb2.GetGuidanceRecordRequest(learner_id=story.report.learner_id, purpose="GUIDANCE")
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while True:
        record = await story.platform.call(stub.GetGuidanceRecord, request, homeroom)
        if {item.kind for item in record.recognised_learning} >= {"VERIFIED", "COUNTED", "POSTED"}:
            return record
        if asyncio.get_running_loop().time() > deadline:
            raise ScenarioError("the credit events did not reach guidance")
        await asyncio.sleep(0.2)
