"""Registering committees and partnerships, scheduling offerings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from chassis import idempotency, outbox
from chassis.assignments import Assignment
from chassis.auth import Actor
from chassis.errors import NotFound, ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Connection, Pool, transaction

from credit_bank import limits, settled
from credit_bank.calendar_th import TERMS, YEARS_BE, thai_date
from credit_bank.canonical import digest
from credit_bank.catalogue import use_cases as catalogue
from credit_bank.catalogue.domain import Course, CourseKey
from credit_bank.catalogue.errors import CourseUnknown
from credit_bank.partnerships import events, store
from credit_bank.partnerships.domain import (
    Committee,
    CommitteeFacts,
    Mandate,
    Offering,
    OfferingFacts,
    Partnership,
    PartnershipState,
    Tier,
    committee_document,
    committee_fault,
    offering_document,
)
from credit_bank.partnerships.errors import (
    CommitteeExistsDifferent,
    CommitteeInvalid,
    CourseNotInAgreement,
    MemberUnknown,
    OfferingExistsDifferent,
    OfferingInvalid,
    PartnershipStateWrong,
    PartnershipUnknown,
)
from credit_bank.people import use_cases as people


@dataclass(frozen=True, slots=True)
class RegisterCommittees:
    """Committees to register."""

    request_id: UUID
    committees: tuple[CommitteeFacts, ...]


@dataclass(frozen=True, slots=True)
class ScheduleOfferings:
    """Offerings to schedule."""

    request_id: UUID
    offerings: tuple[OfferingFacts, ...]


@dataclass(frozen=True, slots=True)
class PartnershipPage:
    """A page of partnerships; the token is empty on the last one."""

    partnerships: list[Partnership]
    next_page_token: str


# ---- committees -----------------------------------------------------------------------------------------------------


async def register_committees(pool: Pool, command: RegisterCommittees, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Register committees of the caller's institution as their dated orders appoint them, or end them earlier.

    The same committee sent again with an earlier last day ends on that day; other members are another order's.

    Args:
        pool: Connections.
        command: At most 100 committees.
        actor: Needs `committee.manage` at the institution.
        now: UTC.

    Raises:
        PermissionMissing: The role registers no committees.
        TooManyItems: More than 100.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("committee.manage")
    check_size(command.committees, limits.FEW_ITEMS_MAX, field="committees")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        orders = [(facts.institution_id, facts.order_no) for facts in command.committees]
        await store.lock_keys(connection, {f"committee:{institution}:{order}" for institution, order in orders})
        known = await store.committees_by_order(connection, orders)
        before = await store.read_committees(connection, [committee_id for committee_id, _ in known.values()])
        wanted = {member.assignment_id for facts in command.committees for member in facts.members}
        assignments = await people.read_assignments(connection, wanted)
        outcomes: list[Outcome] = []
        new: list[tuple[Committee, bytes]] = []
        ended: list[tuple[Committee, bytes]] = []
        for index, facts in enumerate(command.committees):
            content = digest(committee_document(facts))
            same = known.get((facts.institution_id, facts.order_no))
            if same is not None and same[1] == content and facts.institution_id == actor.institution_id:
                outcomes.append(Outcome(index, str(same[0]), already_done=True))
                continue
            was = before.get(same[0]) if same is not None else None
            is_end = same is not None and was is not None and _ends_earlier(facts, was.facts, same[1])
            refusal = _committee_refusal(facts, assignments, actor, is_known=same is not None and not is_end)
            if refusal is None and is_end:
                refusal = _end_refusal(facts, thai_date(now))
            if refusal is not None:
                outcomes.append(Outcome.failed(index, refusal))
                continue
            if was is not None:
                known[facts.institution_id, facts.order_no] = (was.committee_id, content)
                ended.append((Committee(was.committee_id, facts), content))
                outcomes.append(Outcome(index, str(was.committee_id)))
                continue
            committee = Committee(uuid7(), facts)
            known[facts.institution_id, facts.order_no] = (committee.committee_id, content)
            new.append((committee, content))
            outcomes.append(Outcome(index, str(committee.committee_id)))
        await store.insert_committees(connection, new, now=now)
        await store.end_committees(connection, ended, ended_by=actor.subject_hash, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(connection, [events.committee_changed(committee) for committee, _ in new + ended])
    return outcomes


def _ends_earlier(facts: CommitteeFacts, was: CommitteeFacts, content: bytes) -> bool:
    """Whether facts are those of a known committee with this content, save that it ends on an earlier day."""
    if facts.valid_to is None or (was.valid_to is not None and facts.valid_to >= was.valid_to):
        return False
    return digest(committee_document(replace(facts, valid_to=was.valid_to))) == content


def _end_refusal(facts: CommitteeFacts, today: date) -> ServiceError | None:
    """What a committee has decided stands: it ends yesterday at the earliest."""
    if facts.valid_to is not None and facts.valid_to < today - timedelta(days=1):
        return CommitteeInvalid(field="valid_to", expected="yesterday or later")
    return None


def _committee_refusal(
    facts: CommitteeFacts, assignments: Mapping[UUID, Assignment], actor: Actor, *, is_known: bool
) -> ServiceError | None:
    if facts.institution_id != actor.institution_id:
        return NotFound()
    fault = committee_fault(facts)
    if fault:
        return CommitteeInvalid(field=fault[0], expected=fault[1])
    if is_known:
        return CommitteeExistsDifferent(order_no=facts.order_no)
    for member in facts.members:
        assignment = assignments.get(member.assignment_id)
        is_elsewhere = assignment is not None and assignment.institution_id != facts.institution_id
        if assignment is None or (is_elsewhere and facts.tier is Tier.INSTITUTION):
            return MemberUnknown(assignment_id=member.assignment_id)
    # Somebody with two assignments is one member: else one person could be most of a committee.
    if len({assignments[member.assignment_id].subject_hash for member in facts.members}) < len(facts.members):
        return CommitteeInvalid(field="members", expected="different persons")
    return None


async def read_committees(connection: Connection, committee_ids: Collection[UUID]) -> Mapping[UUID, Committee]:
    """Committees by id."""
    return await store.read_committees(connection, committee_ids)


@dataclass(frozen=True, slots=True)
class CommitteePage:
    """A page of committees; the token is empty on the last one."""

    committees: list[Committee]
    next_page_token: str


async def list_committees(
    pool: Pool,
    *,
    mandate: Mandate | None = None,
    valid_on: date | None = None,
    page_size: int = 0,
    page_token: str = "",
    actor: Actor,
) -> CommitteePage:
    """A page of the committees of the caller's institution; for whoever works there.

    Raises:
        PermissionMissing: The caller acts for no institution.
        InvalidField: Page size or token.
    """
    institution_id = actor.at()
    limit = limits.page_size(page_size)
    after = limits.page_after(page_token)
    async with pool.acquire(timeout=10) as connection:
        found = await store.page_committees(
            connection, institution_id, mandate=mandate, valid_on=valid_on, after=after, limit=limit + 1
        )
    page = found[:limit]
    return CommitteePage(page, str(page[-1].committee_id) if len(found) > limit else "")


# ---- partnerships ---------------------------------------------------------------------------------------------------


async def list_partnerships(
    pool: Pool,
    *,
    state: PartnershipState | None = None,
    ends_before: date | None = None,
    is_awaited: bool = False,
    page_size: int = 0,
    page_token: str = "",
    actor: Actor,
) -> PartnershipPage:
    """A page of the partnerships of which the caller's institution is a party; for whoever works there.

    Args:
        pool: Connections.
        state: Only in this one.
        ends_before: Only those whose last day lies before it.
        is_awaited: Only those that wait for the institution to confirm, them or the terms beside them.
        page_size: 1 to 1,000; 0: 100.
        page_token: From the page before.
        actor: Whose institution.

    Raises:
        PermissionMissing: The caller acts for no institution.
        InvalidField: Page size or token.
    """
    institution_id = actor.at()
    limit = limits.page_size(page_size)
    after = limits.page_after(page_token)
    async with pool.acquire(timeout=10) as connection:
        found = await store.page_partnerships(
            connection,
            institution_id,
            state=state,
            ends_before=ends_before,
            is_awaited=is_awaited,
            after=after,
            limit=limit + 1,
        )
    has_more = len(found) > limit
    found = found[:limit]
    return PartnershipPage(found, str(found[-1].partnership_id) if has_more else "")


async def read_partnerships(connection: Connection, partnership_ids: Collection[UUID]) -> Mapping[UUID, Partnership]:
    """Partnerships by id."""
    return await store.read_partnerships(connection, partnership_ids)


# ---- offerings ------------------------------------------------------------------------------------------------------


async def schedule_offerings(pool: Pool, command: ScheduleOfferings, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Schedule runs of courses at the caller's institution.

    Args:
        pool: Connections.
        command: At most 1,000 offerings.
        actor: Needs `offering.manage` at the institution.
        now: UTC.

    Raises:
        PermissionMissing: The role schedules no offerings.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("offering.manage")
    institution_id = actor.at()
    check_size(command.offerings, limits.ITEMS_MAX, field="offerings")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        references = {facts.reference for facts in command.offerings}
        await store.lock_keys(connection, {f"offering:{institution_id}:{reference}" for reference in references})
        found = await store.offerings_by_reference(connection, institution_id, references)
        known = {reference: (offering.offering_id, content) for reference, (offering, content) in found.items()}
        courses = await catalogue.find_courses(connection, {facts.course for facts in command.offerings})
        partnerships = await store.read_partnerships(
            connection, {facts.partnership_id for facts in command.offerings if facts.partnership_id is not None}
        )
        outcomes: list[Outcome] = []
        new: list[store.NewOffering] = []
        for index, facts in enumerate(command.offerings):
            refusal = _offering_refusal(facts, courses, partnerships, institution_id, on=thai_date(now))
            if refusal is not None:
                outcomes.append(Outcome.failed(index, refusal))
                continue
            course_id = courses[facts.course].course_id
            content = digest(offering_document(facts, course_id))
            same = known.get(facts.reference)
            if same is not None:
                outcomes.append(
                    Outcome(index, str(same[0]), already_done=True)
                    if same[1] == content
                    else Outcome.failed(index, OfferingExistsDifferent(reference=facts.reference))
                )
                continue
            offering = store.NewOffering(uuid7(), course_id, facts, content)
            known[facts.reference] = (offering.offering_id, content)
            new.append(offering)
            outcomes.append(Outcome(index, str(offering.offering_id)))
        await store.insert_offerings(connection, new, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(connection, [events.offering_scheduled(one.offering_id, one.facts) for one in new])
    return outcomes


def _offering_refusal(
    facts: OfferingFacts,
    courses: Mapping[CourseKey, Course],
    partnerships: Mapping[UUID, Partnership],
    institution_id: UUID,
    *,
    on: date,
) -> ServiceError | None:
    if facts.institution_id != institution_id:
        return NotFound()
    if not facts.reference or facts.year_be not in YEARS_BE or facts.term not in TERMS:
        return OfferingInvalid(field="reference", expected="a reference, a year BE and a term 1 to 3")
    if facts.course not in courses:
        return CourseUnknown(codes=facts.course.code)
    if facts.partnership_id is None:
        return None
    return _agreement_refusal(facts, partnerships.get(facts.partnership_id), institution_id, on=on)


def _agreement_refusal(
    facts: OfferingFacts, partnership: Partnership | None, institution_id: UUID, *, on: date
) -> ServiceError | None:
    """Why an offering may not be made under an agreement; None: it may."""
    if partnership is None or institution_id not in partnership.facts.party_institution_ids:
        return PartnershipUnknown(partnership_id=facts.partnership_id)
    if not partnership.is_active_on(on):
        return PartnershipStateWrong(state=partnership.facts.state, wanted=PartnershipState.ACTIVE)
    if not partnership.covers_course(facts.course):
        return CourseNotInAgreement(code=facts.course.code)
    return None


async def read_offerings(connection: Connection, offering_ids: Collection[UUID]) -> Mapping[UUID, Offering]:
    """Offerings by id."""
    return await store.read_offerings(connection, offering_ids) if offering_ids else {}


async def find_offerings(
    connection: Connection, institution_id: UUID, references: Collection[str]
) -> Mapping[str, Offering]:
    """Offerings of an institution by reference."""
    found = await store.offerings_by_reference(connection, institution_id, references)
    return {reference: offering for reference, (offering, _) in found.items()}
