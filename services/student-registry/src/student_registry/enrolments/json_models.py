"""JSON shapes of enrolments, shared by the paths that show learners."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from student_registry.enrolments.domain import (
    LABEL_CHARACTERS_MAX,
    DeliverySystem,
    Enrolment,
    EnrolmentFacts,
    EnrolmentRole,
    EnrolmentStatus,
)
from student_registry.json_models import Input

Label = Annotated[str, Field(max_length=LABEL_CHARACTERS_MAX)]


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
        )
