"""AssignmentService: contract messages to commands and back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from chassis.auth import Credentials, Identifier
from chassis.errors import PermissionMissing
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid
from chassis.outcomes import outcomes_to_pb
from grpc.aio import ServicerContext
from nuaikit.student_registry.v1 import assignments_pb2 as pb
from nuaikit.student_registry.v1 import assignments_pb2_grpc as pb_grpc

from student_registry.assignments import handover, queries, use_cases
from student_registry.assignments.domain import (
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
from student_registry.provenance import Provenance
from student_registry.wire import (
    date_or_none_to_pb,
    optional_date,
    optional_enum_from_pb,
    provenance_from_pb,
    provenance_to_pb,
    required_date,
)

RESOLVE = "registry.resolve"
"""Scope of a service that may ask what a person may do."""


def facts_from_pb(message: pb.AssignmentInput, *, field: str) -> AssignmentFacts:
    """Facts of an assignment to make.

    Raises:
        InvalidField: A field has no usable value.
    """
    return AssignmentFacts(
        subject=message.subject,
        institution_id=parse_uuid(message.institution_id, field=f"{field}.institution_id"),
        role=message.role,
        classroom=message.classroom,
        valid_from=required_date(message, "valid_from", field=f"{field}.valid_from"),
        valid_to=optional_date(message, "valid_to", field=f"{field}.valid_to"),
        provenance=provenance_from_pb(message, field=f"{field}.provenance"),
        teaching_subject=message.teaching_subject,
    )


def assignment_to_pb(own: OwnAssignment) -> pb.Assignment:
    """As the contracts carry it."""
    assignment = own.assignment
    return pb.Assignment(
        assignment_id=str(assignment.assignment_id),
        institution_id=str(assignment.institution_id),
        institution_name_th=own.institution_name_th,
        role=assignment.role,
        classroom=assignment.classroom,
        valid_from=date_to_pb(assignment.valid_from),
        valid_to=date_or_none_to_pb(assignment.valid_to),
        teaching_subject=assignment.teaching_subject,
    )


def member_to_pb(member: StaffMember) -> pb.StaffAssignment:
    """As the contracts carry it."""
    assignment = member.assignment
    return pb.StaffAssignment(
        assignment_id=str(assignment.assignment_id),
        subject_hash=assignment.subject_hash,
        role=assignment.role,
        role_name_th=member.role_name_th,
        classroom=assignment.classroom,
        teaching_subject=assignment.teaching_subject,
        valid_from=date_to_pb(assignment.valid_from),
        valid_to=date_or_none_to_pb(assignment.valid_to),
    )


def handover_to_pb(item: Handover) -> pb.Handover:
    """As the contracts carry it."""
    return pb.Handover(
        assignment=member_to_pb(item.member),
        state=f"HANDOVER_STATE_{item.state}",
        successor_assignment_id=str(item.successor_assignment_id) if item.successor_assignment_id else None,
        decided_on=date_or_none_to_pb(item.decided_on),
    )


def version_to_pb(version: PermissionVersion) -> pb.RolePermissionVersion:
    """As the contracts carry it."""
    provenance = Provenance(version.source, version.status, version.effective_from, version.version)
    return pb.RolePermissionVersion(
        version=version.version,
        effective_from=date_to_pb(version.effective_from),
        provenance=provenance_to_pb(provenance),
    )


def role_to_pb(rights: RoleRights) -> pb.Role:
    """As the contracts carry it."""
    return pb.Role(
        role=rights.role.role,
        name_th=rights.name_th,
        is_assignable=rights.role.is_assignable,
        institution_kinds=sorted(rights.role.institution_kinds),
        needs_classroom=rights.role.needs_classroom,
        has_responsibilities=rights.has_responsibilities,
        permissions=rights.permissions,
    )


def end_from_pb(message: pb.AssignmentEnd, *, field: str) -> handover.AssignmentEnd:
    """An end to set.

    Raises:
        InvalidField: A field has no usable value.
    """
    return handover.AssignmentEnd(
        parse_uuid(message.assignment_id, field=f"{field}.assignment_id"),
        required_date(message, "valid_to", field=f"{field}.valid_to"),
        optional_uuid(message, "successor_assignment_id", field=f"{field}.successor_assignment_id"),
        provenance_from_pb(message, field=f"{field}.provenance"),
    )


def optional_uuid(message: Any, name: str, *, field: str) -> UUID | None:
    """An id that may be absent.

    Raises:
        InvalidField: It is set and is no UUID.
    """
    return parse_uuid(getattr(message, name), field=field) if message.HasField(name) else None


async def credentials_of(
    context: ServicerContext[Any, Any], identifier: Identifier, *, assignment: str | None = None
) -> Credentials:
    """Who is signed in, whatever assignment the metadata name: these calls answer about the person himself."""
    metadata = {key: value for key, value in (context.invocation_metadata() or ()) if isinstance(value, str)}
    return await identifier.credentials(metadata.get("authorization"), assignment, metadata.get("nuaikit-actor-token"))


class AssignmentServicer(pb_grpc.AssignmentServiceServicer):
    """Staff assignments over gRPC."""

    def __init__(self, deps: Deps, identifier: Identifier) -> None:
        """Serve from `deps`; callers are identified by `identifier`."""
        self._deps = deps
        self._identifier = identifier

    async def AssignStaff(  # noqa: N802  # named by the contract
        self, request: pb.AssignStaffRequest, context: ServicerContext[Any, Any]
    ) -> pb.AssignStaffResponse:
        """Assign staff."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.AssignStaff(
            parse_uuid(request.request_id, field="request_id"),
            tuple(facts_from_pb(item, field=f"assignments[{n}]") for n, item in enumerate(request.assignments)),
        )
        outcomes = await use_cases.assign_staff(self._deps, command, actor=actor, now=now_utc())
        return pb.AssignStaffResponse(outcomes=outcomes_to_pb(outcomes))

    async def ResolveActor(  # noqa: N802  # named by the contract
        self, request: pb.ResolveActorRequest, context: ServicerContext[Any, Any]
    ) -> pb.ResolveActorResponse:
        """Answer for the subject of the token, never for another."""
        acting = request.acting_assignment_id or None
        credentials = await credentials_of(context, self._identifier, assignment=acting)
        if credentials.is_on_behalf and RESOLVE not in credentials.scopes:
            raise PermissionMissing(permission=RESOLVE, role="service")
        rights = await use_cases.resolve_rights(
            self._deps, credentials.subject, credentials.assignment_id, now=now_utc()
        )
        return pb.ResolveActorResponse(
            subject_hash=self._deps.hash_subject(credentials.subject),
            assignment_id=str(rights.assignment_id or ""),
            institution_id=str(rights.institution_id or ""),
            role=rights.role,
            classroom=rights.classroom,
            permissions=rights.permissions,
            permission_version=rights.permission_version,
            learner_id=str(rights.learner_id) if rights.learner_id else None,
        )

    async def ListOwnAssignments(  # noqa: N802  # named by the contract
        self, request: pb.ListOwnAssignmentsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListOwnAssignmentsResponse:
        """The caller's assignments valid today."""
        credentials = await credentials_of(context, self._identifier)
        assignments, _ = await use_cases.list_own_assignments(self._deps, credentials.subject, now=now_utc())
        return pb.ListOwnAssignmentsResponse(assignments=[assignment_to_pb(own) for own in assignments])

    async def ListStaff(  # noqa: N802  # named by the contract
        self, request: pb.ListStaffRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListStaffResponse:
        """List an institution's staff."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        query = queries.ListStaff(
            parse_uuid(request.institution_id, field="institution_id"),
            tuple(request.roles),
            request.classroom,
            optional_date(request, "on_date", field="on_date"),
            request.is_every_time,
            request.page_size,
            parse_uuid(request.page_token, field="page_token") if request.page_token else None,
        )
        page = await queries.list_staff(self._deps, query, actor=actor, now=now_utc())
        return pb.ListStaffResponse(
            staff=[member_to_pb(member) for member in page.staff],
            next_page_token=str(page.after or ""),
            total=page.total,
        )

    async def EndAssignments(  # noqa: N802  # named by the contract
        self, request: pb.EndAssignmentsRequest, context: ServicerContext[Any, Any]
    ) -> pb.EndAssignmentsResponse:
        """End assignments."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = handover.EndAssignments(
            parse_uuid(request.request_id, field="request_id"),
            tuple(end_from_pb(item, field=f"ends[{n}]") for n, item in enumerate(request.ends)),
        )
        outcomes = await handover.end_assignments(self._deps, command, actor=actor, now=now_utc())
        return pb.EndAssignmentsResponse(outcomes=outcomes_to_pb(outcomes))

    async def NameSuccessors(  # noqa: N802  # named by the contract
        self, request: pb.NameSuccessorsRequest, context: ServicerContext[Any, Any]
    ) -> pb.NameSuccessorsResponse:
        """Name successors."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = handover.NameSuccessors(
            parse_uuid(request.request_id, field="request_id"),
            tuple(
                handover.succession(
                    parse_uuid(item.assignment_id, field=f"successions[{n}].assignment_id"),
                    optional_uuid(item, "successor_assignment_id", field=f"successions[{n}].successor_assignment_id"),
                    is_nothing_left=item.is_nothing_left,
                    field=f"successions[{n}]",
                )
                for n, item in enumerate(request.successions)
            ),
        )
        outcomes = await handover.name_successors(self._deps, command, actor=actor, now=now_utc())
        return pb.NameSuccessorsResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListHandovers(  # noqa: N802  # named by the contract
        self, request: pb.ListHandoversRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListHandoversResponse:
        """List handovers."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        state = optional_enum_from_pb(
            HandoverState, pb.HandoverState, request.state, prefix="HANDOVER_STATE_", field="state"
        )
        query = handover.ListHandovers(
            parse_uuid(request.institution_id, field="institution_id"),
            state or HandoverState.NOBODY_YET,
            optional_date(request, "ending_by", field="ending_by"),
            request.page_size,
            parse_uuid(request.page_token, field="page_token") if request.page_token else None,
        )
        page = await handover.list_handovers(self._deps, query, actor=actor, now=now_utc())
        return pb.ListHandoversResponse(
            handovers=[handover_to_pb(item) for item in page.handovers],
            next_page_token=str(page.after or ""),
            total=page.total,
        )

    async def ListRoles(  # noqa: N802  # named by the contract
        self, request: pb.ListRolesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListRolesResponse:
        """List roles."""
        await actor_of(context, self._identifier)
        on_date = optional_date(request, "on_date", field="on_date")
        found = await queries.list_roles(self._deps, on_date=on_date, now=now_utc())
        return pb.ListRolesResponse(
            roles=[role_to_pb(rights) for rights in found.roles],
            version=version_to_pb(found.version),
            versions=[version_to_pb(version) for version in found.versions],
        )


def servicer(deps: Deps, identifier: Identifier) -> Servicer:
    """AssignmentService, ready to be served."""
    serving = AssignmentServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["AssignmentService"].full_name,
        lambda server: pb_grpc.add_AssignmentServiceServicer_to_server(serving, server),
    )
