"""JSON shapes of equivalence rules."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from credit_bank import limits
from credit_bank.equivalences.checks import BODIES_MAX, GROUP_COURSES_MAX, GROUPS_MAX
from credit_bank.equivalences.domain import (
    ApprovingBody,
    EquivalenceRule,
    RuleDirection,
    RuleFacts,
    RuleState,
    TransferMode,
)
from credit_bank.json_models import Body, CourseKeyBody, ProvenanceBody

Int32 = Annotated[int, Field(ge=-(2**31), lt=2**31)]
"""A whole number as the other transport carries it; what it may be beyond that is told item by item."""


class SourceGroupBody(Body):
    """Courses that count together: all of them are needed."""

    courses: Annotated[list[CourseKeyBody], Field(max_length=GROUP_COURSES_MAX)]


class ApprovingBodyBody(Body):
    """Who approved a rule, and by what."""

    body_th: Annotated[str, Field(max_length=500, examples=["คณะกรรมการเทียบโอนผลการเรียน"])]
    reference: Annotated[str, Field(max_length=500)]
    approved_on: date | None = None

    def to_domain(self) -> ApprovingBody:
        """As the use cases know it."""
        return ApprovingBody(self.body_th.strip(), self.reference.strip(), self.approved_on)

    @classmethod
    def of(cls, body: ApprovingBody) -> ApprovingBodyBody:
        """As shown."""
        return cls(body_th=body.body_th, reference=body.reference, approved_on=body.approved_on)


class RuleBody(Body):
    """An equivalence rule to publish or propose: any one of its groups suffices."""

    source_groups: Annotated[list[SourceGroupBody], Field(max_length=GROUPS_MAX)]
    target: CourseKeyBody
    mode: TransferMode
    min_grade_hundredths: Annotated[Int32, Field(description="Grade point in 1/100; 200 is 2.00.")]
    min_hours_pct: Int32 | None = None
    version: Int32 = 1
    provenance: ProvenanceBody
    min_content_pct: Int32 | None = None
    content_pct: Int32 | None = None
    approving_bodies: Annotated[tuple[ApprovingBodyBody, ...], Field(max_length=BODIES_MAX)] = ()
    first_year_be: Int32 | None = None
    last_year_be: Int32 | None = None

    def to_domain(self) -> RuleFacts:
        """As the use cases know it."""
        return RuleFacts(
            source_groups=tuple(frozenset(key.to_domain() for key in group.courses) for group in self.source_groups),
            target=self.target.to_domain(),
            mode=self.mode,
            min_grade_hundredths=self.min_grade_hundredths,
            min_hours_pct=self.min_hours_pct,
            version=self.version,
            provenance=self.provenance.to_domain(),
            min_content_pct=self.min_content_pct,
            content_pct=self.content_pct,
            approving_bodies=tuple(body.to_domain() for body in self.approving_bodies),
            first_year_be=self.first_year_be,
            last_year_be=self.last_year_be,
        )


class RuleOut(BaseModel):
    """A published equivalence rule; a rule without an owner holds everywhere."""

    rule_id: UUID
    owner_institution_id: UUID | None
    source_groups: list[SourceGroupBody]
    target: CourseKeyBody
    mode: TransferMode
    min_grade_hundredths: int
    min_hours_pct: int | None
    version: int
    valid_from: date | None
    valid_to: date | None
    provenance: ProvenanceBody
    state: RuleState
    direction: RuleDirection
    min_content_pct: int | None
    content_pct: int | None
    approving_bodies: list[ApprovingBodyBody]
    first_year_be: int | None
    last_year_be: int | None

    @classmethod
    def of(cls, rule: EquivalenceRule) -> RuleOut:
        """As shown."""
        facts = rule.facts
        return cls(
            rule_id=rule.rule_id,
            owner_institution_id=rule.owner_institution_id,
            source_groups=[
                SourceGroupBody(courses=[CourseKeyBody.of(key) for key in sorted(group, key=lambda key: key.code)])
                for group in facts.source_groups
            ],
            target=CourseKeyBody.of(facts.target),
            mode=facts.mode,
            min_grade_hundredths=facts.min_grade_hundredths,
            min_hours_pct=facts.min_hours_pct,
            version=facts.version,
            valid_from=rule.valid_from,
            valid_to=rule.valid_to,
            provenance=ProvenanceBody.of(facts.provenance),
            state=rule.state,
            direction=rule.direction,
            min_content_pct=facts.min_content_pct,
            content_pct=facts.content_pct,
            approving_bodies=[ApprovingBodyBody.of(body) for body in facts.approving_bodies],
            first_year_be=facts.first_year_be,
            last_year_be=facts.last_year_be,
        )


class PublishRulesBody(Body):
    """Rules to publish."""

    rules: Annotated[list[RuleBody], Field(min_length=1, max_length=limits.ITEMS_MAX)]


class RulePageOut(BaseModel):
    """A page of rules; `next_page_token` is empty on the last one."""

    rules: list[RuleOut]
    next_page_token: str
