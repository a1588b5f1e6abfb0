"""JSON shapes of profiles."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from student_registry.json_models import Input, ProvenanceJson
from student_registry.learners.json_models import NameJson
from student_registry.limits import ITEMS_MAX
from student_registry.profiles.domain import (
    TEXT_CHARACTERS_MAX,
    VALUE_TYPES,
    Address,
    Coded,
    EndReason,
    Fact,
    Made,
    Photo,
    ProfileKind,
    Reach,
    Relative,
    Schooling,
    Stated,
    Value,
)
from student_registry.profiles.queries import Profile, StalePage
from student_registry.profiles.use_cases import EndedFact
from student_registry.provenance import SOURCE_CHARACTERS_MAX, DataStatus

Text = Annotated[str, Field(max_length=TEXT_CHARACTERS_MAX, repr=False)]
Code = Annotated[str, Field(max_length=60)]
Source = Annotated[str, Field(min_length=1, max_length=SOURCE_CHARACTERS_MAX)]


class CodedJson(Input):
    """A code of the code list of the fact's kind."""

    code: Annotated[str, Field(max_length=60, examples=["THA"])]
    detail: Text = ""


class ReachJson(Input):
    """A telephone number or e-mail address."""

    value: Annotated[Text, Field(examples=["0812345678"])]
    label: Text = ""


class AddressJson(Input):
    """An address."""

    line: Text
    subdistrict: Text = ""
    district: Text = ""
    province: Text
    postal_code: Text = ""
    label: Text = ""


class RelativeJson(Input):
    """Father, mother or guardian; a guardian has a relation."""

    name: NameJson
    relation_code: Code = ""
    standing_code: Code = ""
    lives_with_learner: bool | None = None


class SchoolingJson(Input):
    """Coming to the caller's institution and leaving it."""

    institution_id: UUID
    admitted_on: date
    previous_institution_id: UUID | None = None
    previous_school: Text = ""
    previous_grade: Text = ""
    left_on: date | None = None
    leaving_reason_code: Code = ""


class PhotoJson(BaseModel):
    """A photograph without its bytes."""

    sha256: str
    media_type: str
    byte_size: int
    taken_on: date | None


class ValueJson(Input):
    """The value of a fact: exactly the one of its kind."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"coded": {"code": "THA"}}]})

    coded: CodedJson | None = None
    reach: ReachJson | None = None
    address: AddressJson | None = None
    relative: RelativeJson | None = None
    schooling: SchoolingJson | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        stated = (self.coded, self.reach, self.address, self.relative, self.schooling)
        if sum(item is not None for item in stated) != 1:
            raise ValueError("exactly one of coded, reach, address, relative, schooling")
        return self

    def to_domain(self) -> Value:
        """As the use cases know it."""
        if self.coded is not None:
            return Coded(self.coded.code, self.coded.detail)
        if self.reach is not None:
            return Reach(self.reach.value, self.reach.label)
        if self.address is not None:
            return Address(**self.address.model_dump())
        if self.relative is not None:
            name, stated = self.relative.name, self.relative
            return Relative(
                title=name.title_th,
                given=name.given_name_th,
                family=name.family_name_th,
                relation_code=stated.relation_code,
                standing_code=stated.standing_code,
                lives_with_learner=stated.lives_with_learner,
            )
        assert self.schooling is not None, "exactly one is there"
        return Schooling(**self.schooling.model_dump())


class FactInput(Input):
    """A fact to record."""

    learner_id: UUID
    kind: ProfileKind
    value: ValueJson
    about_fact_id: Annotated[UUID | None, Field(description="Relative whose contact data these are.")] = None
    valid_from: date | None = None
    valid_to: Annotated[date | None, Field(description="Last day.")] = None
    confirmed_on: Annotated[date | None, Field(description="Of contact data; today when absent.")] = None
    replaces_fact_id: Annotated[UUID | None, Field(description="Fact that gives way to this one.")] = None
    provenance: ProvenanceJson

    def to_domain(self) -> Stated:
        """As the use cases know it."""
        return Stated(
            learner_id=self.learner_id,
            kind=self.kind,
            value=self.value.to_domain(),
            source=self.provenance.source,
            status=self.provenance.status,
            about_fact_id=self.about_fact_id,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            confirmed_on=self.confirmed_on,
            replaces_fact_id=self.replaces_fact_id,
        )


class RecordFactsBody(Input):
    """Facts to record, at most 1,000."""

    facts: Annotated[list[FactInput], Field(min_length=1, max_length=ITEMS_MAX)]


class FactEndInput(Input):
    """A fact that ends."""

    fact_id: UUID
    reason: Annotated[EndReason, Field(description="OVER or WRONG.")]
    source: Source
    valid_to: Annotated[date | None, Field(description="Last day of one that is over; today when absent.")] = None

    def to_domain(self) -> EndedFact:
        """As the use cases know it."""
        return EndedFact(self.fact_id, self.reason, self.source, self.valid_to)


class EndFactsBody(Input):
    """Facts that end, at most 1,000."""

    facts: Annotated[list[FactEndInput], Field(min_length=1, max_length=ITEMS_MAX)]


class ConfirmationInput(Input):
    """Contact data that are still right."""

    fact_id: UUID
    confirmed_on: Annotated[date | None, Field(description="Today when absent.")] = None


class ConfirmContactsBody(Input):
    """Contact data that are still right, at most 1,000."""

    contacts: Annotated[list[ConfirmationInput], Field(min_length=1, max_length=ITEMS_MAX)]


class MadeJson(BaseModel):
    """Who recorded or ended a fact; no institution: the learner himself."""

    at: datetime
    role: str
    institution_id: UUID | None
    source: str

    @classmethod
    def of(cls, made: Made) -> MadeJson:
        """As shown."""
        return cls(at=made.at, role=made.role, institution_id=made.institution_id, source=made.source)


class FactJson(BaseModel):
    """A fact as it is kept, with the one value of its kind."""

    fact_id: UUID
    kind: ProfileKind
    coded: CodedJson | None = None
    reach: ReachJson | None = None
    address: AddressJson | None = None
    relative: RelativeJson | None = None
    schooling: SchoolingJson | None = None
    photo: PhotoJson | None = None
    about_fact_id: UUID | None
    valid_from: date | None
    valid_to: date | None
    confirmed_on: date | None
    data_status: DataStatus
    recorded: MadeJson
    ended: MadeJson | None
    end_reason: EndReason | None
    replaces_fact_id: UUID | None

    @classmethod
    def of(cls, fact: Fact) -> FactJson:
        """As shown."""
        stated = fact.stated
        shown = cls(
            fact_id=fact.fact_id,
            kind=stated.kind,
            about_fact_id=stated.about_fact_id,
            valid_from=stated.valid_from,
            valid_to=stated.valid_to,
            confirmed_on=stated.confirmed_on,
            data_status=stated.status,
            recorded=MadeJson.of(fact.recorded),
            ended=MadeJson.of(fact.ended) if fact.ended else None,
            end_reason=fact.end_reason,
            replaces_fact_id=stated.replaces_fact_id,
        )
        name = VALUE_TYPES[stated.kind].__name__.lower()
        return shown.model_copy(update={name: value_json(stated.value)})


def value_json(
    value: Value,
) -> CodedJson | ReachJson | AddressJson | RelativeJson | SchoolingJson | PhotoJson:
    """A value as shown."""
    match value:
        case Coded():
            return CodedJson(code=value.code, detail=value.detail)
        case Reach():
            return ReachJson(value=value.value, label=value.label)
        case Address():
            return AddressJson(
                line=value.line,
                subdistrict=value.subdistrict,
                district=value.district,
                province=value.province,
                postal_code=value.postal_code,
                label=value.label,
            )
        case Relative():
            name = NameJson(title_th=value.title, given_name_th=value.given, family_name_th=value.family)
            return RelativeJson(
                name=name,
                relation_code=value.relation_code,
                standing_code=value.standing_code,
                lives_with_learner=value.lives_with_learner,
            )
        case Schooling():
            return SchoolingJson(
                institution_id=value.institution_id,
                admitted_on=value.admitted_on,
                previous_institution_id=value.previous_institution_id,
                previous_school=value.previous_school,
                previous_grade=value.previous_grade,
                left_on=value.left_on,
                leaving_reason_code=value.leaving_reason_code,
            )
        case Photo():
            return PhotoJson(
                sha256=value.sha256,
                media_type=value.media_type,
                byte_size=value.byte_size,
                taken_on=value.taken_on,
            )


class MissingJson(BaseModel):
    """What a profile lacks."""

    code: str
    name_th: str


class ProfileJson(BaseModel):
    """What holds of a learner, and how complete it is today."""

    learner_id: UUID
    facts: list[FactJson]
    completeness_score: Annotated[int, Field(ge=0, le=100)]
    missing: list[MissingJson]
    completeness_rule: ProvenanceJson

    @classmethod
    def of(cls, profile: Profile) -> ProfileJson:
        """As shown."""
        return cls(
            learner_id=profile.learner_id,
            facts=[FactJson.of(fact) for fact in profile.facts],
            completeness_score=profile.completeness.score,
            missing=[MissingJson(code=item.code, name_th=item.name_th) for item in profile.missing],
            completeness_rule=ProvenanceJson.of(profile.weights.provenance),
        )


class HistoryJson(BaseModel):
    """Everything that was ever recorded, by kind, the newest first."""

    facts: list[FactJson]


class PhotoRecordedJson(BaseModel):
    """A photograph was recorded."""

    fact_id: UUID


class StaleContactJson(BaseModel):
    """A learner whose contact data must be confirmed again."""

    learner_id: UUID
    name: NameJson
    confirmed_on: date | None


class StalePageJson(BaseModel):
    """A page of them, longest first; no token: the last page."""

    learners: list[StaleContactJson]
    next_page_token: str | None
    total: int
    stale_after_days: int
    rule: ProvenanceJson

    @classmethod
    def of(cls, page: StalePage) -> StalePageJson:
        """As shown."""
        return cls(
            learners=[
                StaleContactJson(
                    learner_id=item.learner_id,
                    name=NameJson(
                        title_th=item.name.title, given_name_th=item.name.given, family_name_th=item.name.family
                    ),
                    confirmed_on=item.confirmed_on,
                )
                for item in page.learners
            ],
            next_page_token=page.after or None,
            total=page.total,
            stale_after_days=page.rule.number,
            rule=ProvenanceJson.of(page.rule.provenance),
        )
