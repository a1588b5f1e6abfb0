"""Refusals about share grants."""

from __future__ import annotations

from chassis.errors import Invalid, NotFound


class GrantScopeUnknown(Invalid):
    """A share is of the scope TRANSCRIPT."""

    reason = "GRANT_SCOPE_UNKNOWN"


class GrantPeriodInvalid(Invalid):
    """A share ends today at the earliest and one year from today at the latest."""

    reason = "GRANT_PERIOD_INVALID"


class GrantNotFound(NotFound):
    """There is no such share for the caller."""

    reason = "GRANT_NOT_FOUND"
