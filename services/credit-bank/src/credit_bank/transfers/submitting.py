"""Opening and submitting cases: one transaction that reserves their source entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import InvalidField, ServiceError, Unavailable
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Connection, Pool, transaction

from credit_bank import settled
from credit_bank.calendar_th import thai_date
from credit_bank.catalogue import use_cases as catalogue
from credit_bank.clients import Registry
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.domain import AccountKey, Claim, ClaimState, JournalDraft
from credit_bank.partnerships import use_cases as partnerships
from credit_bank.people import use_cases as people
from credit_bank.people.domain import Enrolment
from credit_bank.qualifications import use_cases as qualifications
from credit_bank.transfers import events, store
from credit_bank.transfers.domain import Ground
from credit_bank.transfers.opening import (
    CaseProposal,
    NewCase,
    Surroundings,
    is_tied,
    known_case,
    open_case,
)
from credit_bank.transfers.steps import CASES_MAX, POLICIES

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
        _check_shape(proposal, today)
    late = await _late_enrolments(pool, registry, command.cases, institution_id=institution_id, today=today)
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        around = await _surroundings(connection, command.cases, late=late, institution_id=institution_id, today=today)
        outcomes, opened = _open_all(command.cases, around)
        refusals = await ledger.reserve_claims(connection, [_claims_of(case) for _, case in opened], now=now)
        kept = [case for (_, case), refusal in zip(opened, refusals, strict=True) if refusal is None]
        refused = {
            case.case_id: refusal for (_, case), refusal in zip(opened, refusals, strict=True) if refusal is not None
        }
        outcomes = [_after_claims(outcome, refused) for outcome in outcomes]
        await _submit(connection, kept, actor=actor, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
    return outcomes


def _check_shape(proposal: CaseProposal, today: date) -> None:
    check_size(proposal.lines, LINES_MAX, field="lines")
    if proposal.requested_on > today:
        raise InvalidField(field="requested_on", expected="today or earlier")
    if (proposal.ground is Ground.PARTNERSHIP) != (proposal.partnership_id is not None):
        raise InvalidField(field="partnership_id", expected="present when and only when the ground is PARTNERSHIP")
    for line in proposal.lines:
        check_size(line.source_entry_ids, SOURCES_MAX, field="source_entry_ids")
        if len(set(line.source_entry_ids)) != len(line.source_entry_ids):
            raise InvalidField(field="source_entry_ids", expected="each entry once")


async def _late_enrolments(
    pool: Pool, registry: Registry, proposals: Sequence[CaseProposal], *, institution_id: UUID, today: date
) -> list[Enrolment]:
    """Enrolments that the registry knows and the local copy does not yet.

    The registry is asked about those learners only whom the copy does not tie to the institution, so that nobody is
    refused for an event that is still on its way. Without an answer the copy stands.
    """
    async with pool.acquire(timeout=10) as connection:
        learner_ids = {proposal.learner_id for proposal in proposals}
        known = await people.read_enrolments(connection, learner_ids, on=today)
        agreements = await partnerships.read_partnerships(
            connection, {proposal.partnership_id for proposal in proposals if proposal.partnership_id}
        )
    by_learner = _by_learner(known)
    missing = sorted(
        {
            proposal.learner_id
            for proposal in proposals
            if not is_tied(proposal, agreements, by_learner.get(proposal.learner_id, ()), institution_id=institution_id)
        }
    )
    if not missing:
        return []
    try:
        return [item for item in await registry.list_enrolments(missing, on=today) if item.is_valid_on(today)]
    except Unavailable:
        return []


def _by_learner(enrolments: Sequence[Enrolment]) -> dict[UUID, list[Enrolment]]:
    found: dict[UUID, list[Enrolment]] = {}
    for enrolment in enrolments:
        found.setdefault(enrolment.learner_id, []).append(enrolment)
    return found


async def _surroundings(
    connection: Connection,
    proposals: Sequence[CaseProposal],
    *,
    late: Sequence[Enrolment],
    institution_id: UUID,
    today: date,
) -> Surroundings:
    """Lock the learners and read what their cases rest on."""
    policy = POLICIES.on(today)
    entry_ids = {entry_id for proposal in proposals for line in proposal.lines for entry_id in line.source_entry_ids}
    learner_ids = {proposal.learner_id for proposal in proposals}
    # Only learners who have one of the named results: nobody gets a chain because somebody guessed an id.
    owners = {source.learner_id for source in (await store.sources(connection, entry_ids)).values()} & learner_ids
    await ledger.lock_learners(connection, sorted(owners))
    enrolments = [*await people.read_enrolments(connection, learner_ids, on=today), *late]
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
    return Surroundings(
        on=today,
        institution_id=institution_id,
        qualifications=await qualifications.read_qualifications(
            connection, {(proposal.qualification_code, proposal.qualification_version) for proposal in proposals}
        ),
        committees=await partnerships.read_committees(connection, {proposal.committee_id for proposal in proposals}),
        partnerships=await partnerships.read_partnerships(
            connection, {proposal.partnership_id for proposal in proposals if proposal.partnership_id}
        ),
        enrolments=_by_learner(enrolments),
        sources=await store.sources(connection, entry_ids),
        targets=targets,
        rules=await catalogue.rules_for(
            connection, [target.course_id for target in targets.values()], on=today, institution_id=institution_id
        ),
        awarded={
            (account.learner_id, account.qualification_code, account.qualification_version, key_of[course_id])
            for account, course_id in await ledger.awarded_courses(connection, wanted)
        },
        known_lines=await store.known_lines(connection, learner_ids, institution_id),
        least_grades=policy.least_grades,
        sla_days=policy.sla_days,
    )


def _open_all(
    proposals: Sequence[CaseProposal], around: Surroundings
) -> tuple[list[Outcome], list[tuple[int, NewCase]]]:
    outcomes: list[Outcome] = []
    opened: list[tuple[int, NewCase]] = []
    for index, proposal in enumerate(proposals):
        known = known_case(proposal, around.known_lines.get(proposal.learner_id, ()))
        if known is not None:
            outcomes.append(Outcome(index, str(known), already_done=True))
            continue
        try:
            case = open_case(proposal, around, case_id=uuid7(), line_ids=[uuid7() for _ in proposal.lines])
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


async def _submit(connection: Connection, cases: Sequence[NewCase], *, actor: Actor, now: datetime) -> None:
    if not cases:
        return
    policy = POLICIES.on(thai_date(now))
    await store.insert_cases(connection, cases, rule_versions=policy.versions, actor=actor, now=now)
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
    await outbox.add(
        connection,
        [events.submitted(case, seq=journal.seq, now=now) for case, journal in zip(cases, journals, strict=True)],
    )
