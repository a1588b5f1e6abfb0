"""Refusals about agreements, committees and offerings."""

from __future__ import annotations

from chassis.errors import Invalid, NotFound, Refused


class CommitteeInvalid(Invalid):
    """The committee can never be right."""

    reason = "COMMITTEE_INVALID"


class CommitteeExistsDifferent(Refused):
    """The order appointed another committee; a new order has a new number."""

    reason = "COMMITTEE_EXISTS_DIFFERENT"


class CommitteeUnknown(NotFound):
    """There is no such committee at a party of the agreement."""

    reason = "COMMITTEE_UNKNOWN"


class MemberUnknown(NotFound):
    """A member's assignment is not known here, or not yet, or is of another institution."""

    reason = "MEMBER_UNKNOWN"


class PartnershipInvalid(Invalid):
    """The partnership can never be right."""

    reason = "PARTNERSHIP_INVALID"


class PartnershipStateWrong(Refused):
    """A partnership cannot go from its state to that one, or changed something that is fixed."""

    reason = "PARTNERSHIP_STATE_WRONG"


class PartnershipVersionOld(Refused):
    """The agreement was changed since the version that was to be confirmed; it is to be read again."""

    reason = "PARTNERSHIP_VERSION_OLD"


class PartnershipSameActor(Refused):
    """The person has confirmed the agreement for another party: each party speaks through somebody of its own."""

    reason = "PARTNERSHIP_SAME_ACTOR"


class PartnershipEvidenceMissing(Refused):
    """Nothing shows that an outside party agreed: neither the signed file nor a letter."""

    reason = "PARTNERSHIP_EVIDENCE_MISSING"


class CourseNotInAgreement(Refused):
    """The agreement names its courses, and this is none of them."""

    reason = "COURSE_NOT_IN_AGREEMENT"


class PartnershipUnknown(NotFound):
    """There is no such partnership for the caller."""

    reason = "PARTNERSHIP_UNKNOWN"


class PartyUnknown(NotFound):
    """A party is not in the register of institutions."""

    reason = "PARTY_UNKNOWN"


class NotAParty(Refused):
    """The caller's institution is no party of the agreement."""

    reason = "NOT_A_PARTY"


class OfferingInvalid(Invalid):
    """The offering can never be right."""

    reason = "OFFERING_INVALID"


class OfferingExistsDifferent(Refused):
    """The reference was used for another offering."""

    reason = "OFFERING_EXISTS_DIFFERENT"


class LeadInvalid(Invalid):
    """The lead organisation can never be right."""

    reason = "LEAD_INVALID"


class LeadExistsDifferent(Refused):
    """The order names another lead organisation; a new order has a new number."""

    reason = "LEAD_EXISTS_DIFFERENT"
