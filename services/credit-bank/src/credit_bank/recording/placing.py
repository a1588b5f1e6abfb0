"""Form, type and level of what the recorder did not state. Pure.

Source: credit-bank.md e.1 and e.2 (what the digits of a code say), a (subject types). The form that follows from
a source mode is assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from credit_bank.catalogue.domain import CodeSystem, CourseFacts
from credit_bank.recording.domain import AttemptKind, LearningType, Placing, ResultInput, SourceMode
from credit_bank.rules.domain import EducationForm, EducationLevel

VOCATIONAL_SUBJECT_TYPES: Final = frozenset({"03", "04", "05", "06", "07"})
"""Subject types of vocational courses on a school's transcript (CB d.5)."""

_FORMS: Final[Mapping[SourceMode, EducationForm]] = {
    SourceMode.STUDY: EducationForm.FORMAL,
    SourceMode.SHORT_COURSE: EducationForm.NONFORMAL,
    SourceMode.RPL: EducationForm.INFORMAL,
    SourceMode.ASSESSMENT: EducationForm.FORMAL,
    SourceMode.LEVEL_EQUIV: EducationForm.INFORMAL,
}
_OBEC_LEVELS: Final = {
    "1": EducationLevel.PRIMARY,
    "2": EducationLevel.LOWER_SECONDARY,
    "3": EducationLevel.UPPER_SECONDARY,
}
_OVEC_LEVELS: Final = {"2": EducationLevel.VOCATIONAL_CERTIFICATE, "3": EducationLevel.HIGHER_VOCATIONAL_CERTIFICATE}


def level_of(facts: CourseFacts) -> EducationLevel | None:
    """Level that the code of a course says; None where codes say none."""
    code = facts.key.code
    if facts.key.code_system is CodeSystem.OBEC:
        return _OBEC_LEVELS.get(code[1:2])
    if facts.key.code_system is CodeSystem.OVEC:
        return _OVEC_LEVELS.get(code[:1])
    return None


def type_of(facts: CourseFacts) -> LearningType:
    """Type of education that a course belongs to."""
    is_vocational = facts.key.code_system in (CodeSystem.OVEC, CodeSystem.SHORT)
    is_vocational = is_vocational or facts.subject_type in VOCATIONAL_SUBJECT_TYPES
    return LearningType.VOCATIONAL if is_vocational else LearningType.GENERAL


def placing_of(result: ResultInput, facts: CourseFacts) -> Placing:
    """Where a result belongs: as stated, else as it follows from how it was earned and from its course."""
    return Placing(
        form=result.form or _FORMS[result.source_mode],
        learning_type=result.learning_type or type_of(facts),
        level=result.level or level_of(facts),
        issuing_body=result.issuing_body,
    )


def attempt_kind_of(result: ResultInput) -> AttemptKind:
    """What an attempt is: as stated, else the first, or a repeated course."""
    return result.attempt_kind or (AttemptKind.FIRST if result.attempt == 1 else AttemptKind.REPEAT)
