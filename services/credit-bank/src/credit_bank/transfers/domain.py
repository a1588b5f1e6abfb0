"""Transfer cases: who may propose, judge and post what, and why not. Pure rules without input or output.

A transfer never multiplies credits by a ratio: it lays a claim on source entries and awards the credits of the target
course, all or nothing (CB c.2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from credit_bank.catalogue.domain import CourseKey, TransferMode
from credit_bank.partnerships.domain import Committee, Mandate
from credit_bank.provenance import Provenance
from credit_bank.transfers import errors

REASON_CHARACTERS_MAX = 2_000
"""Longest sentence for the applicant."""


class Ground(StrEnum):
    """What allows a case (CB c.1)."""

    PARTNERSHIP = "PARTNERSHIP"
    ADMISSION = "ADMISSION"


class CaseState(StrEnum):
    """Where a case stands; the first cut of CB c.3."""

    SUBMITTED = "SUBMITTED"
    ACCEPTED_FOR_REVIEW = "ACCEPTED_FOR_REVIEW"
    UNDER_EVALUATION = "UNDER_EVALUATION"
    DECIDED = "DECIDED"
    POSTED = "POSTED"


class LineState(StrEnum):
    """Where a line stands."""

    PROPOSED = "PROPOSED"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    POSTED = "POSTED"


class CaseResult(StrEnum):
    """What a decision came to; always computed from the lines."""

    ACCEPTED = "ACCEPTED"
    PARTLY_ACCEPTED = "PARTLY_ACCEPTED"
    REJECTED = "REJECTED"


class Applicant(StrEnum):
    """Who asked."""

    LEARNER = "LEARNER"
    GUARDIAN = "GUARDIAN"


class RejectionReason(StrEnum):
    """Why a line is rejected."""

    CONTENT_INSUFFICIENT = "CONTENT_INSUFFICIENT"
    HOURS_INSUFFICIENT = "HOURS_INSUFFICIENT"
    GRADE_TOO_LOW = "GRADE_TOO_LOW"
    NO_RULE = "NO_RULE"
    OTHER = "OTHER"


TRANSITIONS: Mapping[CaseState, frozenset[CaseState]] = {
    CaseState.SUBMITTED: frozenset({CaseState.ACCEPTED_FOR_REVIEW}),
    CaseState.ACCEPTED_FOR_REVIEW: frozenset({CaseState.UNDER_EVALUATION}),
    CaseState.UNDER_EVALUATION: frozenset({CaseState.DECIDED}),
    CaseState.DECIDED: frozenset({CaseState.POSTED}),
    CaseState.POSTED: frozenset(),
}
"""From where a case may go where."""

_ORDER = list(CaseState)


def has_reached(state: CaseState, wanted: CaseState) -> bool:
    """Whether a case stands at `wanted` or beyond, so that asking for it again changes nothing."""
    return _ORDER.index(state) >= _ORDER.index(wanted)


def advance(state: CaseState, wanted: CaseState) -> CaseState:
    """The state after a step.

    Raises:
        CaseStateWrong: A case in `state` cannot go there.
    """
    if wanted not in TRANSITIONS[state]:
        raise errors.CaseStateWrong(state=state, wanted=wanted)
    return wanted


def require_valid(committee: Committee, day: date) -> None:
    """Refuse a committee out of its period.

    Raises:
        CommitteeNotValid: The day is outside the period of its order.
    """
    if not committee.is_valid_on(day):
        raise errors.CommitteeNotValid(committee_id=committee.committee_id, on=day)


def require_mandate(committee: Committee, modes: Iterable[TransferMode]) -> None:
    """Refuse a committee that may not decide these modes.

    Raises:
        CommitteeMandateMissing: Its order does not name one of them.
    """
    for mode in sorted(modes):
        if Mandate(str(mode)) not in committee.facts.mandates:
            raise errors.CommitteeMandateMissing(committee_id=committee.committee_id, mode=mode)


def require_member(committee: Committee, assignment_id: UUID | None) -> None:
    """Refuse a person who does not sit in the committee.

    Raises:
        NotACommitteeMember: The assignment acted under is not of a member.
    """
    if assignment_id not in {member.assignment_id for member in committee.facts.members}:
        raise errors.NotACommitteeMember(committee_id=committee.committee_id)


def require_acceptable(obstacle: RejectionReason | None, *, line_id: UUID) -> None:
    """Refuse to accept or post a line that its rule does not allow (CB-I8).

    Raises:
        GradeTooLow: A source's grade is below the least one.
        HoursInsufficient: The sources' hours do not reach the rule's share, or are unknown.
    """
    if obstacle is RejectionReason.GRADE_TOO_LOW:
        raise errors.GradeTooLow(line_id=line_id)
    if obstacle is RejectionReason.HOURS_INSUFFICIENT:
        raise errors.HoursInsufficient(line_id=line_id)


@dataclass(frozen=True, slots=True)
class LineRule:
    """The rule under which a line was judged, as it was on the day of submission."""

    rule_id: UUID
    version: int
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A line as people read it.

    Attributes:
        rule: None: no published rule covers it, which is said and not hidden.
        hours_pct: Share of target hours covered, percent; None when hours are unknown.
        credit_hundredths: Credits that the target course gives, in 1/100.
        reason_code: Of a rejection; empty otherwise.
        journal_id: Journal that posted it.
    """

    line_id: UUID
    source_entry_ids: tuple[UUID, ...]
    target: CourseKey
    state: LineState
    rule: LineRule | None
    hours_pct: int | None
    credit_hundredths: int
    unit: str
    reason_code: str
    reason_th: str
    journal_id: UUID | None


@dataclass(frozen=True, slots=True)
class TransferCase:
    """A case as people read it.

    Attributes:
        institution_id: Who decides and awards.
        result: None until it is decided.
        due_on: Day by which it should be decided.
    """

    case_id: UUID
    learner_id: UUID
    institution_id: UUID
    ground: Ground
    partnership_id: UUID | None
    committee_id: UUID
    state: CaseState
    result: CaseResult | None
    requested_on: date
    requested_by: Applicant
    submitted_at: datetime
    due_on: date
    qualification_code: str
    qualification_version: str
    lines: tuple[CaseLine, ...]


@dataclass(frozen=True, slots=True)
class Vote:
    """One member's opinion on one line."""

    line_id: UUID
    is_accepted: bool
    reason_code: RejectionReason | None
    reason_th: str

    def require_reason(self) -> None:
        """Refuse a rejection that gives no reason.

        Raises:
            ReasonRequired: A code and a sentence for the applicant are needed.
        """
        if not self.is_accepted and (self.reason_code is None or not self.reason_th.strip()):
            raise errors.ReasonRequired(field="reason_code" if self.reason_code is None else "reason_th")


@dataclass(frozen=True, slots=True)
class CastVote:
    """A vote as it was cast."""

    vote: Vote
    subject_hash: str


def require_no_conflict(subject_hash: str, handlers: Collection[str]) -> None:
    """Refuse a person who judges an own record (CB b rule 1, CB-I19).

    The person counts, not the assignment: who records at the school and sits in the college's committee is one person.

    Raises:
        ConflictOfInterest: The person recorded or verified a source entry of the case.
    """
    if subject_hash in handlers:
        raise errors.ConflictOfInterest


def check_vote(vote: Vote, earlier: Sequence[CastVote], *, subject_hash: str, obstacle: RejectionReason | None) -> bool:
    """Whether a vote is to be written; False: this person has cast the very same one before.

    Raises:
        ReasonRequired: A rejection without reason.
        AlreadyVoted: The person has voted otherwise; a vote once cast stays.
        GradeTooLow: The rule does not allow acceptance.
        HoursInsufficient: The rule does not allow acceptance.
    """
    vote.require_reason()
    for cast in earlier:
        if cast.subject_hash == subject_hash:
            if cast.vote == vote:
                return False
            raise errors.AlreadyVoted(line_id=vote.line_id)
    if vote.is_accepted:
        require_acceptable(obstacle, line_id=vote.line_id)
    return True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the committee decided on one line."""

    line_id: UUID
    is_accepted: bool
    reason_code: RejectionReason | None
    reason_th: str


def tally(line_id: UUID, votes: Sequence[CastVote], *, quorum: int) -> Verdict:
    """The decision on one line: more acceptances than rejections accept it; a tie rejects it.

    The reason told to the applicant is the one most members gave; of equally frequent ones the first cast.

    Args:
        line_id: The line.
        votes: In the order in which they were cast, one a person.
        quorum: Votes needed.

    Raises:
        QuorumMissing: Fewer persons have voted.
        ReasonRequired: The line is rejected and nobody said why.
    """
    voters = {cast.subject_hash for cast in votes}
    assert len(voters) == len(votes), "one vote per person and line"
    if len(voters) < quorum:
        raise errors.QuorumMissing(line_id=line_id, votes=len(voters), quorum=quorum)
    rejections = [cast.vote for cast in votes if not cast.vote.is_accepted]
    if len(votes) - len(rejections) > len(rejections):
        return Verdict(line_id, is_accepted=True, reason_code=None, reason_th="")
    given = Counter(vote.reason_code for vote in rejections if vote.reason_code)
    if not given:
        raise errors.ReasonRequired(line_id=line_id)
    most = max(given.values())
    told = next(vote for vote in rejections if vote.reason_code and given[vote.reason_code] == most)
    return Verdict(line_id, is_accepted=False, reason_code=told.reason_code, reason_th=told.reason_th)


def result_of(states: Iterable[LineState]) -> CaseResult:
    """The result of a decided case, computed from its lines."""
    kept = [state is not LineState.REJECTED for state in states]
    if all(kept):
        return CaseResult.ACCEPTED
    return CaseResult.PARTLY_ACCEPTED if any(kept) else CaseResult.REJECTED


@dataclass(frozen=True, slots=True)
class SourceNow:
    """A source entry as it stands in the posting transaction."""

    entry_id: UUID
    is_verified: bool
    is_unchanged: bool


def require_unchanged(sources: Iterable[SourceNow]) -> None:
    """Refuse to post on a source that changed since it was proposed (CB-I9).

    Raises:
        SourceChanged: It is no longer verified, or a newer version exists.
    """
    for source in sources:
        if not source.is_verified or not source.is_unchanged:
            raise errors.SourceChanged(entry_id=source.entry_id)


def require_identity(state: str | None, accepted: Collection[str]) -> None:
    """Refuse a learner whose identity does not stand (CB c.2, c.5).

    Args:
        state: `VERIFIED`, `UNVERIFIED` or `CONFLICT` as the registry says now; None: it knows no such learner.
        accepted: States that policy accepts.

    Raises:
        LearnerUnknown: The registry does not show the learner.
        IdentityInConflict: Two learners claim the same number.
        IdentityNotVerified: Policy asks for more.
    """
    if state is None:
        raise errors.LearnerUnknown
    if state == "CONFLICT":
        raise errors.IdentityInConflict
    if state not in accepted:
        raise errors.IdentityNotVerified
