"""Posting cases: accepted lines go into the qualification accounts, checked once more under the learner's lock."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import ServiceError, Unavailable
from chassis.outcomes import Outcome, check_size
from chassis.pg import Connection, Pool

from credit_bank import coalescing
from credit_bank.calendar_th import thai_date
from credit_bank.clients import Registry
from credit_bank.coalescing import Call, Done
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.domain import ISSUED, AccountKey, Award, Journal, JournalDraft, counted, move
from credit_bank.ledger.errors import CourseAlreadyAwarded
from credit_bank.people.domain import Identity
from credit_bank.transfers import domain, errors, events, store, store_steps
from credit_bank.transfers.domain import CaseState, LineState, SourceNow
from credit_bank.transfers.policy import CasePolicies, form_of
from credit_bank.transfers.shares import Shares, read_shares
from credit_bank.transfers.steps import CASES_MAX, keep_moves, lock, move_of, read_policies, step
from credit_bank.transfers.store import CaseRow, LineRow

REGISTRY_CALLS_MAX = 16
"""Questions to the registry at the same time."""

PURPOSE = "TRANSFER_ASSESSMENT"
"""Why the registry is asked who the learner is."""


@dataclass(frozen=True, slots=True)
class PostCases:
    """Post decided cases."""

    request_id: UUID
    case_ids: tuple[UUID, ...]


Identities = Mapping[UUID, Identity | None]
"""Who the learners of decided cases are, by case."""
Poster = coalescing.Coalescer[PostCases, Identities]
"""Through which calls that post cases go together."""


async def post_cases(
    pool: Pool,
    registry: Registry,
    command: PostCases,
    *,
    actor: Actor,
    now: datetime,
    together: Poster | None = None,
) -> list[Outcome]:
    """Post the accepted lines of decided cases into the learners' qualification accounts.

    Fails closed: who the learners are is asked of the registry before the transaction, and without an answer nothing is
    posted. What the decision rested on is checked again inside the transaction.

    Args:
        pool: Connections.
        registry: Asked for each learner's identity on the ground of the case.
        command: At most 200 cases.
        actor: Needs `transfer.post` at the deciding institution; resolved freshly.
        now: Posting time, UTC.
        together: Through which calls made at the same time go together.

    Returns:
        One outcome a case; `already_done` where another request had posted it. A case is posted whole or not at all.

    Raises:
        PermissionMissing: The role does not allow it.
        Unavailable: The registry does not answer; the same request id may be sent again.
        InvalidField, TooManyItems: None, or more than 200.
        RequestMismatch: The request id was used before with other content.
    """
    actor.require("transfer.post")
    assert actor.is_fresh, "posting rests on a fresh answer of the registry"
    institution_id = actor.at()
    check_size(command.case_ids, CASES_MAX, field="case_ids")
    identities = await _identities(pool, registry, command.case_ids, institution_id=institution_id, actor=actor)
    call: Call[PostCases, Identities] = Call(command, actor, now, identities)
    if together is not None:
        return await together.answer(call, size=len(command.case_ids))
    return await coalescing.answer(pool, call, _begin)


def posting_together(pool: Pool) -> Poster:
    """Through which calls that post cases go together."""
    return coalescing.Coalescer(pool, _begin, group_items_max=CASES_MAX)


async def _begin(_calls: Sequence[Call[PostCases, Identities]]) -> coalescing.Work[PostCases, Identities]:
    return _post_calls


async def _post_calls(connection: Connection, calls: Sequence[Call[PostCases, Identities]]) -> list[Done]:
    now, named = calls[0].now, {case_id for call in calls for case_id in call.command.case_ids}
    locked = await lock(connection, named, calls[0].actor.at())
    lines = await store.lines(connection, locked)
    desk = await _desk(connection, locked, lines, now=now)
    answers: list[tuple[list[Outcome], list[CaseRow]]] = []
    by_person: dict[str, tuple[Actor, list[CaseRow]]] = {}
    for call in calls:
        # Each call's cases rest on what its own caller was told of the learners; awards and shares go on.
        check = replace(desk, identities=call.seen).check
        outcomes, moved = step(call.command.case_ids, locked, CaseState.POSTED, check)
        locked.update({case.case_id: replace(case, state=CaseState.POSTED) for case in moved})
        answers.append((outcomes, moved))
        if moved:
            by_person.setdefault(call.actor.caller, (call.actor, []))[1].extend(moved)
    if by_person:
        posted = await _post(connection, [case for _, moved in answers for case in moved], desk.lines, now=now)
        told: dict[UUID, NewEvent] = {}
        for actor, moved in by_person.values():
            told |= await _keep(connection, moved, posted, actor=actor, now=now)
        return [(outcomes, _events(moved, posted, told, now=now)) for outcomes, moved in answers]
    return [(outcomes, []) for outcomes, _ in answers]


async def _desk(
    connection: Connection,
    cases: Mapping[UUID, CaseRow],
    lines: Mapping[UUID, Sequence[LineRow]],
    *,
    now: datetime,
) -> _PostingDesk:
    """What the cases are held against, read under the learners' locks; who the learners are each call knows."""
    accepted = {
        case_id: [line for line in found if line.state is LineState.ACCEPTED] for case_id, found in lines.items()
    }
    policies = await read_policies(connection, thai_date(now))
    accounts = {_account(case) for case in cases.values()}
    owners = {
        entry_id: cases[case_id].learner_id
        for case_id, found in accepted.items()
        for line in found
        for entry_id in line.source_entry_ids
    }
    circular = await ledger.transferred_entries(connection, owners)
    now_standing = await store.sources_now(connection, [line.line_id for found in accepted.values() for line in found])
    return _PostingDesk(
        identities={},
        policies=policies,
        pending={
            line.case_id
            for found in lines.values()
            for line in found
            if line.state is LineState.ACCEPTED_WITH_ASSESSMENT
        },
        lines=accepted,
        sources={
            line_id: [replace(source, is_transferred=source.entry_id in circular) for source in found]
            for line_id, found in now_standing.items()
        },
        frozen=await ledger.frozen_accounts(connection, accounts),
        awarded=await _awarded(connection, cases, accepted),
        shares=await read_shares(connection, cases.values()),
    )


async def _identities(
    pool: Pool, registry: Registry, case_ids: Collection[UUID], *, institution_id: UUID, actor: Actor
) -> dict[UUID, Identity | None]:
    """Who the learners of the decided cases are, as the registry says now, by case.

    One question a case: the registry keeps in its own access log which case each read was for.
    """
    async with pool.acquire(timeout=10) as connection:
        known = await store.cases(connection, case_ids, institution_id)
    limit = asyncio.Semaphore(REGISTRY_CALLS_MAX)
    found: dict[UUID, Identity | None] = {}

    async def ask(case: CaseRow) -> None:
        async with limit:
            answer = await registry.fetch_identities(
                [case.learner_id], purpose=PURPOSE, ground="CASE", ground_id=case.case_id, on=None, actor=actor
            )
        # One learner was asked about; one who was merged into another is given under that one's id.
        found[case.case_id] = next(iter(answer.values()), None)

    refusals: list[BaseException] = []
    try:
        async with asyncio.TaskGroup() as asking:
            for case in known.values():
                if case.state is CaseState.DECIDED:
                    asking.create_task(ask(case))
    except* ServiceError as group:
        refusals.extend(group.exceptions)
    if refusals:
        # The group has cancelled the other questions: one that failed fails the request.
        raise refusals[0]
    return found


def _account(case: CaseRow) -> AccountKey:
    return AccountKey.qualification(
        case.learner_id, case.qualification_code, case.qualification_version, case.institution_id
    )


async def _awarded(
    connection: Connection,
    cases: Mapping[UUID, CaseRow],
    lines: Mapping[UUID, Sequence[LineRow]],
) -> set[tuple[AccountKey, UUID]]:
    wanted = {(_account(case), line.target_course_id) for case in cases.values() for line in lines[case.case_id]}
    return await ledger.awarded_courses(connection, list(wanted))


@dataclass(frozen=True, slots=True)
class _PostingDesk:
    """What stands between a decided case and its posting; the last three grow with the cases that pass.

    Attributes:
        pending: Cases with a line whose assessment is not recorded.
        frozen: Accounts in which nothing may be posted, with the refusal to give (CB-I18).
        awarded: Courses by account, as the cases name it and as the person has it (CB-I5).
        given: Person, institution and course of what earlier cases of the call award (CB-I10).
    """

    identities: Mapping[UUID, Identity | None]
    policies: CasePolicies
    pending: Collection[UUID]
    lines: Mapping[UUID, Sequence[LineRow]]
    sources: Mapping[UUID, Sequence[SourceNow]]
    frozen: Mapping[AccountKey, ServiceError]
    awarded: set[tuple[AccountKey, UUID]]
    shares: Shares
    given: set[tuple[UUID, UUID, UUID]] = field(default_factory=set[tuple[UUID, UUID, UUID]])

    def check(self, case: CaseRow) -> None:
        """Refuse a case that may not be posted now; CB-I5 to I10 once more, under the learner's lock."""
        lines = self.lines[case.case_id]
        if case.case_id not in self.identities:
            raise Unavailable("The case was decided while this request began; nobody was asked about its learner.")
        if case.case_id in self.pending:
            raise errors.AssessmentPending(case_id=case.case_id)
        identity = self.identities[case.case_id]
        states = self.policies.identity_states(form=case.form, level=case.level)
        domain.require_identity(None if identity is None else identity.state, states)
        account, mine = _account(case), self.shares.account_of(case)
        if lines and account in self.frozen:
            raise self.frozen[account]
        for line in lines:
            domain.require_acceptable(line.obstacle, line_id=line.line_id)
            sources = self.sources[line.line_id]
            domain.require_unchanged(sources)
            for source in sources:
                if (mine.learner_id, source.issuer_id, source.course_id) in self.given:
                    raise errors.CircularTransfer(entry_id=source.entry_id)
            if not self.awarded.isdisjoint({(account, line.target_course_id), (mine, line.target_course_id)}):
                raise CourseAlreadyAwarded(code=line.target.code)
        self.shares.take(case, lines)
        self.awarded.update((mine, line.target_course_id) for line in lines)
        self.given.update((mine.learner_id, case.institution_id, line.target_course_id) for line in lines)


async def _post(
    connection: Connection, cases: Sequence[CaseRow], lines: Mapping[UUID, Sequence[LineRow]], *, now: datetime
) -> dict[UUID, list[tuple[LineRow, Journal]]]:
    """Journals, claims and awards of cases; gives the journals by case, in the order of its lines."""
    work = [(case, line) for case in cases for line in lines[case.case_id]]
    journals = await ledger.append_journals(connection, [_draft(case, line) for case, line in work], now=now)
    claimed = await ledger.activate_claims(connection, [line.line_id for _, line in work], now=now)
    assert claimed == sum(len(line.source_entry_ids) for _, line in work), "every source was reserved for its line"
    awards = [
        Award(_account(case), line.target_course_id, journal.journal_id, form_of(line.forms))
        for (case, line), journal in zip(work, journals, strict=True)
    ]
    await ledger.record_awards(connection, awards)
    posted: dict[UUID, list[tuple[LineRow, Journal]]] = {case.case_id: [] for case in cases}
    for (case, line), journal in zip(work, journals, strict=True):
        posted[case.case_id].append((line, journal))
    return posted


async def _keep(
    connection: Connection,
    cases: Sequence[CaseRow],
    posted: Mapping[UUID, Sequence[tuple[LineRow, Journal]]],
    *,
    actor: Actor,
    now: datetime,
) -> dict[UUID, NewEvent]:
    """Write that one person posted cases; gives the events of those that posted no line, which nothing else tells."""
    journals = {line.line_id: journal.journal_id for case in cases for line, journal in posted[case.case_id]}
    await store.post(connection, [case.case_id for case in cases], journals, actor=actor, now=now)
    # Heard again after what was posted had been taken back, and rejected again: nothing of the case stands.
    reversed_ = await store_steps.reverse_cases(connection, [case.case_id for case in cases])
    moves = [
        move_of(case, "POSTED", CaseState.REVERSED if case.case_id in reversed_ else CaseState.POSTED) for case in cases
    ]
    alone = [move for move in moves if not posted[move.case.case_id]]
    others = [move for move in moves if posted[move.case.case_id]]
    await keep_moves(connection, others, actor=actor, now=now, is_told=False)
    events_alone = await keep_moves(connection, alone, actor=actor, now=now)
    return {move.case.case_id: event for move, event in zip(alone, events_alone, strict=True)}


def _events(
    cases: Sequence[CaseRow],
    posted: Mapping[UUID, Sequence[tuple[LineRow, Journal]]],
    told: Mapping[UUID, NewEvent],
    *,
    now: datetime,
) -> list[NewEvent]:
    return [told[case.case_id] for case in cases if case.case_id in told] + [
        events.posted(case, line, institution_id=case.institution_id, seq=journal.seq, now=now)
        for case in cases
        for line, journal in posted[case.case_id]
    ]


def _draft(case: CaseRow, line: LineRow) -> JournalDraft:
    account = _account(case)
    assert case.decided_at is not None, "only decided cases are posted"
    return JournalDraft(
        learner_id=case.learner_id,
        type="transfer.posted",
        effective_on=thai_date(case.decided_at),
        case_id=case.case_id,
        line_id=line.line_id,
        lines=move(account, ISSUED, counted(line.category), unit=line.unit, amount_hundredths=line.credit_hundredths),
        facts={
            "target_code_system": str(line.target.code_system),
            "target_code": line.target.code,
            "target_curriculum_version": line.target.curriculum_version,
            "mode": str(line.mode),
            "rule_id": "" if line.rule_id is None else str(line.rule_id),
            "source_entry_ids": ",".join(str(entry_id) for entry_id in line.source_entry_ids),
        },
    )
