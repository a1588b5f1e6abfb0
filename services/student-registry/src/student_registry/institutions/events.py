"""What others are told about institutions."""

from __future__ import annotations

from chassis.envelope import NewEvent
from nuaikit.student_registry.v1 import events_pb2

from student_registry.institutions.domain import Institution
from student_registry.wire import data_status_to_pb

TOPIC = "nuaikit.student-registry.institutions.v1"


def institution_changed(institution: Institution) -> NewEvent:
    """An institution was added or changed; carries all its facts, so that a copy needs no question."""
    facts = institution.facts
    message = events_pb2.InstitutionChanged(
        institution_id=str(institution.institution_id),
        kind=f"INSTITUTION_KIND_{facts.kind}",
        name_th=facts.name_th,
        local_alias=facts.local_alias,
        official_code=facts.official_code,
        parent_institution_id=str(facts.parent_institution_id) if facts.parent_institution_id else None,
        data_status=data_status_to_pb(facts.provenance.status),
    )
    return NewEvent(TOPIC, str(institution.institution_id), message)
