"""Committees and partnerships as events."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from chassis.envelope import NewEvent
from chassis.ids import date_to_pb, time_to_pb
from nuaikit.credit_bank.v1 import events_pb2

from credit_bank.catalogue.events import TOPIC
from credit_bank.partnerships.domain import Committee, Confirmation, OfferingFacts, Partnership, Proposal
from credit_bank.wire import course_key_to_pb, date_or_none_to_pb, status_to_pb


def committee_changed(committee: Committee) -> NewEvent:
    """A committee was registered, or ended."""
    facts = committee.facts
    message = events_pb2.CommitteeChanged(
        committee_id=str(committee.committee_id),
        institution_id=str(facts.institution_id),
        mandates=sorted(facts.mandates),
        valid_from=date_to_pb(facts.valid_from),
        valid_to=date_or_none_to_pb(facts.valid_to),
    )
    return NewEvent(TOPIC, str(facts.institution_id), message)


def offering_scheduled(offering_id: UUID, facts: OfferingFacts) -> NewEvent:
    """A run of a course was scheduled."""
    message = events_pb2.OfferingScheduled(
        offering_id=str(offering_id),
        institution_id=str(facts.institution_id),
        course=course_key_to_pb(facts.course),
        partnership_id=None if facts.partnership_id is None else str(facts.partnership_id),
        year_be=facts.year_be,
        term=facts.term,
    )
    return NewEvent(TOPIC, str(facts.institution_id), message)


def partnership_changed(partnership: Partnership) -> NewEvent:
    """A partnership was registered or changed state. The key is its first party, whoever says so."""
    facts = partnership.facts
    message = events_pb2.PartnershipChanged(
        partnership_id=str(partnership.partnership_id),
        party_institution_ids=[str(party) for party in facts.party_institution_ids],
        programme=str(facts.programme),
        state=f"PARTNERSHIP_STATE_{facts.state}",
        valid_from=date_or_none_to_pb(facts.valid_from),
        valid_to=date_or_none_to_pb(facts.valid_to),
        data_status=status_to_pb(facts.provenance.status),
        version=partnership.version,
    )
    return NewEvent(TOPIC, str(facts.party_institution_ids[0]), message)


PROPOSED: Final = "PROPOSED"
"""State of terms that were put beside an agreement; the others are those of `ProposalOutcome`."""


def proposal_changed(partnership: Partnership, proposal: Proposal, state: str, *, by: UUID) -> NewEvent:
    """Other terms were put beside an agreement in force, or taken from it. The key is the first party."""
    facts = proposal.facts
    message = events_pb2.PartnershipProposalChanged(
        partnership_id=str(partnership.partnership_id),
        party_institution_ids=[str(party) for party in facts.party_institution_ids],
        version=proposal.version,
        state=state,
        institution_id=str(by),
        valid_from=date_or_none_to_pb(facts.valid_from),
        valid_to=date_or_none_to_pb(facts.valid_to),
    )
    return NewEvent(TOPIC, str(facts.party_institution_ids[0]), message)


def partnership_confirmed(partnership: Partnership, confirmation: Confirmation) -> NewEvent:
    """A party confirmed a version for itself. The key is the first party, as that of the changes."""
    proposal = partnership.proposal
    is_proposed = proposal is not None and proposal.version == confirmation.version
    awaited = proposal.awaited if proposal is not None and is_proposed else partnership.awaited
    message = events_pb2.PartnershipConfirmed(
        partnership_id=str(partnership.partnership_id),
        institution_id=str(confirmation.institution_id),
        version=confirmation.version,
        awaited_institution_ids=[str(party) for party in awaited],
        confirmed_at=time_to_pb(confirmation.confirmed_at),
    )
    return NewEvent(TOPIC, str(partnership.facts.party_institution_ids[0]), message)
