"""What others are told about consents: the purpose, the text, and whether it holds; never who gave it."""

from __future__ import annotations

from chassis.envelope import NewEvent
from chassis.ids import date_to_pb
from nuaikit.student_registry.v1 import events_pb2

from student_registry.consents.domain import Consent, ConsentState
from student_registry.wire import date_or_none_to_pb

TOPIC = "nuaikit.student-registry.learners.v1"


def consent_changed(consent: Consent) -> NewEvent:
    """A consent holds from now on, or does not any more; one that waits is told of when it is complete."""
    assert consent.valid_from is not None, "what never held is nobody else's business"
    message = events_pb2.ConsentChanged(
        consent_id=str(consent.consent_id),
        learner_id=str(consent.learner_id),
        purpose=consent.purpose,
        text_version=consent.text_version,
        valid_from=date_to_pb(consent.valid_from),
        valid_to=date_or_none_to_pb(consent.valid_to),
        is_withdrawn=consent.state is ConsentState.WITHDRAWN,
    )
    return NewEvent(TOPIC, str(consent.learner_id), message)
