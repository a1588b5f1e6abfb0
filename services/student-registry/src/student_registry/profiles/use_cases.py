"""Recording, ending and confirming facts of profiles.

Lock order: the request, then learners by id. Facts of one learner are written only while he is held, so that two
callers who state the same fact at once are one after the other.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import InvalidField, PermissionMissing, ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer, outcomes_to_answer
from chassis.pg import Connection, Record, transaction

from student_registry.access.errors import LearnerNotFound
from student_registry.calendar_th import today_in_thailand
from student_registry.codes import CodeUnknown, codes_on
from student_registry.deps import Deps
from student_registry.drifting import looked_through
from student_registry.institutions.errors import InstitutionNotFound, InstitutionNotOwn
from student_registry.institutions.use_cases import institutions_by_id
from student_registry.keyring import Sealed
from student_registry.learners.corrections import Held, hold
from student_registry.learners.errors import NotRegistrar
from student_registry.learners.events import learner_changed
from student_registry.limits import ITEMS_MAX
from student_registry.matching.domain import matching_name
from student_registry.profiles import sealing, store
from student_registry.profiles.domain import (
    CONTACT_KINDS,
    FAMILY_KINDS,
    RESTRICTED_KINDS,
    Coded,
    Decision,
    EndReason,
    Fact,
    Made,
    Photo,
    ProfileKind,
    Relative,
    Schooling,
    Stated,
    checked,
    codes_needed,
    decide,
    photo_of,
    told_of,
)
from student_registry.profiles.errors import (
    FactEnded,
    FactNotFound,
    FactOtherKind,
    ProfilePeriodInvalid,
)
from student_registry.provenance import SOURCE_CHARACTERS_MAX, DataStatus
from student_registry.races import LostRace, rerun_on
from student_registry.summary import summary

log = logging.getLogger(__name__)

PHOTO_PAGE_ROWS = 20
"""Photographs that are in memory at once."""

WRITE = "registry.profile.write"
WRITE_RESTRICTED = "registry.restricted.write"
WRITE_OWN_CONTACT = "own.contact"


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """Facts as somebody states them."""

    request_id: UUID
    facts: tuple[Stated, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class EndedFact:
    """A fact that does not hold any more.

    Attributes:
        reason: OVER: it held until `valid_to`; WRONG: it never did.
        valid_to: Last day of one that is over; None: today.
    """

    fact_id: UUID
    reason: EndReason
    source: str
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class EndFacts:
    """Facts that end."""

    request_id: UUID
    facts: tuple[EndedFact, ...]


@dataclass(frozen=True, slots=True)
class ConfirmContacts:
    """Contact data that somebody says are still right: fact and day, None: today."""

    request_id: UUID
    facts: tuple[tuple[UUID, date | None], ...]


@dataclass(frozen=True, slots=True)
class RecordPhoto:
    """A photograph of a learner."""

    request_id: UUID
    learner_id: UUID
    content: bytes = field(repr=False)
    taken_on: date | None
    source: str
    status: DataStatus


@dataclass(frozen=True, slots=True)
class _Done:
    """What became of one fact."""

    fact_id: UUID
    already_done: bool


def _outcomes(done: Sequence[_Done | ServiceError]) -> list[Outcome]:
    return [
        Outcome.failed(index, item)
        if isinstance(item, ServiceError)
        else Outcome(index, str(item.fact_id), already_done=item.already_done)
        for index, item in enumerate(done)
    ]


def _require_writing(actor: Actor) -> None:
    """Somebody who may write some part of a profile; which part is seen fact by fact.

    Raises:
        PermissionMissing: The caller may write none.
    """
    if not actor.may(WRITE_RESTRICTED) and not (actor.learner_id is not None and actor.may(WRITE_OWN_CONTACT)):
        actor.require(WRITE)


async def record_facts(deps: Deps, command: RecordFacts, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Record facts; one that is known already is not recorded twice, and what gives way stays in the history.

    Raises:
        PermissionMissing: The actor may write no part of a profile.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used with other content.
        LostRace: Learners were merged at the same time, several times over.
    """
    _require_writing(actor)
    check_size(command.facts, ITEMS_MAX, field="facts")

    async def work() -> list[Outcome]:
        async with transaction(deps.pool) as connection:
            content = deps.keyring.fingerprint(command)
            answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
            if answer is not None:
                return outcomes_from_answer(answer)
            outcomes = _outcomes(await _record_all(deps, connection, command.facts, actor=actor, now=now))
            await idempotency.finish(
                connection, command.request_id, caller=actor.caller, answer=outcomes_to_answer(outcomes)
            )
        log.info("Recorded facts of profiles", extra={"fields": summary(outcomes, request_id=command.request_id)})
        return outcomes

    return await rerun_on(frozenset(), work)


async def record_photo(deps: Deps, command: RecordPhoto, *, actor: Actor, now: datetime) -> UUID:
    """Record a photograph, which takes the place of the one before; gives its fact id.

    Raises:
        PermissionMissing: The actor may not write profiles.
        LearnerNotFound: The learner does not exist for the caller.
        NotRegistrar: Another institution keeps his record.
        PhotoFormat: It is no picture.
        PhotoTooLarge: It is too large.
        RequestMismatch: The request id was used with other content.
    """
    actor.require(WRITE)
    photo = photo_of(command.content, taken_on=command.taken_on)
    stated = Stated(command.learner_id, ProfileKind.PHOTO, photo, command.source, command.status)

    async def work() -> UUID:
        async with transaction(deps.pool) as connection:
            content = deps.keyring.fingerprint(["RecordPhoto", stated])
            answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
            if answer is not None:
                return UUID(bytes=answer)
            (done,) = await _record_all(deps, connection, [stated], actor=actor, now=now)
            if isinstance(done, ServiceError):
                raise done
            if not done.already_done:
                sealed = deps.keyring.seal_bytes(command.content, context=sealing.photo_context(done.fact_id))
                await store.insert_photo(connection, done.fact_id, sealed)
            await idempotency.finish(connection, command.request_id, caller=actor.caller, answer=done.fact_id.bytes)
        log.info("Recorded a photograph", extra={"fields": {"learner_id": str(command.learner_id)}})
        return done.fact_id

    return await rerun_on(frozenset(), work)


class _Writing:
    """What one call has found out and decided, until it is written at once."""

    def __init__(self, held: Mapping[UUID, Held], facts: Mapping[UUID, list[Fact]], *, actor: Actor) -> None:
        """Begin with the learners held and the facts known of them, by surviving learner id."""
        self.held = held
        self._facts = facts
        self._actor = actor
        self.added: list[tuple[UUID, UUID, Stated]] = []
        self.ended: list[tuple[UUID, EndReason, str, date | None]] = []
        self.confirmed: list[tuple[UUID, UUID, date]] = []
        self._kinds: dict[UUID, set[ProfileKind]] = {}

    def take(self, stated: Stated, *, now: datetime) -> _Done:
        """Decide about one checked fact, and remember it so that later ones of the call meet it.

        Raises:
            ServiceError: The caller may not state it, or it does not fit what is known.
        """
        learner_id = self.require(stated.learner_id, stated.kind)
        if isinstance(stated.value, Schooling) and stated.value.institution_id != self._actor.institution_id:
            raise InstitutionNotOwn(field="institution_id")
        facts = self._facts[learner_id]
        self._check_references(stated, facts)
        decision = decide(stated, facts)
        if decision.known is not None and not decision.gives_way:
            return self._known(decision.known, stated)
        return self._new(stated, decision, facts, learner_id=learner_id, now=now)

    def _known(self, known: Fact, stated: Stated) -> _Done:
        last, day = known.stated.confirmed_on, stated.confirmed_on
        if last is None or day is None or day <= last:
            return _Done(known.fact_id, already_done=True)
        self.confirmed.append((uuid7(), known.fact_id, day))
        self.tell(known.stated.learner_id, known.kind)
        return _Done(known.fact_id, already_done=False)

    def _new(self, stated: Stated, decision: Decision, facts: list[Fact], *, learner_id: UUID, now: datetime) -> _Done:
        for item in decision.gives_way:
            self.ended.append((item.fact_id, EndReason.REPLACED, stated.source, None))
            facts.remove(item)
        self.tell(learner_id, stated.kind)
        if decision.known is not None:
            return _Done(decision.known.fact_id, already_done=False)
        if stated.replaces_fact_id is None and decision.gives_way:
            stated = replace(stated, replaces_fact_id=decision.gives_way[-1].fact_id)
        stated = replace(stated, learner_id=learner_id)
        fact_id = uuid7()
        self.added.append((fact_id, learner_id, stated))
        by = Made(now, self._actor.role, self._actor.institution_id, stated.source)
        facts.append(Fact(fact_id, stated, by))
        return _Done(fact_id, already_done=False)

    def require(self, learner_id: UUID, kind: ProfileKind) -> UUID:
        """The surviving id of a learner of whom the caller may write such facts.

        Raises:
            LearnerNotFound: He does not exist for the caller.
            PermissionMissing: The caller may not write facts of this kind.
            NotRegistrar: Another institution keeps the record.
        """
        held, actor = self.held[learner_id], self._actor
        if held.current is None:
            raise LearnerNotFound(field="learner_id")
        if actor.learner_id is not None and actor.institution_id is None:
            if kind not in CONTACT_KINDS:
                raise PermissionMissing(permission=WRITE, role=actor.role)
            actor.require(WRITE_OWN_CONTACT)
            return held.learner_id
        actor.require(WRITE_RESTRICTED if kind in RESTRICTED_KINDS else WRITE)
        # Contact data are whoever's who meets the learner; a stay is told by the institution where it was.
        if not held.is_registrar and kind not in CONTACT_KINDS and kind is not ProfileKind.SCHOOLING:
            raise NotRegistrar(field="learner_id")
        return held.learner_id

    def tell(self, learner_id: UUID, kind: ProfileKind) -> None:
        """Remember that others must know."""
        self._kinds.setdefault(learner_id, set()).add(kind)

    def _check_references(self, stated: Stated, facts: Sequence[Fact]) -> None:
        by_id = {item.fact_id: item for item in facts}
        if stated.about_fact_id is not None:
            relative = by_id.get(stated.about_fact_id)
            if relative is None or relative.kind not in FAMILY_KINDS:
                raise FactOtherKind(field="about_fact_id")
        if stated.replaces_fact_id is not None:
            replaced = by_id.get(stated.replaces_fact_id)
            if replaced is None or replaced.kind is not stated.kind:
                raise FactOtherKind(field="replaces_fact_id")

    async def write(self, deps: Deps, connection: Connection, *, now: datetime) -> None:
        """Write all of it, one statement per table, and tell others of the kinds."""
        actor = self._actor
        by = store.By(actor.subject_hash, actor.role, actor.institution_id, now)
        if self.added:
            sealed = [
                sealing.seal(deps, fact_id, stated, learner_id=learner_id) for fact_id, learner_id, stated in self.added
            ]
            await store.insert(connection, sealed, by=by, index_version=deps.keyring.index_version)
        if self.ended:
            # What this call itself added and then replaced must be there before it is ended.
            await store.end(connection, self.ended, by=by)
        if self.confirmed:
            await store.confirm(connection, self.confirmed, by=by)
        events = [
            learner_changed(learner_id, told_of(kinds), now=now) for learner_id, kinds in sorted(self._kinds.items())
        ]
        await outbox.add(connection, events)


async def _record_all(
    deps: Deps, connection: Connection, facts: Sequence[Stated], *, actor: Actor, now: datetime
) -> list[_Done | ServiceError]:
    """Decide and write facts in the caller's transaction."""
    today = today_in_thailand(now)
    held = await hold(connection, [item.learner_id for item in facts], actor=actor, today=today)
    writing = await _writing(deps, connection, held, {item.kind for item in facts} | FAMILY_KINDS, actor=actor)
    lists = {name for item in facts for name in codes_needed(item)}
    codes = {name: (await codes_on(connection, name, on_date=today)).keys() for name in sorted(lists)}
    stays = [item.value for item in facts if isinstance(item.value, Schooling)]
    before = {stay.previous_institution_id for stay in stays if stay.previous_institution_id}
    places = await institutions_by_id(connection, list(before), on_date=today)
    done: list[_Done | ServiceError] = []
    for item in facts:
        try:
            stated = checked(item, today=today)
            for name, code in codes_needed(stated).items():
                if code not in codes[name]:
                    raise CodeUnknown(field=name.lower())
            if (
                isinstance(stated.value, Schooling)
                and stated.value.previous_institution_id is not None
                and stated.value.previous_institution_id not in places
            ):
                raise InstitutionNotFound(field="previous_institution_id")
            done.append(writing.take(stated, now=now))
        except ServiceError as error:
            done.append(error)
    await writing.write(deps, connection, now=now)
    return done


async def _writing(
    deps: Deps, connection: Connection, held: Mapping[UUID, Held], kinds: set[ProfileKind], *, actor: Actor
) -> _Writing:
    learner_ids = sorted({item.learner_id for item in held.values() if item.current is not None})
    sealed = await store.of_learners(connection, learner_ids, sorted(kinds), with_history=False)
    facts: dict[UUID, list[Fact]] = {learner_id: [] for learner_id in learner_ids}
    for fact in sealing.opened(deps, [item for item in sealed if item.ended is None]):
        facts[fact.stated.learner_id].append(fact)
    return _Writing(held, facts, actor=actor)


async def end_facts(deps: Deps, command: EndFacts, *, actor: Actor, now: datetime) -> list[Outcome]:
    """End facts that are over, or that were wrong; they stay in the history.

    Raises:
        PermissionMissing: The actor may write no part of a profile.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used with other content.
        LostRace: Learners were merged at the same time, several times over.
    """
    _require_writing(actor)
    check_size(command.facts, ITEMS_MAX, field="facts")

    def take(writing: _Writing, index: int, ref: store.FactRef, *, today: date) -> None:
        item = command.facts[index]
        if item.reason not in (EndReason.OVER, EndReason.WRONG):
            raise InvalidField(field="reason", expected="OVER or WRONG")
        if not 1 <= len(item.source) <= SOURCE_CHARACTERS_MAX:
            raise InvalidField(field="source", expected=f"1 to {SOURCE_CHARACTERS_MAX} characters")
        last = (item.valid_to or today) if item.reason is EndReason.OVER else None
        if last is not None and ref.valid_from is not None and last < ref.valid_from:
            raise ProfilePeriodInvalid(field="valid_to")
        writing.ended.append((item.fact_id, item.reason, item.source, last))

    fact_ids = [item.fact_id for item in command.facts]
    return await _change_known(deps, command.request_id, command, fact_ids, take, actor=actor, now=now)


async def confirm_contacts(deps: Deps, command: ConfirmContacts, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Say that contact data are still right.

    Raises:
        PermissionMissing: The actor may write no part of a profile.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used with other content.
        LostRace: Learners were merged at the same time, several times over.
    """
    _require_writing(actor)
    check_size(command.facts, ITEMS_MAX, field="facts")

    def take(writing: _Writing, index: int, ref: store.FactRef, *, today: date) -> None:
        fact_id, day = command.facts[index]
        if ref.kind not in CONTACT_KINDS:
            raise FactOtherKind(field="fact_id")
        if day is not None and day > today:
            raise ProfilePeriodInvalid(field="confirmed_on")
        writing.confirmed.append((uuid7(), fact_id, day or today))

    fact_ids = [fact_id for fact_id, _ in command.facts]
    return await _change_known(deps, command.request_id, command, fact_ids, take, actor=actor, now=now)


class _Take(Protocol):
    """Decides about one known fact of a call.

    Raises:
        ServiceError: It cannot be done.
    """

    def __call__(self, writing: _Writing, index: int, ref: store.FactRef, *, today: date) -> None: ...


async def _change_known(
    deps: Deps,
    request_id: UUID,
    command: object,
    fact_ids: Sequence[UUID],
    take: _Take,
    *,
    actor: Actor,
    now: datetime,
) -> list[Outcome]:
    """What ending and confirming have in common: facts that exist, of learners whom the caller may write about."""

    async def work() -> list[Outcome]:
        async with transaction(deps.pool) as connection:
            content = deps.keyring.fingerprint(command)
            answer = await idempotency.claim(connection, request_id, caller=actor.caller, content=content)
            if answer is not None:
                return outcomes_from_answer(answer)
            outcomes = _outcomes(await _take_all(deps, connection, fact_ids, take, actor=actor, now=now))
            await idempotency.finish(connection, request_id, caller=actor.caller, answer=outcomes_to_answer(outcomes))
        log.info("Changed facts of profiles", extra={"fields": summary(outcomes, request_id=request_id)})
        return outcomes

    return await rerun_on(frozenset(), work)


async def _take_all(
    deps: Deps, connection: Connection, fact_ids: Sequence[UUID], take: _Take, *, actor: Actor, now: datetime
) -> list[_Done | ServiceError]:
    today = today_in_thailand(now)
    named = await store.of_ids(connection, fact_ids)
    held = await hold(connection, [ref.learner_id for ref in named.values()], actor=actor, today=today)
    known = await store.of_ids(connection, fact_ids)  # as they are now that nobody else changes them
    if any(ref.learner_id not in held for ref in known.values()):
        raise LostRace
    writing = _Writing(held, {}, actor=actor)
    done: list[_Done | ServiceError] = []
    seen: set[UUID] = set()
    for index, fact_id in enumerate(fact_ids):
        try:
            ref = known.get(fact_id)
            if ref is None:
                raise FactNotFound(field="fact_id")
            try:
                learner_id = writing.require(ref.learner_id, ref.kind)
            except LearnerNotFound:
                raise FactNotFound(field="fact_id") from None
            if ref.is_ended or fact_id in seen:
                raise FactEnded(field="fact_id")
            take(writing, index, ref, today=today)
        except ServiceError as error:
            done.append(error)
            continue
        seen.add(fact_id)
        writing.tell(learner_id, ref.kind)
        done.append(_Done(fact_id, already_done=False))
    await writing.write(deps, connection, now=now)
    return done


async def parent_names(
    deps: Deps, connection: Connection, learner_ids: Sequence[UUID]
) -> dict[UUID, list[tuple[str, str]]]:
    """Normalised given and family names of fathers, mothers and guardians, for matching only."""
    sealed = await store.of_learners(connection, learner_ids, sorted(FAMILY_KINDS), with_history=False)
    names: dict[UUID, list[tuple[str, str]]] = {learner_id: [] for learner_id in learner_ids}
    for fact in sealing.opened(deps, sealed):
        if isinstance(fact.stated.value, Relative):
            pair = (matching_name(fact.stated.value.given), matching_name(fact.stated.value.family))
            if pair not in names[fact.stated.learner_id]:
                names[fact.stated.learner_id].append(pair)
    return names


def group_indexes(deps: Deps, kind: ProfileKind, code: str) -> list[bytes]:
    """Hashes under which a restricted code lies in `profile_fact.code_index`, to count learners of a group by.

    Rows that count have `end_reason IS NULL OR end_reason = 'OVER'`, and hold on the day asked for.
    """
    return sealing.code_indexes(deps.keyring, kind, code)


async def reseal_chunk(deps: Deps, connection: Connection, *, after: UUID, limit: int) -> UUID | None:
    """Seal a chunk of facts with the current keys, those after an id; the last id, or None at the end.

    Raises:
        SealBrokenError: The key that sealed one of them is not configured; nothing of the chunk is changed.
    """
    keyring = deps.keyring
    rows = await store.lock_old_seals(
        connection, after=after, key_version=keyring.version, index_version=keyring.index_version, limit=limit
    )
    items: list[tuple[UUID, bytes, bytes | None]] = []
    for row in rows:
        fact_id, kind = row["fact_id"], ProfileKind(row["kind"])
        sealed = Sealed(row["sealed_value"], row["key_version"])
        value = sealing.value_of(keyring, fact_id, kind, sealed)
        text = keyring.open(sealed, context=sealing.context(fact_id, kind))
        anew = keyring.seal(text, context=sealing.context(fact_id, kind)).ciphertext
        items.append((fact_id, anew, sealing.code_index(keyring, kind, value)))
    if not items:
        return None
    await store.reseal(connection, items, key_version=keyring.version, index_version=keyring.index_version)
    return items[-1][0]


async def count_old_seals(deps: Deps, connection: Connection) -> int:
    """How many facts an older key still seals or indexes."""
    keyring = deps.keyring
    return await store.count_old_seals(connection, key_version=keyring.version, index_version=keyring.index_version)


async def reseal_photos(deps: Deps, connection: Connection, *, after: UUID, limit: int) -> UUID | None:
    """As `reseal_chunk`, of the bytes of photographs.

    Raises:
        SealBrokenError: The key that sealed one of them is not configured; nothing of the chunk is changed.
    """
    keyring = deps.keyring
    rows = await store.lock_old_photos(connection, after=after, key_version=keyring.version, limit=limit)
    if not rows:
        return None
    items: list[tuple[UUID, bytes]] = []
    for row in rows:
        context = sealing.photo_context(row["fact_id"])
        content = keyring.open_bytes(Sealed(row["sealed_bytes"], row["key_version"]), context=context)
        items.append((row["fact_id"], keyring.seal_bytes(content, context=context).ciphertext))
    await store.reseal_photos(connection, items, key_version=keyring.version)
    return items[-1][0]


async def count_old_photos(deps: Deps, connection: Connection) -> int:
    """How many photographs an older key still seals."""
    return await store.count_old_photos(connection, key_version=deps.keyring.version)


async def drift(deps: Deps, connection: Connection) -> tuple[int, int]:
    """How many facts were looked at, and how many do not open, or have the index of another code."""
    return await looked_through(deps, connection, store.all_sealed, _fits)


async def drift_of_photos(deps: Deps, connection: Connection) -> tuple[int, int]:
    """How many photographs were looked at, and how many do not open, are missing, or are not what was stated."""
    return await looked_through(deps, connection, store.all_photos, _photo_fits, page_rows=PHOTO_PAGE_ROWS)


def _fits(deps: Deps, row: Record) -> bool:
    kind = ProfileKind(row["kind"])
    value = sealing.value_of(deps.keyring, row["fact_id"], kind, Sealed(row["sealed_value"], row["key_version"]))
    if not isinstance(value, Coded):
        return row["code_index"] is None
    return row["code_index"] in sealing.code_indexes(deps.keyring, kind, value.code)


def _photo_fits(deps: Deps, row: Record) -> bool:
    if row["sealed_bytes"] is None:
        return False
    fact_id = row["fact_id"]
    content = deps.keyring.open_bytes(
        Sealed(row["sealed_bytes"], row["bytes_key_version"]), context=sealing.photo_context(fact_id)
    )
    stated = sealing.value_of(deps.keyring, fact_id, ProfileKind.PHOTO, Sealed(row["sealed_value"], row["key_version"]))
    return isinstance(stated, Photo) and stated.sha256 == hashlib.sha256(content).hexdigest()
