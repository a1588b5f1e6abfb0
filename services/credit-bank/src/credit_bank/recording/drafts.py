"""Drafts of results: what is known so far, and what is still missing. Pure.

A draft may lack everything but the learner. It is kept as a document, so that a field that a result gains later is no
new column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from credit_bank.catalogue.domain import CodeSystem, CourseKey
from credit_bank.provenance import Provenance
from credit_bank.recording.domain import (
    AttemptKind,
    Evidence,
    LearningType,
    ResultInput,
    RplMode,
    SourceMode,
)
from credit_bank.rules.domain import EducationForm, EducationLevel


class DraftState(StrEnum):
    """State of a draft."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True)
class PartialResult:
    """A result as far as it is known.

    The fields are those of `ResultInput`; None or empty is what is not known yet.
    """

    learner_id: UUID
    course: CourseKey | None = None
    year_be: int | None = None
    term: int | None = None
    attempt: int | None = None
    grade_scheme: str | None = None
    grade_label: str | None = None
    source_mode: SourceMode | None = None
    taught_by_institution_id: UUID | None = None
    offering_id: UUID | None = None
    evidence: tuple[Evidence, ...] = ()
    provenance: Provenance | None = None
    attempt_kind: AttemptKind | None = None
    rpl_mode: RplMode | None = None
    form: EducationForm | None = None
    learning_type: LearningType | None = None
    level: EducationLevel | None = None
    issuing_body: str = ""
    assessor_institution_ids: tuple[UUID, ...] = ()

    def missing(self) -> tuple[str, ...]:
        """Fields that a result needs and that are not known yet."""
        return tuple(name for name in NEEDED if not getattr(self, name))

    def completed(self) -> ResultInput:
        """The result.

        Raises:
            ValueError: Something is missing.
        """
        if self.missing():
            raise ValueError("the draft is not complete")
        values: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        values["attempt"] = self.attempt or 1
        return ResultInput(**values)


NEEDED: Final = ("course", "year_be", "term", "grade_scheme", "grade_label", "source_mode", "provenance")
"""What a result cannot do without (CB c.3: complete fields); evidence may come until it is verified."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it is kept.

    Attributes:
        row_version: From 1; whoever changes a draft names the one that he read.
        drafted_by: Keyed hash of the last who changed it.
    """

    draft_id: UUID
    institution_id: UUID
    result: PartialResult
    row_version: int
    state: DraftState
    drafted_by: str
    changed_at: datetime


def of_result(result: ResultInput) -> PartialResult:
    """A whole result in the shape of a draft."""
    return PartialResult(**{name: getattr(result, name) for name in PartialResult.__slots__})


def to_document(result: PartialResult) -> dict[str, Any]:
    """As kept; what is not known is left out."""
    plain: dict[str, Any] = {}
    for name in result.__slots__:
        value = getattr(result, name)
        if value not in (None, "", ()):
            plain[name] = _WRITERS.get(name, _plain)(value)
    return plain


def from_document(document: Mapping[str, Any]) -> PartialResult:
    """As it was given to `to_document`."""
    return PartialResult(**{name: _READERS.get(name, _same)(value) for name, value in document.items()})


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID | StrEnum) else value


def _same(value: Any) -> Any:
    return value


def _course_out(key: CourseKey) -> dict[str, Any]:
    owner = key.owner_institution_id
    return {
        "code_system": str(key.code_system),
        "code": key.code,
        "curriculum_version": key.curriculum_version,
        "owner_institution_id": None if owner is None else str(owner),
    }


def _course_in(value: Mapping[str, Any]) -> CourseKey:
    owner = value["owner_institution_id"]
    return CourseKey(
        CodeSystem(value["code_system"]), value["code"], value["curriculum_version"], UUID(owner) if owner else None
    )


def _evidence_out(items: tuple[Evidence, ...]) -> list[list[str]]:
    return [
        [
            item.kind,
            item.sha256_hex,
            item.document_no,
            item.issuing_body,
            "" if item.issued_on is None else item.issued_on.isoformat(),
            item.result_text,
        ]
        for item in items
    ]


def _evidence_in(items: list[list[str]]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(kind, sha256_hex, number, body, date.fromisoformat(issued_on) if issued_on else None, text)
        for kind, sha256_hex, number, body, issued_on, text in items
    )


def _provenance_out(value: Provenance) -> list[str | None]:
    first = value.effective_from
    return [value.source, value.status, None if first is None else first.isoformat(), value.version]


def _provenance_in(value: list[str | None]) -> Provenance:
    source, status, first, version = value
    return Provenance(source or "", status or "", date.fromisoformat(first) if first else None, version)


_WRITERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "course": _course_out,
    "evidence": _evidence_out,
    "provenance": _provenance_out,
    "assessor_institution_ids": lambda items: [str(item) for item in items],
}
_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "learner_id": UUID,
    "course": _course_in,
    "source_mode": SourceMode,
    "taught_by_institution_id": UUID,
    "offering_id": UUID,
    "evidence": _evidence_in,
    "provenance": _provenance_in,
    "attempt_kind": AttemptKind,
    "rpl_mode": RplMode,
    "form": EducationForm,
    "learning_type": LearningType,
    "level": EducationLevel,
    "assessor_institution_ids": lambda items: tuple(UUID(item) for item in items),
}
