"""Refusals about possible duplicates and merges."""

from __future__ import annotations

from chassis.errors import Conflict, Invalid, NotFound, Refused


class CandidateNotFound(NotFound):
    """There is no such pair for the caller."""

    reason = "CANDIDATE_NOT_FOUND"


class MergeNotFound(NotFound):
    """There is no such merge for the caller."""

    reason = "MERGE_NOT_FOUND"


class SamePerson(Invalid):
    """A learner is not compared or merged with himself."""

    reason = "SAME_LEARNER"


class AlreadyMerged(Refused):
    """One of the two was merged already; act on the learner who stands for him."""

    reason = "LEARNER_ALREADY_MERGED"


class ReviewMissing(Refused):
    """Somebody must first have reviewed the pair and found it to be one person."""

    reason = "MATCH_REVIEW_MISSING"


class SecondPersonRequired(Refused):
    """Whoever found the pair to be one person does not merge it himself."""

    reason = "SECOND_PERSON_REQUIRED"


class DecidedDifferent(Refused):
    """A review found two persons among those who would become one."""

    reason = "MATCH_DECIDED_DIFFERENT"


class TwoCitizenIds(Refused):
    """Both have a valid citizen ID; say which of the two is right."""

    reason = "TWO_CITIZEN_IDS"


class PrimaryEnrolmentsOverlap(Refused):
    """Both have a primary enrolment at the same time; end one of them first."""

    reason = "PRIMARY_ENROLMENTS_OVERLAP"


class EnrolmentsCollide(Refused):
    """Both have enrolments of one kind at one institution at the same time; mend them first."""

    reason = "MERGE_ENROLMENTS_COLLIDE"


class FactsCollide(Refused):
    """Facts of the two cannot stand beside each other; mend them first."""

    reason = "MERGE_FACTS_COLLIDE"


class AlreadyDecided(Conflict):
    """Somebody else decided on this pair meanwhile; look at it again."""

    reason = "MATCH_ALREADY_DECIDED"


class PairMerged(Refused):
    """The two are merged; undo the merge before deciding otherwise."""

    reason = "MATCH_PAIR_MERGED"


class ReasonCodeInvalid(Invalid):
    """A reason is a code of capital letters, digits and underscores, never free text."""

    reason = "MATCH_REASON_CODE_INVALID"
