"""Qualifications over HTTP."""

from __future__ import annotations

from typing import Annotated, Any

from chassis.errors import InvalidField
from chassis.http import CurrentActor, RequestId, item_results
from chassis.messages import Messages
from chassis.pg import Pool
from fastapi import APIRouter
from pydantic import BaseModel, Field

from credit_bank import limits
from credit_bank.calendar_th import utc_now
from credit_bank.canonical import digest
from credit_bank.json_models import AmountBody, Body, ListResult, ProvenanceBody, Unit
from credit_bank.ledger.domain import decimal_text
from credit_bank.qualifications import use_cases
from credit_bank.qualifications.conditions import (
    Condition,
    ConditionType,
    condition_figures,
    condition_from,
    type_of,
)
from credit_bank.qualifications.domain import Qualification
from credit_bank.rules.domain import EducationLevel


class ConditionBody(Body):
    """One condition of an award; `figures` are in the shape of its type, amounts in 1/100."""

    type: ConditionType
    code: Annotated[str, Field(min_length=1, max_length=100)]
    title_th: Annotated[str, Field(min_length=1, max_length=500)]
    only_for: Annotated[str, Field(max_length=100)] = ""
    figures: dict[str, Any] = Field(examples=[{"min_hundredths": 200}])
    provenance: ProvenanceBody

    def to_domain(self) -> Condition:
        """As the use cases know it.

        Raises:
            InvalidField: The figures are not those of the type.
        """
        head = {
            "code": self.code.strip(),
            "title_th": self.title_th.strip(),
            "only_for": self.only_for.strip(),
            "provenance": self.provenance.to_domain(),
        }
        try:
            digest(self.figures)
            return condition_from(self.type, head, self.figures)
        except (TypeError, ValueError, KeyError):
            raise InvalidField(field="figures", expected=f"the figures of {self.type}") from None

    @classmethod
    def of(cls, condition: Condition) -> ConditionBody:
        """As shown."""
        return cls(
            type=type_of(condition),
            code=condition.code,
            title_th=condition.title_th,
            only_for=condition.only_for,
            figures=condition_figures(condition),
            provenance=ProvenanceBody.of(condition.provenance),
        )


class CategoryMinimumBody(Body):
    """Least credits of one category."""

    category: Annotated[str, Field(min_length=1)]
    min_credits: AmountBody


class QualificationBody(Body):
    """A qualification to publish."""

    code: Annotated[str, Field(min_length=1, max_length=100)]
    version: Annotated[str, Field(min_length=1, max_length=100)]
    name_th: Annotated[str, Field(min_length=1, max_length=500)]
    unit: Unit
    total_min: AmountBody
    category_minima: Annotated[list[CategoryMinimumBody], Field(min_length=1, max_length=100)]
    counts_together_with: tuple[str, ...] = ()
    provenance: ProvenanceBody
    level: EducationLevel | None = None
    conditions: Annotated[tuple[ConditionBody, ...], Field(max_length=100)] = ()

    def to_domain(self) -> Qualification:
        """As the use cases know it.

        Raises:
            InvalidField: An amount is of another unit, or a category stands twice.
        """
        amounts = [self.total_min, *(minimum.min_credits for minimum in self.category_minima)]
        if any(amount.unit != self.unit for amount in amounts):
            raise InvalidField(field="category_minima", expected=f"amounts of {self.unit}")
        minima = {minimum.category: minimum.min_credits.hundredths for minimum in self.category_minima}
        if len(minima) != len(self.category_minima):
            raise InvalidField(field="category_minima", expected="each category once")
        return Qualification(
            code=self.code.strip(),
            version=self.version.strip(),
            name_th=self.name_th.strip(),
            unit=self.unit,
            total_min_hundredths=self.total_min.hundredths,
            category_minima=minima,
            counts_together_with=frozenset(self.counts_together_with),
            provenance=self.provenance.to_domain(),
            level=self.level,
            conditions=tuple(condition.to_domain() for condition in self.conditions),
        )

    @classmethod
    def of(cls, qualification: Qualification) -> QualificationBody:
        """As shown: every condition is stated, those of the total and of the categories among them."""
        unit = qualification.unit
        return cls.model_validate(
            {
                "code": qualification.code,
                "version": qualification.version,
                "name_th": qualification.name_th,
                "unit": unit,
                "total_min": {"amount": decimal_text(qualification.total_min_hundredths), "unit": unit},
                "category_minima": [
                    {"category": category, "min_credits": {"amount": decimal_text(least), "unit": unit}}
                    for category, least in sorted(qualification.category_minima.items())
                ],
                "counts_together_with": sorted(qualification.counts_together_with),
                "provenance": ProvenanceBody.of(qualification.provenance),
                "level": qualification.level,
                "conditions": [ConditionBody.of(condition) for condition in qualification.all_conditions],
            }
        )


class PublishQualificationsBody(Body):
    """Qualifications to publish."""

    qualifications: Annotated[list[QualificationBody], Field(min_length=1, max_length=limits.FEW_ITEMS_MAX)]


class PublishShippedBody(Body):
    """Qualifications that the program brings along."""

    codes: Annotated[
        tuple[str, ...], Field(max_length=limits.FEW_ITEMS_MAX, description="Empty: all.", examples=[["M6-OBEC"]])
    ] = ()


class QualificationPageOut(BaseModel):
    """A page of qualifications; `next_page_token` is empty on the last one."""

    qualifications: list[QualificationBody]
    next_page_token: str


def router(pool: Pool, messages: Messages) -> APIRouter:
    """The paths."""
    api = APIRouter(tags=["qualifications"])

    @api.post("/v1/qualifications")
    async def publish_qualifications(
        body: PublishQualificationsBody, request_id: RequestId, actor: CurrentActor
    ) -> ListResult:
        """Publish qualifications; the figures of a published version never change."""
        command = use_cases.PublishQualifications(
            request_id, tuple(qualification.to_domain() for qualification in body.qualifications)
        )
        outcomes = await use_cases.publish_qualifications(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/v1/qualifications/shipped")
    async def publish_shipped_qualifications(
        body: PublishShippedBody, request_id: RequestId, actor: CurrentActor
    ) -> ListResult:
        """Publish M.6, M.3 and both curricula of ปวช. as the program brings them along, each figure with its source."""
        outcomes = await use_cases.publish_shipped_qualifications(
            pool, request_id, body.codes, actor=actor, now=utc_now()
        )
        return ListResult(results=item_results(outcomes, messages))

    @api.get("/v1/qualifications")
    async def list_qualifications(
        actor: CurrentActor, code: str = "", page_size: int = 0, page_token: str = ""
    ) -> QualificationPageOut:
        """A page of qualifications with every condition of an award and where each figure comes from."""
        page = await use_cases.list_qualifications(
            pool, code=code, page_size=page_size, page_token=page_token, actor=actor
        )
        return QualificationPageOut(
            qualifications=[QualificationBody.of(item) for item in page.qualifications],
            next_page_token=page.next_page_token,
        )

    return api
