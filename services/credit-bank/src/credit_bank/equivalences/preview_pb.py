"""Previews and accreditations of contract messages."""

from __future__ import annotations

from typing import Any, cast

from chassis.messages import Messages
from nuaikit.credit_bank.v1 import equivalences_pb2 as pb

from credit_bank import wire
from credit_bank.catalogue.keys import CourseKey
from credit_bank.equivalences.accreditation import AccreditationFacts, AccreditationKind
from credit_bank.equivalences.asking import AskPreview, ImaginedResult
from credit_bank.equivalences.events import rule_to_pb
from credit_bank.equivalences.previewing import Preview, PreviewLine
from credit_bank.rules.domain import EducationForm
from credit_bank.rules.events import policy_rule_to_pb

PREFIX = "PREVIEW_"


def sentences(line: PreviewLine, messages: Messages) -> list[str]:
    """Verdict, obstacles and notes of a line in Thai, in that order."""
    return [messages.sentence(f"{PREFIX}{code}") for code in (line.verdict, *line.obstacles, *line.notes)]


def ask_from_pb(request: pb.PreviewTransferRequest) -> AskPreview:
    """What is asked.

    Raises:
        InvalidField: A field has no usable value.
    """
    return AskPreview(
        learner_id=wire.optional_uuid(request, "learner_id"),
        imagined=tuple(
            ImaginedResult(
                wire.course_key_from_pb(item.course),
                item.point_hundredths if item.HasField("point_hundredths") else None,
            )
            for item in request.imagined
        ),
        institution_id=wire.optional_uuid(request, "institution_id"),
        qualification_code=request.qualification_code,
        qualification_version=request.qualification_version,
        targets=tuple(wire.course_key_from_pb(key) for key in request.targets),
        form=wire.enum_from_text(EducationForm, request.form or EducationForm.FORMAL, field="form"),
        on=wire.optional_date(request, "on_date"),
        purpose=request.purpose,
    )


def preview_to_pb(found: Preview, messages: Messages) -> pb.PreviewTransferResponse:
    """A preview as the contracts carry it."""
    return pb.PreviewTransferResponse(
        lines=[_line_to_pb(line, messages) for line in found.lines],
        sources_without_rule=_keys(found.sources_without_rule),
    )


def _line_to_pb(line: PreviewLine, messages: Messages) -> pb.PreviewLine:
    facts = None if line.target is None else line.target.facts
    return pb.PreviewLine(
        target=wire.course_key_to_pb(line.key),
        title_th="" if facts is None else facts.title_th,
        credits=None if facts is None else wire.amount_to_pb(facts.credit_hundredths, facts.unit),
        verdict=cast("Any", f"PREVIEW_VERDICT_{line.verdict}"),
        rule=None if line.rule is None else rule_to_pb(line.rule),
        sources=_keys([source.course for source in line.sources]),
        source_entry_ids=[str(source.entry_id) for source in line.sources if source.entry_id],
        missing=_keys(line.missing),
        hours_pct=line.hours_pct,
        obstacles=line.obstacles,
        notes=line.notes,
        explanations_th=sentences(line, messages),
        policies=[policy_rule_to_pb(rule) for rule in line.policies],
    )


def _keys(keys: tuple[CourseKey, ...] | list[CourseKey]) -> list[Any]:
    return [wire.course_key_to_pb(key) for key in keys]


def accreditation_from_pb(message: pb.Accreditation) -> AccreditationFacts:
    """An accreditation to propose.

    Raises:
        InvalidField: A field has no usable value.
    """
    return AccreditationFacts(
        kind=wire.enum_from_pb(
            AccreditationKind, pb.AccreditationKind, message.kind, prefix="ACCREDITATION_KIND_", field="kind"
        ),
        source_institution_id=wire.optional_uuid(message, "source_institution_id"),
        source_name_th=message.source_name_th.strip(),
        course=wire.course_key_from_pb(message.course) if message.HasField("course") else None,
        body_th=message.body_th.strip(),
        reference=message.reference.strip(),
        valid_from=wire.required_date(message, "valid_from"),
        valid_to=wire.optional_date(message, "valid_to"),
        provenance=wire.provenance_from_pb(message),
    )
