"""PartnershipService: contract messages to commands and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid, time_to_pb
from chassis.outcomes import outcomes_to_pb
from chassis.pg import Pool
from grpc.aio import ServicerContext
from nuaikit.credit_bank.v1 import partnerships_pb2 as pb
from nuaikit.credit_bank.v1 import partnerships_pb2_grpc as pb_grpc

from credit_bank import wire
from credit_bank.calendar_th import utc_now
from credit_bank.clients import Registry
from credit_bank.partnerships import confirming, leads, stating, use_cases
from credit_bank.partnerships.domain import (
    Committee,
    CommitteeFacts,
    Confirmation,
    Mandate,
    Member,
    OfferingFacts,
    OutsideParty,
    OutsidePartyKind,
    Partnership,
    PartnershipFacts,
    PartnershipState,
    Programme,
    Signatory,
    Tier,
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
        tier=wire.enum_from_text(Tier, message.tier or Tier.INSTITUTION, field="tier"),
    )


def committee_to_pb(committee: Committee) -> pb.Committee:
    """As the contracts carry it."""
    facts = committee.facts
    return pb.Committee(
        committee_id=str(committee.committee_id),
        institution_id=str(facts.institution_id),
        mandates=sorted(facts.mandates),
        order_no=facts.order_no,
        quorum=facts.quorum,
        members=[
            pb.CommitteeMember(assignment_id=str(member.assignment_id), is_chair=member.is_chair)
            for member in facts.members
        ],
        valid_from=date_to_pb(facts.valid_from),
        valid_to=wire.date_or_none_to_pb(facts.valid_to),
        provenance=wire.provenance_to_pb(facts.provenance),
        tier=str(facts.tier),
    )


def lead_from_pb(message: pb.LeadOrganisation) -> leads.LeadFacts:
    """A lead organisation to register.

    Raises:
        InvalidField: A field has no usable value.
    """
    return leads.LeadFacts(
        tier=wire.enum_from_text(Tier, message.tier, field="tier"),
        scope=message.scope.strip(),
        institution_id=parse_uuid(message.institution_id, field="institution_id"),
        order_no=message.order_no.strip(),
        valid_from=wire.required_date(message, "valid_from"),
        valid_to=wire.optional_date(message, "valid_to"),
        provenance=wire.provenance_from_pb(message),
    )


def lead_to_pb(lead: leads.Lead) -> pb.LeadOrganisation:
    """As the contracts carry it."""
    facts = lead.facts
    return pb.LeadOrganisation(
        lead_id=str(lead.lead_id),
        tier=str(facts.tier),
        scope=facts.scope,
        institution_id=str(facts.institution_id),
        order_no=facts.order_no,
        valid_from=date_to_pb(facts.valid_from),
        valid_to=wire.date_or_none_to_pb(facts.valid_to),
        provenance=wire.provenance_to_pb(facts.provenance),
    )


def signatory_from_pb(message: pb.Signatory) -> Signatory:
    """Who signed.

    Raises:
        InvalidField: A field has no usable value.
    """
    return Signatory(
        position_th=message.position_th.strip(),
        institution_id=wire.optional_uuid(message, "institution_id"),
        outside_party_th=message.outside_party_th.strip(),
        signed_on=wire.optional_date(message, "signed_on"),
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
        outside_parties=tuple(
            OutsideParty(
                wire.enum_from_text(OutsidePartyKind, one.kind, field="outside_parties.kind"),
                one.name_th.strip(),
                one.evidence_th.strip(),
            )
            for one in message.outside_parties
        ),
        courses=tuple(wire.course_key_from_pb(key) for key in message.courses),
        signatories=tuple(signatory_from_pb(one) for one in message.signatories),
        file_sha256=message.file_sha256 or None,
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
    message = facts_to_pb(partnership.facts)
    message.partnership_id = str(partnership.partnership_id)
    message.version = partnership.version
    message.confirmations.extend(confirmation_to_pb(one) for one in partnership.confirmations)
    message.awaited_institution_ids.extend(str(party) for party in partnership.awaited)
    if partnership.proposed_state is not None:
        message.MergeFrom(pb.Partnership(proposed_state=f"{_STATE_PREFIX}{partnership.proposed_state}"))
    proposal = partnership.proposal
    if proposal is not None:
        message.proposal.CopyFrom(
            pb.PartnershipProposal(
                version=proposal.version,
                terms=facts_to_pb(proposal.facts),
                proposed_by_institution_id=str(proposal.proposed_for),
                proposed_at=time_to_pb(proposal.proposed_at),
                confirmations=[confirmation_to_pb(one) for one in proposal.confirmations],
                awaited_institution_ids=[str(party) for party in proposal.awaited],
            )
        )
    return message


def confirmation_to_pb(one: Confirmation) -> pb.PartnershipConfirmation:
    """As the contracts carry it."""
    return pb.PartnershipConfirmation(
        institution_id=str(one.institution_id),
        version=one.version,
        assignment_id=None if one.assignment_id is None else str(one.assignment_id),
        confirmed_at=time_to_pb(one.confirmed_at),
        status=str(one.status),
    )


def facts_to_pb(facts: PartnershipFacts) -> pb.Partnership:
    """What an agreement says, as the contracts carry it."""
    return pb.Partnership(
        reference=facts.reference,
        party_institution_ids=[str(party) for party in facts.party_institution_ids],
        programme=str(facts.programme),
        state=f"{_STATE_PREFIX}{facts.state}",
        signed_on=wire.date_or_none_to_pb(facts.signed_on),
        valid_from=wire.date_or_none_to_pb(facts.valid_from),
        valid_to=wire.date_or_none_to_pb(facts.valid_to),
        committee_id=None if facts.committee_id is None else str(facts.committee_id),
        provenance=wire.provenance_to_pb(facts.provenance),
        outside_parties=[
            pb.OutsideParty(kind=str(one.kind), name_th=one.name_th, evidence_th=one.evidence_th)
            for one in facts.outside_parties
        ],
        courses=[wire.course_key_to_pb(key) for key in facts.courses],
        signatories=[
            pb.Signatory(
                position_th=one.position_th,
                institution_id=None if one.institution_id is None else str(one.institution_id),
                outside_party_th=one.outside_party_th,
                signed_on=wire.date_or_none_to_pb(one.signed_on),
            )
            for one in facts.signatories
        ],
        file_sha256=facts.file_sha256 or b"",
    )


def seen_from_pb(messages: Iterable[pb.SeenPartnership]) -> tuple[confirming.SeenVersion, ...]:
    """Agreements in the versions that were read.

    Raises:
        InvalidField: An id is none.
    """
    return tuple(
        confirming.SeenVersion(parse_uuid(one.partnership_id, field="partnership_id"), one.version) for one in messages
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
        command = stating.RegisterPartnerships(
            parse_uuid(request.request_id, field="request_id"),
            tuple(partnership_from_pb(partnership) for partnership in request.partnerships),
        )
        outcomes = await stating.register_partnerships(self._pool, self._registry, command, actor=actor, now=utc_now())
        return pb.RegisterPartnershipsResponse(outcomes=outcomes_to_pb(outcomes))

    async def ConfirmPartnerships(  # noqa: N802  # named by the contract
        self, request: pb.ConfirmPartnershipsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ConfirmPartnershipsResponse:
        """Confirm partnerships for the caller's institution."""
        actor = await actor_of(context, self._identifier)
        command = confirming.ConfirmPartnerships(
            parse_uuid(request.request_id, field="request_id"),
            seen_from_pb(request.partnerships),
        )
        outcomes = await confirming.confirm_partnerships(self._pool, command, actor=actor, now=utc_now())
        return pb.ConfirmPartnershipsResponse(outcomes=outcomes_to_pb(outcomes))

    async def TakeBackPartnerships(  # noqa: N802  # named by the contract
        self, request: pb.TakeBackPartnershipsRequest, context: ServicerContext[Any, Any]
    ) -> pb.TakeBackPartnershipsResponse:
        """Take other terms back that stand beside partnerships."""
        actor = await actor_of(context, self._identifier)
        command = confirming.TakeBackPartnerships(
            parse_uuid(request.request_id, field="request_id"), seen_from_pb(request.partnerships)
        )
        outcomes = await confirming.take_back_partnerships(self._pool, command, actor=actor, now=utc_now())
        return pb.TakeBackPartnershipsResponse(outcomes=outcomes_to_pb(outcomes))

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
        is_any = request.state == pb.PARTNERSHIP_STATE_UNSPECIFIED
        page = await use_cases.list_partnerships(
            self._pool,
            state=None
            if is_any
            else wire.enum_from_pb(
                PartnershipState, pb.PartnershipState, request.state, prefix=_STATE_PREFIX, field="state"
            ),
            ends_before=wire.optional_date(request, "ends_before"),
            is_awaited=request.is_awaited,
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
        )
        return pb.ListPartnershipsResponse(
            partnerships=[partnership_to_pb(partnership) for partnership in page.partnerships],
            next_page_token=page.next_page_token,
        )

    async def ListCommittees(  # noqa: N802  # named by the contract
        self, request: pb.ListCommitteesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListCommitteesResponse:
        """A page of the committees of the caller's institution."""
        actor = await actor_of(context, self._identifier)
        page = await use_cases.list_committees(
            self._pool,
            mandate=wire.enum_from_text(Mandate, request.mandate, field="mandate") if request.mandate else None,
            valid_on=wire.optional_date(request, "valid_on"),
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
        )
        return pb.ListCommitteesResponse(
            committees=[committee_to_pb(committee) for committee in page.committees],
            next_page_token=page.next_page_token,
        )

    async def RegisterLeadOrganisations(  # noqa: N802  # named by the contract
        self, request: pb.RegisterLeadOrganisationsRequest, context: ServicerContext[Any, Any]
    ) -> pb.RegisterLeadOrganisationsResponse:
        """Name lead organisations."""
        actor = await actor_of(context, self._identifier)
        command = leads.RegisterLeads(
            parse_uuid(request.request_id, field="request_id"), tuple(lead_from_pb(lead) for lead in request.leads)
        )
        outcomes = await leads.register_leads(self._pool, command, actor=actor, now=utc_now())
        return pb.RegisterLeadOrganisationsResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListLeadOrganisations(  # noqa: N802  # named by the contract
        self, request: pb.ListLeadOrganisationsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListLeadOrganisationsResponse:
        """Lead organisations in force on a day."""
        actor = await actor_of(context, self._identifier)
        found = await leads.list_leads(
            self._pool,
            tier=request.tier,
            on_date=wire.optional_date(request, "on_date"),
            actor=actor,
            now=utc_now(),
        )
        return pb.ListLeadOrganisationsResponse(leads=[lead_to_pb(lead) for lead in found])


def servicer(pool: Pool, registry: Registry, identifier: Identifier) -> Servicer:
    """PartnershipService, ready to be served."""
    serving = PartnershipServicer(pool, registry, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["PartnershipService"].full_name,
        lambda server: pb_grpc.add_PartnershipServiceServicer_to_server(serving, server),
    )
