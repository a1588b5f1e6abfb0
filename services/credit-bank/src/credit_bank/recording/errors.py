"""Refusals of recording and verifying."""

from __future__ import annotations

from chassis.errors import Invalid, NotFound, Refused


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


class LayoutUnknown(Invalid):
    """No file layout has this name."""

    reason = "LAYOUT_UNKNOWN"


class LearnerUnknown(NotFound):
    """The institution knows no learner by this student number."""

    reason = "LEARNER_UNKNOWN"


class InstitutionUnknown(NotFound):
    """The institution that taught it is not in the register."""

    reason = "INSTITUTION_UNKNOWN"
