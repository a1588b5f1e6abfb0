"""Qualifications as events."""

from __future__ import annotations

from chassis.envelope import NewEvent
from nuaikit.credit_bank.v1 import catalogue_pb2, events_pb2

from credit_bank.catalogue.events import NATIONAL, TOPIC
from credit_bank.qualifications.domain import Qualification
from credit_bank.wire import amount_to_pb, provenance_to_pb, unit_to_pb


def qualification_changed(qualification: Qualification) -> NewEvent:
    """A qualification was published."""
    message = events_pb2.QualificationChanged(qualification=qualification_to_pb(qualification))
    return NewEvent(TOPIC, NATIONAL, message)


def qualification_to_pb(qualification: Qualification) -> catalogue_pb2.Qualification:
    """As the contracts carry it."""
    return catalogue_pb2.Qualification(
        code=qualification.code,
        version=qualification.version,
        name_th=qualification.name_th,
        unit=unit_to_pb(qualification.unit),
        total_min_hundredths=qualification.total_min_hundredths,
        category_minima=[
            catalogue_pb2.CategoryMinimum(category=category, min_credits=amount_to_pb(least, qualification.unit))
            for category, least in sorted(qualification.category_minima.items())
        ],
        counts_together_with=sorted(qualification.counts_together_with),
        provenance=provenance_to_pb(qualification.provenance),
    )
