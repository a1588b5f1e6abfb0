"""Posting cases: accepted lines go into the qualification accounts, checked once more under the learner's lock."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import ServiceError, Unavailable
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Connection, Pool, transaction

from credit_bank import settled
from credit_bank.calendar_th import thai_date
from credit_bank.clients import Registry
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.domain import ISSUED, AccountKey, Award, JournalDraft, counted, move
from credit_bank.ledger.errors import CourseAlreadyAwarded
from credit_bank.people.domain import Identity
from credit_bank.transfers import domain, events, store
from credit_bank.transfers.domain import CaseState, LineState, SourceNow
from credit_bank.transfers.steps import CASES_MAX, POLICIES, lock, step
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


async def post_cases(
    pool: Pool, registry: Registry, command: PostCases, *, actor: Actor, now: datetime
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
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        locked = await lock(connection, command.case_ids, institution_id)
        accepted = {
            case_id: [line for line in lines if line.state is LineState.ACCEPTED]
            for case_id, lines in (await store.lines(connection, locked)).items()
        }
        desk = _PostingDesk(
            institution_id=institution_id,
            identities=identities,
            accepted_identity_states=POLICIES.on(thai_date(now)).accepted_identity_states,
            lines=accepted,
            sources=await store.sources_now(
                connection, [line.line_id for lines in accepted.values() for line in lines]
            ),
            awarded=await _awarded(connection, locked, accepted, institution_id),
        )
        outcomes, moved = step(command.case_ids, locked, CaseState.POSTED, desk.check)
        await _post(connection, moved, accepted, actor=actor, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
    return outcomes


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
        found[case.case_id] = answer.get(case.learner_id)

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


def _account(case: CaseRow, institution_id: UUID) -> AccountKey:
    return AccountKey.qualification(
        case.learner_id, case.qualification_code, case.qualification_version, institution_id
    )


async def _awarded(
    connection: Connection,
    cases: Mapping[UUID, CaseRow],
    lines: Mapping[UUID, Sequence[LineRow]],
    institution_id: UUID,
) -> set[tuple[AccountKey, UUID]]:
    wanted = {
        (_account(case, institution_id), line.target_course_id)
        for case in cases.values()
        for line in lines[case.case_id]
    }
    return await ledger.awarded_courses(connection, list(wanted))


@dataclass(frozen=True, slots=True)
class _PostingDesk:
    """What stands between a decided case and its posting; `awarded` grows with the cases that pass."""

    institution_id: UUID
    identities: Mapping[UUID, Identity | None]
    accepted_identity_states: frozenset[str]
    lines: Mapping[UUID, Sequence[LineRow]]
    sources: Mapping[UUID, Sequence[SourceNow]]
    awarded: set[tuple[AccountKey, UUID]]

    def check(self, case: CaseRow) -> None:
        """Refuse a case that may not be posted now; CB-I5, I8 and I9 once more, under the learner's lock."""
        lines = self.lines[case.case_id]
        if case.case_id not in self.identities:
            raise Unavailable("The case was decided while this request began; nobody was asked about its learner.")
        identity = self.identities[case.case_id]
        domain.require_identity(None if identity is None else identity.state, self.accepted_identity_states)
        courses = [(_account(case, self.institution_id), line.target_course_id) for line in lines]
        for line, course in zip(lines, courses, strict=True):
            domain.require_acceptable(line.obstacle, line_id=line.line_id)
            domain.require_unchanged(self.sources[line.line_id])
            if course in self.awarded:
                raise CourseAlreadyAwarded(code=line.target.code)
        self.awarded.update(courses)


async def _post(
    connection: Connection,
    cases: Sequence[CaseRow],
    lines: Mapping[UUID, Sequence[LineRow]],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    if not cases:
        return
    institution_id = actor.at()
    work = [(case, line) for case in cases for line in lines[case.case_id]]
    drafts = [_draft(case, line, institution_id) for case, line in work]
    journals = await ledger.append_journals(connection, drafts, now=now)
    claimed = await ledger.activate_claims(connection, [line.line_id for _, line in work], now=now)
    assert claimed == sum(len(line.source_entry_ids) for _, line in work), "every source was reserved for its line"
    awards = [
        Award(_account(case, institution_id), line.target_course_id, journal.journal_id)
        for (case, line), journal in zip(work, journals, strict=True)
    ]
    await ledger.record_awards(connection, awards)
    posted_by = {line.line_id: journal.journal_id for (_, line), journal in zip(work, journals, strict=True)}
    await store.post(connection, [case.case_id for case in cases], posted_by, actor=actor, now=now)
    announced: list[NewEvent] = [
        events.posted(case, line, institution_id=institution_id, seq=journal.seq, now=now)
        for (case, line), journal in zip(work, journals, strict=True)
    ]
    await outbox.add(connection, announced)


def _draft(case: CaseRow, line: LineRow, institution_id: UUID) -> JournalDraft:
    account = _account(case, institution_id)
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
