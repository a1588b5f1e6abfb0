"""HTTP paths of staff assignments."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from chassis.auth import Credentials, Identifier
from chassis.http import CurrentActor, FreshActor, RequestId, item_results
from fastapi import APIRouter, Depends, Header, Query, Request
from pydantic import BaseModel, Field

from student_registry.assignments import handover, queries, use_cases
from student_registry.assignments.domain import (
    SUBJECT_CHARACTERS_MAX,
    TEACHING_SUBJECT_CHARACTERS_MAX,
    AssignmentFacts,
    Handover,
    HandoverState,
    OwnAssignment,
    PermissionVersion,
    RoleRights,
    StaffMember,
)
from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.json_models import Input, ListResult, ProvenanceJson
from student_registry.limits import ITEMS_MAX, PAGE_SIZE_MAX
from student_registry.provenance import DataStatus


class AssignmentInput(Input):
    """A person to assign."""

    subject: Annotated[str, Field(max_length=SUBJECT_CHARACTERS_MAX, description="OIDC `sub`; kept as a keyed hash.")]
    institution_id: UUID
    role: Annotated[str, Field(examples=["school_recorder"])]
    classroom: Annotated[str, Field(description="Limit to one classroom, such as M.4/1; empty: none.")] = ""
    valid_from: date
    valid_to: Annotated[date | None, Field(description="Last day; absent: open.")] = None
    provenance: ProvenanceJson
    teaching_subject: Annotated[
        str, Field(max_length=TEACHING_SUBJECT_CHARACTERS_MAX, examples=["คณิตศาสตร์"], description="Empty: not stated.")
    ] = ""

    def to_domain(self) -> AssignmentFacts:
        """As the use case knows it."""
        return AssignmentFacts(
            subject=self.subject,
            institution_id=self.institution_id,
            role=self.role,
            classroom=self.classroom,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            provenance=self.provenance.to_domain(),
            teaching_subject=self.teaching_subject,
        )


class AssignStaffBody(Input):
    """People to assign, at most 1,000."""

    assignments: Annotated[list[AssignmentInput], Field(min_length=1, max_length=ITEMS_MAX)]


class OwnAssignmentJson(BaseModel):
    """An assignment as the person sees it; its id goes into the header Nuaikit-Assignment."""

    assignment_id: UUID
    institution_id: UUID
    institution_name_th: str
    role: str
    role_name_th: str
    classroom: str
    valid_from: date
    valid_to: date | None
    teaching_subject: str

    @classmethod
    def of(cls, own: OwnAssignment) -> OwnAssignmentJson:
        """As shown."""
        assignment = own.assignment
        return cls(
            assignment_id=assignment.assignment_id,
            institution_id=assignment.institution_id,
            institution_name_th=own.institution_name_th,
            role=assignment.role,
            role_name_th=own.role_name_th,
            classroom=assignment.classroom,
            valid_from=assignment.valid_from,
            valid_to=assignment.valid_to,
            teaching_subject=assignment.teaching_subject,
        )


class StaffJson(BaseModel):
    """An assignment as its institution sees it; the person has no name here, only the keyed hash of his sign-in."""

    assignment_id: UUID
    subject_hash: str
    role: str
    role_name_th: str
    classroom: str
    teaching_subject: str
    valid_from: date
    valid_to: date | None

    @classmethod
    def of(cls, member: StaffMember) -> StaffJson:
        """As shown."""
        assignment = member.assignment
        return cls(
            assignment_id=assignment.assignment_id,
            subject_hash=assignment.subject_hash,
            role=assignment.role,
            role_name_th=member.role_name_th,
            classroom=assignment.classroom,
            teaching_subject=assignment.teaching_subject,
            valid_from=assignment.valid_from,
            valid_to=assignment.valid_to,
        )


class StaffPageJson(BaseModel):
    """A page of staff, by role, classroom and subject; no token: the last page."""

    staff: list[StaffJson]
    next_page_token: str | None
    total: int


class HandoverJson(BaseModel):
    """What an assignment that ended, or ends, leaves behind, and who takes it over."""

    assignment: StaffJson
    state: HandoverState
    successor_assignment_id: UUID | None
    decided_on: date | None

    @classmethod
    def of(cls, item: Handover) -> HandoverJson:
        """As shown."""
        return cls(
            assignment=StaffJson.of(item.member),
            state=item.state,
            successor_assignment_id=item.successor_assignment_id,
            decided_on=item.decided_on,
        )


class HandoverPageJson(BaseModel):
    """A page of handovers, the earliest end first; no token: the last page."""

    handovers: list[HandoverJson]
    next_page_token: str | None
    total: int


class AssignmentEndInput(Input):
    """An assignment to end."""

    assignment_id: UUID
    valid_to: Annotated[date, Field(description="Last day.")]
    successor_assignment_id: Annotated[UUID | None, Field(description="Who takes over; absent: nobody yet.")] = None
    provenance: ProvenanceJson

    def to_domain(self) -> handover.AssignmentEnd:
        """As the use case knows it."""
        return handover.AssignmentEnd(
            self.assignment_id, self.valid_to, self.successor_assignment_id, self.provenance.to_domain()
        )


class EndAssignmentsBody(Input):
    """Assignments to end, at most 1,000."""

    ends: Annotated[list[AssignmentEndInput], Field(min_length=1, max_length=ITEMS_MAX)]


class SuccessionInput(Input):
    """Who takes over from an assignment that ends: a successor, or nobody because nothing is left."""

    assignment_id: UUID
    successor_assignment_id: UUID | None = None
    is_nothing_left: bool = False


class NameSuccessorsBody(Input):
    """Successors to name, at most 1,000."""

    successions: Annotated[list[SuccessionInput], Field(min_length=1, max_length=ITEMS_MAX)]


class PermissionVersionJson(BaseModel):
    """Version of the role-permission table in force, and how far it may be trusted."""

    version: str
    effective_from: date
    source: str
    status: DataStatus

    @classmethod
    def of(cls, version: PermissionVersion) -> PermissionVersionJson:
        """As shown."""
        return cls(
            version=version.version,
            effective_from=version.effective_from,
            source=version.source,
            status=version.status,
        )


class RoleJson(BaseModel):
    """A role, and what it may do."""

    role: str
    name_th: str
    is_assignable: bool
    institution_kinds: list[str]
    needs_classroom: bool
    has_responsibilities: bool
    permissions: list[str]

    @classmethod
    def of(cls, rights: RoleRights) -> RoleJson:
        """As shown."""
        return cls(
            role=rights.role.role,
            name_th=rights.name_th,
            is_assignable=rights.role.is_assignable,
            institution_kinds=sorted(rights.role.institution_kinds),
            needs_classroom=rights.role.needs_classroom,
            has_responsibilities=rights.has_responsibilities,
            permissions=list(rights.permissions),
        )


class RolesJson(BaseModel):
    """Roles in one version of the role-permission table, and all versions, newest first."""

    roles: list[RoleJson]
    version: PermissionVersionJson
    versions: list[PermissionVersionJson]


class OwnAssignments(BaseModel):
    """The caller's assignments valid today, and himself as a learner where he is one."""

    assignments: list[OwnAssignmentJson]
    learner_id: UUID | None
    role_permissions: PermissionVersionJson


async def signed_in(
    request: Request,
    authorization: Annotated[str | None, Header(description="Bearer token of the issuer.")] = None,
) -> Credentials:
    """Who is signed in. An assignment header is not read: one that has ended must not hide the others."""
    identifier: Identifier = request.app.state.identifier
    return await identifier.credentials(authorization, None, None)


def router(deps: Deps) -> APIRouter:
    """Paths of staff assignments."""
    api = APIRouter(prefix="/v1", tags=["assignments"])

    @api.get("/assignments")
    async def list_own_assignments(credentials: Annotated[Credentials, Depends(signed_in)]) -> OwnAssignments:
        """What the signed-in person may act as today: the first call after sign-in."""
        now = now_utc()
        assignments, version = await use_cases.list_own_assignments(deps, credentials.subject, now=now)
        rights = await use_cases.resolve_rights(deps, credentials.subject, None, now=now)
        return OwnAssignments(
            assignments=[OwnAssignmentJson.of(own) for own in assignments],
            learner_id=rights.learner_id,
            role_permissions=PermissionVersionJson.of(version),
        )

    @api.post("/staff-assignments")
    async def assign_staff(
        body: AssignStaffBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """Assign staff to institutions."""
        command = use_cases.AssignStaff(request_id, tuple(item.to_domain() for item in body.assignments))
        outcomes = await use_cases.assign_staff(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.get("/staff-assignments")
    async def list_staff(
        *,
        institution_id: UUID,
        actor: FreshActor,
        role: Annotated[list[str] | None, Query(max_length=50)] = None,
        classroom: str = "",
        on_date: Annotated[date | None, Query(description="Day on which they are assigned; today when absent.")] = None,
        is_every_time: Annotated[bool, Query(description="Past assignments and those to come too.")] = False,
        page_size: Annotated[int, Query(ge=0, le=PAGE_SIZE_MAX)] = 0,
        page_token: UUID | None = None,
    ) -> StaffPageJson:
        """List the staff of one's own institution."""
        query = queries.ListStaff(
            institution_id, tuple(role or ()), classroom, on_date, is_every_time, page_size, page_token
        )
        page = await queries.list_staff(deps, query, actor=actor, now=now_utc())
        return StaffPageJson(
            staff=[StaffJson.of(member) for member in page.staff],
            next_page_token=str(page.after) if page.after else None,
            total=page.total,
        )

    @api.post("/staff-assignments/ends")
    async def end_assignments(
        body: EndAssignmentsBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """End assignments of one's own institution."""
        command = handover.EndAssignments(request_id, tuple(item.to_domain() for item in body.ends))
        outcomes = await handover.end_assignments(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.post("/staff-assignments/successors")
    async def name_successors(
        body: NameSuccessorsBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """Name who takes over from assignments that end."""
        items = tuple(
            handover.succession(
                item.assignment_id,
                item.successor_assignment_id,
                is_nothing_left=item.is_nothing_left,
                field=f"successions[{n}]",
            )
            for n, item in enumerate(body.successions)
        )
        command = handover.NameSuccessors(request_id, items)
        outcomes = await handover.name_successors(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.get("/handovers")
    async def list_handovers(
        *,
        institution_id: UUID,
        actor: FreshActor,
        state: HandoverState = HandoverState.NOBODY_YET,
        ending_by: Annotated[date | None, Query(description="30 days from today when absent.")] = None,
        page_size: Annotated[int, Query(ge=0, le=PAGE_SIZE_MAX)] = 0,
        page_token: UUID | None = None,
    ) -> HandoverPageJson:
        """List what ended assignments of one's own institution leave behind; by default what nobody took over yet."""
        query = handover.ListHandovers(institution_id, state, ending_by, page_size, page_token)
        page = await handover.list_handovers(deps, query, actor=actor, now=now_utc())
        return HandoverPageJson(
            handovers=[HandoverJson.of(item) for item in page.handovers],
            next_page_token=str(page.after) if page.after else None,
            total=page.total,
        )

    @api.get("/roles")
    async def list_roles(
        _actor: CurrentActor,
        on_date: Annotated[date | None, Query(description="Day whose version is asked for; today when absent.")] = None,
    ) -> RolesJson:
        """List roles with what each may do."""
        found = await queries.list_roles(deps, on_date=on_date, now=now_utc())
        return RolesJson(
            roles=[RoleJson.of(rights) for rights in found.roles],
            version=PermissionVersionJson.of(found.version),
            versions=[PermissionVersionJson.of(version) for version in found.versions],
        )

    return api
