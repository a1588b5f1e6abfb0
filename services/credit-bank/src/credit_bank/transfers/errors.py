"""Refusals of transfer cases, each with its reason."""

from __future__ import annotations

from chassis.errors import Forbidden, Invalid, NotFound, Refused


class CaseNotFound(NotFound):
    """There is no such transfer case for the caller."""

    reason = "CASE_NOT_FOUND"


class LineNotFound(NotFound):
    """There is no such case line for the caller."""

    reason = "LINE_NOT_FOUND"


class LearnerUnknown(NotFound):
    """The registry does not show this learner to the caller."""

    reason = "LEARNER_UNKNOWN"


class CommitteeNotValid(Refused):
    """The committee's order does not cover the day."""

    reason = "COMMITTEE_NOT_VALID"


class CommitteeMandateMissing(Refused):
    """The committee's order does not let it decide this mode."""

    reason = "COMMITTEE_MANDATE_MISSING"


class PartnershipNotActive(Refused):
    """No agreement in force ties the institution, the learner and the school that issued the results."""

    reason = "PARTNERSHIP_NOT_ACTIVE"


class LearnerNotEnrolled(Refused):
    """No enrolment on the day ties the learner to the ground of the case."""

    reason = "LEARNER_NOT_ENROLLED"


class TargetWithoutCredits(Refused):
    """The target course gives no credits."""

    reason = "TARGET_WITHOUT_CREDITS"


class LevelMismatch(Refused):
    """The target course belongs to another level than the qualification."""

    reason = "LEVEL_MISMATCH"


class CourseAlreadyRequested(Refused):
    """An open case line already asks for the target course."""

    reason = "COURSE_ALREADY_REQUESTED"


class CaseStateWrong(Refused):
    """The case is not in a state that allows this step."""

    reason = "CASE_STATE_WRONG"


class NotACommitteeMember(Forbidden):
    """The caller does not sit in the committee of the case."""

    reason = "NOT_A_COMMITTEE_MEMBER"


class ConflictOfInterest(Forbidden):
    """The caller recorded, verified or taught a result that the case rests on, or has declared an interest."""

    reason = "CONFLICT_OF_INTEREST"


class AlreadyVoted(Refused):
    """The caller has voted on this line, and otherwise."""

    reason = "ALREADY_VOTED"


class ReasonRequired(Invalid):
    """A rejection needs a reason code and a sentence for the applicant."""

    reason = "REASON_REQUIRED"


class QuorumMissing(Refused):
    """Too few members have voted on a line."""

    reason = "QUORUM_MISSING"


class GradeTooLow(Refused):
    """A source's grade is below the least grade that the rule asks for."""

    reason = "GRADE_TOO_LOW"


class HoursInsufficient(Refused):
    """The sources' hours do not reach the share that the rule asks for, or are unknown."""

    reason = "HOURS_INSUFFICIENT"


class SourceChanged(Refused):
    """A source entry changed after it was proposed."""

    reason = "SOURCE_CHANGED"


class IdentityInConflict(Refused):
    """Two learners claim the same identifier."""

    reason = "IDENTITY_IN_CONFLICT"


class IdentityNotVerified(Refused):
    """The learner's identity was not checked against a document."""

    reason = "IDENTITY_NOT_VERIFIED"


class CommitteeMissing(Refused):
    """Nobody has named the committee that decides the case."""

    reason = "COMMITTEE_MISSING"


class CommitteeStillSits(Refused):
    """Members of the committee have voted on the case, and it can still decide it."""

    reason = "COMMITTEE_STILL_SITS"


class HeardBefore(Forbidden):
    """The caller took part in the decision against which the appeal is."""

    reason = "HEARD_BEFORE"


class AppealCommitteeSame(Refused):
    """Too few members of the committee took no part in the decision against which the appeal is."""

    reason = "APPEAL_COMMITTEE_SAME"


class NothingToAppeal(Refused):
    """No rejected line is named."""

    reason = "NOTHING_TO_APPEAL"


class AppealTooLate(Refused):
    """The days within which the decision may be appealed are over."""

    reason = "APPEAL_TOO_LATE"


class AssessmentPending(Refused):
    """A line was accepted with assessment, and its result is not recorded."""

    reason = "ASSESSMENT_PENDING"


class AssessmentNotAsked(Refused):
    """The line does not wait for an assessment."""

    reason = "ASSESSMENT_NOT_ASKED"


class CircularTransfer(Refused):
    """The source was itself awarded by a transfer; only what it rests on may be transferred (CB-I10)."""

    reason = "CIRCULAR_TRANSFER"


class ShareExceeded(Refused):
    """The account would hold more by transfer than the rule allows (CB-I7)."""

    reason = "SHARE_EXCEEDED"


class ModeNotChanged(Refused):
    """The learner does not change between forms of study inside the institution."""

    reason = "MODE_NOT_CHANGED"


class SourceNotPriorLearning(Refused):
    """A source is no result that was recognised from prior learning."""

    reason = "SOURCE_NOT_PRIOR_LEARNING"


class GroundNotShown(Refused):
    """Nothing ties the institution to a learner whose prior learning it would recognise."""

    reason = "GROUND_NOT_SHOWN"


class PauseLimit(Refused):
    """The clock was stopped as often, or as long, as the rule allows."""

    reason = "PAUSE_LIMIT"


class DraftVersionConflict(Refused):
    """The draft was changed since it was read."""

    reason = "DRAFT_VERSION_CONFLICT"


class DraftIncomplete(Refused):
    """The draft asks for nothing yet."""

    reason = "DRAFT_INCOMPLETE"


class FlagNotFound(NotFound):
    """There is no such open flag on a line of the caller's institution."""

    reason = "FLAG_NOT_FOUND"


class BatchNotFound(NotFound):
    """There is no such batch for the caller."""

    reason = "BATCH_NOT_FOUND"


class BatchEmpty(Refused):
    """Nobody is in the class."""

    reason = "BATCH_EMPTY"
