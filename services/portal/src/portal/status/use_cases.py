"""Gathers what a person sees from the services; what one of them cannot answer is said, and the rest is shown."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from chassis.errors import ServiceError, Unavailable

from portal.clients import CreditBank, Guidance, Indicators, Registry, Viewer
from portal.sessions import Acting
from portal.status.domain import (
    Access,
    Assignment,
    Case,
    Credits,
    Learner,
    LearnerDetail,
    LearnerPage,
    LearnerRow,
    Part,
    Problem,
    Result,
    StaffPage,
    missing,
    summed,
)

log = logging.getLogger(__name__)

T = TypeVar("T")

PAGE_ROWS = 20
CALLS_AT_ONCE = 6
"""Calls for one page that may run at the same time."""

READ_LEARNERS = "registry.learners.read"
READ_CREDITS = "credit.read"
READ_TRANSCRIPTS = "transcript.read"
READ_TRANSFERS = "transfer.read"
READ_GUIDANCE = "guidance.read"
READ_REPORTS = "report.read"
OWN = "own.read"

OWN_PURPOSE = "OWN_RECORD"
_PURPOSES = ((READ_GUIDANCE, "GUIDANCE"), (READ_TRANSFERS, "TRANSFER_ASSESSMENT"))
OTHER_PURPOSE = "STUDENT_RECORD"


@dataclass(frozen=True, slots=True)
class Services:
    """The services behind the pages."""

    registry: Registry
    bank: CreditBank
    guidance: Guidance
    indicators: Indicators


@dataclass(frozen=True, slots=True)
class Standing:
    """Whom a signed-in person may be, and who he is on this page.

    Attributes:
        assignments: All assignments, or None while the registry is away.
        acting: None when the registry is away and nothing is remembered.
        is_remembered: True when the registry did not confirm `acting` just now.
    """

    assignments: Sequence[Assignment] | None
    acting: Acting | None
    is_remembered: bool = False


async def standing(services: Services, viewer: Viewer, *, wanted: str) -> Standing:
    """Under which assignment the person acts: the one wanted, else the last one, else the first, else for himself.

    Raises:
        Unauthenticated: The token is no longer valid.
        ServiceError: The registry refuses for another reason than being away.
    """
    remembered = viewer.acting
    try:
        assignments = await services.registry.assignments(viewer)
        by_id = {assignment.assignment_id: assignment for assignment in assignments}
        last = remembered.assignment_id if remembered else ""
        chosen = by_id.get(wanted) or by_id.get(last) or (assignments[0] if assignments else None)
        return Standing(assignments, await services.registry.resolve(viewer, chosen))
    except Unavailable:
        if remembered and wanted not in ("", remembered.assignment_id):
            return Standing(None, None)
        return Standing(None, remembered, is_remembered=True)


def purpose_of(acting: Acting) -> str:
    """Purpose code of the reads that a page makes for a role."""
    return next((purpose for permission, purpose in _PURPOSES if acting.may(permission)), OTHER_PURPOSE)


async def staff_page(services: Services, viewer: Viewer, acting: Acting, *, page_token: str, year_be: int) -> StaffPage:
    """The page of somebody who acts under an assignment."""
    bank = services.bank
    async with _together() as group:
        learners = group.create_task(_learners(services, viewer, acting, page_token=page_token))
        cases = group.create_task(_when(acting.may(READ_TRANSFERS), lambda: bank.cases(viewer)))
        report = group.create_task(_when(acting.may(READ_REPORTS), lambda: services.indicators.report(viewer, year_be)))
    page, all_cases = learners.result(), cases.result()
    listed = page.value.learners if page and page.value else ()
    async with _together() as group:
        amounts = group.create_task(_credits_of(services, viewer, acting, listed))
        of_listed = group.create_task(
            _when(
                bool(listed) and all_cases is not None and all_cases.problem is None,
                lambda: bank.cases(viewer, [learner.learner_id for learner in listed]),
            )
        )
    found_credits, found_cases = amounts.result(), of_listed.result()
    by_learner = _by_learner((found_cases and found_cases.value) or ())
    rows = [
        LearnerRow(learner, found_credits.get(learner.learner_id), by_learner.get(learner.learner_id, ()))
        for learner in listed
    ]
    shown_cases = (all_cases and all_cases.value) or ()
    return StaffPage(
        learners=page,
        rows=rows,
        credits_problem=_common_problem(found_credits.values()),
        cases=all_cases,
        indicators=report.result(),
        names=await _names(services, viewer, [case.institution_id for case in shown_cases]),
    )


async def learner_detail(services: Services, viewer: Viewer, acting: Acting, learner_id: str) -> LearnerDetail:
    """Everything about one learner that the person may see; for the learner himself, also who looked."""
    is_own = acting.may(OWN) and acting.learner_id == learner_id
    purpose = OWN_PURPOSE if is_own else purpose_of(acting)
    bank, guidance = services.bank, services.guidance
    async with _together() as group:
        learner = group.create_task(_part(_learner(services, viewer, learner_id, is_own=is_own, purpose=purpose)))
        amounts = group.create_task(
            _when(is_own or acting.may(READ_CREDITS), lambda: _credits(services, viewer, learner_id, purpose=purpose))
        )
        results = group.create_task(_results(services, viewer, acting, learner_id, is_own=is_own, purpose=purpose))
        cases = group.create_task(_when(is_own or acting.may(READ_TRANSFERS), lambda: bank.cases(viewer, [learner_id])))
        record = group.create_task(
            _when(is_own or acting.may(READ_GUIDANCE), lambda: guidance.record(viewer, learner_id, purpose=purpose))
        )
    access, problems = await _access(services, viewer, learner_id) if is_own else ([], [])
    found_learner, found_cases = learner.result(), cases.result()
    shown_ids = [item.institution_id for item in access]
    shown_ids += [case.institution_id for case in (found_cases and found_cases.value) or ()]
    shown_ids += [item.institution_id for item in (found_learner.value.enrolments if found_learner.value else ())]
    return LearnerDetail(
        learner=found_learner,
        credits=amounts.result(),
        results=results.result(),
        cases=found_cases,
        record=record.result(),
        access=access,
        access_problems=problems,
        shows_access=is_own,
        names=await _names(services, viewer, shown_ids),
    )


@asynccontextmanager
async def _together() -> AsyncGenerator[asyncio.TaskGroup]:
    """Tasks that end together; the first failure is raised as it is, not in a group."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from failed


async def _part(work: Awaitable[T]) -> Part[T]:
    """What a service answers, or why it does not; only an ended sign-in ends the page.

    Raises:
        Unauthenticated: The token is no longer valid.
    """
    try:
        return Part(await work)
    except ServiceError as error:
        if error.kind == Problem.UNAUTHENTICATED:
            raise
        known = error.kind in Problem.__members__
        if not known:
            fields = {"kind": error.kind, "reason": error.reason}
            log.warning("Service gave an unusable answer", extra={"fields": fields})
        return missing(Problem(error.kind) if known else Problem.BROKEN)


async def _when(is_wanted: bool, ask: Callable[[], Awaitable[T]]) -> Part[T] | None:
    """The part when the role has a use for it; else nothing is asked."""
    return await _part(ask()) if is_wanted else None


async def _learners(services: Services, viewer: Viewer, acting: Acting, *, page_token: str) -> Part[LearnerPage] | None:
    if not acting.may(READ_LEARNERS) or not acting.institution_id:
        return None
    return await _part(
        services.registry.learners(
            viewer, acting.institution_id, purpose=purpose_of(acting), page_size=PAGE_ROWS, page_token=page_token
        )
    )


async def _learner(services: Services, viewer: Viewer, learner_id: str, *, is_own: bool, purpose: str) -> Learner:
    if is_own:
        return await services.registry.own_learner(viewer)
    found = await services.registry.learner(viewer, learner_id, purpose=purpose)
    if found is None:
        raise _NoLearnerError
    return found


class _NoLearnerError(ServiceError):
    """The learner does not exist for the person."""

    kind = "NOT_FOUND"
    reason = "NOT_FOUND"


async def _credits(services: Services, viewer: Viewer, learner_id: str, *, purpose: str) -> Credits:
    return summed(await services.bank.accounts(viewer, learner_id, purpose=purpose))


async def _credits_of(
    services: Services, viewer: Viewer, acting: Acting, learners: Sequence[Learner]
) -> dict[str, Part[Credits]]:
    """Credits of every learner of a page. A credit bank that is away is asked once, not once per learner."""
    if not acting.may(READ_CREDITS):
        return {}
    limit, is_away = asyncio.Semaphore(CALLS_AT_ONCE), asyncio.Event()

    async def ask(learner: Learner) -> Part[Credits]:
        async with limit:
            if is_away.is_set():
                return missing(Problem.UNAVAILABLE)
            found = await _part(_credits(services, viewer, learner.learner_id, purpose=purpose_of(acting)))
            if found.problem is Problem.UNAVAILABLE:
                is_away.set()
            return found

    async with _together() as group:
        tasks = {learner.learner_id: group.create_task(ask(learner)) for learner in learners}
    return {learner_id: task.result() for learner_id, task in tasks.items()}


async def _results(
    services: Services, viewer: Viewer, acting: Acting, learner_id: str, *, is_own: bool, purpose: str
) -> Part[Sequence[Result]] | None:
    if is_own or acting.may(READ_TRANSCRIPTS):
        return await _part(services.bank.transcript(viewer, learner_id, purpose=purpose))
    if acting.may(READ_CREDITS):
        return await _part(services.bank.entries(viewer, learner_id))
    return None


async def _access(services: Services, viewer: Viewer, learner_id: str) -> tuple[list[Access], list[str]]:
    """Who looked, in all services, newest first; and the services that do not answer."""
    sources = {
        "student-registry": services.registry.access(viewer, learner_id),
        "credit-bank": services.bank.access(viewer, learner_id),
        "guidance": services.guidance.access(viewer, learner_id),
    }
    async with _together() as group:
        tasks = {name: group.create_task(_part(work)) for name, work in sources.items()}
    rows = [row for task in tasks.values() for row in task.result().value or ()]
    rows.sort(key=lambda row: row.read_at, reverse=True)
    return rows, [name for name, task in tasks.items() if task.result().problem]


async def _names(services: Services, viewer: Viewer, institution_ids: Iterable[str]) -> dict[str, str]:
    """Thai names of institutions; one that cannot be told is left out."""
    wanted = sorted({institution_id for institution_id in institution_ids if institution_id})
    limit = asyncio.Semaphore(CALLS_AT_ONCE)

    async def ask(institution_id: str) -> Part[str]:
        async with limit:
            return await _part(services.registry.institution_name(viewer, institution_id))

    async with _together() as group:
        tasks = {institution_id: group.create_task(ask(institution_id)) for institution_id in wanted}
    return {institution_id: name for institution_id, task in tasks.items() if (name := task.result().value)}


def _by_learner(cases: Iterable[Case]) -> dict[str, list[Case]]:
    grouped: dict[str, list[Case]] = {}
    for case in cases:
        grouped.setdefault(case.learner_id, []).append(case)
    return grouped


def _common_problem(parts: Iterable[Part[Credits]]) -> Problem | None:
    """Unavailable when any part is; it is said once above the list."""
    return Problem.UNAVAILABLE if any(part.problem is Problem.UNAVAILABLE for part in parts) else None
