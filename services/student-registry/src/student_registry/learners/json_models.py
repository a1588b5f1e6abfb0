"""JSON shapes of learners."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from student_registry.calendar_th import BE_MINUS_CE, gregorian_year
from student_registry.enrolments.json_models import EnrolmentInput, EnrolmentJson
from student_registry.identifiers.domain import Basis, Identifier, IdentifierFacts, IdentifierKind, VerificationState
from student_registry.json_models import Input, ProvenanceJson
from student_registry.learners.domain import NAME_CHARACTERS_MAX, Learner, PersonName, Registration, Sex, birth_of
from student_registry.learners.versions import (
    Correction,
    FactsVersion,
    IdentityVersions,
    NameChange,
    NameVersion,
    Recorded,
)
from student_registry.limits import ITEMS_MAX
from student_registry.matching.domain import BirthDate, Precision
from student_registry.provenance import SOURCE_CHARACTERS_MAX

NamePart = Annotated[str, Field(max_length=NAME_CHARACTERS_MAX)]
IdentifierValue = Annotated[str, Field(min_length=1, max_length=64, repr=False)]
BirthYearBe = Annotated[int, Field(ge=2400, le=2700, description="Buddhist Era, when only the year is known.")]


class NameJson(Input):
    """A Thai name."""

    title_th: NamePart = ""
    given_name_th: NamePart
    family_name_th: NamePart = ""


class IdentifierInput(Input):
    """An identifier; Thai digits and hyphens are accepted."""

    kind: IdentifierKind
    value: IdentifierValue
    country: Annotated[str | None, Field(pattern="^[A-Z]{3}$", description="ISO 3166 alpha-3, of a passport.")] = None
    institution_id: Annotated[
        UUID | None, Field(description="Institution that gave a student number or transcript.")
    ] = None
    verification_state: VerificationState = VerificationState.UNVERIFIED

    def to_domain(self) -> IdentifierFacts:
        """As the use case knows it."""
        return IdentifierFacts(self.kind, self.value, self.country, self.institution_id, self.verification_state)


class BirthJson(Input):
    """A birth date as people write it: a year of 2400 or more is Buddhist Era; month and day 0: only the year."""

    year: Annotated[int, Field(ge=1, le=9999, examples=[2552])]
    month: Annotated[int, Field(ge=0, le=12)] = 0
    day: Annotated[int, Field(ge=0, le=31)] = 0

    def to_domain(self) -> BirthDate:
        """As the use cases know it.

        Raises:
            BirthDateInvalid: It names no day.
        """
        return birth_of(self.year, self.month, self.day)


class LanguageNameJson(Input):
    """A name in one language."""

    language: Annotated[str, Field(max_length=8, examples=["th", "en", "my"])]
    title: NamePart = ""
    given_name: NamePart = ""
    family_name: NamePart = ""

    def to_domain(self) -> PersonName:
        """As the use cases know it."""
        return PersonName(self.title, self.given_name, self.family_name)

    @classmethod
    def of(cls, language: str, name: PersonName) -> LanguageNameJson:
        """As shown."""
        return cls(language=language, title=name.title, given_name=name.given, family_name=name.family)


class LearnerInput(Input):
    """A learner to register."""

    name: NameJson
    birth_date: Annotated[date | None, Field(description="Gregorian; absent when unknown.")] = None
    birth_year_be: BirthYearBe | None = None
    birth: BirthJson | None = None
    sex: Sex | None = None
    identifiers: Annotated[list[IdentifierInput], Field(max_length=20)] = Field(default_factory=list[IdentifierInput])
    registrar_institution_id: UUID
    enrolments: Annotated[list[EnrolmentInput], Field(max_length=20)] = Field(default_factory=list[EnrolmentInput])
    provenance: ProvenanceJson
    subject: Annotated[str | None, Field(max_length=200, description="The learner's OIDC `sub`; kept hashed.")] = None
    other_names: Annotated[
        list[LanguageNameJson],
        Field(max_length=20, description="In other languages than Thai, one in each; of a person who is new here."),
    ] = Field(default_factory=list[LanguageNameJson])

    @model_validator(mode="after")
    def _one_birth(self) -> Self:
        if sum(item is not None for item in (self.birth_date, self.birth_year_be, self.birth)) > 1:
            raise ValueError("one of birth_date, birth_year_be and birth")
        return self

    def to_domain(self) -> Registration:
        """As the use case knows it."""
        birth = self.birth.to_domain() if self.birth else None
        if self.birth_date is not None:
            birth = BirthDate(self.birth_date, Precision.DAY)
        elif self.birth_year_be is not None:
            birth = BirthDate(date(gregorian_year(self.birth_year_be), 1, 1), Precision.YEAR)
        return Registration(
            name=PersonName(self.name.title_th, self.name.given_name_th, self.name.family_name_th),
            birth=birth,
            sex=self.sex,
            identifiers=tuple(item.to_domain() for item in self.identifiers),
            registrar_institution_id=self.registrar_institution_id,
            enrolments=tuple(item.to_domain() for item in self.enrolments),
            provenance=self.provenance.to_domain(),
            subject=self.subject or None,
            other_names=tuple((item.language, item.to_domain()) for item in self.other_names),
        )


class RegisterLearnersBody(Input):
    """Learners to register, at most 1,000."""

    learners: Annotated[list[LearnerInput], Field(min_length=1, max_length=ITEMS_MAX)]


class ChangeIdentifierBody(Input):
    """An identifier that ends, and the one that takes its place."""

    ends_kind: IdentifierKind
    identifier: IdentifierInput
    valid_from: Annotated[date | None, Field(description="First day of the new one; today when absent.")] = None


class StateStatementJson(BaseModel):
    """Who stated the state of an identifier, when and on what."""

    basis: Basis
    stated_at: datetime
    role: str
    institution_id: UUID | None


class IdentifierJson(BaseModel):
    """An identifier: masked, but for numbers shown to the institution that gave them."""

    identifier_id: UUID
    kind: IdentifierKind
    masked_value: str
    institution_id: UUID | None
    verification_state: VerificationState
    valid_from: date
    valid_to: date | None
    state_statement: StateStatementJson | None

    @classmethod
    def of(cls, identifier: Identifier, value: str | None) -> IdentifierJson:
        """As shown."""
        stated = identifier.stated
        return cls(
            identifier_id=identifier.identifier_id,
            kind=identifier.kind,
            masked_value=value or identifier.masked,
            institution_id=identifier.institution_id,
            verification_state=identifier.state,
            valid_from=identifier.valid_from,
            valid_to=identifier.valid_to,
            state_statement=StateStatementJson(
                basis=stated.basis,
                stated_at=stated.stated_at,
                role=stated.role,
                institution_id=stated.institution_id,
            )
            if stated
            else None,
        )


class LearnerJson(BaseModel):
    """A learner as seen by someone who may."""

    learner_id: UUID
    name: NameJson
    other_names: list[LanguageNameJson]
    birth_date: date | None
    birth_year_be: int | None
    birth_date_precision: Precision | None
    sex: Sex | None
    identifiers: list[IdentifierJson]
    identity_state: VerificationState
    registrar_institution_id: UUID
    enrolments: list[EnrolmentJson]
    provenance: ProvenanceJson

    @classmethod
    def of(cls, learner: Learner, *, today: date) -> LearnerJson:
        """As shown; a birth date of which only the year is known has no day."""
        birth = learner.birth
        return cls(
            learner_id=learner.learner_id,
            name=NameJson(
                title_th=learner.name.title, given_name_th=learner.name.given, family_name_th=learner.name.family
            ),
            other_names=[LanguageNameJson.of(*item) for item in learner.other_names.items()],
            birth_date=birth.value if birth and birth.precision is Precision.DAY else None,
            birth_year_be=birth.value.year + BE_MINUS_CE if birth else None,
            birth_date_precision=birth.precision if birth else None,
            sex=learner.sex,
            identifiers=[
                IdentifierJson.of(item, learner.shown_values.get(item.identifier_id)) for item in learner.identifiers
            ],
            identity_state=learner.identity_state,
            registrar_institution_id=learner.registrar_institution_id,
            enrolments=[EnrolmentJson.of(item, today=today) for item in learner.enrolments],
            provenance=ProvenanceJson.of(learner.provenance),
        )


class NameChangeJson(Input):
    """A name that changes."""

    name: LanguageNameJson
    valid_from: Annotated[date | None, Field(description="First day on which it holds; absent when unknown.")] = None
    is_ended: Annotated[bool, Field(description="No name in this language any more; never of the Thai name.")] = False

    def to_domain(self) -> NameChange:
        """As the use cases know it."""
        return NameChange(self.name.language, None if self.is_ended else self.name.to_domain(), self.valid_from)


class CorrectionJson(Input):
    """Facts of one learner that change; what is absent stays."""

    learner_id: UUID
    reason_code: Annotated[str, Field(max_length=60, examples=["MARRIAGE"])]
    source: Annotated[str, Field(max_length=SOURCE_CHARACTERS_MAX, examples=["ทะเบียนบ้าน"])]
    names: Annotated[list[NameChangeJson], Field(max_length=10)] = Field(default_factory=list[NameChangeJson])
    birth: BirthJson | None = None
    sex: Sex | None = None

    def to_domain(self) -> Correction:
        """As the use cases know it."""
        return Correction(
            learner_id=self.learner_id,
            reason_code=self.reason_code,
            source=self.source,
            names=tuple(item.to_domain() for item in self.names),
            birth=self.birth.to_domain() if self.birth else None,
            sex=self.sex,
        )


class CorrectLearnersBody(Input):
    """Corrections, at most 1,000."""

    corrections: Annotated[list[CorrectionJson], Field(min_length=1, max_length=ITEMS_MAX)]


class RecordedJson(BaseModel):
    """Who recorded a fact, when and why; role and reason are empty for what was stated at registration."""

    recorded_at: datetime
    role: str
    institution_id: UUID | None
    reason_code: str
    source: str

    @classmethod
    def of(cls, recorded: Recorded) -> RecordedJson:
        """As shown."""
        return cls(
            recorded_at=recorded.recorded_at,
            role=recorded.role,
            institution_id=recorded.institution_id,
            reason_code=recorded.reason_code,
            source=recorded.source,
        )


class NameVersionJson(BaseModel):
    """A name that was recorded once."""

    name: LanguageNameJson
    since: date | None
    until: date | None
    was_wrong: bool
    recorded: RecordedJson
    replaced_at: datetime | None

    @classmethod
    def of(cls, version: NameVersion) -> NameVersionJson:
        """As shown."""
        return cls(
            name=LanguageNameJson.of(version.language, version.name),
            since=version.since,
            until=version.until,
            was_wrong=version.was_wrong,
            recorded=RecordedJson.of(version.recorded),
            replaced_at=version.replaced_at,
        )


class FactsVersionJson(BaseModel):
    """Birth date and sex as they were recorded at one time."""

    birth: BirthJson | None
    birth_date_precision: Precision | None
    sex: Sex | None
    recorded: RecordedJson
    replaced_at: datetime | None

    @classmethod
    def of(cls, version: FactsVersion) -> FactsVersionJson:
        """As shown, in the Gregorian calendar."""
        birth = version.birth
        is_day = birth is not None and birth.precision is Precision.DAY
        return cls(
            birth=BirthJson(
                year=birth.value.year,
                month=birth.value.month if is_day else 0,
                day=birth.value.day if is_day else 0,
            )
            if birth
            else None,
            birth_date_precision=birth.precision if birth else None,
            sex=version.sex,
            recorded=RecordedJson.of(version.recorded),
            replaced_at=version.replaced_at,
        )


class VersionsJson(BaseModel):
    """What was ever recorded of a learner, the newest first."""

    names: list[NameVersionJson]
    facts: list[FactsVersionJson]

    @classmethod
    def of(cls, versions: IdentityVersions) -> VersionsJson:
        """As shown."""
        return cls(
            names=[NameVersionJson.of(item) for item in versions.names],
            facts=[FactsVersionJson.of(item) for item in versions.facts],
        )


class LearnersPage(BaseModel):
    """A page of learners in Thai dictionary order; no token: the last page."""

    learners: list[LearnerJson]
    next_page_token: str | None
    total: int
