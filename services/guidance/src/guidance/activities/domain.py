"""A guidance activity and when it may be kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.errors import InvalidField, ServiceError

from guidance.activities.errors import HeldInFuture

ACTIVITIES_MAX = 200
"""Activities that one call may hold."""
ATTENDANCE_MAX = 20_000
"""Attendances that one call may hold, over all its activities."""
TITLE_CHARACTERS_MAX = 200
REFERENCE_CHARACTERS_MAX = 80
MINUTES_MAX = 24 * 60

SCOPES = frozenset({"EDUCATION", "CAREER", "PERSONAL_SOCIAL"})
"""The three fields of guidance. Source: guidance.md a (000:4)."""
SERVICE_KINDS = frozenset({"INVENTORY", "INFORMATION", "COUNSELLING", "PLACEMENT", "FOLLOW_UP"})
"""The five guidance services. Source: guidance.md a."""


@dataclass(frozen=True, slots=True)
class NewActivity:
    """An activity as a teacher records it.

    Attributes:
        reference: Unique at the school; sent again it is the same activity.
        title_th: Says nothing about a single learner.
        attended: Learners who took part, each once, sorted.
    """

    reference: str
    scope: str
    service_kind: str
    title_th: str
    held_on: date
    duration_minutes: int
    attended: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class RecordActivities:
    """The command: activities of one call."""

    request_id: UUID
    activities: tuple[NewActivity, ...]


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity as kept."""

    activity_id: UUID
    institution_id: UUID
    scope: str
    service_kind: str
    title_th: str
    held_on: date
    duration_minutes: int
    recorded_at: datetime


def refusal(activity: NewActivity, *, today: date) -> ServiceError | None:
    """Why an activity cannot be kept, whoever sends it; None when it can."""
    if not 0 < len(activity.reference) <= REFERENCE_CHARACTERS_MAX:
        return InvalidField(field="reference", expected=f"1 to {REFERENCE_CHARACTERS_MAX} characters")
    if not 0 < len(activity.title_th) <= TITLE_CHARACTERS_MAX:
        return InvalidField(field="title_th", expected=f"1 to {TITLE_CHARACTERS_MAX} characters")
    if not 1 <= activity.duration_minutes <= MINUTES_MAX:
        return InvalidField(field="duration_minutes", expected=f"1 to {MINUTES_MAX}")
    if not activity.attended:
        return InvalidField(field="attended_learner_ids", expected="at least one learner")
    if activity.held_on > today:
        return HeldInFuture(field="held_on")
    return None
