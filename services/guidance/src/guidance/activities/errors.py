"""Refusals of activities."""

from __future__ import annotations

from chassis.errors import AlreadyExists, Invalid, NotFound


class HeldInFuture(Invalid):
    """The day of the activity has not come yet."""

    reason = "HELD_IN_FUTURE"


class LearnersUnknown(NotFound):
    """Some learners are not in the caller's class or school on that day."""

    reason = "LEARNER_UNKNOWN"


class ReferenceRepeated(Invalid):
    """The same reference appears twice in one call."""

    reason = "REFERENCE_REPEATED"


class ActivityMismatch(AlreadyExists):
    """The school has another activity under this reference."""

    reason = "ACTIVITY_MISMATCH"
