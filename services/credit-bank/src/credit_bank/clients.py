"""Typed calls to student-registry."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from chassis.assignments import actor_of_answer, bearer
from chassis.auth import Actor, Credentials
from chassis.errors import NotFound
from chassis.grpc_client import Peer
from chassis.ids import date_from_pb, date_to_pb, parse_uuid
from nuaikit.common.v1 import provenance_pb2
from nuaikit.student_registry.v1 import (
    assignments_pb2,
    assignments_pb2_grpc,
    consents_pb2,
    consents_pb2_grpc,
    enrolments_pb2,
    enrolments_pb2_grpc,
    institutions_pb2,
    institutions_pb2_grpc,
    learners_pb2,
    learners_pb2_grpc,
)

from credit_bank.people.domain import Enrolment, Identity, Institution, ShareGrant

ITEMS_MAX = 1_000
"""Learners or numbers that one call may name; longer lists go in several calls."""

CALLS_AT_ONCE_MAX = 8
"""Single reads asked side by side."""

Item = TypeVar("Item")


class Registry:
    """The parts of student-registry that this service asks.

    Every method raises the registry's refusal as it was, or `Unavailable` when there is no answer in time.
    """

    def __init__(self, peer: Peer) -> None:
        """Ask `peer`."""
        self._peer = peer
        self._assignments = assignments_pb2_grpc.AssignmentServiceStub(peer.channel)
        self._consents = consents_pb2_grpc.ShareGrantServiceStub(peer.channel)
        self._enrolments = enrolments_pb2_grpc.EnrolmentServiceStub(peer.channel)
        self._institutions = institutions_pb2_grpc.InstitutionServiceStub(peer.channel)
        self._learners = learners_pb2_grpc.LearnerServiceStub(peer.channel)

    async def resolve_actor(self, credentials: Credentials) -> Actor:
        """What the person of the token may do now.

        Raises:
            ServiceError: The registry's refusal, or `Unavailable`.
        """
        acting = credentials.assignment_id
        answer = await self._peer.call(
            self._assignments.ResolveActor,
            assignments_pb2.ResolveActorRequest(acting_assignment_id="" if acting is None else str(acting)),
            actor=bearer(credentials),
        )
        return actor_of_answer(answer, credentials)

    async def list_enrolments(self, learner_ids: Sequence[UUID], *, on: date | None = None) -> list[Enrolment]:
        """Enrolments of learners as the registry knows them now; all of them, or those valid on a day."""
        found: list[Enrolment] = []
        for part in _parts(learner_ids):
            request = enrolments_pb2.ListEnrolmentsRequest(learner_ids=[str(learner_id) for learner_id in part])
            if on is not None:
                request.on_date.CopyFrom(date_to_pb(on))
            answer = await self._peer.call(self._enrolments.ListEnrolments, request)
            found += [enrolment_from_pb(enrolment) for enrolment in answer.enrolments]
        return found

    async def find_learners(self, institution_id: UUID, student_nos: Sequence[str], *, actor: Actor) -> dict[str, UUID]:
        """Learners of an institution by its own student numbers, for the person who may read them."""
        found: dict[str, UUID] = {}
        for part in _parts(student_nos):
            request = learners_pb2.FindLearnersRequest(institution_id=str(institution_id), student_nos=part)
            answer = await self._peer.call(self._learners.FindLearners, request, actor=actor)
            found |= {match.student_no: parse_uuid(match.learner_id, field="learner_id") for match in answer.matches}
        return found

    async def fetch_identities(
        self,
        learner_ids: Sequence[UUID],
        *,
        purpose: str,
        ground: str,
        ground_id: UUID | None,
        on: date | None,
        actor: Actor,
    ) -> dict[UUID, Identity]:
        """Who learners are and where they are enrolled; those that do not exist for the actor are left out.

        Args:
            learner_ids: Of whom.
            purpose: Purpose code, kept by the registry in its own access log.
            ground: `PARTNERSHIP`, `CASE`, `GRANT` or `ISSUER`; empty when the actor's own scope allows the read.
            ground_id: The partnership, case or grant, or the institution that issued.
            on: Day for which enrolments are shown; None: today.
            actor: For whom.
        """
        found: dict[UUID, Identity] = {}
        for part in _parts(learner_ids):
            request = learners_pb2.BatchGetLearnersRequest(
                learner_ids=[str(learner_id) for learner_id in part],
                purpose=purpose,
                ground=ground,
                ground_id="" if ground_id is None else str(ground_id),
            )
            if on is not None:
                request.on_date.CopyFrom(date_to_pb(on))
            answer = await self._peer.call(self._learners.BatchGetLearners, request, actor=actor)
            identities = [_identity(learner) for learner in answer.learners]
            found |= {identity.learner_id: identity for identity in identities}
        return found

    async def get_institutions(self, institution_ids: Sequence[UUID], *, actor: Actor) -> dict[UUID, Institution]:
        """Institutions by id; those that do not exist are left out."""
        limit = asyncio.Semaphore(CALLS_AT_ONCE_MAX)

        async def get(institution_id: UUID) -> Institution | None:
            request = institutions_pb2.GetInstitutionRequest(institution_id=str(institution_id))
            async with limit:
                try:
                    answer = await self._peer.call(self._institutions.GetInstitution, request, actor=actor)
                except NotFound:
                    return None
            return institution_from_pb(answer.institution)

        answers = await asyncio.gather(*(get(institution_id) for institution_id in sorted(set(institution_ids))))
        return {institution.institution_id: institution for institution in answers if institution is not None}

    async def list_share_grants(
        self, learner_ids: Sequence[UUID], *, recipient_institution_id: UUID, actor: Actor
    ) -> list[ShareGrant]:
        """Grants of learners to an institution that are valid today."""
        found: list[ShareGrant] = []
        for part in _parts(learner_ids):
            request = consents_pb2.ListShareGrantsRequest(
                learner_ids=[str(learner_id) for learner_id in part],
                recipient_institution_id=str(recipient_institution_id),
            )
            answer = await self._peer.call(self._consents.ListShareGrants, request, actor=actor)
            found += [
                ShareGrant(
                    grant_id=parse_uuid(grant.grant_id, field="grant_id"),
                    learner_id=parse_uuid(grant.learner_id, field="learner_id"),
                    recipient_institution_id=parse_uuid(grant.recipient_institution_id, field="recipient"),
                    scope=grant.scope,
                    valid_to=date_from_pb(grant.valid_to, field="valid_to"),
                    is_ended=grant.is_ended,
                )
                for grant in answer.grants
            ]
        return found


def _parts(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), ITEMS_MAX):
        yield items[start : start + ITEMS_MAX]


def enrolment_from_pb(message: enrolments_pb2.Enrolment) -> Enrolment:
    """An enrolment as the contract carries it; ValueError for an enum value of a later release."""
    facts = message.facts
    return Enrolment(
        enrolment_id=parse_uuid(message.enrolment_id, field="enrolment_id"),
        learner_id=parse_uuid(message.learner_id, field="learner_id"),
        institution_id=parse_uuid(facts.institution_id, field="institution_id"),
        role=role_name(facts.role),
        delivery_system=delivery_system_name(facts.delivery_system),
        grade_label=facts.grade_label,
        programme_code=facts.programme_code,
        status=status_name(message.status),
        valid_from=date_from_pb(facts.valid_from, field="valid_from"),
        valid_to=date_from_pb(facts.valid_to, field="valid_to") if facts.HasField("valid_to") else None,
    )


def institution_from_pb(message: institutions_pb2.Institution) -> Institution:
    """An institution as the contract carries it; ValueError for an enum value of a later release."""
    return Institution(
        institution_id=parse_uuid(message.institution_id, field="institution_id"),
        kind=kind_name(message.kind),
        name_th=message.name_th,
        local_alias=message.local_alias,
        official_code=message.official_code if message.HasField("official_code") else None,
        parent_institution_id=(
            parse_uuid(message.parent_institution_id, field="parent_institution_id")
            if message.HasField("parent_institution_id")
            else None
        ),
        data_status=data_status_name(message.provenance.status),
    )


def _identity(message: learners_pb2.Learner) -> Identity:
    name = message.name
    return Identity(
        learner_id=parse_uuid(message.learner_id, field="learner_id"),
        full_name_th=f"{name.title_th}{name.given_name_th} {name.family_name_th}".strip(),
        masked_identifiers=tuple(
            f"{learners_pb2.IdentifierKind.Name(view.kind).removeprefix('IDENTIFIER_KIND_')} {view.masked_value}"
            for view in message.identifiers
        ),
        state=learners_pb2.VerificationState.Name(message.identity_state).removeprefix("VERIFICATION_STATE_"),
        registrar_institution_id=parse_uuid(message.registrar_institution_id, field="registrar_institution_id"),
        enrolments=tuple(enrolment_from_pb(enrolment) for enrolment in message.enrolments),
    )


def role_name(value: enrolments_pb2.EnrolmentRole) -> str:
    """Name of a role without its prefix; ValueError for one that this release does not know."""
    return enrolments_pb2.EnrolmentRole.Name(value).removeprefix("ENROLMENT_ROLE_")


def delivery_system_name(value: enrolments_pb2.DeliverySystem) -> str:
    """Name of a delivery system without its prefix; ValueError for one that this release does not know."""
    return enrolments_pb2.DeliverySystem.Name(value).removeprefix("DELIVERY_SYSTEM_")


def status_name(value: enrolments_pb2.EnrolmentStatus) -> str:
    """Name of a status without its prefix; ValueError for one that this release does not know."""
    return enrolments_pb2.EnrolmentStatus.Name(value).removeprefix("ENROLMENT_STATUS_")


def kind_name(value: institutions_pb2.InstitutionKind) -> str:
    """Name of a kind without its prefix; ValueError for one that this release does not know."""
    return institutions_pb2.InstitutionKind.Name(value).removeprefix("INSTITUTION_KIND_")


def data_status_name(value: provenance_pb2.RuleStatus) -> str:
    """`confirmed`, `assumed` or `demonstration`; ValueError for a status that this release does not know."""
    return provenance_pb2.RuleStatus.Name(value).removeprefix("RULE_STATUS_").lower()
