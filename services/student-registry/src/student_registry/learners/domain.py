"""Learners and what a registration means beside what is known. Pure.

A registration is decided whole: who the person is, which identifiers and enrolments are new, whether a sign-in is
attached. Either all of it is taken or none, so that no half a learner is ever stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from student_registry.calendar_th import gregorian_year
from student_registry.enrolments.domain import Enrolment, EnrolmentFacts, EnrolmentRole, restated
from student_registry.identifiers.domain import (
    IDENTITY_KINDS,
    MATCHING_ORDER,
    SINGLE_KINDS,
    Identifier,
    IdentifierFacts,
    IdentifierKind,
    VerificationState,
)
from student_registry.identifiers.errors import IdentifierConflict
from student_registry.learners.errors import BirthDateInvalid, GivenNameMissing, NotRegistrar, SubjectTaken
from student_registry.matching.domain import BirthDate, Person, Precision, can_be_same, matching_name
from student_registry.provenance import Provenance
from student_registry.text import clean

NAME_CHARACTERS_MAX = 120
BIRTH_YEAR_MIN = 1900


class Sex(StrEnum):
    """As in civil registration."""

    FEMALE = "FEMALE"
    MALE = "MALE"


@dataclass(frozen=True, slots=True)
class PersonName:
    """A Thai name; the family name may be empty."""

    title: str = field(repr=False)
    given: str = field(repr=False)
    family: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Registration:
    """A learner as stated by an institution.

    Attributes:
        identifiers: May be empty for a person without any.
        registrar_institution_id: Institution that keeps the record of a person who is new here.
        enrolments: May be empty for a person in no school (R-71).
        subject: Subject of the learner's sign-in, kept only as a keyed hash.
        other_names: Names in other languages than Thai, with their language; kept of a person who is new here.
    """

    name: PersonName
    birth: BirthDate | None
    sex: Sex | None
    identifiers: tuple[IdentifierFacts, ...]
    registrar_institution_id: UUID
    enrolments: tuple[EnrolmentFacts, ...]
    provenance: Provenance
    subject: str | None = field(default=None, repr=False)
    other_names: tuple[tuple[str, PersonName], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class StatedIdentifier:
    """A checked identifier of a registration, with its index and first day."""

    facts: IdentifierFacts
    blind_index: bytes = field(repr=False)
    valid_from: date


@dataclass(frozen=True, slots=True)
class Statement:
    """A registration whose every part was checked by itself."""

    registration: Registration
    person: Person
    identifiers: tuple[StatedIdentifier, ...]
    subject_hash: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """A learner as the registry knows him, with all identifiers and enrolments, ended ones too.

    Attributes:
        is_left_behind: Who keeps his record has no primary enrolment of his any more, and it may go on.
    """

    learner_id: UUID
    registrar_institution_id: UUID
    person: Person
    subject_hash: str | None
    identifiers: tuple[Identifier, ...]
    enrolments: tuple[Enrolment, ...]
    is_left_behind: bool = False


@dataclass(frozen=True, slots=True)
class Learner:
    """A learner as shown to someone who may see him.

    Attributes:
        shown_values: Whole values by identifier id, where the reader may see them.
        other_names: Current names in other languages than Thai, by language.
    """

    learner_id: UUID
    name: PersonName
    birth: BirthDate | None
    sex: Sex | None
    registrar_institution_id: UUID
    provenance: Provenance
    identifiers: tuple[Identifier, ...] = ()
    enrolments: tuple[Enrolment, ...] = ()
    identity_state: VerificationState = VerificationState.UNVERIFIED
    shown_values: dict[UUID, str] = field(default_factory=dict[UUID, str], repr=False)
    other_names: dict[str, PersonName] = field(default_factory=dict[str, PersonName], repr=False)


class Contradiction(IdentifierConflict):
    """The identifier is of a person who is clearly another one, or the person has another of that kind.

    Attributes:
        contested: What a learner holds and another institution than the keeper of his record contradicts.
        owners: Two learners to whom the identifiers of one person lead; None: they lead to one.
    """

    def __init__(
        self,
        kind: IdentifierKind,
        *,
        contested: tuple[Identifier, ...] = (),
        owners: tuple[UUID, UUID] | None = None,
    ) -> None:
        """Name the kind to the caller, and keep what the registry has to look into."""
        super().__init__(field=kind.lower(), kind=kind)
        self.contested = contested
        self.owners = owners


@dataclass(frozen=True, slots=True)
class Decision:
    """What a registration does.

    Attributes:
        learner_id: The learner it is about; an id still to be given when `is_new`.
        added: Identifiers to add.
        verified: Known identifiers whose document was seen now.
        new_enrolments: Enrolments to add.
        changed_enrolments: Known enrolments with what changed.
        subject_hash: Sign-in to attach.
        takes_record: Whether the record of a known learner goes on to the institution that states this.
    """

    learner_id: UUID
    is_new: bool
    added: tuple[StatedIdentifier, ...]
    verified: tuple[Identifier, ...]
    new_enrolments: tuple[Enrolment, ...]
    changed_enrolments: tuple[Enrolment, ...]
    subject_hash: str | None
    takes_record: bool = False

    @property
    def changes_nothing(self) -> bool:
        """Whether all of it was known already."""
        return not (
            self.is_new
            or self.added
            or self.verified
            or self.new_enrolments
            or self.changed_enrolments
            or self.subject_hash
            or self.takes_record
        )

    @property
    def changes_identity(self) -> bool:
        """Whether others must know that an identifier of a known learner changed."""
        personal = any(item.facts.kind in IDENTITY_KINDS for item in self.added)
        return not self.is_new and (personal or any(item.is_personal for item in self.verified))


def checked_name(name: PersonName) -> PersonName:
    """The name as it is stored.

    Raises:
        GivenNameMissing: No given name, or a part that is too long.
    """
    stored = PersonName(clean(name.title), clean(name.given), clean(name.family))
    parts = (stored.title, stored.given, stored.family)
    if not stored.given or any(len(part) > NAME_CHARACTERS_MAX for part in parts):
        raise GivenNameMissing(field="given_name")
    return stored


def check_birth(birth: BirthDate | None, *, today: date) -> None:
    """Refuse a birth date that nobody of school age or above can have.

    Raises:
        BirthDateInvalid: In the future, or before 1900.
    """
    if birth is not None and not (birth.value.year >= BIRTH_YEAR_MIN and birth.value <= today):
        raise BirthDateInvalid(field="birth_date")


def birth_of(year: int, month: int, day: int) -> BirthDate:
    """A birth date as people write it: in either era, month and day 0 when only the year is known.

    The era is read before the day is looked at: 29 February 2555 BE is a day, though the year 2555 CE has none.

    Raises:
        BirthDateInvalid: It names no day.
    """
    is_year_only = month == day == 0
    try:
        value = date(gregorian_year(year), 1, 1) if is_year_only else date(gregorian_year(year), month, day)
    except ValueError:
        raise BirthDateInvalid(field="birth_date") from None
    return BirthDate(value, Precision.YEAR if is_year_only else Precision.DAY)


def person_of(name: PersonName, birth: BirthDate | None) -> Person:
    """What is compared of a person."""
    return Person(matching_name(name.given), matching_name(name.family), birth)


class Roll:
    """The learners that one call is about: those known before, and those it has decided to add."""

    def __init__(self, known: Iterable[Known], *, subjects: Mapping[str, UUID] | None = None) -> None:
        """Begin with what the registry knows; `subjects` are sign-ins of learners who were merged into others."""
        self._learners: dict[UUID, Known] = {}
        self._owners: dict[bytes, set[UUID]] = {}
        self._subjects: dict[str, UUID] = dict(subjects or {})
        for learner in known:
            self._put(learner)

    def _put(self, learner: Known) -> None:
        self._learners[learner.learner_id] = learner
        for identifier in learner.identifiers:
            self._owners.setdefault(identifier.blind_index, set()).add(learner.learner_id)
        if learner.subject_hash is not None:
            self._subjects[learner.subject_hash] = learner.learner_id

    def decide(
        self,
        statement: Statement,
        *,
        acting_for: UUID,
        new_learner_id: UUID,
        new_enrolment_ids: Sequence[UUID],
        today: date,
    ) -> Decision:
        """What a statement does; the roll stays as it is until `take`.

        Args:
            statement: What an institution says.
            acting_for: That institution.
            new_learner_id: Id to give when the person is new.
            new_enrolment_ids: Ids for new enrolments, one for each stated.
            today: A stated primary enrolment that is not over on this day takes a record that was left behind.

        Raises:
            Contradiction: Its identifiers lead to several people, or to one who is clearly another.
            PrimaryEnrolmentExists: He has another primary enrolment at that time.
            EnrolmentOverlaps: He has such an enrolment there at that time.
            SubjectTaken: The sign-in is another learner's, or he has another one.
            NotRegistrar: A sign-in is attached by the institution that keeps the record.
        """
        known = self._match(statement, acting_for=acting_for)
        learner_id = new_learner_id if known is None else known.learner_id
        takes_record = known is not None and known.is_left_behind and _begins_or_goes_on(statement, today)
        is_keeper = known is None or takes_record or known.registrar_institution_id == acting_for
        held = () if known is None else known.identifiers
        added, verified = _compare_identifiers(statement.identifiers, held, is_keeper=is_keeper)
        new, changed = _compare_enrolments(
            statement, () if known is None else known.enrolments, learner_id=learner_id, ids=new_enrolment_ids
        )
        return Decision(
            learner_id=learner_id,
            is_new=known is None,
            added=added,
            verified=verified,
            new_enrolments=new,
            changed_enrolments=changed,
            subject_hash=self._subject_to_attach(statement, known, is_keeper=is_keeper),
            takes_record=takes_record,
        )

    def take(self, statement: Statement, decision: Decision, identifiers: Iterable[Identifier]) -> None:
        """Remember a decision, so that later statements of the same call meet it."""
        before = self._learners.get(decision.learner_id)
        changed = {item.enrolment_id: item for item in decision.changed_enrolments}
        verified = {item.identifier_id for item in decision.verified}
        held = before.identifiers if before else ()
        enrolments = before.enrolments if before else ()
        self._put(
            Known(
                learner_id=decision.learner_id,
                registrar_institution_id=before.registrar_institution_id
                if before and not decision.takes_record
                else statement.registration.registrar_institution_id,
                person=before.person if before else statement.person,
                subject_hash=decision.subject_hash or (before.subject_hash if before else None),
                identifiers=(
                    *(
                        replace(item, state=VerificationState.VERIFIED) if item.identifier_id in verified else item
                        for item in held
                    ),
                    *identifiers,
                ),
                enrolments=(
                    *(changed.get(item.enrolment_id, item) for item in enrolments),
                    *decision.new_enrolments,
                ),
            )
        )

    def _match(self, statement: Statement, *, acting_for: UUID) -> Known | None:
        """The known learner that the identifiers lead to."""
        ordered = sorted(statement.identifiers, key=lambda item: MATCHING_ORDER.index(item.facts.kind))
        found: Known | None = None
        for stated in ordered:
            for learner_id in sorted(self._owners.get(stated.blind_index, ())):
                owner = self._learners[learner_id]
                if not _is_held(stated, owner):
                    continue
                if found is not None and owner.learner_id != found.learner_id:
                    raise Contradiction(stated.facts.kind, owners=(found.learner_id, owner.learner_id))
                if not can_be_same(statement.person, owner.person):
                    # Who keeps the record has his own slip before him; somebody else's statement is a second claim.
                    is_claim = stated.facts.kind in IDENTITY_KINDS and owner.registrar_institution_id != acting_for
                    same = (item for item in owner.identifiers if item.blind_index == stated.blind_index)
                    raise Contradiction(stated.facts.kind, contested=tuple(same) if is_claim else ())
                found = owner
        return found

    def _subject_to_attach(self, statement: Statement, known: Known | None, *, is_keeper: bool) -> str | None:
        subject = statement.subject_hash
        if subject is None or (known is not None and self._subjects.get(subject) == known.learner_id):
            return None
        if subject in self._subjects or (known is not None and known.subject_hash is not None):
            raise SubjectTaken(field="subject")
        # Whoever attaches a sign-in decides who reads the record as the learner: the keeper of the record only.
        if not is_keeper:
            raise NotRegistrar(field="subject")
        return subject


def _begins_or_goes_on(statement: Statement, today: date) -> bool:
    """Whether a primary enrolment is stated that is not over."""
    return any(item.role is EnrolmentRole.PRIMARY and item.goes_on(today) for item in statement.registration.enrolments)


def _is_held(stated: StatedIdentifier, owner: Known) -> bool:
    """Whether the number is the owner's: a personal one for ever, a student number while it holds."""
    return any(
        item.blind_index == stated.blind_index and (item.is_lasting or item.holds_from(stated.valid_from))
        for item in owner.identifiers
    )


def _compare_identifiers(
    stated: Sequence[StatedIdentifier], held: Sequence[Identifier], *, is_keeper: bool
) -> tuple[tuple[StatedIdentifier, ...], tuple[Identifier, ...]]:
    """Identifiers to add, and held ones that are verified now; a contested one only by the keeper of the record.

    Raises:
        Contradiction: The learner has another citizen ID or G-code; replacing it is a change, not a registration.
    """
    added: dict[bytes, StatedIdentifier] = {}
    verified: list[Identifier] = []
    for item in stated:
        same = next(
            (
                identifier
                for identifier in held
                if identifier.blind_index == item.blind_index
                and (identifier.is_lasting or identifier.holds_from(item.valid_from))
            ),
            None,
        )
        if same is not None:
            is_open = same.state is VerificationState.UNVERIFIED
            is_open |= is_keeper and same.state is VerificationState.CONFLICT
            if item.facts.state is VerificationState.VERIFIED and is_open:
                verified.append(same)
            continue
        kind = item.facts.kind
        others = tuple(identifier for identifier in held if identifier.kind is kind and identifier.valid_to is None)
        is_stated_twice = any(one.facts.kind is kind and index != item.blind_index for index, one in added.items())
        if kind in SINGLE_KINDS and (others or is_stated_twice):
            raise Contradiction(kind, contested=() if is_keeper else others)
        added[item.blind_index] = item
    return tuple(added.values()), tuple(verified)


def _compare_enrolments(
    statement: Statement, known: Sequence[Enrolment], *, learner_id: UUID, ids: Sequence[UUID]
) -> tuple[tuple[Enrolment, ...], tuple[Enrolment, ...]]:
    """Enrolments to add, and known ones with what changed."""
    provenance = statement.registration.provenance
    current = {item.enrolment_id: item for item in known}
    new: dict[UUID, Enrolment] = {}
    changed: dict[UUID, Enrolment] = {}
    for enrolment_id, facts in zip(ids, statement.registration.enrolments, strict=True):
        same = restated(facts, current.values())
        if same is None:
            same = Enrolment(enrolment_id, learner_id, facts, provenance)
            new[enrolment_id] = same
        elif same.facts != current[same.enrolment_id].facts:
            same = replace(same, provenance=provenance)
            (new if same.enrolment_id in new else changed)[same.enrolment_id] = same
        current[same.enrolment_id] = same
    return tuple(new.values()), tuple(changed.values())
