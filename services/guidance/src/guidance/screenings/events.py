"""Events of screenings: ids and group, never answers."""

from __future__ import annotations

from chassis.envelope import NewEvent
from chassis.ids import time_to_pb
from nuaikit.guidance.v1 import events_pb2

from guidance.screenings.domain import Screening

TOPIC = "nuaikit.guidance.care.v1"


def screening_submitted(screening: Screening) -> NewEvent:
    """A screening was submitted."""
    group, source = screening.group, screening.group_source
    message = events_pb2.ScreeningSubmitted(
        screening_id=str(screening.screening_id),
        learner_id=str(screening.learner_id),
        institution_id=str(screening.institution_id),
        instrument_code=screening.instrument_code,
        instrument_version=screening.instrument_version,
        informant=f"INFORMANT_{screening.informant}",
        group=f"CARE_GROUP_{group or 'UNSPECIFIED'}",
        group_source=f"GROUP_SOURCE_{source or 'UNSPECIFIED'}",
        year_be=screening.year_be,
        term=screening.term,
        submitted_at=time_to_pb(screening.submitted_at),
    )
    return NewEvent(TOPIC, str(screening.learner_id), message)
