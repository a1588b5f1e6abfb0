"""Refusals about surveys and weekly times."""

from __future__ import annotations

from chassis.errors import Invalid, NotFound, Refused


class SurveyInvalid(Invalid):
    """The survey can never be right."""

    reason = "SURVEY_INVALID"


class SurveyExistsDifferent(Refused):
    """A survey of this title for the term asks for something else."""

    reason = "SURVEY_EXISTS_DIFFERENT"


class SurveyUnknown(NotFound):
    """There is no such survey for the caller."""

    reason = "SURVEY_UNKNOWN"


class SurveyNotOpen(Refused):
    """The survey takes no answers today."""

    reason = "SURVEY_NOT_OPEN"


class AnswerInvalid(Invalid):
    """The answer does not fit the survey."""

    reason = "ANSWER_INVALID"


class TimeInvalid(Invalid):
    """The weekly time can never be right."""

    reason = "TIME_INVALID"
