"""Weekly times of offerings and lessons, and where school and college clash for the same class (R-22, R-25)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import NotFound, ServiceError, TooManyItems
from chassis.ids import uuid7
from chassis.outcomes import Outcome, outcomes_from_answer
from chassis.pg import Pool, transaction
from nuaikit.credit_bank.v1 import events_pb2

from credit_bank import limits, settled
from credit_bank.calendar_th import thai_date
from credit_bank.catalogue.events import TOPIC
from credit_bank.offerings import store
from credit_bank.offerings.domain import Clash, TimeFacts, WeeklyTime, clashes_of, time_fault
from credit_bank.offerings.errors import TimeInvalid
from credit_bank.partnerships import use_cases as partnerships
from credit_bank.partnerships.domain import Offering
from credit_bank.partnerships.errors import NotAParty
from credit_bank.recording.errors import OfferingUnknown


@dataclass(frozen=True, slots=True)
class SetWeeklyTimes:
    """Times to set and to take away."""

    request_id: UUID
    times: tuple[TimeFacts, ...]
    remove_time_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class SetTimes:
    """What became of each time, and the clashes that the new ones have."""

    outcomes: list[Outcome]
    clashes: list[Clash]


@dataclass(frozen=True, slots=True)
class TimePage:
    """A page of times; the token is empty on the last one."""

    times: list[WeeklyTime]
    next_page_token: str


async def set_weekly_times(pool: Pool, command: SetWeeklyTimes, *, actor: Actor, now: datetime) -> SetTimes:
    """Set weekly times of the caller's institution; what clashes is kept and warned about.

    Args:
        pool: Connections.
        command: At most 1,000 times to set and 1,000 to take away.
        actor: Needs `offering.manage` at the institution.
        now: UTC.

    Returns:
        One outcome a time; `id` is the time id, `already_done` where the same time was set before.

    Raises:
        PermissionMissing: The role sets none.
        TooManyItems: More than 1,000 of either.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("offering.manage")
    place = actor.at()
    for field, items in (("times", command.times), ("remove_time_ids", command.remove_time_ids)):
        if len(items) > limits.ITEMS_MAX:
            raise TooManyItems(field=field, limit=limits.ITEMS_MAX, got=len(items))
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        new: list[WeeklyTime] = []
        removed: set[UUID] = set()
        if answer is not None:
            outcomes = outcomes_from_answer(answer)
            wanted = {outcome.id for outcome in outcomes if outcome.id}
            known = [time for time in await store.times_of(connection, place) if str(time.time_id) in wanted]
        else:
            await store.lock_keys(connection, {f"times:{place}"})
            removed = await store.remove_times(connection, command.remove_time_ids, place)
            before = {time.facts: time.time_id for time in await store.times_of(connection, place)}
            offerings = await partnerships.read_offerings(
                connection, {facts.offering_id for facts in command.times if facts.offering_id}
            )
            partners = await store.partners_of(connection, place, on=thai_date(now))
            outcomes, new = _judge(command.times, before, offerings, {place, *partners}, place)
            await store.insert_times(connection, new, actor=actor, now=now)
            wanted = {outcome.id for outcome in outcomes if outcome.id}
            known = [time for time in await store.times_of(connection, place) if str(time.time_id) in wanted]
        classes = {(time.facts.class_institution_id, time.facts.grade_label) for time in known}
        around = await store.times_of_classes(connection, classes, from_date=thai_date(now))
        clashes = clashes_of(known, around)
        if answer is None:
            await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
            await outbox.add(connection, _told(place, len(new), len(removed), len(clashes)))
    return SetTimes(outcomes, clashes)


def _judge(
    times: tuple[TimeFacts, ...],
    before: dict[TimeFacts, UUID],
    offerings: Mapping[UUID, Offering],
    schools: Collection[UUID],
    place: UUID,
) -> tuple[list[Outcome], list[WeeklyTime]]:
    outcomes: list[Outcome] = []
    new: list[WeeklyTime] = []
    for index, facts in enumerate(times):
        try:
            _require(facts, offerings, schools, place)
        except ServiceError as refusal:
            outcomes.append(Outcome.failed(index, refusal))
            continue
        if facts in before:
            outcomes.append(Outcome(index, str(before[facts]), already_done=True))
            continue
        time = WeeklyTime(uuid7(), facts)
        before[facts] = time.time_id
        new.append(time)
        outcomes.append(Outcome(index, str(time.time_id)))
    return outcomes, new


def _require(facts: TimeFacts, offerings: Mapping[UUID, Offering], schools: Collection[UUID], place: UUID) -> None:
    if facts.institution_id != place:
        raise NotFound
    fault = time_fault(facts)
    if fault:
        raise TimeInvalid(field=fault[0], expected=fault[1])
    if facts.class_institution_id not in schools:
        raise NotAParty(institution_id=facts.class_institution_id)
    if facts.offering_id is not None:
        offering = offerings.get(facts.offering_id)
        if offering is None or offering.institution_id != place:
            raise OfferingUnknown(offering_id=facts.offering_id)


def _told(place: UUID, set_count: int, removed_count: int, clash_count: int) -> list[NewEvent]:
    if not set_count and not removed_count:
        return []
    message = events_pb2.WeeklyTimesChanged(
        institution_id=str(place), set_count=set_count, removed_count=removed_count, clash_count=clash_count
    )
    return [NewEvent(TOPIC, str(place), message)]


async def list_weekly_times(pool: Pool, *, page_size: int = 0, page_token: str = "", actor: Actor) -> TimePage:
    """A page of the times of the caller's institution.

    Raises:
        PermissionMissing: The caller acts for no institution.
        InvalidField: Page size or token.
    """
    place = actor.at()
    limit = limits.page_size(page_size)
    after = limits.page_after(page_token)
    async with pool.acquire(timeout=10) as connection:
        found = await store.page_times(connection, place, after=after, limit=limit + 1)
    page = found[:limit]
    return TimePage(page, str(page[-1].time_id) if len(found) > limit else "")


async def list_time_clashes(pool: Pool, *, from_date: date | None = None, actor: Actor, now: datetime) -> list[Clash]:
    """Clashes between what the caller's institution teaches and what the same classes attend elsewhere, from a day on.

    Raises:
        PermissionMissing: The caller acts for no institution.
    """
    place = actor.at()
    day = from_date or thai_date(now)
    async with pool.acquire(timeout=10) as connection, connection.transaction(isolation="repeatable_read"):
        mine = [time for time in await store.times_of(connection, place) if time.facts.last_on >= day]
        classes = {(time.facts.class_institution_id, time.facts.grade_label) for time in mine}
        around = await store.times_of_classes(connection, classes, from_date=day)
    return clashes_of(mine, around)
