"""AssignmentService: contract messages to commands and back."""

from __future__ import annotations

from typing import Any

from chassis.auth import Credentials, Identifier
from chassis.errors import PermissionMissing
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid
from chassis.outcomes import outcomes_to_pb
from grpc.aio import ServicerContext
from nuaikit.student_registry.v1 import assignments_pb2 as pb
from nuaikit.student_registry.v1 import assignments_pb2_grpc as pb_grpc

from student_registry.assignments import use_cases
from student_registry.assignments.domain import AssignmentFacts, OwnAssignment
from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.wire import date_or_none_to_pb, optional_date, provenance_from_pb, required_date

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
    )


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


def servicer(deps: Deps, identifier: Identifier) -> Servicer:
    """AssignmentService, ready to be served."""
    serving = AssignmentServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["AssignmentService"].full_name,
        lambda server: pb_grpc.add_AssignmentServiceServicer_to_server(serving, server),
    )
