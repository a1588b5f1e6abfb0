"""HTTP paths of the register of institutions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from chassis.http import CurrentActor, FreshActor, RequestId, item_results
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.institutions import changing, use_cases
from student_registry.institutions.changing import Move, StatedChange
from student_registry.institutions.domain import (
    ALIAS_CHARACTERS_MAX,
    NAME_CHARACTERS_MAX,
    Alias,
    AliasKind,
    ChangeKind,
    Institution,
    InstitutionFacts,
    InstitutionKind,
    Parent,
    Tree,
)
from student_registry.json_models import Input, ListResult, ProvenanceJson
from student_registry.limits import ITEMS_MAX, PAGE_SIZE_MAX


class ParentJson(Input):
    """One parent of an institution in one tree, from a day to a day."""

    tree: Tree = Tree.ADMINISTRATION
    parent_institution_id: UUID
    valid_from: Annotated[date | None, Field(description="First day; null: since always, as far as is known.")] = None
    valid_to: Annotated[date | None, Field(description="Last day; null: open.")] = None


class AliasInput(Input):
    """A code of an institution beside its official code and local alias."""

    kind: AliasKind
    value: Annotated[str, Field(max_length=ALIAS_CHARACTERS_MAX, examples=["70010001"])]
    of_register: Annotated[
        str, Field(alias="register", description="Who gave it, for OTHER.", max_length=ALIAS_CHARACTERS_MAX)
    ] = ""
    valid_from: date | None = None
    valid_to: date | None = None


class InstitutionInput(Input):
    """An institution to register, or as it shall be."""

    kind: InstitutionKind
    name_th: Annotated[str, Field(max_length=NAME_CHARACTERS_MAX, examples=["โรงเรียนทวิศึกษาตัวอย่าง (สมมติ)"])]
    name_en: Annotated[str | None, Field(max_length=NAME_CHARACTERS_MAX)] = None
    official_code: Annotated[str | None, Field(description="Ten digits; absent while unknown, never invented.")] = None
    local_alias: Annotated[str, Field(examples=["demo-school"])]
    parent_institution_id: Annotated[
        UUID | None, Field(description="Parent in the administration; when registering it may stand for `parents`.")
    ] = None
    parents: Annotated[tuple[ParentJson, ...], Field(max_length=100)] = ()
    aliases: Annotated[tuple[AliasInput, ...], Field(max_length=100)] = ()
    province_code: Annotated[str | None, Field(description="Two digits; those of the official code.")] = None
    opened_on: date | None = None
    closed_on: date | None = None
    merged_into_institution_id: UUID | None = None
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
            parents=tuple(
                Parent(item.tree, item.parent_institution_id, item.valid_from, item.valid_to) for item in self.parents
            ),
            aliases=tuple(
                Alias(item.kind, item.value, item.of_register, item.valid_from, item.valid_to) for item in self.aliases
            ),
            province_code=self.province_code,
            opened_on=self.opened_on,
            closed_on=self.closed_on,
            merged_into_institution_id=self.merged_into_institution_id,
        )


class ChangedInstitutionInput(InstitutionInput):
    """An institution as it shall be: whole, as read, with what is to be different."""

    institution_id: UUID
    revision: Annotated[int, Field(ge=1, description="The one that was read.")]
    change_kind: Annotated[
        Literal["CHANGED", "CORRECTED"],
        Field(description="CORRECTED: what is replaced never held; CHANGED: it held until the day before."),
    ]

    def to_change(self) -> StatedChange:
        """As the use case knows it."""
        return StatedChange(self.institution_id, self.revision, ChangeKind(self.change_kind), self.to_domain())


class ChangeInstitutionsBody(Input):
    """Institutions to change or correct, at most 1,000."""

    changes: Annotated[list[ChangedInstitutionInput], Field(min_length=1, max_length=ITEMS_MAX)]


class MoveInput(Input):
    """Another parent in one tree from a day on; what was stated for later days gives way."""

    institution_id: UUID
    tree: Tree = Tree.ADMINISTRATION
    parent_institution_id: Annotated[UUID | None, Field(description="Null: none from that day on.")]
    valid_from: date
    provenance: ProvenanceJson

    def to_domain(self) -> Move:
        """As the use case knows it."""
        return Move(
            self.institution_id, self.tree, self.parent_institution_id, self.valid_from, self.provenance.to_domain()
        )


class MoveInstitutionsBody(Input):
    """Institutions to move, at most 1,000."""

    moves: Annotated[list[MoveInput], Field(min_length=1, max_length=ITEMS_MAX)]


class RegisterInstitutionsBody(Input):
    """Institutions to register, at most 1,000."""

    institutions: Annotated[list[InstitutionInput], Field(min_length=1, max_length=ITEMS_MAX)]


class AliasJson(BaseModel):
    """A code as shown; whether it looks as expected is a hint, never a verdict."""

    kind: AliasKind
    value: str
    of_register: Annotated[str, Field(serialization_alias="register")]
    valid_from: date | None
    valid_to: date | None
    is_expected_form: bool

    @classmethod
    def shown(cls, alias: Alias) -> AliasJson:
        """As shown."""
        return cls(
            kind=alias.kind,
            value=alias.value,
            of_register=alias.register,
            valid_from=alias.valid_from,
            valid_to=alias.valid_to,
            is_expected_form=alias.is_expected_form,
        )


class InstitutionJson(BaseModel):
    """One institution."""

    institution_id: UUID
    kind: InstitutionKind
    name_th: str
    name_en: str | None
    official_code: str | None
    affiliation_code: str | None
    local_alias: str
    province_code: str | None
    parent_institution_id: UUID | None
    parents: list[ParentJson]
    aliases: list[AliasJson]
    opened_on: date | None
    closed_on: date | None
    merged_into_institution_id: UUID | None
    revision: int
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
            affiliation_code=facts.affiliation_code,
            local_alias=facts.local_alias,
            province_code=facts.province_code,
            parent_institution_id=facts.parent_institution_id,
            parents=[
                ParentJson(
                    tree=item.tree,
                    parent_institution_id=item.parent_institution_id,
                    valid_from=item.valid_from,
                    valid_to=item.valid_to,
                )
                for item in facts.parents
            ],
            aliases=[AliasJson.shown(item) for item in facts.aliases],
            opened_on=facts.opened_on,
            closed_on=facts.closed_on,
            merged_into_institution_id=facts.merged_into_institution_id,
            revision=institution.revision,
            provenance=ProvenanceJson.of(facts.provenance),
        )


class ClosedJson(BaseModel):
    """What still hangs on an institution that was closed: allowed, and to be settled."""

    institution_id: UUID
    open_enrolments: int
    open_assignments: int
    open_children: int


class ChangeResult(ListResult):
    """What became of each change, and what still hangs on institutions that it closed."""

    closed: list[ClosedJson]


class ChangeRecordJson(BaseModel):
    """One change of an institution."""

    change_id: UUID
    kind: ChangeKind
    recorded_at: datetime
    provenance: ProvenanceJson
    before: dict[str, object] | None
    after: dict[str, object]


class ChangesPage(BaseModel):
    """A page of an institution's changes, the latest first; no token: the last page."""

    changes: list[ChangeRecordJson]
    next_page_token: str | None


class AffiliationJson(BaseModel):
    """Meaning of the first two digits of an official code; no name: not known here."""

    affiliation_code: str
    name_th: str | None
    name_en: str | None
    partner_kinds: list[InstitutionKind]
    provenance: ProvenanceJson


class AffiliationsList(BaseModel):
    """The affiliations, by code."""

    affiliations: list[AffiliationJson]


class InstitutionsList(BaseModel):
    """Institutions above another one, the nearest first."""

    institutions: list[InstitutionJson]


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
        parent_institution_id: Annotated[UUID | None, Query(description="Only its children in `tree`.")] = None,
        within_institution_id: Annotated[
            UUID | None, Query(description="Only it and everything below it in `tree`.")
        ] = None,
        tree: Tree = Tree.ADMINISTRATION,
        code: Annotated[list[str] | None, Query(description="Codes of any kind, whole.")] = None,
        text: Annotated[
            str, Query(max_length=NAME_CHARACTERS_MAX, description="Part of a name, or beginning of a code.")
        ] = "",
        province_code: Annotated[str, Query(max_length=2, description="Two digits.")] = "",
        open_only: Annotated[bool, Query(description="Leave out those not open on the day.")] = False,  # a query field
        on_date: Annotated[date | None, Query(description="Day for which all of it holds; today when absent.")] = None,
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
            tree=tree,
            within_institution_id=within_institution_id,
            text=text,
            province_code=province_code,
            is_open_only=open_only,
        )
        page, after = await use_cases.list_institutions(deps, query, now=now_utc())
        return InstitutionsPage(
            institutions=[InstitutionJson.of(item) for item in page], next_page_token=str(after) if after else None
        )

    @api.get("/institutions/{institution_id}")
    async def get_institution(institution_id: UUID, _actor: CurrentActor) -> InstitutionJson:
        """Read one institution."""
        return InstitutionJson.of(await use_cases.get_institution(deps, institution_id, now=now_utc()))

    @api.get("/institutions/{institution_id}/ancestors")
    async def list_ancestors(
        institution_id: UUID, _actor: CurrentActor, tree: Tree = Tree.ADMINISTRATION, on_date: date | None = None
    ) -> InstitutionsList:
        """List what stands above an institution on a day, the nearest first."""
        found = await use_cases.list_ancestors(deps, institution_id, tree=tree, on_date=on_date, now=now_utc())
        return InstitutionsList(institutions=[InstitutionJson.of(item) for item in found])

    @api.get("/institutions/{institution_id}/changes")
    async def list_changes(
        institution_id: UUID,
        _actor: CurrentActor,
        page_size: Annotated[int, Query(ge=0, le=PAGE_SIZE_MAX)] = 0,
        page_token: UUID | None = None,
    ) -> ChangesPage:
        """List what an institution was before and after each change, the latest first."""
        page, after = await use_cases.list_changes(deps, institution_id, asked_page_size=page_size, after=page_token)
        return ChangesPage(
            changes=[
                ChangeRecordJson(
                    change_id=record.change_id,
                    kind=record.kind,
                    recorded_at=record.recorded_at,
                    provenance=ProvenanceJson.of(record.provenance),
                    before=record.before,
                    after=record.after,
                )
                for record in page
            ],
            next_page_token=str(after) if after else None,
        )

    @api.post("/institutions/changes")
    async def change_institutions(
        body: ChangeInstitutionsBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ChangeResult:
        """Change or correct institutions; tells what still hangs on those that this closes."""
        command = changing.ChangeInstitutions(request_id, tuple(item.to_change() for item in body.changes))
        outcomes, closed = await changing.change_institutions(deps, command, actor=actor, now=now_utc())
        return ChangeResult(
            results=item_results(outcomes, request.app.state.messages),
            closed=[
                ClosedJson(
                    institution_id=item.institution_id,
                    open_enrolments=item.open_enrolments,
                    open_assignments=item.open_assignments,
                    open_children=item.open_children,
                )
                for item in closed
            ],
        )

    @api.post("/institutions/moves")
    async def move_institutions(
        body: MoveInstitutionsBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """Give institutions another parent in one tree from a day on, or none."""
        command = changing.MoveInstitutions(request_id, tuple(item.to_domain() for item in body.moves))
        outcomes = await changing.move_institutions(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.get("/affiliations")
    async def list_affiliations(_actor: CurrentActor) -> AffiliationsList:
        """List the meaning of the first two digits of official codes."""
        return AffiliationsList(
            affiliations=[
                AffiliationJson(
                    affiliation_code=item.affiliation_code,
                    name_th=item.name_th,
                    name_en=item.name_en,
                    partner_kinds=list(item.partner_kinds),
                    provenance=ProvenanceJson.of(item.provenance),
                )
                for item in await use_cases.list_affiliations(deps)
            ]
        )

    return api
