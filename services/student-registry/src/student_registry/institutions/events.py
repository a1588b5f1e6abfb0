"""What others are told about institutions."""

from __future__ import annotations

from chassis.envelope import NewEvent
from nuaikit.student_registry.v1 import events_pb2, institutions_pb2

from student_registry.institutions.domain import Institution, Parent
from student_registry.wire import data_status_to_pb, date_or_none_to_pb

TOPIC = "nuaikit.student-registry.institutions.v1"


def parent_to_pb(parent: Parent) -> institutions_pb2.InstitutionParent:
    """A parent as contracts and events carry it."""
    return institutions_pb2.InstitutionParent(
        tree=parent.tree.value,
        parent_institution_id=str(parent.parent_institution_id),
        valid_from=date_or_none_to_pb(parent.valid_from),
        valid_to=date_or_none_to_pb(parent.valid_to),
    )


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
        parents=[parent_to_pb(item) for item in facts.parents],
        opened_on=date_or_none_to_pb(facts.opened_on),
        closed_on=date_or_none_to_pb(facts.closed_on),
        merged_into_institution_id=str(facts.merged_into_institution_id) if facts.merged_into_institution_id else None,
    )
    return NewEvent(TOPIC, str(institution.institution_id), message)
