"""What others are told about share grants."""

from __future__ import annotations

from chassis.envelope import NewEvent
from chassis.ids import date_to_pb
from nuaikit.student_registry.v1 import events_pb2

from student_registry.shares.domain import ShareGrant

TOPIC = "nuaikit.student-registry.learners.v1"


def share_grant_changed(grant: ShareGrant) -> NewEvent:
    """A share was granted or ended."""
    message = events_pb2.ShareGrantChanged(
        grant_id=str(grant.grant_id),
        learner_id=str(grant.learner_id),
        recipient_institution_id=str(grant.recipient_institution_id),
        scope=grant.scope,
        valid_to=date_to_pb(grant.valid_to),
        is_ended=grant.is_ended,
    )
    return NewEvent(TOPIC, str(grant.learner_id), message)
