"""Agreements, committees and offerings. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from credit_bank.catalogue.domain import CodeSystem, CourseKey
from credit_bank.provenance import Provenance, provenance_document, provenance_of_document

COMMITTEE_MEMBERS_MIN: Final = 3
"""Least number of members of a committee. Source: credit-bank.md b."""
COMMITTEE_MEMBERS_MAX: Final = 50
PARTIES_MAX: Final = 20
COURSES_MAX: Final = 200
NAME_CHARACTERS_MAX: Final = 300
SHA256_BYTES: Final = 32


class Mandate(StrEnum):
    """What a committee may decide; colleges appoint for each apart (CB-O5)."""

    TRANSFER = "TRANSFER"
    EQUATE = "EQUATE"
    RPL = "RPL"
    PROMOTION = "PROMOTION"
    """It promotes the bank and decides no case (R-09)."""


class Programme(StrEnum):
    """What a partnership is about."""

    DUAL_EDUCATION = "DUAL_EDUCATION"
    SHORT_COURSE = "SHORT_COURSE"
    DUAL_VOCATIONAL_TRAINING = "DUAL_VOCATIONAL_TRAINING"
    """ทวิภาคี: school and workplace; not to be confused with dual education, ทวิศึกษา."""
    CREDIT_TRANSFER = "CREDIT_TRANSFER"


class Tier(StrEnum):
    """Levels of the credit bank (CB-R5)."""

    INSTITUTION = "INSTITUTION"
    PROVINCE = "PROVINCE"
    LEVEL = "LEVEL"
    CENTRAL = "CENTRAL"


class OutsidePartyKind(StrEnum):
    """Parties that are no school or college (002:1049)."""

    EMPLOYMENT_OFFICE = "EMPLOYMENT_OFFICE"
    SKILL_DEVELOPMENT_INSTITUTE = "SKILL_DEVELOPMENT_INSTITUTE"
    SOCIAL_DEVELOPMENT_OFFICE = "SOCIAL_DEVELOPMENT_OFFICE"
    WORKPLACE = "WORKPLACE"
    LOCAL_GOVERNMENT = "LOCAL_GOVERNMENT"
    OTHER = "OTHER"


class PartnershipState(StrEnum):
    """State of a partnership (CB c.3)."""

    DRAFT = "DRAFT"
    SIGNED = "SIGNED"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    ENDED = "ENDED"


class ConfirmationStatus(StrEnum):
    """How it is known that a party agreed."""

    CONFIRMED = "confirmed"
    ASSUMED = "assumed"
    """It was in force before parties were asked; nobody of the party has said so."""


class ProposalOutcome(StrEnum):
    """What became of terms that a party proposed for an agreement in force."""

    AGREED = "AGREED"
    TAKEN_BACK = "TAKEN_BACK"
    REPLACED = "REPLACED"
    """A party stated the agreement otherwise meanwhile."""


CONFIRMING: Final = frozenset({PartnershipState.SIGNED, PartnershipState.ACTIVE})
"""Who states one of these about an agreement confirms it for his own institution."""

TRANSITIONS: Final[Mapping[PartnershipState, frozenset[PartnershipState]]] = {
    PartnershipState.DRAFT: frozenset({PartnershipState.SIGNED, PartnershipState.ENDED}),
    PartnershipState.SIGNED: frozenset({PartnershipState.ACTIVE, PartnershipState.ENDED}),
    PartnershipState.ACTIVE: frozenset({PartnershipState.SUSPENDED, PartnershipState.ENDED}),
    PartnershipState.SUSPENDED: frozenset({PartnershipState.ACTIVE, PartnershipState.ENDED}),
    PartnershipState.ENDED: frozenset(),
}
"""From where a partnership may go where; an end is for ever. Source: credit-bank.md c.3."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member, by the assignment under which he acts."""

    assignment_id: UUID
    is_chair: bool


@dataclass(frozen=True, slots=True)
class CommitteeFacts:
    """A committee as its dated order appoints it.

    Attributes:
        quorum: Members needed for a decision.
        valid_to: Last day; None: open.
        tier: Level of the bank that it serves; above an institution members may work elsewhere.
    """

    institution_id: UUID
    mandates: frozenset[Mandate]
    order_no: str
    quorum: int
    members: tuple[Member, ...]
    valid_from: date
    valid_to: date | None
    provenance: Provenance
    tier: Tier = Tier.INSTITUTION


@dataclass(frozen=True, slots=True)
class Committee:
    """A registered committee."""

    committee_id: UUID
    facts: CommitteeFacts

    def is_valid_on(self, day: date) -> bool:
        """Whether it may decide on a day."""
        facts = self.facts
        return facts.valid_from <= day and (facts.valid_to is None or day <= facts.valid_to)


@dataclass(frozen=True, slots=True)
class OutsideParty:
    """A party that is no institution of the register; never a person. It cannot confirm anything here itself.

    Attributes:
        evidence_th: What shows that it agreed, such as the number and date of its letter; empty: the signed file does.
    """

    kind: OutsidePartyKind
    name_th: str
    evidence_th: str = ""


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signed for a party, by office; names stand in the signed file.

    Attributes:
        institution_id: None: an outside party, named by `outside_party_th`.
        signed_on: None when unknown.
    """

    position_th: str
    institution_id: UUID | None
    outside_party_th: str
    signed_on: date | None


@dataclass(frozen=True, slots=True)
class PartnershipFacts:
    """An agreement between institutions, and with parties outside the register.

    Attributes:
        reference: Unique among these parties.
        signed_on: None when unknown, never invented; so are the first and the last day.
        committee_id: Committee that serves it.
        courses: Named in it; none: not limited to courses. Others are neither offered nor transferred under it.
        file_sha256: Of the signed file; None: not kept.
    """

    reference: str
    party_institution_ids: tuple[UUID, ...]
    programme: Programme
    state: PartnershipState
    signed_on: date | None
    valid_from: date | None
    valid_to: date | None
    committee_id: UUID | None
    provenance: Provenance
    outside_parties: tuple[OutsideParty, ...] = ()
    courses: tuple[CourseKey, ...] = ()
    signatories: tuple[Signatory, ...] = ()
    file_sha256: bytes | None = None

    @property
    def natural_key(self) -> str:
        """The reference among these parties, whatever their order."""
        inside = sorted(str(party) for party in set(self.party_institution_ids))
        outside = sorted(f"{party.kind}:{party.name_th}" for party in set(self.outside_parties))
        return "|".join([self.reference, *inside, *outside])

    @property
    def has_evidence(self) -> bool:
        """Whether it is shown that each outside party agreed."""
        return self.file_sha256 is not None or all(party.evidence_th for party in self.outside_parties)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """That an institution agreed, by somebody who may speak for it.

    Attributes:
        version: Of the agreement, that he saw.
        assignment_id: Under which he acted; None: assumed.
        confirmed_by: Keyed hash of who confirmed; empty: assumed. Never shown.
    """

    institution_id: UUID
    version: int
    assignment_id: UUID | None
    confirmed_at: datetime
    status: ConfirmationStatus = ConfirmationStatus.CONFIRMED
    confirmed_by: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Other terms that a party proposed for an agreement in force, which holds as it is until all have confirmed them.

    Attributes:
        version: That the agreement gets with them.
        facts: The agreement as it would be.
        proposed_for: Institution of whoever proposed them.
        proposed_at: UTC.
        confirmations: Of this version.
    """

    version: int
    facts: PartnershipFacts
    proposed_for: UUID
    proposed_at: datetime
    confirmations: tuple[Confirmation, ...]

    @property
    def awaited(self) -> tuple[UUID, ...]:
        """Parties that have not confirmed them."""
        confirmed = {one.institution_id for one in self.confirmations}
        return tuple(party for party in self.facts.party_institution_ids if party not in confirmed)


@dataclass(frozen=True, slots=True)
class Partnership:
    """A registered partnership.

    Attributes:
        version: Of its facts, from 1; a case finishes under the one of its submission.
        terms_version: Version in which what was agreed last changed; confirmations before it no longer count.
        confirmations: Those that count, one for each party at most.
        proposed_state: What it becomes by itself when the last party confirms; None: nothing was asked for.
        last_version: Highest that was given to what was stated of it, also to terms that were never agreed.
        proposal: Other terms beside it; None: nobody proposed any.
    """

    partnership_id: UUID
    facts: PartnershipFacts
    version: int = 1
    terms_version: int = 1
    confirmations: tuple[Confirmation, ...] = ()
    proposed_state: PartnershipState | None = None
    last_version: int = 1
    proposal: Proposal | None = None

    @property
    def awaited(self) -> tuple[UUID, ...]:
        """Parties that have not confirmed it, while it can come into force."""
        if self.facts.state in (PartnershipState.DRAFT, PartnershipState.ENDED):
            return ()
        confirmed = {one.institution_id for one in self.confirmations}
        return tuple(party for party in self.facts.party_institution_ids if party not in confirmed)

    @property
    def can_be_confirmed(self) -> bool:
        """Whether a confirmation means anything: not of a draft, nor of what is over or stopped."""
        return self.facts.state in CONFIRMING or self.proposed_state is not None

    @property
    def stated_facts(self) -> PartnershipFacts:
        """The facts as the last party stated them, with the state it asked for."""
        return replace(self.facts, state=self.proposed_state or self.facts.state)

    def confirmations_of(self, version: int) -> tuple[Confirmation, ...]:
        """Who has confirmed the terms beside it, where the version is theirs, else what it says itself."""
        is_proposed = self.proposal is not None and self.proposal.version == version
        return self.proposal.confirmations if self.proposal is not None and is_proposed else self.confirmations

    def is_active_on(self, day: date) -> bool:
        """Whether it is in force on a day; an unknown first or last day does not end it."""
        facts = self.facts
        return (
            facts.state is PartnershipState.ACTIVE
            and (facts.valid_from is None or facts.valid_from <= day)
            and (facts.valid_to is None or day <= facts.valid_to)
        )

    def covers_course(self, course: CourseKey) -> bool:
        """Whether it concerns a course; one that names none is not limited to courses."""
        return not self.facts.courses or course in self.facts.courses


@dataclass(frozen=True, slots=True)
class OfferingFacts:
    """One run of a course by an institution.

    Attributes:
        reference: Unique at the institution.
        year_be: Academic year, Buddhist Era.
        term: 1, 2 or 3 (summer).
    """

    reference: str
    course: CourseKey
    institution_id: UUID
    partnership_id: UUID | None
    year_be: int
    term: int
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Offering:
    """A scheduled offering of a course in the catalogue."""

    offering_id: UUID
    reference: str
    course_id: UUID
    institution_id: UUID
    partnership_id: UUID | None
    year_be: int
    term: int


def changes_terms(was: PartnershipFacts, now: PartnershipFacts) -> bool:
    """Whether what was agreed changes, so that each party must confirm anew.

    Parties are part of its key. A shorter period takes nothing that a party has not given; a longer one does.
    """
    begins_earlier = was.valid_from is not None and (now.valid_from is None or now.valid_from < was.valid_from)
    ends_later = was.valid_to is not None and (now.valid_to is None or now.valid_to > was.valid_to)
    return (
        now.programme is not was.programme
        or set(now.party_institution_ids) != set(was.party_institution_ids)
        or set(now.courses) != set(was.courses)
        or begins_earlier
        or ends_later
    )


def speaks_for_another(confirmations: Iterable[Confirmation], *, by: UUID, person: str) -> bool:
    """Whether a person who acts for a party has confirmed the same for another one.

    An agreement has two sides only when two people stand for them, whatever assignments one of them holds.
    """
    return any(one.confirmed_by == person and one.institution_id != by for one in confirmations)


def restated(
    partnership_id: UUID,
    before: Partnership | None,
    facts: PartnershipFacts,
    *,
    mine: Confirmation,
) -> Partnership:
    """A partnership after a party stated its facts: in force only when every party has confirmed.

    Other terms of one that is in force stand beside it; everything else takes the place of what was stated before.

    Args:
        partnership_id: Of it.
        before: As it was; None: it is new.
        facts: As stated; a state that may follow the one before.
        mine: Confirmation of the institution that states them, of any version.
    """
    version = 1 if before is None else before.last_version + 1
    mine = replace(mine, version=version)
    if before is not None and _needs_others(before, facts):
        proposal = Proposal(version, facts, mine.institution_id, mine.confirmed_at, (mine,))
        return replace(before, last_version=version, proposal=proposal)
    was = None if before is None else before.facts.state
    is_suspended = was is PartnershipState.SUSPENDED
    is_resumed = (
        before is not None
        and is_suspended
        and facts.state is PartnershipState.ACTIVE
        and before.proposed_state is not PartnershipState.ACTIVE
    )
    # Whoever stopped it is asked before it goes on.
    is_anew = before is None or is_resumed or changes_terms(before.facts, facts)
    kept = () if before is None or is_anew else before.confirmations
    if facts.state in CONFIRMING:
        kept = (*(one for one in kept if one.institution_id != mine.institution_id), mine)
    found = Partnership(
        partnership_id,
        facts,
        version,
        terms_version=version if before is None or is_anew else before.terms_version,
        confirmations=kept,
        last_version=version,
    )
    if facts.state is not PartnershipState.ACTIVE or not found.awaited:
        return found
    waiting = PartnershipState.SUSPENDED if is_suspended else PartnershipState.SIGNED
    return replace(found, facts=replace(facts, state=waiting), proposed_state=PartnershipState.ACTIVE)


def _needs_others(before: Partnership, facts: PartnershipFacts) -> bool:
    """Whether an agreement in force is to get other terms to which other institutions have not agreed."""
    is_in_force = before.facts.state is PartnershipState.ACTIVE and facts.state is PartnershipState.ACTIVE
    return is_in_force and len(facts.party_institution_ids) > 1 and changes_terms(before.facts, facts)


def confirmed(partnership: Partnership, confirmation: Confirmation) -> Partnership:
    """A partnership after a party confirmed it, or the terms beside it, as the version says.

    It is in force when that was asked for and nobody is awaited any more; terms beside it hold when nobody is.
    """
    proposal = partnership.proposal
    if proposal is not None and confirmation.version == proposal.version:
        return _with_proposal(partnership, replace(proposal, confirmations=(*proposal.confirmations, confirmation)))
    others = tuple(one for one in partnership.confirmations if one.institution_id != confirmation.institution_id)
    found = replace(partnership, confirmations=(*others, confirmation))
    if found.proposed_state is None or found.awaited:
        return found
    return replace(found, facts=replace(found.facts, state=found.proposed_state), proposed_state=None)


def _with_proposal(partnership: Partnership, proposal: Proposal) -> Partnership:
    if proposal.awaited:
        return replace(partnership, proposal=proposal)
    return replace(
        partnership,
        facts=proposal.facts,
        version=proposal.version,
        terms_version=proposal.version,
        confirmations=proposal.confirmations,
        proposal=None,
    )


def committee_fault(facts: CommitteeFacts) -> tuple[str, str] | None:
    """Field and expectation of what can never be right about a committee; None for a good one."""
    people = {member.assignment_id for member in facts.members}
    has_right_size = COMMITTEE_MEMBERS_MIN <= len(people) <= COMMITTEE_MEMBERS_MAX and len(people) == len(facts.members)
    checks = (
        (has_right_size, "members", f"{COMMITTEE_MEMBERS_MIN} to {COMMITTEE_MEMBERS_MAX} different members"),
        (sum(member.is_chair for member in facts.members) == 1, "members", "one chair"),
        (1 <= facts.quorum <= len(people), "quorum", "1 to the number of members"),
        (bool(facts.mandates), "mandates", f"some of {', '.join(Mandate)}"),
        (bool(facts.order_no), "order_no", "the number of the order"),
        (facts.valid_to is None or facts.valid_from <= facts.valid_to, "valid_to", "a day not before valid_from"),
    )
    return next(((field, expected) for is_right, field, expected in checks if not is_right), None)


def partnership_fault(facts: PartnershipFacts) -> tuple[str, str] | None:
    """Field and expectation of what can never be right about a partnership; None for a good one."""
    parties, outside = set(facts.party_institution_ids), set(facts.outside_parties)
    names = {party.name_th for party in outside}
    is_two_sided = 2 <= len(parties) + len(outside) <= PARTIES_MAX  # noqa: PLR2004  # an agreement has two sides
    has_parties = bool(parties) and is_two_sided and len(parties) == len(facts.party_institution_ids)
    has_outside = (
        # By its name alone a signatory and a kept version say which one they mean.
        len(names) == len(facts.outside_parties)
        and all(0 < len(name) <= NAME_CHARACTERS_MAX and "|" not in name for name in names)
        and all(len(party.evidence_th) <= NAME_CHARACTERS_MAX for party in outside)
    )
    has_signatories = len(facts.signatories) <= PARTIES_MAX and all(
        (one.institution_id in parties or one.outside_party_th in names)
        and 0 < len(one.position_th) <= NAME_CHARACTERS_MAX
        for one in facts.signatories
    )
    has_period = facts.valid_from is None or facts.valid_to is None or facts.valid_from <= facts.valid_to
    has_file = facts.file_sha256 is None or len(facts.file_sha256) == SHA256_BYTES
    checks = (
        (has_parties, "party_institution_ids", f"2 to {PARTIES_MAX} different parties, an institution among them"),
        (has_outside, "outside_parties", f"different ones with names of 1 to {NAME_CHARACTERS_MAX} characters"),
        (bool(facts.reference) and "|" not in facts.reference, "reference", "a reference without |"),
        (has_period, "valid_to", "a day not before valid_from"),
        (has_signatories, "signatories", f"at most {PARTIES_MAX}, each with an office, for a party"),
        (len(facts.courses) <= COURSES_MAX, "courses", f"at most {COURSES_MAX}"),
        (has_file, "file_sha256", f"{SHA256_BYTES} bytes"),
    )
    return next(((field, expected) for is_right, field, expected in checks if not is_right), None)


def committee_document(facts: CommitteeFacts) -> dict[str, Any]:
    """What makes a committee sent again the same; as it was before there were levels for one of an institution."""
    tier = {} if facts.tier is Tier.INSTITUTION else {"tier": str(facts.tier)}
    return tier | {
        "mandates": sorted(facts.mandates),
        "quorum": facts.quorum,
        "members": sorted([str(member.assignment_id), member.is_chair] for member in facts.members),
        "valid_from": facts.valid_from.isoformat(),
        "valid_to": _day(facts.valid_to),
        "provenance": provenance_document(facts.provenance),
    }


def partnership_document(facts: PartnershipFacts) -> dict[str, Any]:
    """What makes a partnership sent again the same; without what it does not have, as before there was such a thing."""
    more = {
        "outside_parties": sorted([str(party.kind), party.name_th] for party in facts.outside_parties),
        "outside_evidence": sorted(
            [party.name_th, party.evidence_th] for party in facts.outside_parties if party.evidence_th
        ),
        "courses": [course_document(key) for key in facts.courses],
        "signatories": [signatory_document(one) for one in facts.signatories],
        "file_sha256": None if facts.file_sha256 is None else facts.file_sha256.hex(),
    }
    return {name: value for name, value in more.items() if value} | {
        "programme": str(facts.programme),
        "state": str(facts.state),
        "signed_on": _day(facts.signed_on),
        "valid_from": _day(facts.valid_from),
        "valid_to": _day(facts.valid_to),
        "committee_id": None if facts.committee_id is None else str(facts.committee_id),
        "provenance": provenance_document(facts.provenance),
    }


def facts_of_document(
    document: Mapping[str, Any], *, reference: str, party_institution_ids: tuple[UUID, ...]
) -> PartnershipFacts:
    """The facts that a document of an agreement says; its key is not part of it."""
    evidence: dict[str, str] = dict(document.get("outside_evidence", ()))
    committee_id, file_sha256 = document["committee_id"], document.get("file_sha256")
    return PartnershipFacts(
        reference=reference,
        party_institution_ids=party_institution_ids,
        programme=Programme(document["programme"]),
        state=PartnershipState(document["state"]),
        signed_on=_day_of(document["signed_on"]),
        valid_from=_day_of(document["valid_from"]),
        valid_to=_day_of(document["valid_to"]),
        committee_id=None if committee_id is None else UUID(committee_id),
        provenance=provenance_of_document(document["provenance"]),
        outside_parties=tuple(
            OutsideParty(OutsidePartyKind(kind), name, evidence.get(name, ""))
            for kind, name in document.get("outside_parties", ())
        ),
        courses=tuple(course_of_document(key) for key in document.get("courses", ())),
        signatories=tuple(signatory_of_document(one) for one in document.get("signatories", ())),
        file_sha256=None if file_sha256 is None else bytes.fromhex(file_sha256),
    )


def course_of_document(key: Sequence[str | None]) -> CourseKey:
    """A course key that was kept."""
    system, code, version, owner = key
    return CourseKey(CodeSystem(system or ""), code or "", version or "", None if owner is None else UUID(owner))


def signatory_of_document(one: Mapping[str, str | None]) -> Signatory:
    """A signatory that was kept."""
    institution_id = one["institution_id"]
    return Signatory(
        position_th=one["position_th"] or "",
        institution_id=UUID(institution_id) if institution_id else None,
        outside_party_th=one["outside_party_th"] or "",
        signed_on=_day_of(one["signed_on"]),
    )


def course_document(key: CourseKey) -> list[str | None]:
    """A course key as it is kept."""
    owner = key.owner_institution_id
    return [str(key.code_system), key.code, key.curriculum_version, None if owner is None else str(owner)]


def signatory_document(signatory: Signatory) -> dict[str, str | None]:
    """A signatory as it is kept."""
    return {
        "position_th": signatory.position_th,
        "institution_id": None if signatory.institution_id is None else str(signatory.institution_id),
        "outside_party_th": signatory.outside_party_th,
        "signed_on": _day(signatory.signed_on),
    }


def offering_document(facts: OfferingFacts, course_id: UUID) -> dict[str, Any]:
    """What makes an offering sent again the same."""
    return {
        "course_id": str(course_id),
        "partnership_id": None if facts.partnership_id is None else str(facts.partnership_id),
        "year_be": facts.year_be,
        "term": facts.term,
        "provenance": provenance_document(facts.provenance),
    }


def _day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
