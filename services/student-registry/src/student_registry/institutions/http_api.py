"""HTTP paths of the register of institutions."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from chassis.http import CurrentActor, FreshActor, RequestId, item_results
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.institutions import use_cases
from student_registry.institutions.domain import NAME_CHARACTERS_MAX, Institution, InstitutionFacts, InstitutionKind
from student_registry.json_models import Input, ListResult, ProvenanceJson
from student_registry.limits import ITEMS_MAX, PAGE_SIZE_MAX


class InstitutionInput(Input):
    """An institution to register."""

    kind: InstitutionKind
    name_th: Annotated[str, Field(max_length=NAME_CHARACTERS_MAX, examples=["โรงเรียนทวิศึกษาตัวอย่าง (สมมติ)"])]
    name_en: Annotated[str | None, Field(max_length=NAME_CHARACTERS_MAX)] = None
    official_code: Annotated[str | None, Field(description="Ten digits; absent while unknown, never invented.")] = None
    local_alias: Annotated[str, Field(examples=["demo-school"])]
    parent_institution_id: UUID | None = None
    provenance: ProvenanceJson

    def to_domain(self) -> InstitutionFacts:
        """As the use case knows it."""
        return InstitutionFacts(
            kind=self.kind,
            name_th=self.name_th,
            name_en=self.name_en,
            official_code=self.official_code,
            local_alias=self.local_alias,
            parent_institution_id=self.parent_institution_id,
            provenance=self.provenance.to_domain(),
        )


class RegisterInstitutionsBody(Input):
    """Institutions to register, at most 1,000."""

    institutions: Annotated[list[InstitutionInput], Field(min_length=1, max_length=ITEMS_MAX)]


class InstitutionJson(BaseModel):
    """One institution."""

    institution_id: UUID
    kind: InstitutionKind
    name_th: str
    name_en: str | None
    official_code: str | None
    local_alias: str
    parent_institution_id: UUID | None
    provenance: ProvenanceJson

    @classmethod
    def of(cls, institution: Institution) -> InstitutionJson:
        """As shown."""
        facts = institution.facts
        return cls(
            institution_id=institution.institution_id,
            kind=facts.kind,
            name_th=facts.name_th,
            name_en=facts.name_en,
            official_code=facts.official_code,
            local_alias=facts.local_alias,
            parent_institution_id=facts.parent_institution_id,
            provenance=ProvenanceJson.of(facts.provenance),
        )


class InstitutionsPage(BaseModel):
    """A page of institutions in Thai dictionary order; no token: the last page."""

    institutions: list[InstitutionJson]
    next_page_token: str | None


def router(deps: Deps) -> APIRouter:
    """Paths of the register of institutions."""
    api = APIRouter(prefix="/v1", tags=["institutions"])

    @api.post("/institutions")
    async def register_institutions(
        body: RegisterInstitutionsBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """Add institutions, or confirm that they exist with the same facts."""
        command = use_cases.RegisterInstitutions(request_id, tuple(item.to_domain() for item in body.institutions))
        outcomes = await use_cases.register_institutions(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.get("/institutions")
    async def list_institutions(
        *,
        _actor: CurrentActor,
        kind: Annotated[list[InstitutionKind] | None, Query()] = None,
        parent_institution_id: UUID | None = None,
        code: Annotated[list[str] | None, Query(description="Local aliases or official codes.")] = None,
        on_date: Annotated[date | None, Query(description="Day for which the parents hold; today when absent.")] = None,
        page_size: Annotated[int, Query(ge=0, le=PAGE_SIZE_MAX)] = 0,
        page_token: UUID | None = None,
    ) -> InstitutionsPage:
        """List institutions in Thai dictionary order."""
        query = use_cases.ListInstitutions(
            kinds=tuple(kind or ()),
            parent_institution_id=parent_institution_id,
            codes=tuple(code or ()),
            on_date=on_date,
            page_size=page_size,
            after=page_token,
        )
        page, after = await use_cases.list_institutions(deps, query, now=now_utc())
        return InstitutionsPage(
            institutions=[InstitutionJson.of(item) for item in page], next_page_token=str(after) if after else None
        )

    return api
