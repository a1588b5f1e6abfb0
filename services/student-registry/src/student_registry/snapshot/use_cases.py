"""Reading everything a topic says, key by key, as its events would state it now.

The facts of a page and the numbers of their keys are read in one REPEATABLE READ transaction: whoever changes a key
writes fact and number together, so each page is what a reader has who applied the key's events up to that number.
Whatever a fact's event computes from the day of the event (whether an enrolment is over, its level) is computed for
that day here too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.ids import date_to_pb, time_to_pb
from chassis.pg import Connection, Record
from google.protobuf.message import Message
from nuaikit.student_registry.v1 import events_pb2 as pb

from student_registry.assignments.domain import Assignment
from student_registry.assignments.events import TOPIC as ASSIGNMENTS
from student_registry.assignments.use_cases import changed_events
from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.enrolments import use_cases as enrolments
from student_registry.enrolments.events import enrolment_changed
from student_registry.institutions.events import TOPIC as INSTITUTIONS
from student_registry.institutions.events import institution_changed
from student_registry.institutions.use_cases import institutions_by_id
from student_registry.learners.events import TOPIC as LEARNERS
from student_registry.learners.events import learner_registered
from student_registry.limits import page_size
from student_registry.provenance import DataStatus, Provenance
from student_registry.snapshot import store
from student_registry.snapshot.errors import TopicUnknown
from student_registry.wire import data_status_to_pb, date_or_none_to_pb

READ_SNAPSHOT = "registry.snapshot.read"
"""Scope of a service that keeps a copy; no role of a person has it."""
TOPICS = (INSTITUTIONS, ASSIGNMENTS, LEARNERS)
"""In the order in which a reader should apply them."""
PAGE_KEYS_DEFAULT = 500
CLOCK_MARGIN = timedelta(minutes=5)
"""How far the clocks of this service, its relay and the broker may differ."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact as its event would state it, and when it was recorded: never later than its last event."""

    message: Message
    told_at: datetime


@dataclass(frozen=True, slots=True)
class SnapshotKey:
    """Everything a topic says of one key, and the number of the key's last event."""

    key: UUID
    sequence: int
    facts: tuple[Fact, ...]


def start_of(*, actor: Actor, now: datetime) -> datetime:
    """From when on the topics have to be read after a snapshot that starts now.

    Raises:
        PermissionMissing: The caller is no service with that scope.
    """
    actor.require(READ_SNAPSHOT)
    return now - CLOCK_MARGIN


async def read_page(
    deps: Deps, topic: str, *, size: int, after: UUID | None, actor: Actor, now: datetime
) -> tuple[list[SnapshotKey], UUID | None]:
    """A page of keys of a topic with their facts, and the key after which the next page begins.

    Raises:
        PermissionMissing: The caller is no service with that scope.
        TopicUnknown: The registry has no such topic.
        InvalidField: The page size is outside its limits.
    """
    actor.require(READ_SNAPSHOT)
    if topic not in TOPICS:
        raise TopicUnknown(field="topic", known=", ".join(TOPICS))
    limit = page_size(size or PAGE_KEYS_DEFAULT)
    start = after or UUID(int=0)
    async with (
        deps.pool.acquire(timeout=10) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        if topic == LEARNERS:
            keys = await store.learner_keys(connection, topic, after=start, limit=limit + 1)
        else:
            keys = await store.institution_keys(connection, topic, after=start, limit=limit + 1)
        page = keys[:limit]
        facts = await _facts(connection, topic, [key for key, _ in page], now=now)
    shown = [SnapshotKey(key, sequence, tuple(facts[key])) for key, sequence in page]
    return shown, page[-1][0] if len(keys) > limit else None


async def _facts(connection: Connection, topic: str, keys: Sequence[UUID], *, now: datetime) -> dict[UUID, list[Fact]]:
    if topic == LEARNERS:
        return await _learners(connection, keys)
    found: dict[UUID, list[Fact]] = {key: [] for key in keys}
    today = today_in_thailand(now)
    if topic == INSTITUTIONS:
        told = {row["institution_id"]: row["told_at"] for row in await store.institutions_told(connection, keys)}
        for key, institution in (await institutions_by_id(connection, keys, on_date=today)).items():
            found[key].append(Fact(institution_changed(institution).message, told[key]))
        _extend(found, await store.rows_of(connection, store.SQL_MEMBERSHIPS, keys, key="institution_id"), _membership)
        return found
    rows = await store.rows_of(connection, store.SQL_ASSIGNMENTS, keys, key="institution_id")
    made = [row for items in rows.values() for row in items]
    events = await changed_events(connection, [_assignment(row) for row in made], today=today)
    for row, event in zip(made, events, strict=True):
        found[row["institution_id"]].append(Fact(event.message, row["told_at"]))
    return found


async def _learners(connection: Connection, keys: Sequence[UUID]) -> dict[UUID, list[Fact]]:
    """Facts of learners: who they are first, then merges, enrolments, statuses, moves, consents and shares."""
    found: dict[UUID, list[Fact]] = {key: [] for key in keys}

    async def of(statement: str) -> dict[UUID, list[Record]]:
        return await store.rows_of(connection, statement, keys, key="learner_id")

    _extend(found, await of(store.SQL_LEARNERS), _registered)
    _extend(found, await of(store.SQL_MERGES), _merged)
    held = await enrolments.of_learners(connection, keys)
    for key, rows in (await of(store.SQL_ENROLMENTS_RECORDED)).items():
        by_id = {item.enrolment_id: item for item in held[key]}
        found[key] += [
            Fact(
                enrolment_changed(by_id[row["enrolment_id"]], today=today_in_thailand(row["told_at"])).message,
                row["told_at"],
            )
            for row in rows
        ]
    for key, facts in (await _stated(connection, keys)).items():
        found[key] += facts
    return found


async def _stated(connection: Connection, keys: Sequence[UUID]) -> dict[UUID, list[Fact]]:
    """What was stated of learners beside who they are and where they are enrolled."""
    found: dict[UUID, list[Fact]] = {key: [] for key in keys}
    for key, rows in (await store.rows_of(connection, store.SQL_STATUSES, keys, key="learner_id")).items():
        found[key] += _statuses(rows)
    for statement, make in (
        (store.SQL_MOVEMENTS, _movement),
        (store.SQL_CONSENTS, _consent),
        (store.SQL_SHARE_GRANTS, _share_grant),
    ):
        _extend(found, await store.rows_of(connection, statement, keys, key="learner_id"), make)
    return found


async def stated_of(connection: Connection, learner_id: UUID) -> list[NewEvent]:
    """Statuses, moves, consents and shares of a learner as events, for whoever makes facts another learner's."""
    facts = (await _stated(connection, [learner_id]))[learner_id]
    return [NewEvent(LEARNERS, str(learner_id), fact.message) for fact in facts]


def _extend(found: dict[UUID, list[Fact]], rows: dict[UUID, list[Record]], make: Callable[[Record], Message]) -> None:
    for key, items in rows.items():
        found[key] += [Fact(make(row), row["told_at"]) for row in items]


def _registered(row: Record) -> Message:
    return learner_registered(
        row["learner_id"],
        registrar_institution_id=row["registrar_institution_id"],
        status=DataStatus(row["data_status"]),
        now=row["told_at"],
    ).message


def _merged(row: Record) -> Message:
    return pb.LearnersMerged(
        merge_id=str(row["merge_id"]),
        surviving_learner_id=str(row["surviving_learner_id"]),
        merged_learner_id=str(row["learner_id"]),
        merged_at=time_to_pb(row["told_at"]),
    )


def _statuses(rows: Sequence[Record]) -> list[Fact]:
    """Every statement in its order, as it was told: one that is taken back tells of what holds again."""
    told: list[Fact] = []
    standing: list[Record] = []
    for row in rows:
        if row["status"] is not None:
            standing.append(row)
            told.append(Fact(_status(row, row), row["told_at"]))
            continue
        standing = [item for item in standing if item["learner_status_id"] != row["withdraws_learner_status_id"]]
        day = today_in_thailand(row["told_at"])
        # Of statements that begin on one day the newest holds: `max` keeps the first of equals, so newest first.
        holding = [item for item in reversed(standing) if item["valid_from"] <= day]
        holds = max(holding, key=lambda item: item["valid_from"], default=row)
        told.append(Fact(_status(row, holds, is_correction=True), row["told_at"]))
    return told


def _status(row: Record, holding: Record, *, is_correction: bool = False) -> Message:
    return pb.LearnerStatusChanged(
        learner_status_id=str(row["learner_status_id"]),
        learner_id=str(row["learner_id"]),
        status=f"LEARNER_STATUS_{holding['status']}" if holding["status"] else None,
        reason_code=holding["reason_code"],
        stated_by_institution_id=str(holding["stated_by_institution_id"]),
        valid_from=date_to_pb(holding["valid_from"]),
        confirmed_on=date_to_pb(holding["confirmed_on"]),
        is_correction=is_correction,
    )


def _movement(row: Record) -> Message:
    return pb.MovementChanged(
        movement_id=str(row["movement_id"]),
        learner_id=str(row["learner_id"]),
        from_institution_id=str(row["from_institution_id"]),
        to_institution_id=str(row["to_institution_id"]) if row["to_institution_id"] else None,
        state=f"MOVEMENT_STATE_{row['state']}",
        due_on=date_or_none_to_pb(row["due_on"]),
        changed_at=time_to_pb(row["told_at"]),
    )


def _consent(row: Record) -> Message:
    return pb.ConsentChanged(
        consent_id=str(row["consent_id"]),
        learner_id=str(row["learner_id"]),
        purpose=row["purpose"],
        text_version=row["text_version"],
        valid_from=date_to_pb(row["valid_from"]),
        valid_to=date_or_none_to_pb(row["valid_to"]),
        is_withdrawn=row["is_withdrawn"],
    )


def _share_grant(row: Record) -> Message:
    return pb.ShareGrantChanged(
        grant_id=str(row["grant_id"]),
        learner_id=str(row["learner_id"]),
        recipient_institution_id=str(row["recipient_institution_id"]),
        scope=row["scope"],
        valid_to=date_to_pb(row["valid_to"]),
        is_ended=row["is_ended"],
    )


def _membership(row: Record) -> Message:
    return pb.ProgrammeMembershipChanged(
        membership_id=str(row["membership_id"]),
        institution_id=str(row["institution_id"]),
        programme_code=row["programme_code"],
        year_be=row["year_be"],
        status=f"MEMBERSHIP_STATUS_{row['status']}",
        band=row["band"],
        valid_from=date_to_pb(row["valid_from"]),
        valid_to=date_or_none_to_pb(row["valid_to"]),
        data_status=data_status_to_pb(DataStatus(row["data_status"])),
    )


def _assignment(row: Record) -> Assignment:
    return Assignment(
        assignment_id=row["assignment_id"],
        subject_hash=row["subject_hash"],
        institution_id=row["institution_id"],
        role=row["role"],
        classroom=row["classroom"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        provenance=Provenance(row["source"], DataStatus(row["data_status"])),
    )
