"""What others are told about programme memberships."""

from __future__ import annotations

from chassis.envelope import NewEvent
from chassis.ids import date_to_pb
from nuaikit.student_registry.v1 import events_pb2

from student_registry.institutions.events import TOPIC
from student_registry.memberships.domain import Membership
from student_registry.wire import data_status_to_pb, date_or_none_to_pb


def membership_changed(membership: Membership) -> NewEvent:
    """An institution's part in a programme changed; carries the latest statement."""
    facts = membership.facts
    message = events_pb2.ProgrammeMembershipChanged(
        membership_id=str(membership.membership_id),
        institution_id=str(facts.institution_id),
        programme_code=facts.programme_code,
        year_be=facts.year_be,
        status=f"MEMBERSHIP_STATUS_{facts.status}",
        band=facts.band,
        valid_from=date_to_pb(facts.valid_from),
        valid_to=date_or_none_to_pb(facts.valid_to),
        data_status=data_status_to_pb(facts.provenance.status),
    )
    return NewEvent(TOPIC, str(facts.institution_id), message)
