"""Refusals of recording and verifying."""

from __future__ import annotations

from chassis.errors import Conflict, Invalid, NotFound, Refused


class ResultInvalid(Invalid):
    """The result can never be right."""

    reason = "RESULT_INVALID"


class GradeCodeUnknown(Invalid):
    """The grade is not in its scheme."""

    reason = "GRADE_CODE_UNKNOWN"


class GradeSchemeWrong(Refused):
    """A course with credits is graded by numbers, one without credits by pass or fail."""

    reason = "GRADE_SCHEME_WRONG"


class LearnerNotEnrolled(Refused):
    """The learner was not enrolled at this institution in that term."""

    reason = "LEARNER_NOT_ENROLLED"


class OfferingUnknown(NotFound):
    """There is no such offering of this course at this institution in that term."""

    reason = "OFFERING_UNKNOWN"


class EntryExistsDifferent(Refused):
    """Another result stands for this learner, course, term and attempt."""

    reason = "ENTRY_EXISTS_DIFFERENT"


class SameActor(Refused):
    """Whoever recorded a result does not verify it."""

    reason = "SAME_ACTOR"


class EvidenceMissing(Refused):
    """Nothing supports the result yet."""

    reason = "EVIDENCE_MISSING"


class EntryStateWrong(Refused):
    """The entry is not in a state in which this can be done."""

    reason = "ENTRY_STATE_WRONG"


class TooManyRows(Invalid):
    """The file has more rows than are taken in one request; it is divided."""

    reason = "TOO_MANY_ROWS"


class ImportUnknown(NotFound):
    """No file with this id was brought in for the institution."""

    reason = "IMPORT_UNKNOWN"


class ImportNotFinished(Refused):
    """The rows of the file are still being recorded."""

    reason = "IMPORT_NOT_FINISHED"


class RejectedRowsGone(Refused):
    """The rejected rows of the file are not kept any more; it is sent again."""

    reason = "REJECTED_ROWS_GONE"


class CourseNotValidThen(Refused):
    """The course is not in force in that term."""

    reason = "COURSE_NOT_VALID_THEN"


class LayoutUnknown(Invalid):
    """No file layout has this name."""

    reason = "LAYOUT_UNKNOWN"


class LearnerUnknown(NotFound):
    """The institution knows no learner by this student number."""

    reason = "LEARNER_UNKNOWN"


class InstitutionUnknown(NotFound):
    """The institution that taught it is not in the register."""

    reason = "INSTITUTION_UNKNOWN"


class EvidenceKindUnknown(Invalid):
    """No kind of evidence has this name."""

    reason = "EVIDENCE_KIND_UNKNOWN"


class EvidenceKindMissing(Refused):
    """What supports the result is not of a kind that its recognition needs."""

    reason = "EVIDENCE_KIND_MISSING"


class RemedialWithoutFailure(Refused):
    """A remedial attempt follows an earlier one that earned nothing."""

    reason = "REMEDIAL_WITHOUT_FAILURE"


class RemedialGradeTooHigh(Refused):
    """The grade is above the one that a remedial attempt may earn by the rule in force."""

    reason = "REMEDIAL_GRADE_TOO_HIGH"


class EntryIncomplete(Refused):
    """The draft lacks fields that a result needs."""

    reason = "ENTRY_INCOMPLETE"


class DraftUnknown(NotFound):
    """There is no such draft for the caller."""

    reason = "DRAFT_UNKNOWN"


class DraftStateWrong(Refused):
    """The draft was submitted or withdrawn already."""

    reason = "DRAFT_STATE_WRONG"


class VersionConflict(Conflict):
    """Somebody changed it meanwhile; read it again."""

    reason = "VERSION_CONFLICT"


class ChangeUnknown(NotFound):
    """There is no such correction or revocation for the caller."""

    reason = "CHANGE_UNKNOWN"


class ChangeStateWrong(Refused):
    """The correction or revocation was decided already."""

    reason = "CHANGE_STATE_WRONG"


class ChangeOpen(Refused):
    """Another correction or revocation of this result waits for its second person."""

    reason = "CHANGE_OPEN"


class CorrectionKeyDifferent(Refused):
    """A correction keeps learner, course, year, term and attempt; another result is revoked and recorded anew."""

    reason = "CORRECTION_KEY_DIFFERENT"


class CorrectionEmpty(Refused):
    """The corrected result says what stands already."""

    reason = "CORRECTION_EMPTY"


class SecondPersonRequired(Refused):
    """Another person must confirm: of a correction any other, of a revocation registrar and director."""

    reason = "SECOND_PERSON_REQUIRED"


class AssessmentMissing(Refused):
    """An institution or workplace that assesses the result together has not signed yet."""

    reason = "ASSESSMENT_MISSING"


class AssessmentDisagrees(Refused):
    """An institution or workplace that assesses the result together does not agree with it."""

    reason = "ASSESSMENT_DISAGREES"


class AssessmentSignedBefore(Refused):
    """This side, or this person for another side, signed before with another word."""

    reason = "ASSESSMENT_SIGNED_BEFORE"


class EvidenceFileTooLarge(Invalid):
    """The file is larger than evidence may be."""

    reason = "EVIDENCE_FILE_TOO_LARGE"


class EvidenceFileTypeRefused(Invalid):
    """The bytes are of no type that is taken (PDF, JPEG, PNG, WebP), or were cut off."""

    reason = "EVIDENCE_FILE_TYPE_REFUSED"


class EvidenceFileActive(Invalid):
    """The PDF carries scripts, programs or other files."""

    reason = "EVIDENCE_FILE_ACTIVE"


class EvidenceFileUnknown(NotFound):
    """There is no such file for the caller."""

    reason = "EVIDENCE_FILE_UNKNOWN"


class EvidenceChanged(Refused):
    """The file that supports the result is not there, or is not the one that was stored."""

    reason = "EVIDENCE_CHANGED"
