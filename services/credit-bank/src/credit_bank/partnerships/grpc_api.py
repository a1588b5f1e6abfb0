"""PartnershipService: contract messages to commands and back."""

from __future__ import annotations

from typing import Any

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import parse_uuid
from chassis.outcomes import outcomes_to_pb
from chassis.pg import Pool
from grpc.aio import ServicerContext
from nuaikit.credit_bank.v1 import partnerships_pb2 as pb
from nuaikit.credit_bank.v1 import partnerships_pb2_grpc as pb_grpc

from credit_bank import wire
from credit_bank.calendar_th import utc_now
from credit_bank.clients import Registry
from credit_bank.partnerships import use_cases
from credit_bank.partnerships.domain import (
    CommitteeFacts,
    Mandate,
    Member,
    OfferingFacts,
    Partnership,
    PartnershipFacts,
    PartnershipState,
    Programme,
)

_STATE_PREFIX = "PARTNERSHIP_STATE_"


def committee_from_pb(message: pb.Committee) -> CommitteeFacts:
    """A committee to register.

    Raises:
        InvalidField: A field has no usable value.
    """
    return CommitteeFacts(
        institution_id=parse_uuid(message.institution_id, field="institution_id"),
        mandates=frozenset(wire.enum_from_text(Mandate, name, field="mandates") for name in message.mandates),
        order_no=message.order_no.strip(),
        quorum=message.quorum,
        members=tuple(
            Member(parse_uuid(member.assignment_id, field="members.assignment_id"), member.is_chair)
            for member in message.members
        ),
        valid_from=wire.required_date(message, "valid_from"),
        valid_to=wire.optional_date(message, "valid_to"),
        provenance=wire.provenance_from_pb(message),
    )


def partnership_from_pb(message: pb.Partnership) -> PartnershipFacts:
    """A partnership to register.

    Raises:
        InvalidField: A field has no usable value.
    """
    return PartnershipFacts(
        reference=message.reference.strip(),
        party_institution_ids=tuple(
            parse_uuid(party, field="party_institution_ids") for party in message.party_institution_ids
        ),
        programme=wire.enum_from_text(Programme, message.programme, field="programme"),
        state=wire.enum_from_pb(
            PartnershipState, pb.PartnershipState, message.state, prefix=_STATE_PREFIX, field="state"
        ),
        signed_on=wire.optional_date(message, "signed_on"),
        valid_from=wire.optional_date(message, "valid_from"),
        valid_to=wire.optional_date(message, "valid_to"),
        committee_id=wire.optional_uuid(message, "committee_id"),
        provenance=wire.provenance_from_pb(message),
    )


def offering_from_pb(message: pb.Offering) -> OfferingFacts:
    """An offering to schedule.

    Raises:
        InvalidField: A field has no usable value.
    """
    return OfferingFacts(
        reference=message.reference.strip(),
        course=wire.course_key_from_pb(message.course),
        institution_id=parse_uuid(message.institution_id, field="institution_id"),
        partnership_id=wire.optional_uuid(message, "partnership_id"),
        year_be=message.year_be,
        term=message.term,
        provenance=wire.provenance_from_pb(message),
    )


def partnership_to_pb(partnership: Partnership) -> pb.Partnership:
    """As the contracts carry it."""
    facts = partnership.facts
    return pb.Partnership(
        partnership_id=str(partnership.partnership_id),
        reference=facts.reference,
        party_institution_ids=[str(party) for party in facts.party_institution_ids],
        programme=str(facts.programme),
        state=f"{_STATE_PREFIX}{facts.state}",
        signed_on=wire.date_or_none_to_pb(facts.signed_on),
        valid_from=wire.date_or_none_to_pb(facts.valid_from),
        valid_to=wire.date_or_none_to_pb(facts.valid_to),
        committee_id=None if facts.committee_id is None else str(facts.committee_id),
        provenance=wire.provenance_to_pb(facts.provenance),
    )


class PartnershipServicer(pb_grpc.PartnershipServiceServicer):
    """Agreements, committees and offerings over gRPC."""

    def __init__(self, pool: Pool, registry: Registry, identifier: Identifier) -> None:
        """Serve from `pool`; callers are identified by `identifier`."""
        self._pool = pool
        self._registry = registry
        self._identifier = identifier

    async def RegisterCommittees(  # noqa: N802  # named by the contract
        self, request: pb.RegisterCommitteesRequest, context: ServicerContext[Any, Any]
    ) -> pb.RegisterCommitteesResponse:
        """Register committees."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.RegisterCommittees(
            parse_uuid(request.request_id, field="request_id"),
            tuple(committee_from_pb(committee) for committee in request.committees),
        )
        outcomes = await use_cases.register_committees(self._pool, command, actor=actor, now=utc_now())
        return pb.RegisterCommitteesResponse(outcomes=outcomes_to_pb(outcomes))

    async def RegisterPartnerships(  # noqa: N802  # named by the contract
        self, request: pb.RegisterPartnershipsRequest, context: ServicerContext[Any, Any]
    ) -> pb.RegisterPartnershipsResponse:
        """Register partnerships or their next states."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.RegisterPartnerships(
            parse_uuid(request.request_id, field="request_id"),
            tuple(partnership_from_pb(partnership) for partnership in request.partnerships),
        )
        outcomes = await use_cases.register_partnerships(
            self._pool, self._registry, command, actor=actor, now=utc_now()
        )
        return pb.RegisterPartnershipsResponse(outcomes=outcomes_to_pb(outcomes))

    async def ScheduleOfferings(  # noqa: N802  # named by the contract
        self, request: pb.ScheduleOfferingsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ScheduleOfferingsResponse:
        """Schedule offerings."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.ScheduleOfferings(
            parse_uuid(request.request_id, field="request_id"),
            tuple(offering_from_pb(offering) for offering in request.offerings),
        )
        outcomes = await use_cases.schedule_offerings(self._pool, command, actor=actor, now=utc_now())
        return pb.ScheduleOfferingsResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListPartnerships(  # noqa: N802  # named by the contract
        self, request: pb.ListPartnershipsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListPartnershipsResponse:
        """A page of the caller's partnerships."""
        actor = await actor_of(context, self._identifier)
        page = await use_cases.list_partnerships(
            self._pool, page_size=request.page_size, page_token=request.page_token, actor=actor
        )
        return pb.ListPartnershipsResponse(
            partnerships=[partnership_to_pb(partnership) for partnership in page.partnerships],
            next_page_token=page.next_page_token,
        )


def servicer(pool: Pool, registry: Registry, identifier: Identifier) -> Servicer:
    """PartnershipService, ready to be served."""
    serving = PartnershipServicer(pool, registry, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["PartnershipService"].full_name,
        lambda server: pb_grpc.add_PartnershipServiceServicer_to_server(serving, server),
    )
