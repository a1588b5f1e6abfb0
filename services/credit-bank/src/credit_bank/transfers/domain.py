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

from credit_bank.catalogue.keys import CourseKey
from credit_bank.equivalences.domain import TransferMode
from credit_bank.equivalences.judging import RejectionReason
from credit_bank.partnerships.domain import Committee, Mandate
from credit_bank.provenance import Provenance
from credit_bank.transfers import errors

REASON_CHARACTERS_MAX = 2_000
"""Longest sentence for the applicant."""


class Ground(StrEnum):
    """What allows a case (CB c.1)."""

    PARTNERSHIP = "PARTNERSHIP"
    """An agreement in force on the day of submission."""
    ADMISSION = "ADMISSION"
    """The learner is now enrolled in the receiving institution."""
    SAME_INSTITUTION_MODE_CHANGE = "SAME_INSTITUTION_MODE_CHANGE"
    """Between formal, non-formal and informal study inside one institution (R-16)."""
    RPL = "RPL"
    """Prior learning that was recognised by assessment."""


class CaseState(StrEnum):
    """Where a case stands (CB c.3); what is not submitted yet is a draft and no case."""

    SUBMITTED = "SUBMITTED"
    ACCEPTED_FOR_REVIEW = "ACCEPTED_FOR_REVIEW"
    UNDER_EVALUATION = "UNDER_EVALUATION"
    WAITING_FOR_INFORMATION = "WAITING_FOR_INFORMATION"
    """The applicant was asked for something; the clock stands."""
    DECIDED = "DECIDED"
    APPEALED = "APPEALED"
    """Rejected lines are heard again by others."""
    POSTED = "POSTED"
    CLOSED = "CLOSED"
    REVERSED = "REVERSED"
    """Every posted line was taken back."""
    WITHDRAWN = "WITHDRAWN"


class LineState(StrEnum):
    """Where a line stands."""

    PROPOSED = "PROPOSED"
    EVALUATED = "EVALUATED"
    """Enough members have voted."""
    ACCEPTED = "ACCEPTED"
    ACCEPTED_WITH_ASSESSMENT = "ACCEPTED_WITH_ASSESSMENT"
    """Accepted if an assessment is passed, whose result is not recorded yet."""
    REJECTED = "REJECTED"
    POSTED = "POSTED"
    REVERSED = "REVERSED"
    WITHDRAWN = "WITHDRAWN"


VOTABLE = frozenset({LineState.PROPOSED, LineState.EVALUATED})
"""Lines on which the committee votes."""
DEAD = frozenset({LineState.REJECTED, LineState.REVERSED, LineState.WITHDRAWN})
"""Lines that hold neither their sources nor their target any more."""


class CaseResult(StrEnum):
    """What a decision came to; always computed from the lines."""

    ACCEPTED = "ACCEPTED"
    PARTLY_ACCEPTED = "PARTLY_ACCEPTED"
    REJECTED = "REJECTED"


class Applicant(StrEnum):
    """Who asked."""

    LEARNER = "LEARNER"
    GUARDIAN = "GUARDIAN"


_S = CaseState
UNDECIDED = frozenset({_S.SUBMITTED, _S.ACCEPTED_FOR_REVIEW, _S.UNDER_EVALUATION, _S.WAITING_FOR_INFORMATION})
"""States before the first decision, in which a case may be withdrawn."""

TRANSITIONS: Mapping[CaseState, frozenset[CaseState]] = {
    _S.SUBMITTED: frozenset({_S.ACCEPTED_FOR_REVIEW, _S.WITHDRAWN}),
    _S.ACCEPTED_FOR_REVIEW: frozenset({_S.UNDER_EVALUATION, _S.WITHDRAWN}),
    _S.UNDER_EVALUATION: frozenset({_S.WAITING_FOR_INFORMATION, _S.DECIDED, _S.WITHDRAWN}),
    _S.WAITING_FOR_INFORMATION: frozenset({_S.UNDER_EVALUATION, _S.WITHDRAWN}),
    _S.DECIDED: frozenset({_S.POSTED, _S.APPEALED, _S.REVERSED}),
    _S.APPEALED: frozenset({_S.DECIDED}),
    _S.POSTED: frozenset({_S.CLOSED, _S.REVERSED, _S.APPEALED}),
    _S.CLOSED: frozenset({_S.REVERSED, _S.APPEALED}),
    _S.REVERSED: frozenset({_S.APPEALED}),
    _S.WITHDRAWN: frozenset(),
}
"""From where a case may go where. A closed case is reversed when its source turns out to be void.

Credit-bank.md c.3 draws the appeal from the decision alone. The accepted lines are posted as soon as they are decided,
though, and no step of the office may take from the applicant the days of appeal that his letter names: he appeals
against the rejected lines from there as well, and what is posted stays. So he may when what was posted is taken back; a
decision on his appeal that leaves nothing posted ends as reversed.
"""

_AFTER_POSTING = frozenset({_S.POSTED, _S.CLOSED, _S.REVERSED})
_REACHED: Mapping[CaseState, frozenset[CaseState]] = {
    _S.SUBMITTED: frozenset(_S) - {_S.WITHDRAWN},
    _S.ACCEPTED_FOR_REVIEW: frozenset(_S) - {_S.SUBMITTED, _S.WITHDRAWN},
    _S.UNDER_EVALUATION: frozenset(_S) - {_S.SUBMITTED, _S.ACCEPTED_FOR_REVIEW, _S.WITHDRAWN},
    _S.DECIDED: frozenset({_S.DECIDED}) | _AFTER_POSTING,
    _S.POSTED: _AFTER_POSTING,
}


def has_reached(state: CaseState, wanted: CaseState) -> bool:
    """Whether a case stands at `wanted` or beyond, so that asking for it again changes nothing.

    Steps off the usual way (a pause, a withdrawal, an appeal, an end) have been taken only while the case stands there.
    """
    return state in _REACHED.get(wanted, frozenset({wanted}))


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
    for mode in sorted(set(modes)):
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
    mode: TransferMode
    obstacle: RejectionReason | None
    least_grade_hundredths: int | None
    policy_rules: tuple[str, ...]
    target_title_th: str


@dataclass(frozen=True, slots=True)
class TransferCase:
    """A case as people read it.

    Attributes:
        institution_id: Who decides and awards.
        committee_id: None until somebody names one.
        result: None until it is decided.
        due_on: Day by which it should be decided; None: no announced rule. While the clock stands, as if the answer
            came today.
        is_entered_by_staff: Staff entered the request for the person.
        question_th: What the applicant is asked for while the clock stands.
        appeal_until: Last day of an appeal; None: not decided, or no announced rule.
        hearing: 1, and one more with each appeal.
        transferred_share_pct: Of the qualification's total, by transfer in this account with this case's live lines.
        warnings: Codes of what people should know before they decide.
    """

    case_id: UUID
    learner_id: UUID
    institution_id: UUID
    ground: Ground
    partnership_id: UUID | None
    committee_id: UUID | None
    state: CaseState
    result: CaseResult | None
    requested_on: date
    requested_by: Applicant
    submitted_at: datetime
    due_on: date | None
    qualification_code: str
    qualification_version: str
    lines: tuple[CaseLine, ...]
    is_entered_by_staff: bool
    is_overdue: bool
    waiting_since: datetime | None
    pause_count: int
    paused_days: int
    question_th: str
    appeal_until: date | None
    hearing: int
    transferred_share_pct: int | None
    warnings: tuple[str, ...]
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Vote:
    """One member's opinion on one line.

    Attributes:
        needs_assessment: Accepted only if the learner passes an assessment.
    """

    line_id: UUID
    is_accepted: bool
    reason_code: RejectionReason | None
    reason_th: str
    needs_assessment: bool = False

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
    needs_assessment: bool = False

    @property
    def line_state(self) -> LineState:
        """Where the line stands by it."""
        if not self.is_accepted:
            return LineState.REJECTED
        return LineState.ACCEPTED_WITH_ASSESSMENT if self.needs_assessment else LineState.ACCEPTED


def tally(line_id: UUID, votes: Sequence[CastVote], *, quorum: int) -> Verdict:
    """The decision on one line: more acceptances than rejections accept it; a tie rejects it.

    It is accepted with assessment where at least half of those who accept it ask for one.

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
        asking = sum(cast.vote.needs_assessment for cast in votes)
        needs_assessment = asking > 0 and 2 * asking >= len(votes) - len(rejections)
        return Verdict(line_id, is_accepted=True, reason_code=None, reason_th="", needs_assessment=needs_assessment)
    given = Counter(vote.reason_code for vote in rejections if vote.reason_code)
    if not given:
        raise errors.ReasonRequired(line_id=line_id)
    most = max(given.values())
    told = next(vote for vote in rejections if vote.reason_code and given[vote.reason_code] == most)
    return Verdict(line_id, is_accepted=False, reason_code=told.reason_code, reason_th=told.reason_th)


def result_of(states: Iterable[LineState]) -> CaseResult:
    """The result of a decided case, computed from its lines."""
    kept = [state not in DEAD for state in states]
    if all(kept):
        return CaseResult.ACCEPTED
    return CaseResult.PARTLY_ACCEPTED if any(kept) else CaseResult.REJECTED


@dataclass(frozen=True, slots=True)
class SourceNow:
    """A source entry as it stands in the posting transaction.

    Attributes:
        issuer_id: Institution whose result it is.
        course_id: Of its course.
        is_transferred: Its issuer awarded its course to the person by a transfer (CB-I10).
    """

    entry_id: UUID
    issuer_id: UUID
    course_id: UUID
    is_verified: bool
    is_unchanged: bool
    is_transferred: bool = False


def require_unchanged(sources: Iterable[SourceNow]) -> None:
    """Refuse to post on a source that changed since it was proposed (CB-I9).

    Raises:
        CircularTransfer: Its issuer awarded its course by transfer (CB-I10).
        SourceChanged: It is no longer verified, or a newer version exists.
    """
    for source in sources:
        if source.is_transferred:
            raise errors.CircularTransfer(entry_id=source.entry_id)
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
