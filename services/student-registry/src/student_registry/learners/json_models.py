"""JSON shapes of learners."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from student_registry.calendar_th import BE_MINUS_CE, gregorian_year
from student_registry.enrolments.json_models import EnrolmentInput, EnrolmentJson
from student_registry.identifiers.domain import Identifier, IdentifierFacts, IdentifierKind, VerificationState
from student_registry.json_models import Input, ProvenanceJson
from student_registry.learners.domain import NAME_CHARACTERS_MAX, Learner, PersonName, Registration, Sex
from student_registry.limits import ITEMS_MAX
from student_registry.matching.domain import BirthDate, Precision

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
    institution_id: Annotated[UUID | None, Field(description="Institution of a student number.")] = None
    verification_state: VerificationState = VerificationState.UNVERIFIED

    def to_domain(self) -> IdentifierFacts:
        """As the use case knows it."""
        return IdentifierFacts(self.kind, self.value, self.country, self.institution_id, self.verification_state)


class LearnerInput(Input):
    """A learner to register."""

    name: NameJson
    birth_date: Annotated[date | None, Field(description="Gregorian; absent when unknown.")] = None
    birth_year_be: BirthYearBe | None = None
    sex: Sex | None = None
    identifiers: Annotated[list[IdentifierInput], Field(max_length=20)] = Field(default_factory=list[IdentifierInput])
    registrar_institution_id: UUID
    enrolments: Annotated[list[EnrolmentInput], Field(max_length=20)] = Field(default_factory=list[EnrolmentInput])
    provenance: ProvenanceJson
    subject: Annotated[str | None, Field(max_length=200, description="The learner's OIDC `sub`; kept hashed.")] = None

    @model_validator(mode="after")
    def _one_birth(self) -> Self:
        if self.birth_date is not None and self.birth_year_be is not None:
            raise ValueError("birth_date or birth_year_be, not both")
        return self

    def to_domain(self) -> Registration:
        """As the use case knows it."""
        birth = None
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
        )


class RegisterLearnersBody(Input):
    """Learners to register, at most 1,000."""

    learners: Annotated[list[LearnerInput], Field(min_length=1, max_length=ITEMS_MAX)]


class ChangeIdentifierBody(Input):
    """An identifier that ends, and the one that takes its place."""

    ends_kind: IdentifierKind
    identifier: IdentifierInput
    valid_from: Annotated[date | None, Field(description="First day of the new one; today when absent.")] = None


class IdentifierJson(BaseModel):
    """An identifier: masked, but for student numbers shown to their own institution."""

    kind: IdentifierKind
    masked_value: str
    institution_id: UUID | None
    verification_state: VerificationState
    valid_from: date
    valid_to: date | None

    @classmethod
    def of(cls, identifier: Identifier, value: str | None) -> IdentifierJson:
        """As shown."""
        return cls(
            kind=identifier.kind,
            masked_value=value or identifier.masked,
            institution_id=identifier.institution_id,
            verification_state=identifier.state,
            valid_from=identifier.valid_from,
            valid_to=identifier.valid_to,
        )


class LearnerJson(BaseModel):
    """A learner as seen by someone who may."""

    learner_id: UUID
    name: NameJson
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


class LearnersPage(BaseModel):
    """A page of learners in Thai dictionary order; no token: the last page."""

    learners: list[LearnerJson]
    next_page_token: str | None
    total: int
