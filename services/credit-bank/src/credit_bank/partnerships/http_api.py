"""Agreements, committees and offerings over HTTP."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from chassis.http import CurrentActor, RequestId, item_results
from chassis.messages import Messages
from chassis.pg import Pool
from fastapi import APIRouter
from pydantic import BaseModel, Field

from credit_bank import limits
from credit_bank.calendar_th import utc_now
from credit_bank.clients import Registry
from credit_bank.json_models import Body, CourseKeyBody, ListResult, ProvenanceBody
from credit_bank.partnerships import confirming, leads, stating, use_cases
from credit_bank.partnerships.domain import (
    COMMITTEE_MEMBERS_MAX,
    COURSES_MAX,
    NAME_CHARACTERS_MAX,
    PARTIES_MAX,
    Committee,
    CommitteeFacts,
    Confirmation,
    ConfirmationStatus,
    Mandate,
    Member,
    OfferingFacts,
    OutsideParty,
    OutsidePartyKind,
    Partnership,
    PartnershipFacts,
    PartnershipState,
    Programme,
    Proposal,
    Signatory,
    Tier,
)


class MemberBody(Body):
    """One member, by assignment in the registry."""

    assignment_id: UUID
    is_chair: bool = False


class CommitteeBody(Body):
    """A committee as its dated order appoints it."""

    institution_id: UUID
    mandates: list[Mandate]
    order_no: Annotated[str, Field(min_length=1, max_length=300)]
    quorum: int
    members: Annotated[list[MemberBody], Field(max_length=COMMITTEE_MEMBERS_MAX)]
    valid_from: date
    valid_to: date | None = None
    provenance: ProvenanceBody
    tier: Tier = Tier.INSTITUTION

    def to_domain(self) -> CommitteeFacts:
        """As the use cases know it."""
        return CommitteeFacts(
            institution_id=self.institution_id,
            mandates=frozenset(self.mandates),
            order_no=self.order_no.strip(),
            quorum=self.quorum,
            members=tuple(Member(member.assignment_id, member.is_chair) for member in self.members),
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            provenance=self.provenance.to_domain(),
            tier=self.tier,
        )


class CommitteeOut(CommitteeBody):
    """A registered committee."""

    committee_id: UUID

    @classmethod
    def of(cls, committee: Committee) -> CommitteeOut:
        """As shown."""
        facts = committee.facts
        return cls(
            committee_id=committee.committee_id,
            institution_id=facts.institution_id,
            mandates=sorted(facts.mandates),
            order_no=facts.order_no,
            quorum=facts.quorum,
            members=[MemberBody(assignment_id=one.assignment_id, is_chair=one.is_chair) for one in facts.members],
            valid_from=facts.valid_from,
            valid_to=facts.valid_to,
            provenance=ProvenanceBody.of(facts.provenance),
            tier=facts.tier,
        )


class CommitteePageOut(BaseModel):
    """A page of committees; `next_page_token` is empty on the last one."""

    committees: list[CommitteeOut]
    next_page_token: str


class LeadBody(Body):
    """An organisation that leads the credit bank at a level."""

    tier: Tier
    scope: Annotated[str, Field(max_length=NAME_CHARACTERS_MAX)] = ""
    institution_id: UUID
    order_no: Annotated[str, Field(min_length=1, max_length=NAME_CHARACTERS_MAX)]
    valid_from: date
    valid_to: date | None = None
    provenance: ProvenanceBody

    def to_domain(self) -> leads.LeadFacts:
        """As the use cases know it."""
        return leads.LeadFacts(
            self.tier,
            self.scope.strip(),
            self.institution_id,
            self.order_no.strip(),
            self.valid_from,
            self.valid_to,
            self.provenance.to_domain(),
        )


class LeadOut(LeadBody):
    """A registered one."""

    lead_id: UUID

    @classmethod
    def of(cls, lead: leads.Lead) -> LeadOut:
        """As shown."""
        facts = lead.facts
        return cls(
            lead_id=lead.lead_id,
            tier=facts.tier,
            scope=facts.scope,
            institution_id=facts.institution_id,
            order_no=facts.order_no,
            valid_from=facts.valid_from,
            valid_to=facts.valid_to,
            provenance=ProvenanceBody.of(facts.provenance),
        )


class RegisterLeadsBody(Body):
    """Lead organisations to register."""

    leads: Annotated[list[LeadBody], Field(min_length=1, max_length=limits.FEW_ITEMS_MAX)]


class LeadsOut(BaseModel):
    """Lead organisations in force."""

    leads: list[LeadOut]


class OutsidePartyBody(Body):
    """A party that is no institution of the register; never a person."""

    kind: OutsidePartyKind
    name_th: Annotated[str, Field(min_length=1, max_length=NAME_CHARACTERS_MAX)]
    evidence_th: Annotated[
        str,
        Field(
            max_length=NAME_CHARACTERS_MAX,
            description="What shows that it agreed, such as the number and date of its letter; empty: the signed file.",
            examples=["หนังสือที่ รบ 0026/123 ลงวันที่ 1 พฤษภาคม 2568"],
        ),
    ] = ""


class SignatoryBody(Body):
    """Who signed for a party, by office; names stand in the signed file."""

    position_th: Annotated[str, Field(min_length=1, max_length=NAME_CHARACTERS_MAX)]
    institution_id: UUID | None = None
    outside_party_th: Annotated[str, Field(max_length=NAME_CHARACTERS_MAX)] = ""
    signed_on: date | None = None


class RegisterCommitteesBody(Body):
    """Committees to register."""

    committees: Annotated[list[CommitteeBody], Field(min_length=1, max_length=limits.FEW_ITEMS_MAX)]


class PartnershipBody(Body):
    """A partnership to register; dates that are not known are left out."""

    reference: Annotated[str, Field(min_length=1, max_length=300)]
    party_institution_ids: Annotated[list[UUID], Field(max_length=PARTIES_MAX)]
    programme: Programme
    state: PartnershipState
    signed_on: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    committee_id: UUID | None = None
    provenance: ProvenanceBody
    outside_parties: Annotated[list[OutsidePartyBody], Field(default_factory=list[OutsidePartyBody])]
    courses: Annotated[list[CourseKeyBody], Field(default_factory=list[CourseKeyBody], max_length=COURSES_MAX)]
    signatories: Annotated[list[SignatoryBody], Field(default_factory=list[SignatoryBody])]
    file_sha256: Annotated[str | None, Field(pattern="^[0-9a-f]{64}$", description="Of the signed file.")] = None

    def to_domain(self) -> PartnershipFacts:
        """As the use cases know it."""
        return PartnershipFacts(
            reference=self.reference.strip(),
            party_institution_ids=tuple(self.party_institution_ids),
            programme=self.programme,
            state=self.state,
            signed_on=self.signed_on,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            committee_id=self.committee_id,
            provenance=self.provenance.to_domain(),
            outside_parties=tuple(
                OutsideParty(one.kind, one.name_th.strip(), one.evidence_th.strip()) for one in self.outside_parties
            ),
            courses=tuple(key.to_domain() for key in self.courses),
            signatories=tuple(
                Signatory(one.position_th.strip(), one.institution_id, one.outside_party_th.strip(), one.signed_on)
                for one in self.signatories
            ),
            file_sha256=None if self.file_sha256 is None else bytes.fromhex(self.file_sha256),
        )


def facts_json(facts: PartnershipFacts) -> dict[str, Any]:
    """The facts of a partnership as `PartnershipBody` has them."""
    return {
        "reference": facts.reference,
        "party_institution_ids": list(facts.party_institution_ids),
        "programme": facts.programme,
        "state": facts.state,
        "signed_on": facts.signed_on,
        "valid_from": facts.valid_from,
        "valid_to": facts.valid_to,
        "committee_id": facts.committee_id,
        "provenance": ProvenanceBody.of(facts.provenance),
        "outside_parties": [
            OutsidePartyBody(kind=one.kind, name_th=one.name_th, evidence_th=one.evidence_th)
            for one in facts.outside_parties
        ],
        "courses": [CourseKeyBody.of(key) for key in facts.courses],
        "signatories": [
            SignatoryBody(
                position_th=one.position_th,
                institution_id=one.institution_id,
                outside_party_th=one.outside_party_th,
                signed_on=one.signed_on,
            )
            for one in facts.signatories
        ],
        "file_sha256": None if facts.file_sha256 is None else facts.file_sha256.hex(),
    }


class ConfirmationOut(BaseModel):
    """That an institution agreed to a version; `assumed`: in force before parties were asked."""

    institution_id: UUID
    version: int
    assignment_id: UUID | None
    confirmed_at: datetime
    status: ConfirmationStatus

    @classmethod
    def of(cls, one: Confirmation) -> ConfirmationOut:
        """As shown."""
        return cls(
            institution_id=one.institution_id,
            version=one.version,
            assignment_id=one.assignment_id,
            confirmed_at=one.confirmed_at,
            status=one.status,
        )


class ProposalOut(BaseModel):
    """Other terms beside a partnership in force; they take their place when the last awaited party confirms."""

    version: int
    terms: PartnershipBody
    proposed_by_institution_id: UUID
    proposed_at: datetime
    confirmations: list[ConfirmationOut]
    awaited_institution_ids: list[UUID]

    @classmethod
    def of(cls, proposal: Proposal) -> ProposalOut:
        """As shown."""
        return cls(
            version=proposal.version,
            terms=PartnershipBody(**facts_json(proposal.facts)),
            proposed_by_institution_id=proposal.proposed_for,
            proposed_at=proposal.proposed_at,
            confirmations=[ConfirmationOut.of(one) for one in proposal.confirmations],
            awaited_institution_ids=list(proposal.awaited),
        )


class PartnershipOut(PartnershipBody):
    """A registered partnership; `proposed_state` it takes by itself when the last awaited party confirms."""

    partnership_id: UUID
    version: int
    confirmations: list[ConfirmationOut]
    awaited_institution_ids: list[UUID]
    proposed_state: PartnershipState | None
    proposal: ProposalOut | None

    @classmethod
    def of(cls, partnership: Partnership) -> PartnershipOut:
        """As shown."""
        return cls(
            **facts_json(partnership.facts),
            partnership_id=partnership.partnership_id,
            version=partnership.version,
            confirmations=[ConfirmationOut.of(one) for one in partnership.confirmations],
            awaited_institution_ids=list(partnership.awaited),
            proposed_state=partnership.proposed_state,
            proposal=None if partnership.proposal is None else ProposalOut.of(partnership.proposal),
        )


class SeenPartnershipBody(Body):
    """A partnership in the version that was read: its own, or that of the terms beside it."""

    partnership_id: UUID
    version: int

    def to_domain(self) -> confirming.SeenVersion:
        """As the use cases know it."""
        return confirming.SeenVersion(self.partnership_id, self.version)


class ConfirmPartnershipsBody(Body):
    """Partnerships to confirm for the caller's institution."""

    partnerships: Annotated[list[SeenPartnershipBody], Field(min_length=1, max_length=limits.FEW_ITEMS_MAX)]


class TakeBackPartnershipsBody(Body):
    """Terms beside partnerships to take back, each by its version."""

    partnerships: Annotated[list[SeenPartnershipBody], Field(min_length=1, max_length=limits.FEW_ITEMS_MAX)]


class RegisterPartnershipsBody(Body):
    """Partnerships to register, or next states of known ones."""

    partnerships: Annotated[list[PartnershipBody], Field(min_length=1, max_length=limits.FEW_ITEMS_MAX)]


class PartnershipPageOut(BaseModel):
    """A page of partnerships; `next_page_token` is empty on the last one."""

    partnerships: list[PartnershipOut]
    next_page_token: str


class OfferingBody(Body):
    """An offering to schedule."""

    reference: Annotated[str, Field(min_length=1, max_length=300)]
    course: CourseKeyBody
    institution_id: UUID
    partnership_id: UUID | None = None
    year_be: int
    term: int
    provenance: ProvenanceBody

    def to_domain(self) -> OfferingFacts:
        """As the use cases know it."""
        return OfferingFacts(
            reference=self.reference.strip(),
            course=self.course.to_domain(),
            institution_id=self.institution_id,
            partnership_id=self.partnership_id,
            year_be=self.year_be,
            term=self.term,
            provenance=self.provenance.to_domain(),
        )


class ScheduleOfferingsBody(Body):
    """Offerings to schedule."""

    offerings: Annotated[list[OfferingBody], Field(min_length=1, max_length=limits.ITEMS_MAX)]


def router(pool: Pool, registry: Registry, messages: Messages) -> APIRouter:
    """The paths."""
    api = APIRouter(tags=["partnerships"])

    @api.post("/v1/committees")
    async def register_committees(
        body: RegisterCommitteesBody, request_id: RequestId, actor: CurrentActor
    ) -> ListResult:
        """Register committees of the caller's institution."""
        command = use_cases.RegisterCommittees(request_id, tuple(item.to_domain() for item in body.committees))
        outcomes = await use_cases.register_committees(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.get("/v1/committees")
    async def list_committees(
        actor: CurrentActor,
        mandate: Mandate | None = None,
        valid_on: date | None = None,
        page_size: int = 0,
        page_token: str = "",
    ) -> CommitteePageOut:
        """A page of the committees of the caller's institution."""
        page = await use_cases.list_committees(
            pool, mandate=mandate, valid_on=valid_on, page_size=page_size, page_token=page_token, actor=actor
        )
        return CommitteePageOut(
            committees=[CommitteeOut.of(committee) for committee in page.committees],
            next_page_token=page.next_page_token,
        )

    @api.post("/v1/lead-organisations")
    async def register_leads(body: RegisterLeadsBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Name the organisations that lead the credit bank at a level."""
        command = leads.RegisterLeads(request_id, tuple(item.to_domain() for item in body.leads))
        outcomes = await leads.register_leads(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.get("/v1/lead-organisations")
    async def list_leads(actor: CurrentActor, tier: str = "", on_date: date | None = None) -> LeadsOut:
        """Lead organisations in force on a day; today when none is named."""
        found = await leads.list_leads(pool, tier=tier, on_date=on_date, actor=actor, now=utc_now())
        return LeadsOut(leads=[LeadOut.of(lead) for lead in found])

    @api.post("/v1/partnerships")
    async def register_partnerships(
        body: RegisterPartnershipsBody, request_id: RequestId, actor: CurrentActor
    ) -> ListResult:
        """Register partnerships of the caller's institution, or move them to their next state."""
        command = stating.RegisterPartnerships(request_id, tuple(item.to_domain() for item in body.partnerships))
        outcomes = await stating.register_partnerships(pool, registry, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/v1/partnerships/confirm")
    async def confirm_partnerships(
        body: ConfirmPartnershipsBody, request_id: RequestId, actor: CurrentActor
    ) -> ListResult:
        """Confirm partnerships for the caller's institution; in force when every party has."""
        command = confirming.ConfirmPartnerships(request_id, tuple(item.to_domain() for item in body.partnerships))
        outcomes = await confirming.confirm_partnerships(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/v1/partnerships/take-back")
    async def take_back_partnerships(
        body: TakeBackPartnershipsBody, request_id: RequestId, actor: CurrentActor
    ) -> ListResult:
        """Take other terms back that stand beside partnerships; these stay in force as they were agreed."""
        command = confirming.TakeBackPartnerships(request_id, tuple(item.to_domain() for item in body.partnerships))
        outcomes = await confirming.take_back_partnerships(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.get("/v1/partnerships")
    async def list_partnerships(  # noqa: PLR0917  # FastAPI calls it by names
        actor: CurrentActor,
        state: PartnershipState | None = None,
        ends_before: date | None = None,
        is_awaited: bool = False,
        page_size: int = 0,
        page_token: str = "",
    ) -> PartnershipPageOut:
        """A page of the partnerships of which the caller's institution is a party."""
        page = await use_cases.list_partnerships(
            pool,
            state=state,
            ends_before=ends_before,
            is_awaited=is_awaited,
            page_size=page_size,
            page_token=page_token,
            actor=actor,
        )
        return PartnershipPageOut(
            partnerships=[PartnershipOut.of(partnership) for partnership in page.partnerships],
            next_page_token=page.next_page_token,
        )

    @api.post("/v1/offerings")
    async def schedule_offerings(body: ScheduleOfferingsBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Schedule runs of courses at the caller's institution."""
        command = use_cases.ScheduleOfferings(request_id, tuple(item.to_domain() for item in body.offerings))
        outcomes = await use_cases.schedule_offerings(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    return api
