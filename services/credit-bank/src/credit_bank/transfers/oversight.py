"""What is late below an office: cases past their due day, without the learner and without what they ask for (R-84).

An area office follows each late case of its schools and colleges. A province, an agency or whoever else stands above
sees how many there are and where; small counts are hidden from them, since nobody there may look at a single case
(credit-bank.md b).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from chassis.auth import Actor
from chassis.pg import Pool

from credit_bank import limits
from credit_bank.calendar_th import thai_date
from credit_bank.people import use_cases as people
from credit_bank.transfers import store_oversight
from credit_bank.transfers.domain import CaseState, Ground

OVERSEE: Final = "registry.area_desk.read"
"""Permission of those who look at what is below their office; the registry's lists ask for the same one."""
FOLLOWS_CASES: Final = frozenset({"AREA_OFFICE_PRIMARY", "AREA_OFFICE_SECONDARY"})
"""Kinds of offices that follow single cases; the others see counts."""
SHOWN_MIN: Final = 5
"""Smallest count that is shown where single cases are not. Source: architecture.md 8."""


@dataclass(frozen=True, slots=True)
class LateCase:
    """A late case as an office above sees it: neither whose it is nor what it asks for.

    Attributes:
        due_on: The day by which it should have been decided, as far as its clock has moved it.
        days_late: Days since then.
        is_waiting: The applicant was asked for something, and the days are used up for which the clock may stand.
        has_committee: Somebody has named who decides it.
    """

    case_id: UUID
    institution_id: UUID
    institution_name_th: str
    ground: Ground
    state: CaseState
    submitted_on: date
    due_on: date
    days_late: int
    is_waiting: bool
    has_committee: bool
    hearing: int


@dataclass(frozen=True, slots=True)
class Backlog:
    """Undecided cases of one institution.

    Attributes:
        undecided: Cases that are not decided; None: some, too few to be shown.
        late: Those past their due day; None: some, too few to be shown.
        oldest_due_on: Earliest due day that has passed; None: none has, or not shown.
    """

    institution_id: UUID
    institution_name_th: str
    undecided: int | None
    late: int | None
    oldest_due_on: date | None


@dataclass(frozen=True, slots=True)
class LateCases:
    """What is late below an office.

    Attributes:
        backlogs: Institutions with undecided cases, most late ones first; with the first page.
        cases: A page of late cases, longest submitted first; none for offices that follow no single case.
        next_page_token: Empty on the last page.
    """

    backlogs: list[Backlog]
    cases: list[LateCase]
    next_page_token: str


async def list_late_cases(
    pool: Pool, *, page_size: int = 0, page_token: str = "", actor: Actor, now: datetime
) -> LateCases:
    """What is late below the caller's office, by administration or province.

    Args:
        pool: Connections.
        page_size: 1 to 1,000; 0 means 100.
        page_token: From the previous page; empty for the first.
        actor: Needs `registry.area_desk.read` at an office.
        now: When, UTC.

    Raises:
        PermissionMissing: The role oversees nobody.
        InvalidField: Page size or token.
    """
    actor.require(OVERSEE)
    office = actor.at()
    limit = limits.page_size(page_size)
    after = limits.page_after(page_token)
    today = thai_date(now)
    async with pool.acquire(timeout=10) as connection, connection.transaction(isolation="repeatable_read"):
        own = (await people.read_institutions(connection, [office])).get(office)
        below = await people.read_institutions_below(connection, office, on=today)
        names = {institution_id: institution.name_th for institution_id, institution in below.items()}
        is_following = own is not None and own.kind in FOLLOWS_CASES
        backlogs = [] if page_token else await store_oversight.backlogs(connection, sorted(below), today=today)
        found = (
            await store_oversight.late_cases(connection, sorted(below), today=today, after=after, limit=limit + 1)
            if is_following
            else []
        )
    page = found[:limit]
    # By what is shown: an order by true counts would tell hidden ones.
    seen = [shown(_named(one, names), is_following=is_following) for one in backlogs]
    return LateCases(
        backlogs=sorted(seen, key=lambda one: (-_place(one.late), one.institution_id)),
        cases=[_case(row, names) for row in page],
        next_page_token=str(page[-1].case_id) if len(found) > limit else "",
    )


def _place(late: int | None) -> int:
    """A hidden count is more than none and less than any shown one."""
    return 1 if late is None else late


def shown(backlog: Backlog, *, is_following: bool) -> Backlog:
    """The counts as an office may see them: where single cases are not followed, small ones are hidden."""
    if is_following:
        return backlog
    late = _hidden(backlog.late)
    return Backlog(
        institution_id=backlog.institution_id,
        institution_name_th=backlog.institution_name_th,
        undecided=_hidden(backlog.undecided),
        late=late,
        oldest_due_on=backlog.oldest_due_on if late else None,
    )


def _hidden(count: int | None) -> int | None:
    return None if count is not None and 0 < count < SHOWN_MIN else count


def _named(row: store_oversight.BacklogRow, names: dict[UUID, str]) -> Backlog:
    return Backlog(row.institution_id, names[row.institution_id], row.undecided, row.late, row.oldest_due_on)


def _case(row: store_oversight.LateRow, names: dict[UUID, str]) -> LateCase:
    return LateCase(
        case_id=row.case_id,
        institution_id=row.institution_id,
        institution_name_th=names[row.institution_id],
        ground=Ground(row.ground),
        state=CaseState(row.state),
        submitted_on=thai_date(row.submitted_at),
        due_on=row.due_on,
        days_late=row.days_late,
        is_waiting=row.state == CaseState.WAITING_FOR_INFORMATION,
        has_committee=row.has_committee,
        hearing=row.hearing,
    )
