"""Grades, their levels and what follows them: read from `grades.toml`, which is data with day, version and source."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

from student_registry.provenance import DataStatus, Provenance


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade.

    Attributes:
        level: Level code, such as UPPER_SECONDARY.
        official_code: Of the national list; empty while unknown.
        next_grade_label: What follows inside the level; empty for its last grade.
        needs_destination: Whether it is known of each who finishes it where he is expected next (003:254).
    """

    grade_label: str
    name_th: str
    level: str
    level_name_th: str
    official_code: str
    official_level_code: str
    next_grade_label: str
    needs_destination: bool
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class GradeList:
    """The grades of one version, by label, in the order of study."""

    version: str
    effective_from: date
    grades: Mapping[str, Grade]

    def level_of(self, grade_label: str) -> str:
        """Level of a grade; empty where the grade is in no list."""
        grade = self.grades.get(grade_label)
        return "" if grade is None else grade.level

    def labels_of(self, level: str) -> list[str]:
        """Grades of a level, for whoever counts by level."""
        return [grade.grade_label for grade in self.grades.values() if grade.level == level]


def _read(version: dict[str, Any]) -> GradeList:
    levels = {item["level"]: item for item in version["level"]}
    grades = {
        item["grade_label"]: Grade(
            grade_label=item["grade_label"],
            name_th=item["name_th"],
            level=item["level"],
            level_name_th=levels[item["level"]]["name_th"],
            official_code=item["official_code"],
            official_level_code=levels[item["level"]]["official_code"],
            next_grade_label=item["next_grade_label"],
            needs_destination=item["needs_destination"],
            provenance=Provenance(
                item["source"], DataStatus(item["status"]), version["effective_from"], version["version"]
            ),
        )
        for item in version["grade"]
    }
    return GradeList(version["version"], version["effective_from"], grades)


_TEXT = resources.files("student_registry.enrolments").joinpath("grades.toml").read_text("utf-8")
VERSIONS = tuple(sorted(map(_read, tomllib.loads(_TEXT)["version"]), key=lambda item: item.effective_from))


def grades_on(day: date) -> GradeList:
    """The list that holds on a day; before the first, the first is the best that is known."""
    held = [version for version in VERSIONS if version.effective_from <= day]
    return held[-1] if held else VERSIONS[0]
