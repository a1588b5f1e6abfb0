"""Equivalence rules and accreditation from contract messages."""

from __future__ import annotations

from nuaikit.credit_bank.v1 import catalogue_pb2 as pb

from credit_bank import wire
from credit_bank.equivalences.domain import ApprovingBody, RuleFacts, TransferMode


def rule_from_pb(message: pb.EquivalenceRule) -> RuleFacts:
    """Facts of an equivalence rule to publish or propose.

    Raises:
        InvalidField: A field has no usable value.
    """
    return RuleFacts(
        source_groups=tuple(
            frozenset(wire.course_key_from_pb(key) for key in group.courses) for group in message.source_groups
        ),
        target=wire.course_key_from_pb(message.target),
        mode=wire.enum_from_text(TransferMode, message.mode, field="mode"),
        min_grade_hundredths=message.min_grade_hundredths,
        min_hours_pct=message.min_hours_pct if message.HasField("min_hours_pct") else None,
        version=message.version,
        provenance=wire.provenance_from_pb(message),
        min_content_pct=message.min_content_pct if message.HasField("min_content_pct") else None,
        content_pct=message.content_pct if message.HasField("content_pct") else None,
        approving_bodies=tuple(body_from_pb(body) for body in message.approving_bodies),
        first_year_be=message.first_year_be if message.HasField("first_year_be") else None,
        last_year_be=message.last_year_be if message.HasField("last_year_be") else None,
    )


def body_from_pb(message: pb.ApprovingBody) -> ApprovingBody:
    """Who approved a rule.

    Raises:
        InvalidField: The day is none.
    """
    return ApprovingBody(message.body_th.strip(), message.reference.strip(), wire.optional_date(message, "approved_on"))
