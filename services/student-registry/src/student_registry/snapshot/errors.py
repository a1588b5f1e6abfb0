"""Refusals of snapshots."""

from __future__ import annotations

from chassis.errors import Invalid


class TopicUnknown(Invalid):
    """The registry has no such topic."""

    reason = "TOPIC_UNKNOWN"
