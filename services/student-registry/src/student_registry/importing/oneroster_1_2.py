"""Adapter of OneRoster 1.2 CSV bundles: one row of enrollments.csv is one student in one homeroom.

`oneroster.reading` makes rows of our own layout of them. A student may stand in several homerooms of one bundle, each
another enrolment; the same student in the same homeroom twice is one row too many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from student_registry.importing import nuaikit_learners_1 as learners
from student_registry.importing.domain import Columns
from student_registry.learners.domain import Registration
from student_registry.oneroster.reading import TOLD

_NUMBERS = (learners.STUDENT_NO, learners.CITIZEN_ID, learners.G_CODE)


def _keys(_registration: Registration) -> Sequence[tuple[str, str]]:
    return ()


def _read_columns(
    numbers: Sequence[int], columns: Mapping[str, Sequence[str]], today: date
) -> tuple[Columns, Sequence[int]]:
    """As our own layout, but whoever occurs twice in a part is looked at row by row."""
    times = {name: Counter(columns[name]) for name in _NUMBERS}
    apart = [
        place
        for place in range(len(numbers))
        if any(columns[name][place] and times[name][columns[name][place]] > 1 for name in _NUMBERS)
    ]
    if not apart:
        return learners.read_columns(numbers, columns, today)
    twice = set(apart)
    places = [place for place in range(len(numbers)) if place not in twice]
    some = {name: [column[place] for place in places] for name, column in columns.items()}
    plain, others = learners.read_columns([numbers[place] for place in places], some, today)
    return plain, sorted([*apart, *(places[place] for place in others)])


LAYOUT = replace(
    learners.LAYOUT,
    name="oneroster-1.2",
    needed=(),
    keys=_keys,
    read_columns=_read_columns,
    told=TOLD,
)
