"""What recording takes for given, read from the files beside: kinds of evidence, recognition, courses of our own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from credit_bank.catalogue.domain import CodeSystem, Course, CourseFacts, CourseKey
from credit_bank.provenance import Provenance
from credit_bank.recording.domain import RplMode, SourceMode


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """A kind of evidence.

    Attributes:
        is_test: The result of an outside test, such as V-NET.
    """

    kind: str
    title_th: str
    is_test: bool


@dataclass(frozen=True, slots=True)
class OwnCourse:
    """Something with results that is in no catalogue, such as a yearly assessment.

    Attributes:
        mode: The only source mode of its results.
        scheme: The only grade scheme of its results.
    """

    course: Course
    mode: SourceMode
    scheme: str

    @property
    def is_yearly(self) -> bool:
        """Whether learners have such a result every year."""
        return self.mode is SourceMode.ASSESSMENT


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("credit_bank.recording").joinpath(name).read_text("utf-8"))


def _evidence_kinds() -> Mapping[str, EvidenceKind]:
    rows = _read("evidence_kinds.toml")["kind"]
    return {row["kind"]: EvidenceKind(row["kind"], row["title_th"], row.get("is_test", False)) for row in rows}


def _own_courses() -> Mapping[CourseKey, OwnCourse]:
    data = _read("own_courses.toml")
    found: dict[CourseKey, OwnCourse] = {}
    for row in data["course"]:
        key = CourseKey(CodeSystem.EXT, row["code"], data["curriculum_version"])
        facts = CourseFacts(
            key=key,
            title_th=row["title_th"],
            title_en=None,
            unit=None,
            credit_hundredths=None,
            hours_total=None,
            tpn=None,
            category=row["category"],
            subject_type=row["subject_type"],
            subject_group="",
            outcomes=(),
            provenance=Provenance(data["source"], row["status"], version=data["version"]),
        )
        found[key] = OwnCourse(Course(_course_id(key), 1, facts), SourceMode(row["mode"]), row["scheme"])
    return found


def _course_id(key: CourseKey) -> UUID:
    return uuid5(NAMESPACE_URL, f"urn:nuaikit:course:{key.code_system}:{key.code}:{key.curriculum_version}")


_RECOGNITION: Final = _read("recognition.toml")

EVIDENCE_KINDS: Final = _evidence_kinds()
"""Kinds by name."""

OWN_COURSES: Final = _own_courses()
"""By course key: what has results and is in no catalogue."""

RPL_EVIDENCE: Final[Mapping[RplMode, frozenset[str]]] = {
    RplMode(row["mode"]): frozenset(row["evidence"]) for row in _RECOGNITION["rpl"]
}
"""Kinds of evidence of which each mode needs one."""

LEVEL_EQUIV_EVIDENCE: Final[frozenset[str]] = frozenset(_RECOGNITION["level_equiv"]["evidence"])
"""Kinds of evidence of which the outcome of a level equivalence needs one, with number and day."""
