"""What a log line tells of a list call: how many items did what, never which."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis.outcomes import Outcome


def summary(outcomes: Sequence[Outcome], *, request_id: UUID) -> dict[str, str | int]:
    """Fields of the log line."""
    refused = sum(outcome.problem is not None for outcome in outcomes)
    known = sum(outcome.already_done for outcome in outcomes)
    return {
        "request_id": str(request_id),
        "done": len(outcomes) - refused - known,
        "already_done": known,
        "refused": refused,
    }
