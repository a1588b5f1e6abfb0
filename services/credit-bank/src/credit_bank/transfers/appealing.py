"""Appeals: rejected lines are heard again, by others than those who decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import InvalidField, ServiceError
from chassis.outcomes import Outcome, check_size
from chassis.pg import Connection, Pool

from credit_bank.calendar_th import thai_date
from credit_bank.calls import run
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.domain import AccountKey, Claim, ClaimState, JournalDraft
from credit_bank.transfers import domain, errors, store, store_steps
from credit_bank.transfers.domain import CaseState, LineState
from credit_bank.transfers.steps import CASES_MAX, Move, keep_moves, lock_for, read_policies, require_applicant
from credit_bank.transfers.store import CaseRow, LineRow
from credit_bank.transfers.store_steps import AppealRow
from credit_bank.transfers.waiting import check_text


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal.

    Attributes:
        line_ids: Rejected lines that are to be heard again; empty: all rejected ones.
        appealed_on: Day of the appeal; a learner's own is of the day on which he sends it.
    """

    case_id: UUID
    line_ids: tuple[UUID, ...]
    reason_th: str
    appealed_on: date


@dataclass(frozen=True, slots=True)
class AppealCases:
    """Appeal against decisions."""

    request_id: UUID
    appeals: tuple[Appeal, ...]


async def appeal_cases(pool: Pool, command: AppealCases, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Appeal against rejected lines of decided cases: they are proposed again, and others hear them.

    What was accepted may have been posted by then, and the case closed: it stays as it is. Who hears the rejected lines
    is named anew, and the clock begins anew. The sources are reserved again; where they serve something else by now,
    the appeal is refused.

    Args:
        pool: Connections.
        command: At most 200.
        actor: The learner himself (`own.transfer`), or staff of the deciding institution (`transfer.open`) who
            enter the appeal for him.
        now: When, UTC.

    Returns:
        One outcome a case; `already_done` where an appeal is being heard.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField, TooManyItems: Reason or day are not usable, none, or more than 200.
        RequestMismatch: The request id was used before with other content.
    """
    is_staff = require_applicant(actor, "transfer.open")
    today = thai_date(now)
    check_size(command.appeals, CASES_MAX, field="appeals")
    for item in command.appeals:
        check_text(item.reason_th, field="reason_th")
        if item.appealed_on > today:
            raise InvalidField(field="appealed_on", expected="today or earlier")

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        locked = await lock_for(connection, {item.case_id for item in command.appeals}, actor)
        lines = await store.lines(connection, locked)
        outcomes, heard = _judge(command.appeals, locked, lines, today=today, is_staff=is_staff)
        groups = [await _claims(connection, locked[case_id], wanted) for case_id, (_, wanted) in heard.items()]
        refusals = await ledger.reserve_claims(connection, groups, now=now)
        refused = {case_id: why for case_id, why in zip(heard, refusals, strict=True) if why is not None}
        outcomes = [
            Outcome.failed(outcome.index, refused[UUID(outcome.id)])
            if outcome.id and UUID(outcome.id) in refused
            else outcome
            for outcome in outcomes
        ]
        kept = {case_id: found for case_id, found in heard.items() if case_id not in refused}
        return outcomes, await _open(connection, locked, kept, is_staff=is_staff, actor=actor, now=now)

    return await run(pool, command, work, actor=actor)


def _judge(
    appeals: Sequence[Appeal],
    cases: Mapping[UUID, CaseRow],
    lines: Mapping[UUID, Sequence[LineRow]],
    *,
    today: date,
    is_staff: bool,
) -> tuple[list[Outcome], dict[UUID, tuple[Appeal, list[LineRow]]]]:
    outcomes: list[Outcome] = []
    heard: dict[UUID, tuple[Appeal, list[LineRow]]] = {}
    for index, item in enumerate(appeals):
        try:
            case = cases.get(item.case_id)
            if case is None:
                raise errors.CaseNotFound(case_id=item.case_id)
            is_done = item.case_id in heard or case.state is CaseState.APPEALED
            if not is_done:
                domain.advance(case.state, CaseState.APPEALED)
                appealed_on = item.appealed_on if is_staff else today
                wanted = appealed_lines(item, case, lines[item.case_id], appealed_on=appealed_on)
                heard[item.case_id] = (item, wanted)
        except ServiceError as refusal:
            outcomes.append(Outcome.failed(index, refusal))
            continue
        outcomes.append(Outcome(index, str(item.case_id), already_done=is_done))
    return outcomes, heard


def appealed_lines(appeal: Appeal, case: CaseRow, lines: Sequence[LineRow], *, appealed_on: date) -> list[LineRow]:
    """The lines that are heard again.

    Raises:
        AppealTooLate: The day is after the last one.
        NothingToAppeal: None of the lines, or not all that are named, are rejected.
    """
    if case.appeal_until is not None and appealed_on > case.appeal_until:
        raise errors.AppealTooLate(case_id=case.case_id, until=case.appeal_until)
    rejected = [line for line in lines if line.state is LineState.REJECTED]
    wanted = [line for line in rejected if not appeal.line_ids or line.line_id in appeal.line_ids]
    if not wanted or (appeal.line_ids and len(wanted) != len(set(appeal.line_ids))):
        raise errors.NothingToAppeal(case_id=case.case_id)
    return wanted


async def _claims(connection: Connection, case: CaseRow, lines: Sequence[LineRow]) -> list[Claim]:
    account = AccountKey.qualification(
        case.learner_id, case.qualification_code, case.qualification_version, case.institution_id
    )
    roots = await store.source_roots(connection, [line.line_id for line in lines])
    return [
        Claim(root, account, ClaimState.RESERVED, line.line_id, line.target_course_id)
        for line in lines
        for root in roots[line.line_id]
    ]


async def _open(
    connection: Connection,
    cases: Mapping[UUID, CaseRow],
    heard: Mapping[UUID, tuple[Appeal, list[LineRow]]],
    *,
    is_staff: bool,
    actor: Actor,
    now: datetime,
) -> list[NewEvent]:
    if not heard:
        return []
    today = thai_date(now)
    policies = await read_policies(connection, today)
    due = {key: policies.of_case(form=cases[key].form, level=cases[key].level).due_on for key in heard}
    rows = [
        AppealRow(
            case_id=key,
            line_ids=tuple(line.line_id for line in wanted),
            reason_th=item.reason_th,
            appealed_on=item.appealed_on if is_staff else today,
            due_on=due[key],
        )
        for key, (item, wanted) in heard.items()
    ]
    await store_steps.appeal(connection, rows, is_entered_by_staff=is_staff, actor=actor, now=now)
    drafts = [
        JournalDraft(
            learner_id=cases[row.case_id].learner_id,
            type="transfer.appealed",
            effective_on=row.appealed_on,
            case_id=row.case_id,
            facts={"hearing": str(cases[row.case_id].hearing + 1), "line_count": str(len(row.line_ids))},
        )
        for row in rows
    ]
    await ledger.append_journals(connection, drafts, now=now)
    moves = [
        Move(
            cases[row.case_id],
            "APPEALED",
            CaseState.APPEALED,
            cases[row.case_id].hearing + 1,
            row.due_on,
            {
                "reason_th": row.reason_th,
                "line_ids": [str(line_id) for line_id in row.line_ids],
                "is_entered_by_staff": is_staff,
                "appealed_on": row.appealed_on.isoformat(),
            },
        )
        for row in rows
    ]
    return await keep_moves(connection, moves, actor=actor, now=now)
