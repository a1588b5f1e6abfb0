"""HTTP paths of staff assignments."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from chassis.auth import Credentials, Identifier
from chassis.http import FreshActor, RequestId, item_results
from fastapi import APIRouter, Depends, Header, Request
from pydantic import BaseModel, Field

from student_registry.assignments import use_cases
from student_registry.assignments.domain import (
    SUBJECT_CHARACTERS_MAX,
    AssignmentFacts,
    OwnAssignment,
    PermissionVersion,
)
from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.json_models import Input, ListResult, ProvenanceJson
from student_registry.limits import ITEMS_MAX
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
        )


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

    return api
