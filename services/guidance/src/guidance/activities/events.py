"""Events of activities: one per learner, so that one learner's facts stay ordered."""

from __future__ import annotations

from uuid import UUID

from chassis.envelope import NewEvent
from chassis.ids import time_to_pb
from nuaikit.guidance.v1 import events_pb2

from guidance.activities.domain import Activity

TOPIC = "nuaikit.guidance.care.v1"


def activity_attended(activity: Activity, learner_id: UUID) -> NewEvent:
    """A learner took part in an activity."""
    message = events_pb2.GuidanceActivityAttended(
        activity_id=str(activity.activity_id),
        learner_id=str(learner_id),
        institution_id=str(activity.institution_id),
        scope=f"GUIDANCE_SCOPE_{activity.scope}",
        service_kind=f"GUIDANCE_SERVICE_KIND_{activity.service_kind}",
        duration_minutes=activity.duration_minutes,
        recorded_at=time_to_pb(activity.recorded_at),
    )
    return NewEvent(TOPIC, str(learner_id), message)
