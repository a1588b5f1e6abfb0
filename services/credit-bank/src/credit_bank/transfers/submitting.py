"""Opening and submitting cases: one transaction that reserves their source entries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import InvalidField, ServiceError, Unavailable
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size
from chassis.pg import Connection, Pool

from credit_bank.calendar_th import thai_date
from credit_bank.calls import run
from credit_bank.catalogue import use_cases as catalogue
from credit_bank.clients import Registry
from credit_bank.equivalences import use_cases as equivalences
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.domain import AccountKey, Claim, ClaimState, JournalDraft
from credit_bank.partnerships import use_cases as partnerships
from credit_bank.people import use_cases as people
from credit_bank.people.domain import Enrolment
from credit_bank.people.merges import families
from credit_bank.qualifications import use_cases as qualifications
from credit_bank.transfers import events, store_steps, store_submitting
from credit_bank.transfers.domain import CaseState, Ground
from credit_bank.transfers.grounds import Standing, is_tied
from credit_bank.transfers.opening import CaseProposal, KnownLine, NewCase, Surroundings, known_case, open_case
from credit_bank.transfers.steps import CASES_MAX, read_policies
from credit_bank.transfers.store_steps import Step

LINES_MAX = 30
SOURCES_MAX = 10
"""Most lines of a case, sources of a line."""


@dataclass(frozen=True, slots=True)
class OpenTransferCases:
    """Open and submit cases at the actor's institution."""

    request_id: UUID
    cases: tuple[CaseProposal, ...]


async def open_transfer_cases(
    pool: Pool, registry: Registry, command: OpenTransferCases, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Submit cases on learners' dated requests and reserve their source entries.

    The same dated request sent again, whenever, opens nothing twice.

    Args:
        pool: Connections.
        registry: Asked once, before the transaction, about learners whose enrolment is not known here yet.
        command: At most 200 cases.
        actor: Needs `transfer.open` at an institution, which becomes the deciding one.
        now: Time of submission, UTC.

    Returns:
        One outcome a case; `id` is the case id.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField: A case has no line, a line no source, a request date in the future, or too many of either.
        TooManyItems: More than 200 cases.
        RequestMismatch: The request id was used before with other content.
    """
    actor.require("transfer.open")
    institution_id = actor.at()
    today = thai_date(now)
    check_size(command.cases, CASES_MAX, field="cases")
    for proposal in command.cases:
        check_shape(proposal, today)
    late = await late_enrolments(pool, registry, command.cases, institution_id=institution_id, today=today)
    items = [Item(uuid7(), proposal, is_entered_by_staff=True) for proposal in command.cases]

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        return await submit(
            connection, items, late=late, institution_id=institution_id, is_own_request=False, actor=actor, now=now
        )

    return await run(pool, command, work, actor=actor)


@dataclass(frozen=True, slots=True)
class Item:
    """One proposal of a call, with the id that its case gets."""

    case_id: UUID
    proposal: CaseProposal
    is_entered_by_staff: bool


async def submit(
    connection: Connection,
    items: Sequence[Item],
    *,
    late: Sequence[Enrolment],
    institution_id: UUID,
    is_own_request: bool,
    actor: Actor,
    now: datetime,
) -> tuple[list[Outcome], list[NewEvent]]:
    """Submit what passes: cases with lines, claims and journals. Gives the outcome of each item, and the events.

    Args:
        connection: Inside the transaction that holds the request id.
        items: What is asked for, of one deciding institution.
        late: Enrolments that only the registry knew.
        institution_id: The deciding institution.
        is_own_request: The learner himself submits.
        actor: Who submits.
        now: When, UTC.
    """
    today = thai_date(now)
    items = await _hold(connection, items)
    around = await _surroundings(
        connection,
        [item.proposal for item in items],
        late=late,
        institution_id=institution_id,
        today=today,
        is_own_request=is_own_request,
    )
    outcomes, opened = _open_all(items, around)
    refusals = await ledger.reserve_claims(connection, [_claims_of(case) for _, case in opened], now=now)
    kept = [case for (_, case), refusal in zip(opened, refusals, strict=True) if refusal is None]
    refused = {
        case.case_id: refusal for (_, case), refusal in zip(opened, refusals, strict=True) if refusal is not None
    }
    by_staff = {item.case_id for item in items if item.is_entered_by_staff}
    announced = await _keep(connection, kept, by_staff=by_staff, actor=actor, now=now)
    return [_after_claims(outcome, refused) for outcome in outcomes], announced


def check_shape(proposal: CaseProposal, today: date) -> None:
    """Refuse what can never be a case.

    Raises:
        InvalidField, TooManyItems: No line, a line without source, a request date in the future, or too many.
    """
    check_size(proposal.lines, LINES_MAX, field="lines")
    if proposal.requested_on > today:
        raise InvalidField(field="requested_on", expected="today or earlier")
    if (proposal.ground is Ground.PARTNERSHIP) != (proposal.partnership_id is not None):
        raise InvalidField(field="partnership_id", expected="present when and only when the ground is PARTNERSHIP")
    for line in proposal.lines:
        check_size(line.source_entry_ids, SOURCES_MAX, field="source_entry_ids")
        if len(set(line.source_entry_ids)) != len(line.source_entry_ids):
            raise InvalidField(field="source_entry_ids", expected="each entry once")


async def late_enrolments(
    pool: Pool, registry: Registry, proposals: Sequence[CaseProposal], *, institution_id: UUID, today: date
) -> list[Enrolment]:
    """Enrolments that the registry knows and the local copy does not yet.

    The registry is asked about those learners only whom the copy does not tie to the institution, so that nobody is
    refused for an event that is still on its way. Without an answer the copy stands.
    """
    async with pool.acquire(timeout=10) as connection:
        learner_ids = {proposal.learner_id for proposal in proposals}
        known = _by_learner(await people.read_enrolments(connection, learner_ids))
        agreements = await partnerships.read_partnerships(
            connection, {proposal.partnership_id for proposal in proposals if proposal.partnership_id}
        )

    def is_known(proposal: CaseProposal) -> bool:
        standing = Standing(
            institution_id,
            today,
            known.get(proposal.learner_id, ()),
            is_own_request=False,
            has_grant=False,
        )
        agreement = agreements.get(proposal.partnership_id) if proposal.partnership_id else None
        return is_tied(proposal.ground, standing, agreement)

    missing = sorted({proposal.learner_id for proposal in proposals if not is_known(proposal)})
    if not missing:
        return []
    try:
        return await registry.list_enrolments(missing)
    except Unavailable:
        return []


def _by_learner(enrolments: Sequence[Enrolment]) -> dict[UUID, list[Enrolment]]:
    found: dict[UUID, list[Enrolment]] = {}
    for enrolment in enrolments:
        found.setdefault(enrolment.learner_id, []).append(enrolment)
    return found


def _entries_of(proposals: Iterable[CaseProposal]) -> set[UUID]:
    return {entry_id for proposal in proposals for line in proposal.lines for entry_id in line.source_entry_ids}


async def _hold(connection: Connection, items: Sequence[Item]) -> list[Item]:
    """Hold the learners; the items, each for that record of its person which has the results named in it.

    A case is of one record, so that undoing a merge parts what was merged. Whoever asks knows a person by the
    surviving id, and need not know in which record a result stands.
    """
    sources = await store_submitting.sources(connection, _entries_of(item.proposal for item in items))
    learner_ids = {item.proposal.learner_id for item in items}
    persons = await families(connection, learner_ids)
    asked = {member for family in persons.values() for member in family.members}
    # Only learners who have one of the named results: nobody gets a chain because somebody guessed an id.
    await ledger.lock_learners(connection, sorted({source.learner_id for source in sources.values()} & asked))
    persons = await families(connection, learner_ids)
    held: list[Item] = []
    for item in items:
        entry_ids = _entries_of([item.proposal])
        records = {sources[entry_id].learner_id for entry_id in entry_ids if entry_id in sources}
        is_one = len(records) == 1 and records <= set(persons[item.proposal.learner_id].members)
        learner_id = records.pop() if is_one else item.proposal.learner_id
        held.append(replace(item, proposal=replace(item.proposal, learner_id=learner_id)))
    return held


async def _surroundings(
    connection: Connection,
    proposals: Sequence[CaseProposal],
    *,
    late: Sequence[Enrolment],
    institution_id: UUID,
    today: date,
    is_own_request: bool,
) -> Surroundings:
    """What the cases of learners who are held rest on."""
    learner_ids = {proposal.learner_id for proposal in proposals}
    sources = await store_submitting.sources(connection, _entries_of(proposals))
    circular = await ledger.transferred_entries(
        connection, {entry_id: source.learner_id for entry_id, source in sources.items()}
    )
    persons = await families(connection, learner_ids)
    enrolments = await people.read_enrolments(connection, learner_ids)
    enrolments += [
        replace(enrolment, learner_id=learner_id)
        for learner_id in sorted(learner_ids)
        for enrolment in late
        if enrolment.learner_id in persons[learner_id].members
    ]
    targets = await catalogue.find_courses(
        connection, {line.target for proposal in proposals for line in proposal.lines}
    )
    accounts = {
        (proposal.learner_id, proposal.qualification_code, proposal.qualification_version) for proposal in proposals
    }
    wanted = [
        (AccountKey.qualification(*account, institution_id), target.course_id)
        for account in sorted(accounts, key=str)
        for target in targets.values()
    ]
    key_of = {target.course_id: target.key for target in targets.values()}
    agreements = await partnerships.read_partnerships(
        connection, {proposal.partnership_id for proposal in proposals if proposal.partnership_id}
    )
    committee_ids = {proposal.committee_id for proposal in proposals} | {
        agreement.facts.committee_id for agreement in agreements.values()
    }
    grants = await people.read_share_grants(connection, learner_ids, recipient_institution_id=institution_id, on=today)
    return Surroundings(
        on=today,
        institution_id=institution_id,
        qualifications=await qualifications.read_qualifications(
            connection, {(proposal.qualification_code, proposal.qualification_version) for proposal in proposals}
        ),
        committees=await partnerships.read_committees(connection, {found for found in committee_ids if found}),
        partnerships=agreements,
        enrolments=_by_learner(enrolments),
        sources={key: replace(source, is_transferred=key in circular) for key, source in sources.items()},
        targets=targets,
        rules=await equivalences.rules_for(
            connection, [target.course_id for target in targets.values()], on=today, institution_id=institution_id
        ),
        awarded={
            (account.learner_id, account.qualification_code, account.qualification_version, key_of[course_id])
            for account, course_id in await ledger.awarded_courses(connection, wanted)
        },
        known_lines=await _known_lines(connection, learner_ids, institution_id),
        policies=await read_policies(connection, today),
        granted={grant.learner_id for grant in grants},
        is_own_request=is_own_request,
    )


async def _known_lines(
    connection: Connection, learner_ids: Collection[UUID], institution_id: UUID
) -> dict[UUID, list[KnownLine]]:
    """Lines of the persons' earlier cases at the institution; records of one person have one list."""
    found = await families(connection, learner_ids)
    members = {member for family in found.values() for member in family.members}
    by_record = await store_submitting.known_lines(connection, members, institution_id)
    of_person = {
        family.surviving_id: [line for member in family.members for line in by_record.get(member, ())]
        for family in found.values()
    }
    return {learner_id: of_person[family.surviving_id] for learner_id, family in found.items()}


def _open_all(items: Sequence[Item], around: Surroundings) -> tuple[list[Outcome], list[tuple[int, NewCase]]]:
    outcomes: list[Outcome] = []
    opened: list[tuple[int, NewCase]] = []
    for index, item in enumerate(items):
        proposal = item.proposal
        known = known_case(proposal, around.known_lines.get(proposal.learner_id, ()))
        if known is not None:
            outcomes.append(Outcome(index, str(known), already_done=True))
            continue
        try:
            case = open_case(proposal, around, case_id=item.case_id, line_ids=[uuid7() for _ in proposal.lines])
        except ServiceError as refusal:
            outcomes.append(Outcome.failed(index, refusal))
            continue
        around.remember(case)
        opened.append((index, case))
        outcomes.append(Outcome(index, str(case.case_id)))
    return outcomes, opened


def _claims_of(case: NewCase) -> list[Claim]:
    proposal = case.proposal
    account = AccountKey.qualification(
        proposal.learner_id, proposal.qualification_code, proposal.qualification_version, case.institution_id
    )
    return [
        Claim(source.entry_root_id, account, ClaimState.RESERVED, line.line_id, line.target.course_id)
        for line in case.lines
        for source in line.sources
    ]


def _after_claims(outcome: Outcome, refused: Mapping[UUID, ServiceError]) -> Outcome:
    # An item that only repeats a refused one of the same call is refused with it.
    refusal = refused.get(UUID(outcome.id)) if outcome.id else None
    return Outcome.failed(outcome.index, refusal) if refusal else outcome


async def _keep(
    connection: Connection, cases: Sequence[NewCase], *, by_staff: Collection[UUID], actor: Actor, now: datetime
) -> list[NewEvent]:
    if not cases:
        return []
    await store_submitting.insert_cases(connection, cases, entered_by_staff=by_staff, actor=actor, now=now)
    steps = [
        Step(
            case.case_id,
            "SUBMITTED",
            None,
            CaseState.SUBMITTED,
            details={"requested_by": str(case.proposal.requested_by), "is_entered_by_staff": case.case_id in by_staff},
        )
        for case in cases
    ]
    await store_steps.insert_steps(connection, steps, actor=actor, now=now)
    drafts = [
        JournalDraft(
            learner_id=case.proposal.learner_id,
            type="transfer.submitted",
            effective_on=thai_date(now),
            case_id=case.case_id,
            facts={
                "ground": str(case.proposal.ground),
                "institution_id": str(case.institution_id),
                "line_count": str(len(case.lines)),
            },
        )
        for case in cases
    ]
    journals = await ledger.append_journals(connection, drafts, now=now)
    return [events.submitted(case, seq=journal.seq, now=now) for case, journal in zip(cases, journals, strict=True)]
