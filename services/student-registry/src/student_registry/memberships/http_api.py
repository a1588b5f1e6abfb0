"""HTTP paths of programme memberships."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from chassis.http import CurrentActor, FreshActor, RequestId, item_results
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.institutions.domain import InstitutionKind, Tree
from student_registry.json_models import Input, ListResult, ProvenanceJson
from student_registry.limits import ITEMS_MAX, PAGE_SIZE_MAX
from student_registry.memberships import use_cases
from student_registry.memberships.domain import (
    YEAR_BE_MAX,
    YEAR_BE_MIN,
    Membership,
    MembershipFacts,
    MembershipStatus,
    Statement,
)


class StatementJson(Input):
    """What is stated about an institution's part in a programme."""

    institution_id: UUID
    programme_code: Annotated[str, Field(max_length=60, examples=["DUAL_EDUCATION"])]
    year_be: Annotated[int, Field(description="Academic year, Buddhist Era.", examples=[2569])]
    status: MembershipStatus
    band: Annotated[str, Field(max_length=30, description="Of the programme; empty where it has none.")] = ""
    valid_from: Annotated[date, Field(description="First day of this status.")]
    valid_to: Annotated[date | None, Field(description="Last day of the membership.")] = None
    is_correction: Annotated[bool, Field(description="What stood from that day on was written wrong.")] = False
    provenance: ProvenanceJson

    def to_domain(self) -> MembershipFacts:
        """As the use case knows it."""
        return MembershipFacts(
            institution_id=self.institution_id,
            programme_code=self.programme_code,
            year_be=self.year_be,
            status=self.status,
            band=self.band,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            is_correction=self.is_correction,
            provenance=self.provenance.to_domain(),
        )

    @classmethod
    def of(cls, facts: MembershipFacts) -> StatementJson:
        """As shown."""
        return cls(
            institution_id=facts.institution_id,
            programme_code=facts.programme_code,
            year_be=facts.year_be,
            status=facts.status,
            band=facts.band,
            valid_from=facts.valid_from,
            valid_to=facts.valid_to,
            is_correction=facts.is_correction,
            provenance=ProvenanceJson.of(facts.provenance),
        )


class RecordMembershipsBody(Input):
    """Statements to record, at most 1,000."""

    statements: Annotated[list[StatementJson], Field(min_length=1, max_length=ITEMS_MAX)]


class BandJson(BaseModel):
    """A band of a programme."""

    band: str
    name_th: str


class ProgrammeJson(BaseModel):
    """A programme in which institutions take part."""

    programme_code: str
    name_th: str
    bands: list[BandJson]
    provenance: ProvenanceJson


class ProgrammesList(BaseModel):
    """The programmes, by code."""

    programmes: list[ProgrammeJson]


class MembershipJson(BaseModel):
    """A membership with the statement in force."""

    membership_id: UUID
    statement: StatementJson

    @classmethod
    def of(cls, membership: Membership) -> MembershipJson:
        """As shown."""
        return cls(membership_id=membership.membership_id, statement=StatementJson.of(membership.facts))


class MembershipsPage(BaseModel):
    """A page of memberships; no token: the last page."""

    memberships: list[MembershipJson]
    next_page_token: str | None
    total: int = Field(description="How many all pages hold.")


class RecordJson(BaseModel):
    """One statement with its time; superseded: a correction took its place."""

    statement: StatementJson
    recorded_at: datetime
    superseded_at: datetime | None

    @classmethod
    def of(cls, statement: Statement) -> RecordJson:
        """As shown."""
        return cls(
            statement=StatementJson.of(statement.facts),
            recorded_at=statement.recorded_at,
            superseded_at=statement.superseded_at,
        )


class HistoryList(BaseModel):
    """Everything that was stated about a membership, the latest first."""

    records: list[RecordJson]


class CountJson(BaseModel):
    """Institutions of one programme, year, status and band."""

    programme_code: str
    year_be: int
    status: MembershipStatus
    band: str
    institutions: int


class CountsJson(BaseModel):
    """Memberships counted on a day, and what there is to be counted from: open institutions by kind."""

    counts: list[CountJson]
    population: dict[InstitutionKind, int]
    on_date: date


YearBe = Annotated[
    int, Query(ge=0, le=YEAR_BE_MAX, description=f"Academic year, Buddhist Era from {YEAR_BE_MIN} on; 0: all.")
]
Programmes = Annotated[list[str] | None, Query(description="Programme codes.")]
Within = Annotated[UUID | None, Query(description="Only institutions of its subtree in `tree`.")]
OnDate = Annotated[date | None, Query(description="Day on which statements are in force; today when absent.")]


def router(deps: Deps) -> APIRouter:
    """Paths of programme memberships."""
    api = APIRouter(prefix="/v1", tags=["programme memberships"])

    @api.get("/programmes")
    async def list_programmes(_actor: CurrentActor) -> ProgrammesList:
        """List programmes with their bands."""
        return ProgrammesList(
            programmes=[
                ProgrammeJson(
                    programme_code=item.programme_code,
                    name_th=item.name_th,
                    bands=[BandJson(band=band, name_th=name) for band, name in item.bands],
                    provenance=ProvenanceJson.of(item.provenance),
                )
                for item in await use_cases.list_programmes(deps)
            ]
        )

    @api.post("/programme-memberships")
    async def record_memberships(
        body: RecordMembershipsBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """State how far institutions are in programmes; the same statement again is already done."""
        command = use_cases.RecordMemberships(request_id, tuple(item.to_domain() for item in body.statements))
        outcomes = await use_cases.record_memberships(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.get("/programme-memberships")
    async def list_memberships(
        *,
        _actor: CurrentActor,
        programme: Programmes = None,
        year_be: YearBe = 0,
        institution_id: UUID | None = None,
        status: Annotated[list[MembershipStatus] | None, Query()] = None,
        tree: Tree = Tree.ADMINISTRATION,
        within_institution_id: Within = None,
        on_date: OnDate = None,
        page_size: Annotated[int, Query(ge=0, le=PAGE_SIZE_MAX)] = 0,
        page_token: UUID | None = None,
    ) -> MembershipsPage:
        """List memberships as they stand on a day."""
        query = use_cases.ListMemberships(
            programme_codes=tuple(programme or ()),
            year_be=year_be,
            institution_id=institution_id,
            statuses=tuple(status or ()),
            tree=tree,
            within_institution_id=within_institution_id,
            on_date=on_date,
            page_size=page_size,
            after=page_token,
        )
        page, after, total = await use_cases.list_memberships(deps, query, now=now_utc())
        return MembershipsPage(
            memberships=[MembershipJson.of(item) for item in page],
            next_page_token=str(after) if after else None,
            total=total,
        )

    @api.get("/programme-memberships/counts")
    async def count_memberships(
        *,
        _actor: CurrentActor,
        programme: Programmes = None,
        year_be: YearBe = 0,
        tree: Tree = Tree.ADMINISTRATION,
        within_institution_id: Within = None,
        on_date: OnDate = None,
    ) -> CountsJson:
        """Count institutions by programme, year, status and band: numerators and their denominators."""
        query = use_cases.ListMemberships(
            programme_codes=tuple(programme or ()),
            year_be=year_be,
            tree=tree,
            within_institution_id=within_institution_id,
            on_date=on_date,
        )
        counted = await use_cases.count_memberships(deps, query, now=now_utc())
        return CountsJson(
            counts=[
                CountJson(
                    programme_code=item.programme_code,
                    year_be=item.year_be,
                    status=item.status,
                    band=item.band,
                    institutions=item.institutions,
                )
                for item in counted.counts
            ],
            population=dict(counted.population),
            on_date=counted.on_date,
        )

    @api.get("/programme-memberships/{membership_id}/history")
    async def list_history(membership_id: UUID, _actor: CurrentActor) -> HistoryList:
        """List everything that was stated about a membership, the latest first."""
        found = await use_cases.list_history(deps, membership_id)
        return HistoryList(records=[RecordJson.of(item) for item in found])

    return api
