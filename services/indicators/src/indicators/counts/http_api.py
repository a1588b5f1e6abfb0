"""Indicators over HTTP, as JSON and as CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Annotated, Literal

from chassis.http import CurrentActor
from chassis.pg import Pool
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from indicators.counts.domain import YEAR_BE_MAX, YEAR_BE_MIN, Figure, Report, Rules
from indicators.counts.use_cases import report_indicators
from indicators.thai_time import BANGKOK, utc_now

CSV_TYPE = "text/csv; charset=utf-8"
CSV_HEADER = [
    "รหัส",
    "ตัวชี้วัด",
    "ปีการศึกษา (พ.ศ.)",
    "ตัวตั้ง",
    "ตัวหาร",
    "ร้อยละ",
    "นิยามตัวตั้ง",
    "นิยามประชากร (ตัวหาร)",
    "สูตร",
    "ประชากรที่เป็นข้อมูลสาธิต",
    "ข้อมูล ณ เวลา",
    "รุ่นของกติกา",
    "สถานะของกติกา",
    "หมายเหตุ",
]


class IndicatorOut(BaseModel):
    """One indicator of one year."""

    code: str
    title_th: str
    title_en: str
    counts: Annotated[str, Field(description="SCHOOL or LEARNER.")]
    numerator: int | None
    denominator: int | None
    percentage: Annotated[
        str | None, Field(description="Two decimals, half up; absent over a denominator of 0 or when withheld.")
    ]
    is_withheld: Annotated[bool, Field(description="True when the population is too small to be shown.")]
    numerator_th: str
    numerator_en: str
    population_th: str
    population_en: str
    formula: str
    population_by_data_status: Annotated[
        dict[str, int] | None, Field(description="Members of the population by confirmed, assumed, demonstration.")
    ]


class ReportOut(BaseModel):
    """The indicators of one academic year."""

    year_be: int
    as_of: datetime
    newest_fact_at: datetime | None
    rule_version: str
    rule_status: str
    rule_source: str
    small_cell_min: int
    small_cell_note_th: str
    small_cell_note_en: str
    indicators: list[IndicatorOut]


def router(pool: Pool, rules: Rules) -> APIRouter:
    """Routes of the indicators."""
    routes = APIRouter(prefix="/v1/indicators", tags=["indicators"])

    @routes.get("", response_model=ReportOut, responses={200: {"content": {"text/csv": {}}}})
    async def read(
        actor: CurrentActor,
        year_be: Annotated[int, Query(ge=YEAR_BE_MIN, le=YEAR_BE_MAX, description="Academic year, Buddhist Era.")],
        format: Annotated[Literal["json", "csv"], Query()] = "json",  # noqa: A002  # the query's own name
    ) -> ReportOut | Response:
        """C1 to C3 of an academic year; `format=csv` gives the same figures for spreadsheets."""
        report = await report_indicators(pool, rules, year_be, actor=actor, now=utc_now())
        if format == "csv":
            name = f'attachment; filename="indicators-{year_be}.csv"'
            return Response(to_csv(report), media_type=CSV_TYPE, headers={"Content-Disposition": name})
        return _out(report)

    return routes


def to_csv(report: Report) -> bytes:
    """One line per indicator under Thai headings; a byte order mark tells spreadsheets that it is UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(CSV_HEADER)
    for item in report.figures:
        rule, statuses = item.rule, item.population_by_data_status
        writer.writerow(
            [
                rule.code,
                rule.title_th,
                report.year_be,
                _shown(item.numerator),
                _shown(item.denominator),
                item.percentage or "",
                rule.numerator_th,
                rule.population_th,
                rule.formula,
                "" if statuses is None else statuses["demonstration"],
                report.as_of.astimezone(BANGKOK).isoformat(timespec="seconds"),
                report.rules.version,
                report.rules.status,
                report.rules.small_cell_note_th if item.is_withheld else "",
            ]
        )
    return text.getvalue().encode("utf-8-sig")


def _shown(number: int | None) -> str:
    return "" if number is None else str(number)


def _out(report: Report) -> ReportOut:
    rules = report.rules
    return ReportOut(
        year_be=report.year_be,
        as_of=report.as_of,
        newest_fact_at=report.newest_fact_at,
        rule_version=rules.version,
        rule_status=rules.status,
        rule_source=rules.source,
        small_cell_min=rules.small_cell_min,
        small_cell_note_th=rules.small_cell_note_th,
        small_cell_note_en=rules.small_cell_note_en,
        indicators=[_indicator(item) for item in report.figures],
    )


def _indicator(item: Figure) -> IndicatorOut:
    rule = item.rule
    return IndicatorOut(
        code=rule.code,
        title_th=rule.title_th,
        title_en=rule.title_en,
        counts=rule.counts,
        numerator=item.numerator,
        denominator=item.denominator,
        percentage=item.percentage,
        is_withheld=item.is_withheld,
        numerator_th=rule.numerator_th,
        numerator_en=rule.numerator_en,
        population_th=rule.population_th,
        population_en=rule.population_en,
        formula=rule.formula,
        population_by_data_status=item.population_by_data_status,
    )
