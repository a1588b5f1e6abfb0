"""JSON shapes of enrolments, shared by the paths that show learners."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from student_registry.enrolments.domain import (
    HOSTED_CLASSES_MAX,
    LABEL_CHARACTERS_MAX,
    NUMBER_IN_CLASS_MAX,
    DeliverySystem,
    Enrolment,
    EnrolmentChange,
    EnrolmentEnd,
    EnrolmentFacts,
    EnrolmentRole,
    EnrolmentState,
    EnrolmentStatus,
    HostingScope,
)
from student_registry.enrolments.grades import Grade, grades_on
from student_registry.json_models import Input, ProvenanceJson
from student_registry.limits import ITEMS_MAX

Label = Annotated[str, Field(max_length=LABEL_CHARACTERS_MAX)]
HostedClasses = Annotated[tuple[Label, ...], Field(max_length=HOSTED_CLASSES_MAX, examples=[["ท31101", "ค31101"]])]


class EnrolmentInput(Input):
    """An enrolment to register."""

    institution_id: UUID
    role: EnrolmentRole
    delivery_system: DeliverySystem
    grade_label: Annotated[Label, Field(examples=["M.4", "PWC.1"])] = ""
    classroom: Label = ""
    programme_code: Label = ""
    valid_from: date
    valid_to: Annotated[date | None, Field(description="Last day; absent: open.")] = None
    number_in_class: Annotated[int | None, Field(ge=1, le=NUMBER_IN_CLASS_MAX)] = None
    hosting_scope: Annotated[HostingScope | None, Field(description="For role HOSTING; absent: all classes.")] = None
    hosted_classes: HostedClasses = ()

    def to_domain(self) -> EnrolmentFacts:
        """As the use case knows it."""
        return EnrolmentFacts(
            institution_id=self.institution_id,
            role=self.role,
            delivery_system=self.delivery_system,
            grade_label=self.grade_label,
            classroom=self.classroom,
            programme_code=self.programme_code,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            number_in_class=self.number_in_class,
            hosting_scope=self.hosting_scope,
            hosted_classes=self.hosted_classes,
        )


class EnrolmentJson(BaseModel):
    """One enrolment."""

    enrolment_id: UUID
    institution_id: UUID
    role: EnrolmentRole
    delivery_system: DeliverySystem
    grade_label: str
    classroom: str
    programme_code: str
    valid_from: date
    valid_to: date | None
    status: EnrolmentStatus
    level: Annotated[str, Field(description="Level of the grade; empty where the grade is in no list.")]
    number_in_class: int | None
    hosting_scope: HostingScope | None
    hosted_classes: tuple[str, ...]
    holds_from: Annotated[date, Field(description="First day of these details.")]
    end_reason: str

    @classmethod
    def of(cls, enrolment: Enrolment, *, today: date) -> EnrolmentJson:
        """As shown, with its state of today."""
        facts = enrolment.facts
        return cls(
            enrolment_id=enrolment.enrolment_id,
            institution_id=facts.institution_id,
            role=facts.role,
            delivery_system=facts.delivery_system,
            grade_label=facts.grade_label,
            classroom=facts.classroom,
            programme_code=facts.programme_code,
            valid_from=facts.valid_from,
            valid_to=facts.valid_to,
            status=facts.status_on(today),
            level=grades_on(today).level_of(facts.grade_label),
            number_in_class=facts.number_in_class,
            hosting_scope=facts.hosting_scope,
            hosted_classes=facts.hosted_classes,
            holds_from=enrolment.details_since,
            end_reason=facts.end_reason,
        )


class EnrolmentChangeJson(Input):
    """What changes about an enrolment; what is absent stays as it is."""

    enrolment_id: UUID
    holds_from: Annotated[date, Field(description="First day of the change.")]
    provenance: ProvenanceJson
    delivery_system: DeliverySystem | None = None
    grade_label: Label | None = None
    classroom: Label | None = None
    number_in_class: Annotated[int | None, Field(ge=0, le=NUMBER_IN_CLASS_MAX, description="0: none.")] = None
    programme_code: Label | None = None
    hosting_scope: HostingScope | None = None
    hosted_classes: HostedClasses = ()

    def to_domain(self) -> EnrolmentChange:
        """As the use case knows it."""
        return EnrolmentChange(
            enrolment_id=self.enrolment_id,
            holds_from=self.holds_from,
            provenance=self.provenance.to_domain(),
            delivery_system=self.delivery_system,
            grade_label=self.grade_label,
            classroom=self.classroom,
            number_in_class=self.number_in_class,
            programme_code=self.programme_code,
            hosting_scope=self.hosting_scope,
            hosted_classes=self.hosted_classes,
        )


class ChangeEnrolmentsBody(Input):
    """Changes of known enrolments."""

    changes: Annotated[list[EnrolmentChangeJson], Field(min_length=1, max_length=ITEMS_MAX)]


class EnrolmentEndJson(Input):
    """Last day of an enrolment, and why."""

    enrolment_id: UUID
    last_day: date
    reason_code: Annotated[str, Field(max_length=60, examples=["MOVED"])]
    provenance: ProvenanceJson

    def to_domain(self) -> EnrolmentEnd:
        """As the use case knows it."""
        return EnrolmentEnd(self.enrolment_id, self.last_day, self.reason_code, self.provenance.to_domain())


class EndEnrolmentsBody(Input):
    """Ends of known enrolments."""

    ends: Annotated[list[EnrolmentEndJson], Field(min_length=1, max_length=ITEMS_MAX)]


class EnrolmentStateJson(BaseModel):
    """What an enrolment was according to one statement."""

    enrolment: EnrolmentJson
    recorded_at: datetime

    @classmethod
    def of(cls, state: EnrolmentState, *, today: date) -> EnrolmentStateJson:
        """As shown."""
        return cls(enrolment=EnrolmentJson.of(state.enrolment, today=today), recorded_at=state.recorded_at)


class EnrolmentHistory(BaseModel):
    """History of a learner's enrolments: by enrolment, oldest statement first."""

    states: list[EnrolmentStateJson]


class GradeJson(BaseModel):
    """One grade."""

    grade_label: str
    name_th: str
    level: str
    level_name_th: str
    official_code: str
    official_level_code: str
    next_grade_label: str
    needs_destination: bool
    provenance: ProvenanceJson

    @classmethod
    def of(cls, grade: Grade) -> GradeJson:
        """As shown."""
        return cls(
            grade_label=grade.grade_label,
            name_th=grade.name_th,
            level=grade.level,
            level_name_th=grade.level_name_th,
            official_code=grade.official_code,
            official_level_code=grade.official_level_code,
            next_grade_label=grade.next_grade_label,
            needs_destination=grade.needs_destination,
            provenance=ProvenanceJson.of(grade.provenance),
        )


class GradesJson(BaseModel):
    """The grades in the order of study."""

    grades: list[GradeJson]
