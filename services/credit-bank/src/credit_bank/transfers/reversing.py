"""Taking posted lines back, and deciding what a changed source means for a line; the ledger does the exact mirror."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import InvalidField, ServiceError
from chassis.outcomes import Outcome, check_size
from chassis.pg import Connection, Pool

from credit_bank.calendar_th import thai_date
from credit_bank.calls import run
from credit_bank.ledger import flags, takeback
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.flags import Decider, Flag, FlagKind, FlagSubject, Resolution
from credit_bank.transfers import domain, errors, store, store_steps
from credit_bank.transfers.domain import CaseState, LineState, RejectionReason
from credit_bank.transfers.steps import keep_moves, lock, move_of
from credit_bank.transfers.store import CaseRow, LineRow
from credit_bank.transfers.store_steps import ReversalRow
from credit_bank.transfers.waiting import check_text

LINES_MAX: Final = 1_000
REASONS: Final = ("SOURCE_CHANGED", "SOURCE_REVOKED", "DECIDED_IN_ERROR", "ORDER", "OTHER")
KEPT: Final = "KEPT_BY_DECISION"
_BEFORE_POSTING: Final = frozenset(
    {LineState.PROPOSED, LineState.EVALUATED, LineState.ACCEPTED, LineState.ACCEPTED_WITH_ASSESSMENT}
)


@dataclass(frozen=True, slots=True)
class LineReversal:
    """A posted line to take back."""

    line_id: UUID
    reason_code: str
    reason_th: str


@dataclass(frozen=True, slots=True)
class ReverseLines:
    """Take posted lines back."""

    request_id: UUID
    reversals: tuple[LineReversal, ...]


@dataclass(frozen=True, slots=True)
class FlagDecision:
    """What a changed source means for a line; kept, or taken back."""

    flag_id: UUID
    is_kept: bool
    reason_th: str


@dataclass(frozen=True, slots=True)
class ResolveLineFlags:
    """Decide on flags of lines."""

    request_id: UUID
    resolutions: tuple[FlagDecision, ...]


async def reverse_lines(pool: Pool, command: ReverseLines, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Take posted lines back exactly: the mirror of their journals, claims released, awards no longer standing.

    Args:
        pool: Connections.
        command: At most 1,000 lines.
        actor: Needs `transfer.reverse` at the deciding institution.
        now: When, UTC.

    Returns:
        One outcome a line; `already_done` where it was taken back.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField, TooManyItems: A reason is missing, none, or more than 1,000.
        RequestMismatch: The request id was used before with other content.
    """
    actor.require("transfer.reverse")
    institution_id = actor.at()
    check_size(command.reversals, LINES_MAX, field="reversals")
    for item in command.reversals:
        if item.reason_code not in REASONS:
            raise InvalidField(field="reason_code", expected=f"one of {', '.join(REASONS)}")
        check_text(item.reason_th, field="reason_th")

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        cases, lines = await _hold(connection, {item.line_id for item in command.reversals}, institution_id)
        outcomes: dict[int, Outcome] = {}
        wanted: dict[int, LineReversal] = {}
        for index, item in enumerate(command.reversals):
            line = lines.get(item.line_id)
            if line is None:
                outcomes[index] = Outcome.failed(index, errors.LineNotFound(line_id=item.line_id))
            elif line.state is LineState.REVERSED or any(one.line_id == item.line_id for one in wanted.values()):
                outcomes[index] = Outcome(index, str(item.line_id), already_done=True)
            elif line.state is not LineState.POSTED:
                refusal = errors.CaseStateWrong(state=line.state, wanted=LineState.REVERSED)
                outcomes[index] = Outcome.failed(index, refusal)
            else:
                wanted[index] = item
        refusals, announced = await _take_back(connection, list(wanted.values()), cases, lines, actor=actor, now=now)
        for index, item in wanted.items():
            why = refusals.get(item.line_id)
            outcomes[index] = Outcome.failed(index, why) if why else Outcome(index, str(item.line_id))
        return [outcomes[index] for index in sorted(outcomes)], announced

    return await run(pool, command, work, actor=actor)


async def _hold(
    connection: Connection, line_ids: set[UUID], institution_id: UUID
) -> tuple[dict[UUID, CaseRow], dict[UUID, LineRow]]:
    """The cases of lines, held with their learners, and all their lines."""
    case_ids = await store.cases_of_lines(connection, line_ids, institution_id)
    cases = await lock(connection, case_ids, institution_id)
    found = await store.lines(connection, cases)
    return cases, {line.line_id: line for lines in found.values() for line in lines}


async def _take_back(
    connection: Connection,
    wanted: Sequence[LineReversal],
    cases: Mapping[UUID, CaseRow],
    lines: Mapping[UUID, LineRow],
    *,
    actor: Actor,
    now: datetime,
) -> tuple[dict[UUID, ServiceError], list[NewEvent]]:
    """Take lines back one by one; gives why not, by line, and the events."""
    if not wanted:
        return {}, []
    answers = await takeback.reverse(
        connection,
        [takeback.Reversal((item.line_id,), item.reason_code) for item in wanted],
        by=Decider(actor.subject_hash, actor.assignment_id),
        effective_on=thai_date(now),
        now=now,
    )
    refusals: dict[UUID, ServiceError] = {}
    rows: list[ReversalRow] = []
    announced: list[NewEvent] = []
    for item, answer in zip(wanted, answers, strict=True):
        if isinstance(answer, ServiceError):
            refusals[item.line_id] = answer
            continue
        rows.append(ReversalRow(item.line_id, item.reason_code, item.reason_th, answer.journals[0].journal_id))
        announced += answer.events
    if not rows:
        return refusals, []
    touched = sorted({lines[row.line_id].case_id for row in rows})
    whole = await store_steps.reverse_lines(connection, rows, touched, actor=actor, now=now)
    moves = [
        move_of(
            cases[case_id],
            "REVERSED_WHOLE" if case_id in whole else "REVERSED_PARTLY",
            CaseState.REVERSED if case_id in whole else cases[case_id].state,
            lines={str(row.line_id): row.reason_code for row in rows if lines[row.line_id].case_id == case_id},
        )
        for case_id in touched
    ]
    announced += await keep_moves(connection, moves, actor=actor, now=now)
    return refusals, announced


async def resolve_line_flags(pool: Pool, command: ResolveLineFlags, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Decide what changed sources mean for lines: they stand, are taken back, or are released before they are posted.

    A line that is not posted yet cannot stand on a source that changed: its case is decided on what was proposed
    (CB-I9). It is released and may be asked for anew.

    Args:
        pool: Connections.
        command: At most 1,000 flags.
        actor: Needs `transfer.reverse` at the deciding institution.
        now: When, UTC.

    Returns:
        One outcome a flag; `already_done` where it was settled.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField, TooManyItems: A reason is missing, none, or more than 1,000.
        RequestMismatch: The request id was used before with other content.
    """
    actor.require("transfer.reverse")
    institution_id = actor.at()
    check_size(command.resolutions, LINES_MAX, field="resolutions")
    for item in command.resolutions:
        check_text(item.reason_th, field="reason_th")
    flag_ids = {item.flag_id for item in command.resolutions}

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        # Before the locks only to learn whose they are; what they say is read again under them.
        seen = await flags.read_flags(connection, flag_ids)
        line_ids = {flag.line_id for flag in seen.values() if flag.line_id}
        cases, lines = await _hold(connection, line_ids, institution_id)
        found = await flags.read_flags(connection, flag_ids)
        desk = _FlagDesk(institution_id, found, lines)
        outcomes, kept, taken, released = desk.sort(command.resolutions)
        why = {item.flag_id: item.reason_th for item in command.resolutions}
        refusals, announced = await _take_back(connection, taken, cases, lines, actor=actor, now=now)
        announced += await _release(connection, released, cases, lines, actor=actor, now=now)
        by = Decider(actor.subject_hash, actor.assignment_id)
        announced += await takeback.resolve_flags(connection, kept, Resolution.KEPT, reason_code=KEPT, by=by, now=now)
        freed = {found[one.flag_id].line_id for one in released}
        settled = await flags.open_flags_of_lines(connection, [key for key in freed if key])
        announced += await takeback.resolve_flags(
            connection, settled, Resolution.RELEASED, reason_code="RELEASED", by=by, now=now
        )
        moves = [
            move_of(
                cases[lines[flag.line_id].case_id],
                "FLAG_KEPT",
                cases[lines[flag.line_id].case_id].state,
                flag_id=str(flag.flag_id),
                line_id=str(flag.line_id),
                reason_th=why[flag.flag_id],
            )
            for flag in kept
            if flag.line_id
        ]
        announced += await keep_moves(connection, moves, actor=actor, now=now)
        return [_after(outcome, found, refusals) for outcome in outcomes], announced

    return await run(pool, command, work, actor=actor)


def _after(outcome: Outcome, found: Mapping[UUID, Flag], refusals: Mapping[UUID, ServiceError]) -> Outcome:
    line_id = found[UUID(outcome.id)].line_id if outcome.id else None
    why = refusals.get(line_id) if line_id else None
    return Outcome.failed(outcome.index, why) if why else outcome


@dataclass(frozen=True, slots=True)
class _FlagDesk:
    """Which of the flags may be decided here."""

    institution_id: UUID
    flags: Mapping[UUID, Flag]
    lines: Mapping[UUID, LineRow]

    def sort(
        self, decisions: Sequence[FlagDecision]
    ) -> tuple[list[Outcome], list[Flag], list[LineReversal], list[FlagDecision]]:
        """Outcomes; flags that are kept; lines to take back; decisions that release lines."""
        outcomes: list[Outcome] = []
        kept: list[Flag] = []
        taken: dict[UUID, LineReversal] = {}
        released: list[FlagDecision] = []
        for index, item in enumerate(decisions):
            flag = self.flags.get(item.flag_id)
            line = self.lines.get(flag.line_id) if flag and flag.line_id else None
            if flag is None or line is None or flag.institution_id != self.institution_id:
                outcomes.append(Outcome.failed(index, errors.FlagNotFound(flag_id=item.flag_id)))
                continue
            if flag.resolution is not None:
                outcomes.append(Outcome(index, str(item.flag_id), already_done=True))
                continue
            is_posted = flag.subject is FlagSubject.POSTING and line.state is LineState.POSTED
            if item.is_kept and line.state in _BEFORE_POSTING:
                outcomes.append(Outcome.failed(index, errors.SourceChanged(line_id=line.line_id)))
                continue
            if item.is_kept:
                kept.append(flag)
            elif is_posted:
                reason = "SOURCE_REVOKED" if flag.kind is FlagKind.SOURCE_REVOKED else "SOURCE_CHANGED"
                taken[line.line_id] = LineReversal(line.line_id, reason, item.reason_th)
            else:
                released.append(item)
            outcomes.append(Outcome(index, str(item.flag_id)))
        return outcomes, kept, list(taken.values()), released


async def _release(
    connection: Connection,
    released: Sequence[FlagDecision],
    cases: Mapping[UUID, CaseRow],
    lines: Mapping[UUID, LineRow],
    *,
    actor: Actor,
    now: datetime,
) -> list[NewEvent]:
    """Reject lines that are not posted and whose source changed; decided cases get their result anew."""
    found = await flags.read_flags(connection, {item.flag_id for item in released})
    why = {
        flag.line_id: item.reason_th
        for item in released
        if (flag := found[item.flag_id]).line_id and lines[flag.line_id].state in _BEFORE_POSTING
    }
    if not why:
        return []
    reason = str(RejectionReason.SOURCE_CHANGED)
    settled = {line_id: (str(LineState.REJECTED), reason, sentence) for line_id, sentence in why.items() if line_id}
    await store_steps.settle_lines(connection, settled, from_states={str(state) for state in _BEFORE_POSTING})
    await ledger.release_claims(connection, list(settled), now=now)
    touched = sorted({lines[line_id].case_id for line_id in settled})
    decided = [case_id for case_id in touched if cases[case_id].state in (CaseState.DECIDED, CaseState.APPEALED)]
    results = {
        case_id: domain.result_of(
            LineState.REJECTED if line.line_id in settled else line.state
            for line in lines.values()
            if line.case_id == case_id
        )
        for case_id in decided
    }
    await store_steps.set_results(connection, results)
    moves = [
        move_of(
            cases[case_id],
            "LINES_RELEASED",
            cases[case_id].state,
            lines={str(key): reason for key in settled if lines[key].case_id == case_id},
        )
        for case_id in touched
    ]
    return await keep_moves(connection, moves, actor=actor, now=now)
