"""Refusals of the equivalence catalogue."""

from __future__ import annotations

from chassis.errors import Invalid, NotFound, Refused


class RuleInvalid(Invalid):
    """The equivalence rule can never be right."""

    reason = "RULE_INVALID"


class RuleExistsDifferent(Refused):
    """This version of the rule was published with other content; publish a higher version."""

    reason = "RULE_EXISTS_DIFFERENT"


class RuleVersionOutdated(Refused):
    """A higher version of the rule was published before."""

    reason = "RULE_VERSION_OUTDATED"


class RuleVersionNeedsDate(Refused):
    """A new version of a rule begins on a day after the one before began."""

    reason = "RULE_VERSION_NEEDS_DATE"


class RuleMeetsAnother(Refused):
    """Another rule of the same owner answers for the same courses and target on some of these days."""

    reason = "RULE_MEETS_ANOTHER"


class RuleUnknown(NotFound):
    """There is no such rule, or it is another institution's that is not published."""

    reason = "RULE_UNKNOWN"


class RuleStateWrong(Refused):
    """The rule is not in a state in which this can be done."""

    reason = "RULE_STATE_WRONG"


class RuleSameActor(Refused):
    """Whoever proposed a rule neither reviews nor publishes it."""

    reason = "RULE_SAME_ACTOR"


class RuleNotApproved(Refused):
    """No body that approved the rule is named."""

    reason = "RULE_NOT_APPROVED"


class RuleReasonRequired(Invalid):
    """Retiring or withdrawing a rule needs a reason."""

    reason = "RULE_REASON_REQUIRED"


class RuleHoursNotReached(Refused):
    """The hours of a source group can never reach the share that the rule itself asks for."""

    reason = "RULE_HOURS_NOT_REACHED"


class RuleCreditsAboveHours(Refused):
    """The hours of a source group give fewer school credits than the target course has."""

    reason = "RULE_CREDITS_ABOVE_HOURS"


class AccreditationInvalid(Invalid):
    """The accreditation can never be right."""

    reason = "ACCREDITATION_INVALID"


class AccreditationUnknown(NotFound):
    """There is no such accreditation."""

    reason = "ACCREDITATION_UNKNOWN"


class AccreditationStateWrong(Refused):
    """The accreditation is not in a state in which this can be done."""

    reason = "ACCREDITATION_STATE_WRONG"


class AccreditationSameActor(Refused):
    """Whoever proposed an accreditation does not decide it."""

    reason = "ACCREDITATION_SAME_ACTOR"
