"""What a supervisor says in `state.json`, for it and for those who read it."""

from enum import StrEnum
from typing import Any

from nuaikit_local.problems import Problem

SERVICES = ("student-registry", "credit-bank", "guidance", "indicators", "portal")
INFRASTRUCTURE = ("postgres", "kafka", "issuer")
ALL_PARTS = (*INFRASTRUCTURE, *SERVICES)


class State(StrEnum):
    """What a part is doing."""

    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    FAILED = "failed"
    STOPPED = "stopped"


class Phase(StrEnum):
    """What the whole is doing."""

    PREPARING = "preparing"
    STARTING = "starting"
    READY = "ready"
    DEGRADED = "degraded"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FAILED = "failed"


def problem_entry(problem: Problem | None) -> dict[str, Any] | None:
    """A problem as the report carries it to another process."""
    return problem and {"reason": problem.reason, "facts": {name: str(fact) for name, fact in problem.facts.items()}}


def problem_of(entry: dict[str, Any] | None) -> Problem | None:
    """A problem that came through the report."""
    return Problem(entry["reason"], **entry["facts"]) if entry else None
