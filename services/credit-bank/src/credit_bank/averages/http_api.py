"""Averages over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from chassis.auth import Actor
from chassis.pg import Pool
from fastapi import APIRouter, Depends, Header, Query
from pydantic import AwareDatetime, BaseModel

from credit_bank.actors import freshest_actor
from credit_bank.averages import use_cases
from credit_bank.averages.domain import ScopedAverage
from credit_bank.averages.use_cases import METHOD_TH, AverageReport
from credit_bank.calendar_th import utc_now
from credit_bank.clients import Registry
from credit_bank.ledger.domain import decimal_text


class AverageFigureOut(BaseModel):
    """An average with what it was made of."""

    scope: str
    level: str
    year_be: int | None
    term: int | None
    subject_group: str | None
    unit: str
    numerator: str
    denominator: str
    value: str
    row_count: int
    rounding: str
    retake: str
    forms: list[str]

    @classmethod
    def of(cls, one: ScopedAverage) -> AverageFigureOut:
        """As shown; the numerator is credits times grade points."""
        average = one.average
        whole, rest = divmod(average.numerator_ten_thousandths, 10_000)
        return cls(
            scope=str(one.scope),
            level=one.level,
            year_be=one.year_be,
            term=one.term,
            subject_group=one.subject_group or None,
            unit=average.unit,
            numerator=f"{whole}.{rest:04d}",
            denominator=decimal_text(average.denominator_hundredths),
            value=average.value,
            row_count=average.row_count,
            rounding=str(average.policy.rounding),
            retake=str(average.policy.retake_policy),
            forms=list(one.forms),
        )


class AverageMethodOut(BaseModel):
    """How averages were computed."""

    rules: list[str]
    status: str
    text_th: str
    unannounced: list[str]


class AveragesOut(BaseModel):
    """Averages of a learner; a scope without counted results is absent, which is not 0.00."""

    averages: list[AverageFigureOut]
    method: AverageMethodOut
    as_of: datetime

    @classmethod
    def of(cls, report: AverageReport) -> AveragesOut:
        """As shown."""
        return cls(
            averages=[AverageFigureOut.of(one) for one in report.averages],
            method=AverageMethodOut(
                rules=list(report.rules),
                status=report.status,
                text_th=METHOD_TH,
                unannounced=list(report.unannounced),
            ),
            as_of=report.as_of,
        )


def router(pool: Pool, registry: Registry) -> APIRouter:
    """The path."""
    api = APIRouter(tags=["ledger"])

    @api.get("/v1/learners/{learner_id}/averages")
    async def get_averages(
        *,
        learner_id: UUID,
        actor: Annotated[Actor, Depends(freshest_actor)],
        as_of: Annotated[
            AwareDatetime | None, Query(description="Of results verified until then; absent: now.")
        ] = None,
        document_kind: Annotated[str, Query(description="TRANSCRIPT_QUERY, PP1 or RB1.")] = "",
        nuaikit_purpose: Annotated[
            str, Header(description="Purpose code; not needed for the learner's own averages.")
        ] = "",
    ) -> AveragesOut:
        """Averages with numerator, denominator, method and rules; whoever else reads leaves an access row."""
        report = await use_cases.get_averages(
            pool,
            registry,
            learner_id,
            purpose=nuaikit_purpose,
            document_kind=document_kind,
            as_of=as_of,
            actor=actor,
            now=utc_now(),
        )
        return AveragesOut.of(report)

    return api
