"""Registering learners and replacing identifiers.

Lock order of everything that writes learners: the request, then learners by id, then new identifiers by blind index,
then the outbox counters. Two callers who state the same new person meet at the unique index; the loser runs again and
finds him known.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import InvalidField, ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer, outcomes_to_answer
from chassis.pg import Connection, transaction

from student_registry.access.use_cases import require_visible
from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.enrolments import use_cases as enrolments
from student_registry.enrolments.domain import EnrolmentFacts, EnrolmentRole, PlaceRules
from student_registry.enrolments.domain import checked as checked_enrolment
from student_registry.enrolments.events import enrolment_changed
from student_registry.identifiers import use_cases as identifiers
from student_registry.identifiers.domain import (
    REUSED_KINDS,
    Basis,
    Identifier,
    IdentifierFacts,
    IdentifierKind,
    VerificationState,
)
from student_registry.identifiers.domain import checked as checked_identifier
from student_registry.identifiers.errors import (
    IdentifierChangeKind,
    IdentifierConflict,
    IdentifierNotHeld,
    VerificationNotAllowed,
)
from student_registry.identifiers.events import identifier_changed
from student_registry.institutions.domain import Institution, InstitutionKind
from student_registry.institutions.errors import InstitutionNotFound, InstitutionNotOwn
from student_registry.institutions.use_cases import institutions_by_id
from student_registry.learners import records, store
from student_registry.learners.domain import (
    Contradiction,
    Decision,
    Known,
    Registration,
    Roll,
    StatedIdentifier,
    Statement,
    check_birth,
    checked_name,
    person_of,
)
from student_registry.learners.errors import NotRegistrar
from student_registry.learners.events import learner_registered
from student_registry.learners.versions import THAI, checked_other_names
from student_registry.limits import ITEMS_MAX
from student_registry.matching import review
from student_registry.matching.use_cases import surviving
from student_registry.races import LostRace, rerun_on
from student_registry.statuses.use_cases import state_enrolled
from student_registry.summary import summary

log = logging.getLogger(__name__)

REGISTER = "registry.learners.register"
CHANGE_IDENTIFIER = "registry.identifier.change"
CONSTRAINTS = store.CONSTRAINTS | identifiers.CONSTRAINTS | enrolments.CONSTRAINTS

_REPLACED_BY: dict[IdentifierKind, frozenset[IdentifierKind]] = {
    IdentifierKind.CITIZEN_ID: frozenset({IdentifierKind.CITIZEN_ID}),
    IdentifierKind.G_CODE: frozenset({IdentifierKind.G_CODE, IdentifierKind.CITIZEN_ID}),
    IdentifierKind.PASSPORT: frozenset({IdentifierKind.PASSPORT, IdentifierKind.G_CODE, IdentifierKind.CITIZEN_ID}),
    IdentifierKind.STUDENT_NO: frozenset({IdentifierKind.STUDENT_NO}),
    IdentifierKind.VOCATIONAL_STUDENT_NO: frozenset({IdentifierKind.VOCATIONAL_STUDENT_NO}),
    IdentifierKind.TRANSCRIPT_SERIES: frozenset({IdentifierKind.TRANSCRIPT_SERIES}),
}
"""What may take the place of what. A citizen ID gives way only to its correction. Source: credit-bank.md e.5, e.6."""


@dataclass(frozen=True, slots=True)
class RegisterLearners:
    """Learners as an institution states them."""

    request_id: UUID
    learners: tuple[Registration, ...]


@dataclass(frozen=True, slots=True)
class ChangeIdentifier:
    """An identifier of a learner gives way to another of the same person."""

    request_id: UUID
    learner_id: UUID
    ends_kind: IdentifierKind
    identifier: IdentifierFacts = field(repr=False)
    valid_from: date | None = None


async def register_learners(deps: Deps, command: RegisterLearners, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Register learners; whoever is known by an identifier is the same learner, never by a name.

    Raises:
        PermissionMissing: The actor may not register learners.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used with other content.
        LostRace: Others registered the same people at the same time, several times over.
    """
    actor.require(REGISTER)
    actor.at()
    check_size(command.learners, ITEMS_MAX, field="learners")

    async def work() -> list[Outcome]:
        async with transaction(deps.pool) as connection:
            content = deps.keyring.fingerprint(command)
            answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
            if answer is not None:
                return outcomes_from_answer(answer)
            outcomes = await register_all(deps, connection, command.learners, actor=actor, now=now)
            await idempotency.finish(
                connection, command.request_id, caller=actor.caller, answer=outcomes_to_answer(outcomes)
            )
        log.info("Registered learners", extra={"fields": summary(outcomes, request_id=command.request_id)})
        return outcomes

    return await rerun_on(CONSTRAINTS, work)


async def register_all(
    deps: Deps, connection: Connection, registrations: Sequence[Registration], *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Decide and write registrations in the caller's transaction; also the step of the file import."""
    today = today_in_thailand(now)
    outcomes: list[Outcome] = []
    statements: dict[int, Statement] = {}
    institution_ids = {facts.institution_id for item in registrations for facts in item.enrolments}
    institution_ids |= {
        facts.institution_id for item in registrations for facts in item.identifiers if facts.institution_id
    }
    places = await institutions_by_id(connection, list(institution_ids), on_date=today)
    rules = await enrolments.place_rules(connection, on_date=today)
    for index, registration in enumerate(registrations):
        try:
            statements[index] = _state(deps, registration, actor=actor, places=places, rules=rules, today=today)
        except ServiceError as error:
            outcomes.append(Outcome.failed(index, error))
    roll = await _call_roll(deps, connection, list(statements.values()), acting_for=actor.at(), today=today)
    taken: list[tuple[Statement, Decision, list[tuple[Identifier, str]]]] = []
    doubts: list[Contradiction] = []
    for index, statement in statements.items():
        try:
            decision = roll.decide(
                statement,
                acting_for=actor.at(),
                new_learner_id=uuid7(),
                new_enrolment_ids=[uuid7() for _ in statement.registration.enrolments],
                today=today,
            )
        except Contradiction as error:
            doubts.append(error)
            outcomes.append(Outcome.failed(index, error))
            continue
        except ServiceError as error:
            outcomes.append(Outcome.failed(index, error))
            continue
        made = [
            (
                identifiers.make(deps, item.facts, learner_id=decision.learner_id, valid_from=item.valid_from),
                item.facts.value,
            )
            for item in decision.added
        ]
        roll.take(statement, decision, [identifier for identifier, _ in made])
        taken.append((statement, decision, made))
        outcomes.append(Outcome(index, str(decision.learner_id), already_done=decision.changes_nothing))
    await _write(deps, connection, taken, doubts, actor=actor, now=now, today=today)
    return sorted(outcomes, key=lambda outcome: outcome.index)


def _state(
    deps: Deps,
    registration: Registration,
    *,
    actor: Actor,
    places: dict[UUID, Institution],
    rules: PlaceRules,
    today: date,
) -> Statement:
    """Check one registration by itself.

    Raises:
        ServiceError: What is wrong with it.
    """
    if registration.registrar_institution_id != actor.at():
        raise InstitutionNotOwn(field="registrar_institution_id")
    name = checked_name(registration.name)
    check_birth(registration.birth, today=today)
    facts = [checked_identifier(item) for item in registration.identifiers]
    stated_enrolments = tuple(checked_enrolment(item) for item in registration.enrolments)
    for institution_id in [item.institution_id for item in facts] + [item.institution_id for item in stated_enrolments]:
        if institution_id is not None:
            _require_own(institution_id, actor=actor, places=places)
    for item in stated_enrolments:
        rules.check(places[item.institution_id].facts, item.role, item.delivery_system, valid_from=item.valid_from)
    if any(item.state is VerificationState.VERIFIED for item in facts) and not actor.may(CHANGE_IDENTIFIER):
        raise VerificationNotAllowed(field="verification_state")
    other_names = checked_other_names(registration.other_names)
    registration = replace(registration, name=name, enrolments=stated_enrolments, other_names=other_names)
    return Statement(
        registration=registration,
        person=person_of(name, registration.birth),
        identifiers=tuple(
            StatedIdentifier(
                item,
                identifiers.blind_index(deps, item),
                _first_day(item, stated_enrolments, today=today),
            )
            for item in facts
        ),
        subject_hash=deps.hash_subject(registration.subject) if registration.subject else None,
    )


def _require_own(institution_id: UUID, *, actor: Actor, places: dict[UUID, Institution]) -> None:
    """An institution states facts of itself, an area office also of its home-school families."""
    place = places.get(institution_id)
    if place is None:
        raise InstitutionNotFound(field="institution_id")
    is_own_family = (
        place.facts.kind is InstitutionKind.HOME_SCHOOL and place.facts.parent_institution_id == actor.institution_id
    )
    if institution_id != actor.institution_id and not is_own_family:
        raise InstitutionNotOwn(field="institution_id")


def _first_day(facts: IdentifierFacts, stated: Sequence[EnrolmentFacts], *, today: date) -> date:
    """A student number holds from the enrolment it belongs to, any other number from the day it is stated."""
    if facts.kind not in REUSED_KINDS:
        return today
    return min((item.valid_from for item in stated if item.institution_id == facts.institution_id), default=today)


async def _call_roll(
    deps: Deps, connection: Connection, statements: Sequence[Statement], *, acting_for: UUID, today: date
) -> Roll:
    """Everybody whom these statements may be about, held until the transaction ends.

    Raises:
        LostRace: Somebody else gave one of the identifiers to another learner meanwhile.
    """
    known_as = await identifiers.look_up(
        deps, connection, (item.facts for statement in statements for item in statement.identifiers)
    )
    indexes = list(known_as)
    subjects = [statement.subject_hash for statement in statements if statement.subject_hash]
    signed_in = await store.of_subjects(connection, subjects)
    known_now = await surviving(connection, list(signed_in.values()))
    named = {*await identifiers.owners(connection, indexes), *known_now.values()}
    locked = await store.lock(connection, sorted(named))
    # What was read before the lock may be old by now; what is read from here on stays as it is.
    if not set(await identifiers.owners(connection, indexes)) <= named:
        raise LostRace
    learner_ids = [learner.learner_id for learner in locked]
    held = await identifiers.of_learners(connection, learner_ids, known_as=known_as)
    enrolled = await enrolments.of_learners(connection, learner_ids)
    kept_elsewhere = [item.learner_id for item in locked if item.registrar_institution_id != acting_for]
    left_behind = await records.left_behind(connection, kept_elsewhere, on_date=today)
    return Roll(
        (
            Known(
                learner_id=learner.learner_id,
                registrar_institution_id=learner.registrar_institution_id,
                person=learner.person,
                subject_hash=learner.subject_hash,
                identifiers=tuple(held[learner.learner_id]),
                enrolments=tuple(enrolled[learner.learner_id]),
                is_left_behind=learner.learner_id in left_behind,
            )
            for learner in locked
        ),
        subjects={subject: known_now[learner_id] for subject, learner_id in signed_in.items()},
    )


async def _write(
    deps: Deps,
    connection: Connection,
    taken: Sequence[tuple[Statement, Decision, list[tuple[Identifier, str]]]],
    doubts: Sequence[Contradiction],
    *,
    actor: Actor,
    now: datetime,
    today: date,
) -> None:
    """Write what was decided and what came into doubt, one statement per table."""
    new = [(decision.learner_id, statement) for statement, decision, _ in taken if decision.is_new]
    subjects = {
        decision.learner_id: decision.subject_hash
        for _, decision, _ in taken
        if decision.subject_hash and not decision.is_new
    }
    if new:
        await store.insert(connection, new, now=now)
        names = [
            (uuid7(), learner_id, language, name)
            for learner_id, item in new
            for language, name in ((THAI, item.registration.name), *item.registration.other_names)
        ]
        await store.insert_names(connection, names, now=now)
    if subjects:
        await store.attach_subjects(connection, subjects)
    added = [pair for _, _, made in taken for pair in made]
    if added:
        await identifiers.add(deps, connection, added, actor=actor, now=now)
    verified = [item for _, decision, _ in taken for item in decision.verified]
    if verified:
        await identifiers.verify(connection, verified, basis=Basis.DOCUMENT, actor=actor, now=now)
    contested = await _doubt(deps, connection, doubts, verified, actor=actor, now=now)
    # An enrolment that one item adds and a later one of the same call changes is written once, as it is in the end.
    added_enrolments = {item.enrolment_id: item for _, decision, _ in taken for item in decision.new_enrolments}
    changed = {item.enrolment_id: item for _, decision, _ in taken for item in decision.changed_enrolments}
    await enrolments.apply(
        connection,
        added=[changed.get(item.enrolment_id, item) for item in added_enrolments.values()],
        changed=[item for item in changed.values() if item.enrolment_id not in added_enrolments],
        now=now,
        recorded_by=actor.subject_hash,
    )
    keepers = {decision.learner_id: actor.at() for _, decision, _ in taken if decision.takes_record}
    handed_over = await records.hand_over(connection, keepers, reason_code=records.ENROLLED, actor=actor, now=now)
    begun = {
        item.learner_id: (item.facts.valid_from, item.provenance)
        for _, decision, _ in taken
        if not decision.is_new
        for item in decision.new_enrolments
        if item.facts.role is EnrolmentRole.PRIMARY and item.facts.goes_on(today)
    }
    returned = await state_enrolled(connection, begun, actor=actor, now=now)
    await outbox.add(
        connection,
        [
            *(
                event
                for statement, decision, _ in taken
                for event in _events(statement, decision, now=now, today=today)
            ),
            *handed_over.values(),
            *returned,
            *(identifier_changed(learner_id, now=now) for learner_id in contested),
        ],
    )


async def _doubt(
    deps: Deps,
    connection: Connection,
    doubts: Sequence[Contradiction],
    verified: Sequence[Identifier],
    *,
    actor: Actor,
    now: datetime,
) -> list[UUID]:
    """Keep what refused statements put in doubt, for people to look into; learners whose identifiers it touches.

    A number that somebody has seen on a document stays verified: the other statement is the likelier slip.
    """
    seen = {item.identifier_id for item in verified}
    contested = {
        item.identifier_id: item
        for doubt in doubts
        for item in doubt.contested
        if item.state is VerificationState.UNVERIFIED and item.identifier_id not in seen
    }
    if contested:
        await identifiers.set_state(
            connection,
            contested.values(),
            VerificationState.CONFLICT,
            basis=Basis.CONTRADICTION,
            actor=actor,
            now=now,
        )
    pairs = [doubt.owners for doubt in doubts if doubt.owners]
    await review.suspect(deps, connection, pairs, found_by=actor.subject_hash, now=now)
    return list(dict.fromkeys(item.learner_id for item in contested.values()))


def _events(statement: Statement, decision: Decision, *, now: datetime, today: date) -> list[NewEvent]:
    """What one decision tells others, in the order in which they need it."""
    events: list[NewEvent] = []
    if decision.is_new:
        registration = statement.registration
        events.append(
            learner_registered(
                decision.learner_id,
                registrar_institution_id=registration.registrar_institution_id,
                status=registration.provenance.status,
                now=now,
            )
        )
    if decision.changes_identity:
        events.append(identifier_changed(decision.learner_id, now=now))
    events.extend(
        enrolment_changed(item, today=today) for item in (*decision.new_enrolments, *decision.changed_enrolments)
    )
    return events


async def change_identifier(deps: Deps, command: ChangeIdentifier, *, actor: Actor, now: datetime) -> None:
    """End an identifier and give another; the learner stays the same, and so does everything known by his id.

    Raises:
        PermissionMissing: The actor may not change identifiers.
        LearnerNotFound: The learner does not exist for the caller.
        NotRegistrar: Another institution keeps the learner's record.
        IdentifierNotHeld: He has no valid identifier of that kind.
        IdentifierConflict: The new one belongs to another learner.
        IdentifierChangeKind: That kind does not take the place of the other.
        InvalidField: The day lies in the future or before the old identifier began.
        ServiceError: The new identifier is malformed.
    """
    actor.require(CHANGE_IDENTIFIER)
    facts = checked_identifier(command.identifier)
    if facts.kind not in _REPLACED_BY[command.ends_kind]:
        raise IdentifierChangeKind(field="ends_kind", ends_kind=command.ends_kind, kind=facts.kind)
    if facts.institution_id not in (None, actor.institution_id):
        raise InstitutionNotOwn(field="institution_id")

    async def work() -> None:
        async with transaction(deps.pool) as connection:
            content = deps.keyring.fingerprint(command)
            # The answer is read anew: it holds personal data, which must not lie beside the request id.
            if (
                await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
                is not None
            ):
                return
            await _change(deps, connection, command, facts, actor=actor, now=now)
            await idempotency.finish(connection, command.request_id, caller=actor.caller, answer=b"changed")
        fields = {"learner_id": str(command.learner_id), "request_id": str(command.request_id)}
        log.info("Changed an identifier", extra={"fields": fields})

    await rerun_on(CONSTRAINTS, work)


async def _change(
    deps: Deps,
    connection: Connection,
    command: ChangeIdentifier,
    facts: IdentifierFacts,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    today = today_in_thailand(now)
    day = command.valid_from or today
    learner_id = (await surviving(connection, [command.learner_id]))[command.learner_id]
    seen = await require_visible(connection, actor, learner_id, now=now)
    if not seen.is_registrar:
        raise NotRegistrar(field="learner_id")
    await store.lock(connection, [learner_id])
    if (await surviving(connection, [command.learner_id]))[command.learner_id] != learner_id:
        raise LostRace
    known_as = await identifiers.look_up(deps, connection, [facts])
    held = (await identifiers.of_learners(connection, [learner_id], known_as=known_as))[learner_id]
    index = identifiers.blind_index(deps, facts)
    old = next(
        (
            item
            for item in held
            if item.kind is command.ends_kind
            and item.valid_to is None
            and item.institution_id in (None, actor.institution_id)
            and item.blind_index != index
        ),
        None,
    )
    if old is None:
        raise IdentifierNotHeld(field="ends_kind", ends_kind=command.ends_kind)
    if not old.valid_from <= day <= today:
        raise InvalidField(field="valid_from", expected="a day from the first of the old identifier to today")
    same = await _own_identifier(connection, learner_id, held, facts, known_as=known_as, day=day)
    await identifiers.end(connection, old, on_date=day)
    if same is None:
        new = identifiers.make(deps, facts, learner_id=learner_id, valid_from=day)
        await identifiers.add(deps, connection, [(new, facts.value)], actor=actor, now=now)
    elif same.valid_to is not None:
        await identifiers.take_up_again(connection, same)
    if same is not None and facts.state is VerificationState.VERIFIED:
        await identifiers.verify(connection, [same], basis=Basis.DOCUMENT, actor=actor, now=now)
    await outbox.add(connection, [identifier_changed(learner_id, now=now)])


async def _own_identifier(
    connection: Connection,
    learner_id: UUID,
    held: Sequence[Identifier],
    facts: IdentifierFacts,
    *,
    known_as: Mapping[bytes, bytes],
    day: date,
) -> Identifier | None:
    """The learner's own identifier of this number, where he has or had it.

    Raises:
        IdentifierConflict: The number is another learner's; a student number only while it holds.
    """
    (index,) = set(known_as.values())
    owners = await identifiers.owners(connection, list(known_as))
    if facts.kind not in REUSED_KINDS:
        if any(owner != learner_id for owner in owners):
            raise IdentifierConflict(field=facts.kind.lower(), kind=facts.kind)
        return next((item for item in held if item.blind_index == index), None)
    every = await identifiers.of_learners(connection, owners, known_as=known_as)
    if any(item.blind_index == index and item.holds_from(day) for items in every.values() for item in items):
        raise IdentifierConflict(field=facts.kind.lower(), kind=facts.kind)
    return None
