"""HTTP path of population counts."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from chassis.http import FreshActor
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.enrolments.domain import EnrolmentRole
from student_registry.institutions.domain import InstitutionKind
from student_registry.oversight import ADMINISTRATION
from student_registry.population import use_cases
from student_registry.population.domain import SOURCE_TH, Dimension, Population
from student_registry.provenance import DataStatus


class CellJson(BaseModel):
    """One number by its values; `ALL` in a total."""

    values: list[str]
    count: Annotated[int | None, Field(description="Null: hidden.")]
    is_hidden: bool


class SuppressionJson(BaseModel):
    """The rule by which small numbers are hidden."""

    smallest_shown: int
    version: str
    source: str
    status: DataStatus


class PopulationJson(BaseModel):
    """Counts and what they are of."""

    institution_id: UUID
    tree: str
    on_date: date
    dimensions: list[Dimension]
    total: Annotated[int | None, Field(description="Null: hidden.")]
    cells: list[CellJson]
    suppression: SuppressionJson
    institutions: int
    is_withheld: Annotated[
        bool, Field(description="Some cells are left out, as totals would tell them: a missing cell is not a zero.")
    ]
    numerator_th: str
    denominator_th: str
    source_th: str
    data_statuses: list[DataStatus]

    @classmethod
    def of(cls, population: Population) -> PopulationJson:
        """As shown."""
        return cls(
            institution_id=population.institution_id,
            tree=population.tree,
            on_date=population.on_date,
            dimensions=list(population.dimensions),
            total=population.total,
            cells=[
                CellJson(values=list(cell.values), count=cell.count, is_hidden=cell.count is None)
                for cell in population.cells
            ],
            suppression=SuppressionJson(
                smallest_shown=population.rule.smallest_shown,
                version=population.rule.version,
                source=population.rule.source,
                status=population.rule.status,
            ),
            institutions=population.institutions,
            is_withheld=population.is_withheld,
            numerator_th=population.numerator_th,
            denominator_th=population.denominator_th,
            source_th=SOURCE_TH,
            data_statuses=[DataStatus(status) for status in population.data_statuses],
        )


def router(deps: Deps) -> APIRouter:
    """Path of population counts."""
    api = APIRouter(prefix="/v1", tags=["population"])

    @api.get("/population")
    async def count_population(
        *,
        institution_id: Annotated[UUID, Query(description="Top of what is counted.")],
        actor: FreshActor,
        tree: Annotated[str, Query(max_length=60, examples=[ADMINISTRATION])] = ADMINISTRATION,
        dimension: Annotated[list[Dimension] | None, Query(max_length=8, examples=[["GRADE", "SEX"]])] = None,
        role: Annotated[list[EnrolmentRole] | None, Query(max_length=8, description="PRIMARY when absent.")] = None,
        kind: Annotated[list[InstitutionKind] | None, Query(max_length=40, description="All when absent.")] = None,
        on_date: Annotated[date | None, Query(description="Today when absent.")] = None,
        with_unenrolled: Annotated[bool, Query(description="Also people in no school.")] = False,  # a query field
    ) -> PopulationJson:
        """Count learners of an institution and those below it; small numbers are hidden."""
        query = use_cases.CountPopulation(
            institution_id=institution_id,
            tree=tree,
            dimensions=tuple(dimension or ()),
            roles=tuple(role or ()),
            kinds=tuple(kind or ()),
            on_date=on_date,
            with_unenrolled=with_unenrolled,
        )
        return PopulationJson.of(await use_cases.count_population(deps, query, actor=actor, now=now_utc()))

    return api
