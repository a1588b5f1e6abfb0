"""Typed calls to student-registry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from chassis.assignments import actor_of_answer, bearer
from chassis.auth import Actor, Credentials
from chassis.grpc_client import Peer
from chassis.ids import date_from_pb, parse_uuid
from google.type.date_pb2 import Date
from nuaikit.student_registry.v1 import assignments_pb2, assignments_pb2_grpc, enrolments_pb2, enrolments_pb2_grpc

from guidance.copies.domain import Enrolment

ENROLMENTS_MAX = 1_000
"""Learners that one ListEnrolments call may name."""


class Registry:
    """The parts of student-registry that this service asks."""

    def __init__(self, peer: Peer) -> None:
        """Ask `peer`."""
        self._peer = peer
        self._assignments = assignments_pb2_grpc.AssignmentServiceStub(peer.channel)
        self._enrolments = enrolments_pb2_grpc.EnrolmentServiceStub(peer.channel)

    async def resolve_actor(self, credentials: Credentials) -> Actor:
        """What the person of the token may do now.

        Raises:
            ServiceError: The registry's refusal, or `Unavailable`.
        """
        acting_id = "" if credentials.assignment_id is None else str(credentials.assignment_id)
        answer = await self._peer.call(
            self._assignments.ResolveActor,
            assignments_pb2.ResolveActorRequest(acting_assignment_id=acting_id),
            actor=bearer(credentials),
        )
        return actor_of_answer(answer, credentials)

    async def enrolments_of(self, learner_ids: Sequence[UUID]) -> list[Enrolment]:
        """All enrolments of learners, as the registry knows them now.

        Raises:
            ServiceError: The registry's refusal, or `Unavailable`.
        """
        found: list[Enrolment] = []
        for start in range(0, len(learner_ids), ENROLMENTS_MAX):
            part = [str(learner_id) for learner_id in learner_ids[start : start + ENROLMENTS_MAX]]
            request = enrolments_pb2.ListEnrolmentsRequest(learner_ids=part)
            answer = await self._peer.call(self._enrolments.ListEnrolments, request)
            found += [_enrolment(enrolment) for enrolment in answer.enrolments]
        return found


def _enrolment(message: enrolments_pb2.Enrolment) -> Enrolment:
    facts = message.facts
    return Enrolment(
        enrolment_id=parse_uuid(message.enrolment_id, field="enrolment_id"),
        learner_id=parse_uuid(message.learner_id, field="learner_id"),
        institution_id=parse_uuid(facts.institution_id, field="institution_id"),
        role=role_name(facts.role),
        delivery_system=delivery_system_name(facts.delivery_system),
        grade_label=facts.grade_label,
        classroom=facts.classroom,
        programme_code=facts.programme_code,
        is_studying=is_studying(message.status),
        valid_from=date_from_pb(facts.valid_from, field="valid_from"),
        valid_to=optional_date(facts.valid_to) if facts.HasField("valid_to") else None,
    )


def role_name(value: enrolments_pb2.EnrolmentRole) -> str:
    """Name of a role without its prefix; ValueError for one that this release does not know."""
    return enrolments_pb2.EnrolmentRole.Name(value).removeprefix("ENROLMENT_ROLE_")


def delivery_system_name(value: enrolments_pb2.DeliverySystem) -> str:
    """Name of a delivery system without its prefix; ValueError for one that this release does not know."""
    return enrolments_pb2.DeliverySystem.Name(value).removeprefix("DELIVERY_SYSTEM_")


def is_studying(value: enrolments_pb2.EnrolmentStatus) -> bool:
    """Whether an enrolment goes on; ValueError for a status that this release does not know."""
    return enrolments_pb2.EnrolmentStatus.Name(value) == "ENROLMENT_STATUS_STUDYING"


def optional_date(value: Date) -> date:
    """A last day."""
    return date_from_pb(value, field="valid_to")
