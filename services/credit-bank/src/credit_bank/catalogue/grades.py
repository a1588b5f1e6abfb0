"""Grade schemes as data: labels, national codes and what each counts for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from chassis.tabular import ascii_digits, clean

OBEC_8_LEVEL = "OBEC_8_LEVEL"
OVEC_8_LEVEL = "OVEC_8_LEVEL"
PASS_FAIL = "PASS_FAIL"  # noqa: S105  # the name of a grade scheme


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade of one scheme.

    Attributes:
        code: National code, such as `006`.
        label: As people write it, such as `3.5` or `ผ`.
        point_hundredths: Grade points in 1/100; None for letters, which are never numbers.
        status: `confirmed` or `assumed`: how far its flags may be trusted.
    """

    scheme: str
    scheme_version: str
    code: str
    label: str
    point_hundredths: int | None
    is_attempted: bool
    is_earned: bool
    is_in_gpa: bool
    counts_for_graduation: bool
    status: str


def _load() -> Mapping[str, Mapping[str, Grade]]:
    data = tomllib.loads(resources.files("credit_bank.catalogue").joinpath("grade_schemes.toml").read_text("utf-8"))
    return {scheme["scheme"]: _grades(scheme, data["version"]) for scheme in data["scheme"]}


def _grades(scheme: dict[str, Any], version: str) -> Mapping[str, Grade]:
    found: dict[str, Grade] = {}
    for row in scheme["grades"]:
        grade = Grade(
            scheme=scheme["scheme"],
            scheme_version=version,
            code=row["code"],
            label=row["label"],
            point_hundredths=row.get("points"),
            is_attempted=row["attempted"],
            is_earned=row["earned"],
            is_in_gpa=row["in_gpa"],
            counts_for_graduation=row["graduation"],
            status=row.get("status", scheme["status"]),
        )
        for name in (row["label"], *row["aliases"]):
            assert name not in found, f"{scheme['scheme']}: {name} stands twice"
            found[name] = grade
    return found


SCHEMES: Mapping[str, Mapping[str, Grade]] = _load()
"""Grades by scheme and by every label under which they are written."""


def find_grade(scheme: str, label: str) -> Grade | None:
    """The grade that a label means in a scheme, None for a scheme or label that is not in the data.

    Thai digits and invisible characters are accepted; nothing else is guessed.
    """
    return SCHEMES.get(scheme, {}).get(ascii_digits(clean(label)))


def usual_scheme(unit: str | None) -> str:
    """The scheme of a file that names none: by the unit of the course's credits; without credits, pass or fail."""
    return {"CR_OBEC": OBEC_8_LEVEL, "CR_OVEC": OVEC_8_LEVEL}.get(unit or "", PASS_FAIL)
