"""Activities over gRPC."""

from __future__ import annotations

from typing import Any

import grpc.aio
from chassis.auth import Identifier
from chassis.errors import InvalidField
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_from_pb, date_to_pb, parse_uuid
from chassis.outcomes import outcomes_to_pb
from nuaikit.guidance.v1 import activities_pb2, activities_pb2_grpc

from guidance.activities.domain import SCOPES, SERVICE_KINDS, Activity, NewActivity, RecordActivities
from guidance.activities.use_cases import Activities, record_activities
from guidance.thai_time import utc_now

FULL_NAME = activities_pb2.DESCRIPTOR.services_by_name["ActivityService"].full_name
_SCOPES = {activities_pb2.GuidanceScope.Value(f"GUIDANCE_SCOPE_{name}"): name for name in SCOPES}
_SERVICE_KINDS = {
    activities_pb2.GuidanceServiceKind.Value(f"GUIDANCE_SERVICE_KIND_{name}"): name for name in SERVICE_KINDS
}


class ActivityServicer(activities_pb2_grpc.ActivityServiceServicer):
    """Reads the messages, calls the use case, writes the answer."""

    def __init__(self, deps: Activities, identifier: Identifier) -> None:
        """Serve with `deps`."""
        self._deps = deps
        self._identifier = identifier

    async def RecordActivities(  # noqa: N802  # named by the contract
        self,
        request: activities_pb2.RecordActivitiesRequest,
        context: grpc.aio.ServicerContext[Any, Any],
    ) -> activities_pb2.RecordActivitiesResponse:
        """Record activities held."""
        actor = await actor_of(context, self._identifier)
        command = RecordActivities(
            parse_uuid(request.request_id, field="request_id"),
            tuple(_activity(activity, number) for number, activity in enumerate(request.activities)),
        )
        outcomes = await record_activities(self._deps, command, actor=actor, now=utc_now())
        return activities_pb2.RecordActivitiesResponse(outcomes=outcomes_to_pb(outcomes))


def servicer(deps: Activities, identifier: Identifier) -> Servicer:
    """The servicer and how it is added."""
    serving = ActivityServicer(deps, identifier)
    return Servicer(
        FULL_NAME, lambda server: activities_pb2_grpc.add_ActivityServiceServicer_to_server(serving, server)
    )


def _activity(activity: activities_pb2.ActivityInput, number: int) -> NewActivity:
    at = f"activities[{number}]"
    if activity.scope not in _SCOPES:
        raise InvalidField(field=f"{at}.scope", expected="a field of guidance")
    if activity.service_kind not in _SERVICE_KINDS:
        raise InvalidField(field=f"{at}.service_kind", expected="a guidance service")
    attended = {parse_uuid(text, field=f"{at}.attended_learner_ids") for text in activity.attended_learner_ids}
    return NewActivity(
        reference=activity.reference,
        scope=_SCOPES[activity.scope],
        service_kind=_SERVICE_KINDS[activity.service_kind],
        title_th=activity.title_th,
        held_on=date_from_pb(activity.held_on, field=f"{at}.held_on"),
        duration_minutes=activity.duration_minutes,
        attended=tuple(sorted(attended)),
    )


def activity_to_pb(activity: Activity) -> activities_pb2.Activity:
    """An activity as the contracts carry it."""
    return activities_pb2.Activity(
        activity_id=str(activity.activity_id),
        scope=f"GUIDANCE_SCOPE_{activity.scope}",
        service_kind=f"GUIDANCE_SERVICE_KIND_{activity.service_kind}",
        title_th=activity.title_th,
        held_on=date_to_pb(activity.held_on),
        duration_minutes=activity.duration_minutes,
    )
