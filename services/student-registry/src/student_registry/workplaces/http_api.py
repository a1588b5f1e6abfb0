"""HTTP paths of the register of workplaces."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from chassis.http import CurrentActor, FreshActor, RequestId, item_results
from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel, Field

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.json_models import Input, ListResult, ProvenanceJson
from student_registry.limits import ITEMS_MAX, PAGE_SIZE_MAX
from student_registry.workplaces import use_cases
from student_registry.workplaces.domain import (
    CONTACT_CHARACTERS_MAX,
    LEARNERS_MAX,
    NAME_CHARACTERS_MAX,
    TEXT_CHARACTERS_MAX,
    Contact,
    Cooperation,
    CooperationFacts,
    CooperationStatus,
    Workplace,
    WorkplaceFacts,
    WorkplaceKind,
)

OptionalPurpose = Annotated[str, Header(alias="Nuaikit-Purpose", description="Purpose code of the read.")]
ContactText = Annotated[str, Field(max_length=CONTACT_CHARACTERS_MAX, repr=False)]


class ContactJson(Input):
    """How to reach a place or an expert."""

    person_name: ContactText = ""
    phone: ContactText = ""
    email: ContactText = ""
    address: ContactText = ""


class WorkplaceInput(Input):
    """A place or an expert to add or change; the keeper is the institution acted for."""

    reference: Annotated[str, Field(max_length=64, description="By which the keeper knows it.", examples=["wp-001"])]
    kind: WorkplaceKind
    name_th: Annotated[
        str,
        Field(
            max_length=NAME_CHARACTERS_MAX,
            description="Of a local expert what he is known for; the person's name belongs to the contact.",
            examples=["กลุ่มจักสานไม้ไผ่บ้านตัวอย่าง (สมมติ)"],
        ),
    ]
    field_codes: Annotated[list[str], Field(min_length=1, max_length=20, examples=[["ARTS_CRAFTS"]])]
    area_institution_id: Annotated[UUID | None, Field(description="Area office, district or province.")] = None
    area_text: Annotated[str, Field(max_length=TEXT_CHARACTERS_MAX, examples=["ต.หนองโพ อ.โพธาราม"])] = ""
    capacity: Annotated[int | None, Field(ge=0, le=LEARNERS_MAX, description="Learners at once.")] = None
    offers_th: Annotated[str, Field(max_length=TEXT_CHARACTERS_MAX)] = ""
    institution_id: Annotated[UUID | None, Field(description="The same place in the register of institutions.")] = None
    closed_on: Annotated[date | None, Field(description="First day without it.")] = None
    provenance: ProvenanceJson
    contact: Annotated[ContactJson | None, Field(description="Absent: as known.", repr=False)] = None

    def to_domain(self) -> WorkplaceFacts:
        """As the use case knows it."""
        contact = self.contact
        return WorkplaceFacts(
            reference=self.reference,
            kind=self.kind,
            name_th=self.name_th,
            field_codes=tuple(self.field_codes),
            area_institution_id=self.area_institution_id,
            area_text=self.area_text,
            capacity=self.capacity,
            offers_th=self.offers_th,
            institution_id=self.institution_id,
            closed_on=self.closed_on,
            provenance=self.provenance.to_domain(),
            contact=None
            if contact is None
            else Contact(contact.person_name, contact.phone, contact.email, contact.address),
        )


class RecordWorkplacesBody(Input):
    """Entries to record, at most 1,000."""

    workplaces: Annotated[list[WorkplaceInput], Field(min_length=1, max_length=ITEMS_MAX)]


class WorkplaceJson(BaseModel):
    """A place or an expert; the contact only in a read of one, for who may see it."""

    workplace_id: UUID
    keeper_institution_id: UUID
    reference: str
    kind: WorkplaceKind
    name_th: str
    field_codes: list[str]
    area_institution_id: UUID | None
    area_text: str
    capacity: int | None
    offers_th: str
    institution_id: UUID | None
    closed_on: date | None
    provenance: ProvenanceJson
    contact: Annotated[ContactJson | None, Field(repr=False)] = None

    @classmethod
    def of(cls, workplace: Workplace) -> WorkplaceJson:
        """As shown."""
        facts, contact = workplace.facts, workplace.facts.contact
        return cls(
            workplace_id=workplace.workplace_id,
            keeper_institution_id=workplace.keeper_institution_id,
            reference=facts.reference,
            kind=facts.kind,
            name_th=facts.name_th,
            field_codes=list(facts.field_codes),
            area_institution_id=facts.area_institution_id,
            area_text=facts.area_text,
            capacity=facts.capacity,
            offers_th=facts.offers_th,
            institution_id=facts.institution_id,
            closed_on=facts.closed_on,
            provenance=ProvenanceJson.of(facts.provenance),
            contact=None
            if contact is None
            else ContactJson(
                person_name=contact.person_name, phone=contact.phone, email=contact.email, address=contact.address
            ),
        )


class WorkplacesPage(BaseModel):
    """A page of the register in Thai dictionary order, without contacts; no token: the last page."""

    workplaces: list[WorkplaceJson]
    next_page_token: str | None


class FieldJson(BaseModel):
    """A field of occupation."""

    field_code: str
    name_th: str
    provenance: ProvenanceJson


class FieldsList(BaseModel):
    """The fields of occupation."""

    fields_of_occupation: list[FieldJson]


class CooperationInput(Input):
    """How far an institution's cooperation with a place or an expert is."""

    workplace_id: UUID
    institution_id: UUID
    status: CooperationStatus
    valid_from: Annotated[date, Field(description="Since when it is so.")]
    places: Annotated[int | None, Field(ge=0, le=LEARNERS_MAX, description="Learners agreed on.")] = None
    provenance: ProvenanceJson

    def to_domain(self) -> CooperationFacts:
        """As the use case knows it."""
        return CooperationFacts(
            self.workplace_id,
            self.institution_id,
            self.status,
            self.valid_from,
            self.places,
            self.provenance.to_domain(),
        )


class RecordCooperationsBody(Input):
    """Statements to record, at most 1,000."""

    statements: Annotated[list[CooperationInput], Field(min_length=1, max_length=ITEMS_MAX)]


class CooperationRecordJson(BaseModel):
    """One statement with its time."""

    status: CooperationStatus
    valid_from: date
    places: int | None
    provenance: ProvenanceJson
    recorded_at: datetime


class CooperationJson(BaseModel):
    """A cooperation with everything stated, the latest first; the first one holds."""

    cooperation_id: UUID
    workplace_id: UUID
    institution_id: UUID
    records: list[CooperationRecordJson]

    @classmethod
    def of(cls, cooperation: Cooperation) -> CooperationJson:
        """As shown."""
        latest = cooperation.records[0].facts
        return cls(
            cooperation_id=cooperation.cooperation_id,
            workplace_id=latest.workplace_id,
            institution_id=latest.institution_id,
            records=[
                CooperationRecordJson(
                    status=record.facts.status,
                    valid_from=record.facts.valid_from,
                    places=record.facts.places,
                    provenance=ProvenanceJson.of(record.facts.provenance),
                    recorded_at=record.recorded_at,
                )
                for record in cooperation.records
            ],
        )


class CooperationsPage(BaseModel):
    """A page of cooperations; no token: the last page."""

    cooperations: list[CooperationJson]
    next_page_token: str | None


PageSize = Annotated[int, Query(ge=0, le=PAGE_SIZE_MAX)]


def router(deps: Deps) -> APIRouter:
    """Paths of the register of workplaces."""
    api = APIRouter(prefix="/v1", tags=["workplaces"])

    @api.get("/occupation-fields")
    async def list_fields(_actor: CurrentActor) -> FieldsList:
        """List the fields of occupation."""
        return FieldsList(
            fields_of_occupation=[
                FieldJson(
                    field_code=item.field_code, name_th=item.name_th, provenance=ProvenanceJson.of(item.provenance)
                )
                for item in await use_cases.list_fields(deps)
            ]
        )

    @api.post("/workplaces")
    async def record_workplaces(
        body: RecordWorkplacesBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """Add places and experts, or change those the institution knows by the same reference."""
        command = use_cases.RecordWorkplaces(request_id, tuple(item.to_domain() for item in body.workplaces))
        outcomes = await use_cases.record_workplaces(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.get("/workplaces")
    async def search_workplaces(
        *,
        _actor: CurrentActor,
        text: Annotated[str, Query(max_length=NAME_CHARACTERS_MAX, description="Part of name, offer or area.")] = "",
        kind: Annotated[list[WorkplaceKind] | None, Query()] = None,
        field: Annotated[list[str] | None, Query(description="Fields of occupation.")] = None,
        within_institution_id: Annotated[UUID | None, Query(description="In its area, or of one below it.")] = None,
        status: Annotated[list[CooperationStatus] | None, Query(description="How far cooperation is.")] = None,
        cooperating_institution_id: Annotated[UUID | None, Query(description="Whose cooperation.")] = None,
        capacity_min: Annotated[int, Query(ge=0, le=LEARNERS_MAX)] = 0,
        page_size: PageSize = 0,
        page_token: UUID | None = None,
    ) -> WorkplacesPage:
        """Search the register; contacts are not in it."""
        query = use_cases.SearchWorkplaces(
            text=text,
            kinds=tuple(kind or ()),
            field_codes=tuple(field or ()),
            within_institution_id=within_institution_id,
            statuses=tuple(status or ()),
            cooperating_institution_id=cooperating_institution_id,
            capacity_min=capacity_min,
            page_size=page_size,
            after=page_token,
        )
        page, after = await use_cases.search_workplaces(deps, query, now=now_utc())
        return WorkplacesPage(
            workplaces=[WorkplaceJson.of(item) for item in page], next_page_token=str(after) if after else None
        )

    @api.get("/workplaces/{workplace_id}")
    async def get_workplace(workplace_id: UUID, actor: FreshActor, purpose: OptionalPurpose = "") -> WorkplaceJson:
        """Read one entry with its contact; another's local expert needs a purpose and leaves a record."""
        workplace = await use_cases.get_workplace(deps, workplace_id, purpose=purpose, actor=actor, now=now_utc())
        return WorkplaceJson.of(workplace)

    @api.post("/cooperations")
    async def record_cooperations(
        body: RecordCooperationsBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """State how far cooperation with places and experts is."""
        command = use_cases.RecordCooperations(request_id, tuple(item.to_domain() for item in body.statements))
        outcomes = await use_cases.record_cooperations(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.get("/cooperations")
    async def list_cooperations(
        *,
        _actor: CurrentActor,
        workplace_id: UUID | None = None,
        institution_id: UUID | None = None,
        page_size: PageSize = 0,
        page_token: UUID | None = None,
    ) -> CooperationsPage:
        """List cooperations with their history."""
        page, after = await use_cases.list_cooperations(
            deps,
            workplace_id=workplace_id,
            institution_id=institution_id,
            asked_page_size=page_size,
            after=page_token,
        )
        return CooperationsPage(
            cooperations=[CooperationJson.of(item) for item in page], next_page_token=str(after) if after else None
        )

    return api
