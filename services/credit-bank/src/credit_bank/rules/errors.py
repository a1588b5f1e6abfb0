"""Refusals about policy rules."""

from __future__ import annotations

from chassis.errors import Invalid, Refused


class PolicyRuleInvalid(Invalid):
    """The policy rule can never be right."""

    reason = "POLICY_RULE_INVALID"


class PolicyRuleExistsDifferent(Refused):
    """This version was published with other content; publish another version."""

    reason = "POLICY_RULE_EXISTS_DIFFERENT"


class PolicyRuleMeetsAnother(Refused):
    """Another rule begins on the same day for the same key, form and level."""

    reason = "POLICY_RULE_MEETS_ANOTHER"
