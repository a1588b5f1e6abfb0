"""Registering many people at once whom nobody knows: what `learners.use_cases.register_all` writes, by COPY.

A row of which no number was ever given to anybody is a new learner with all that it states: there is nothing to match,
and so nothing to decide. Every other row goes through `register_all`. A test holds both ways to the same rows in every
table; what a registration writes is written here too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis import outbox
from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.ids import uuid7
from chassis.outcomes import Outcome
from chassis.pg import Connection
from nuaikit.student_registry.v1 import events_pb2

from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.enrolments.domain import DeliverySystem, Enrolment, EnrolmentFacts, EnrolmentRole
from student_registry.enrolments.domain import checked as checked_enrolment
from student_registry.enrolments.errors import EnrolmentPlaceWrong
from student_registry.enrolments.events import enrolment_changed
from student_registry.enrolments.use_cases import place_rules
from student_registry.identifiers import use_cases as identifiers
from student_registry.identifiers.domain import IdentifierKind, VerificationState, last4
from student_registry.importing import store
from student_registry.importing.adapters import chosen
from student_registry.importing.domain import Columns, RowContext
from student_registry.institutions.use_cases import institutions_by_id
from student_registry.learners.domain import Registration
from student_registry.learners.events import learner_registered
from student_registry.learners.use_cases import register_all
from student_registry.matching.domain import matching_name

_LEARNER = (
    "learner_id", "registrar_institution_id", "birth_date", "birth_date_precision", "sex", "source", "data_status",
    "effective_from", "source_version", "registered_at",
)  # fmt: skip
_NAME = (
    "learner_name_id", "learner_id", "title", "given_name", "family_name", "matching_given", "matching_family",
    "recorded_at",
)  # fmt: skip
_IDENTIFIER = (
    "identifier_id", "learner_id", "kind", "sealed_value", "key_version", "blind_index", "index_version",
    "value_length", "last4", "institution_id", "verification_state", "valid_from", "recorded_at",
)  # fmt: skip
_ENROLMENT = (
    "enrolment_id", "learner_id", "institution_id", "role", "delivery_system", "grade_label", "classroom",
    "programme_code", "valid_from", "valid_to", "number_in_class", "hosting_scope", "hosted_classes", "end_reason",
    "source", "data_status", "effective_from", "source_version", "recorded_at", "recorded_by",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Number:
    """A number of a row."""

    place: int
    kind: IdentifierKind
    value: str
    blind_index: bytes


async def register_columns(
    deps: Deps,
    connection: Connection,
    columns: Columns,
    registration_of: Callable[[int], Registration],
    *,
    context: RowContext,
    actor: Actor,
    now: datetime,
) -> list[Outcome]:
    """Register rows that are right by themselves; the outcome of each, by its place.

    Args:
        deps: What use cases need.
        connection: Inside the caller's transaction.
        columns: The rows; no two of them share a number.
        registration_of: The same row as a registration, by its place.
        context: What they have in common; nobody has seen documents.
        actor: Who imports.
        now: The instant of the import.
    """
    numbers = numbers_of(deps, columns, context)
    known = set(await identifiers.known(connection, [number.blind_index for number in numbers]))
    met = {number.place for number in numbers if number.blind_index in known}
    met |= await _unlawful(connection, columns, context=context, now=now)
    fresh = [place for place in range(len(columns.numbers)) if place not in met]
    outcomes: dict[int, Outcome] = {}
    if fresh:
        made = await _add(deps, connection, columns, numbers, fresh, context=context, actor=actor, now=now)
        outcomes = {place: Outcome(place, str(learner_id)) for place, learner_id in made.items()}
    if met:
        places = sorted(met)
        others = [registration_of(place) for place in places]
        for outcome in await register_all(deps, connection, others, actor=actor, now=now):
            place = places[outcome.index]
            outcomes[place] = Outcome(place, outcome.id, already_done=outcome.already_done, problem=outcome.problem)
    return [outcomes[place] for place in range(len(columns.numbers))]


async def _unlawful(connection: Connection, columns: Columns, *, context: RowContext, now: datetime) -> set[int]:
    """Places of rows that nobody can be enrolled by; `register_all` says why."""
    today = today_in_thailand(now)
    rules = await place_rules(connection, on_date=today)
    here = (await institutions_by_id(connection, [context.institution_id], on_date=today))[context.institution_id]
    rows = list(zip(columns.roles, columns.delivery_systems, columns.starts, strict=True))
    wrong: set[tuple[str, str, date]] = set()
    for role, system, start in set(rows):
        try:
            rules.check(here.facts, EnrolmentRole(role), DeliverySystem(system), valid_from=start)
        except EnrolmentPlaceWrong:
            wrong.add((role, system, start))
    return {place for place, row in enumerate(rows) if row in wrong}


def numbers_of(deps: Deps, columns: Columns, context: RowContext) -> list[_Number]:
    """Every number that the rows state, with the indexes under which it may be known."""
    index = deps.keyring.blind_index
    here = str(context.institution_id)
    found: list[_Number] = []
    for kind, owner, values in (
        (IdentifierKind.CITIZEN_ID, "", columns.citizen_ids),
        (IdentifierKind.G_CODE, "", columns.g_codes),
        (IdentifierKind.STUDENT_NO, here, columns.student_nos),
    ):
        name = kind.value
        found += [_Number(place, kind, value, index(name, owner, value)) for place, value in enumerate(values) if value]
    return found


async def _add(
    deps: Deps,
    connection: Connection,
    columns: Columns,
    numbers: Sequence[_Number],
    fresh: Sequence[int],
    *,
    context: RowContext,
    actor: Actor,
    now: datetime,
) -> dict[int, UUID]:
    """Write new learners with names, identifiers, enrolments and events; their ids by place."""
    stated = (context.provenance.source, context.provenance.status.value)
    since = (context.provenance.effective_from, context.provenance.version)
    today = today_in_thailand(now)
    ids = {place: uuid7() for place in fresh}
    births = [columns.births[place] or (None, None) for place in fresh]
    await store.copy(
        connection,
        "learner",
        _LEARNER,
        [
            (ids[place], context.institution_id, *birth, columns.sexes[place], *stated, *since, now)
            for place, birth in zip(fresh, births, strict=True)
        ],
    )
    matching = {
        name: matching_name(name)
        for name in {*chosen(columns.given_names, fresh), *chosen(columns.family_names, fresh)}
    }
    await store.copy(
        connection,
        "learner_name",
        _NAME,
        [
            (uuid7(), ids[place], columns.titles[place], given, family, matching[given], matching[family], now)
            for place in fresh
            for given, family in ((columns.given_names[place], columns.family_names[place]),)
        ],
    )
    # In the order of their index, so that two importers never wait for each other crosswise.
    mine = sorted((number for number in numbers if number.place in ids), key=lambda number: number.blind_index)
    await store.copy(
        connection,
        "learner_identifier",
        _IDENTIFIER,
        [_identifier(deps, number, ids, columns, context=context, today=today, now=now) for number in mine],
    )
    enrolments = {place: uuid7() for place in fresh}
    facts = _enrolment_facts(columns, fresh, context=context)
    await store.copy(
        connection,
        "enrolment",
        _ENROLMENT,
        [
            (enrolments[place], ids[place], *_enrolment_cells(facts[place]), *stated, *since, now, actor.subject_hash)
            for place in fresh
        ],
    )
    await outbox.add_first(connection, _events(ids, enrolments, facts, context=context, today=today, now=now))
    return ids


def _identifier(
    deps: Deps,
    number: _Number,
    ids: dict[int, UUID],
    columns: Columns,
    *,
    context: RowContext,
    today: date,
    now: datetime,
) -> tuple[Any, ...]:
    identifier_id = uuid7()
    sealed = identifiers.sealed(deps, identifier_id, number.kind, number.value)
    is_student_no = number.kind is IdentifierKind.STUDENT_NO
    return (
        identifier_id,
        ids[number.place],
        number.kind.value,
        sealed.ciphertext,
        sealed.key_version,
        number.blind_index,
        deps.keyring.index_version,
        len(number.value),
        last4(number.value),
        context.institution_id if is_student_no else None,
        VerificationState.UNVERIFIED.value,
        # A student number holds from the enrolment it belongs to, any other number from the day it is stated.
        columns.starts[number.place] if is_student_no else today,
        now,
    )


def _enrolment_facts(columns: Columns, fresh: Sequence[int], *, context: RowContext) -> dict[int, EnrolmentFacts]:
    """Enrolments as registering states them; those of one class in one role are alike, and made once."""
    labels = zip(
        columns.roles,
        columns.delivery_systems,
        columns.grades,
        columns.classrooms,
        columns.programmes,
        columns.starts,
        columns.numbers_in_class,
        strict=True,
    )
    every = list(labels)
    made = {
        key: checked_enrolment(
            EnrolmentFacts(
                institution_id=context.institution_id,
                role=EnrolmentRole(key[0]),
                delivery_system=DeliverySystem(key[1]),
                grade_label=key[2],
                classroom=key[3],
                programme_code=key[4],
                valid_from=key[5],
                valid_to=None,
                number_in_class=key[6],
            )
        )
        for key in {every[place] for place in fresh}
    }
    return {place: made[every[place]] for place in fresh}


def _enrolment_cells(facts: EnrolmentFacts) -> tuple[Any, ...]:
    return (
        facts.institution_id,
        facts.role.value,
        facts.delivery_system.value,
        facts.grade_label,
        facts.classroom,
        facts.programme_code,
        facts.valid_from,
        facts.valid_to,
        facts.number_in_class,
        facts.hosting_scope and facts.hosting_scope.value,
        facts.hosted_classes,
        facts.end_reason,
    )


def _events(
    ids: Mapping[int, UUID],
    enrolments: Mapping[int, UUID],
    facts: Mapping[int, EnrolmentFacts],
    *,
    context: RowContext,
    today: date,
    now: datetime,
) -> list[NewEvent]:
    """What each new learner tells others; messages that differ in ids only are made once and copied."""
    nobody = UUID(int=0)
    registered = learner_registered(
        nobody, registrar_institution_id=context.institution_id, status=context.provenance.status, now=now
    )
    made: dict[int, NewEvent] = {}
    events: list[NewEvent] = []
    for place, learner_id in ids.items():
        stated = facts[place]
        if id(stated) not in made:  # alike ones are one object
            made[id(stated)] = enrolment_changed(Enrolment(nobody, nobody, stated, context.provenance), today=today)
        text = str(learner_id)
        first = events_pb2.LearnerRegistered()
        first.CopyFrom(registered.message)  # pyright: ignore[reportArgumentType]  # the event's own type
        first.learner_id = text
        second = events_pb2.EnrolmentChanged()
        second.CopyFrom(made[id(stated)].message)  # pyright: ignore[reportArgumentType]  # the event's own type
        second.learner_id = text
        second.enrolment_id = str(enrolments[place])
        events += [NewEvent(registered.topic, text, first), NewEvent(registered.topic, text, second)]
    return events
