"""Equivalence rules as events and messages."""

from __future__ import annotations

from datetime import date, datetime

from chassis.envelope import NewEvent
from chassis.ids import date_to_pb, time_to_pb
from nuaikit.credit_bank.v1 import catalogue_pb2, equivalences_pb2, events_pb2

from credit_bank.catalogue.events import NATIONAL, TOPIC, key_of
from credit_bank.equivalences.accreditation import Accreditation
from credit_bank.equivalences.domain import ApprovingBody, EquivalenceRule
from credit_bank.wire import course_key_to_pb, date_or_none_to_pb, provenance_to_pb


def rule_changed(rule: EquivalenceRule) -> NewEvent:
    """An equivalence rule was published."""
    return NewEvent(TOPIC, key_of(rule.owner_institution_id), events_pb2.EquivalenceRuleChanged(rule=rule_to_pb(rule)))


def rule_moved(rule: EquivalenceRule, *, last_day: date | None, now: datetime) -> NewEvent:
    """A rule was proposed, reviewed, published, retired or withdrawn."""
    message = events_pb2.EquivalenceRuleMoved(
        rule_id=str(rule.rule_id),
        version=rule.facts.version,
        state=f"RULE_STATE_{rule.state}",
        last_day=date_or_none_to_pb(last_day),
        moved_at=time_to_pb(now),
    )
    return NewEvent(TOPIC, key_of(rule.owner_institution_id), message)


def rule_to_pb(rule: EquivalenceRule) -> catalogue_pb2.EquivalenceRule:
    """An equivalence rule as the contracts carry it."""
    facts = rule.facts
    return catalogue_pb2.EquivalenceRule(
        rule_id=str(rule.rule_id),
        source_groups=[
            catalogue_pb2.SourceGroup(
                courses=[course_key_to_pb(key) for key in sorted(group, key=lambda key: (key.code_system, key.code))]
            )
            for group in facts.source_groups
        ],
        target=course_key_to_pb(facts.target),
        mode=str(facts.mode),
        min_grade_hundredths=facts.min_grade_hundredths,
        min_hours_pct=facts.min_hours_pct,
        version=facts.version,
        provenance=provenance_to_pb(facts.provenance),
        state=f"RULE_STATE_{rule.state}",
        min_content_pct=facts.min_content_pct,
        content_pct=facts.content_pct,
        approving_bodies=[body_to_pb(body) for body in facts.approving_bodies],
        first_year_be=facts.first_year_be,
        last_year_be=facts.last_year_be,
        valid_from=date_or_none_to_pb(rule.valid_from),
        valid_to=date_or_none_to_pb(rule.valid_to),
        owner_institution_id=None if rule.owner_institution_id is None else str(rule.owner_institution_id),
        direction=f"RULE_DIRECTION_{rule.direction}",
    )


def body_to_pb(body: ApprovingBody) -> catalogue_pb2.ApprovingBody:
    """An approving body as the contracts carry it."""
    return catalogue_pb2.ApprovingBody(
        body_th=body.body_th, reference=body.reference, approved_on=date_or_none_to_pb(body.approved_on)
    )


def accreditation_changed(accreditation: Accreditation, *, now: datetime) -> NewEvent:
    """An accreditation was proposed, given, refused or withdrawn."""
    message = events_pb2.AccreditationChanged(
        accreditation=accreditation_to_pb(accreditation), changed_at=time_to_pb(now)
    )
    return NewEvent(TOPIC, NATIONAL, message)


def accreditation_to_pb(accreditation: Accreditation) -> equivalences_pb2.Accreditation:
    """An accreditation as the contracts carry it."""
    facts = accreditation.facts
    owner = facts.source_institution_id
    return equivalences_pb2.Accreditation(
        accreditation_id=str(accreditation.accreditation_id),
        kind=f"ACCREDITATION_KIND_{facts.kind}",
        source_institution_id=None if owner is None else str(owner),
        source_name_th=facts.source_name_th,
        course=None if facts.course is None else course_key_to_pb(facts.course),
        body_th=facts.body_th,
        reference=facts.reference,
        valid_from=date_to_pb(facts.valid_from),
        valid_to=date_or_none_to_pb(facts.valid_to),
        state=f"ACCREDITATION_STATE_{accreditation.state}",
        provenance=provenance_to_pb(facts.provenance),
    )
