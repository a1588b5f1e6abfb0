"""Courses and modules as events and messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from chassis.envelope import NewEvent
from chassis.ids import date_to_pb, time_to_pb
from nuaikit.credit_bank.v1 import catalogue_pb2, events_pb2

from credit_bank.catalogue.domain import Course, CourseApproval
from credit_bank.catalogue.keys import CourseKey, ScopeTag
from credit_bank.catalogue.modules import Module
from credit_bank.wire import amount_to_pb, course_key_to_pb, date_or_none_to_pb, provenance_to_pb

TOPIC: Final = "nuaikit.credit-bank.catalogue.v1"
NATIONAL: Final = "national"
"""Key of what no institution owns."""


def course_changed(course: Course) -> NewEvent:
    """A course was published or changed."""
    return NewEvent(
        TOPIC, key_of(course.key.owner_institution_id), events_pb2.CourseChanged(course=course_to_pb(course))
    )


def course_approved(approval: CourseApproval, key: CourseKey, *, now: datetime) -> NewEvent:
    """A version of a course was approved by a board or agency."""
    message = events_pb2.CourseApproved(
        approval=approval_to_pb(approval), course=course_key_to_pb(key), recorded_at=time_to_pb(now)
    )
    return NewEvent(TOPIC, key_of(key.owner_institution_id), message)


def module_changed(module: Module) -> NewEvent:
    """A module was published or changed."""
    message = events_pb2.ModuleChanged(module=module_to_pb(module))
    return NewEvent(TOPIC, key_of(module.facts.owner_institution_id), message)


def key_of(owner_institution_id: UUID | None) -> str:
    """Kafka key of what an institution owns, or nobody."""
    return NATIONAL if owner_institution_id is None else str(owner_institution_id)


def course_to_pb(course: Course, approvals: Sequence[CourseApproval] = ()) -> catalogue_pb2.Course:
    """A course as the contracts carry it."""
    facts = course.facts
    return catalogue_pb2.Course(
        course_id=str(course.course_id),
        key=course_key_to_pb(facts.key),
        title_th=facts.title_th,
        title_en=facts.title_en,
        credits=amount_to_pb(facts.credit_hundredths, facts.unit),
        hours_total=facts.hours_total,
        tpn=facts.tpn,
        category=facts.category,
        subject_type=facts.subject_type,
        subject_group=facts.subject_group,
        outcomes=facts.outcomes,
        provenance=provenance_to_pb(facts.provenance),
        valid_from=date_or_none_to_pb(facts.valid_from),
        valid_to=date_or_none_to_pb(facts.valid_to),
        framework_level=facts.framework_level,
        scopes=[scope_to_pb(tag) for tag in facts.scopes],
        provision_modes=[f"PROVISION_MODE_{mode}" for mode in facts.provision_modes],
        version=course.version,
        approvals=[approval_to_pb(approval) for approval in approvals],
    )


def scope_to_pb(tag: ScopeTag) -> catalogue_pb2.ScopeTag:
    """A scope tag as the contracts carry it."""
    return catalogue_pb2.ScopeTag(tier=f"SCOPE_TIER_{tag.tier}", code=tag.code)


def approval_to_pb(approval: CourseApproval) -> catalogue_pb2.CourseApproval:
    """An approval as the contracts carry it."""
    return catalogue_pb2.CourseApproval(
        approval_id=str(approval.approval_id),
        course_id=str(approval.course_id),
        course_version=approval.course_version,
        body_th=approval.body_th,
        reference=approval.reference,
        approved_on=date_to_pb(approval.approved_on),
    )


def module_to_pb(module: Module) -> catalogue_pb2.Module:
    """A module as the contracts carry it."""
    facts = module.facts
    return catalogue_pb2.Module(
        module_id=str(module.module_id),
        code=facts.code,
        owner_institution_id=None if facts.owner_institution_id is None else str(facts.owner_institution_id),
        title_th=facts.title_th,
        units=[course_key_to_pb(key) for key in facts.units],
        min_units=facts.min_units,
        is_block=facts.is_block,
        leads_to_course=None if facts.leads_to_course is None else course_key_to_pb(facts.leads_to_course),
        leads_to_qualification_code=facts.leads_to_qualification[0],
        leads_to_qualification_version=facts.leads_to_qualification[1],
        provision_modes=[f"PROVISION_MODE_{mode}" for mode in facts.provision_modes],
        scopes=[scope_to_pb(tag) for tag in facts.scopes],
        provenance=provenance_to_pb(facts.provenance),
        version=module.version,
    )
