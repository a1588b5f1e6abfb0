"""What is counted, by what, and what may be shown of it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from student_registry.enrolments.domain import EnrolmentRole
from student_registry.population.errors import DimensionsInvalid
from student_registry.population.suppression import (
    ALL,
    Place,
    Protected,
    hidden_alone,
    hidden_places,
    part_of,
    protected,
    with_totals,
)
from student_registry.provenance import DataStatus

T = TypeVar("T")

DIMENSIONS_MAX = 2
CELLS_MAX = 3_000
NOT_STATED = "NOT_STATED"


class Dimension(StrEnum):
    """Characteristic by which learners are counted."""

    INSTITUTION = "INSTITUTION"
    LEVEL = "LEVEL"
    GRADE = "GRADE"
    SEX = "SEX"
    DELIVERY_SYSTEM = "DELIVERY_SYSTEM"
    ROLE = "ROLE"
    STATUS = "STATUS"
    GROUP = "GROUP"
    NATIONALITY = "NATIONALITY"
    G_STATUS = "G_STATUS"


RESTRICTED = frozenset({Dimension.GROUP, Dimension.NATIONALITY, Dimension.G_STATUS})
"""What no event tells; the smallest number shown is larger (architecture.md 8)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Smallest number shown, with its provenance."""

    smallest_shown: int
    version: str
    source: str
    status: DataStatus


@dataclass(frozen=True, slots=True)
class Cell:
    """One number; None: hidden."""

    values: Place
    count: int | None


@dataclass(frozen=True, slots=True)
class Population:
    """Counts and what they are of.

    Attributes:
        institutions: How many the subtree has.
        total: Everybody counted; None: hidden.
        is_withheld: Some cells are left out altogether: a cell that is missing is not a zero.
        counts_enrolments: Enrolments were counted, and somebody with two of them twice.
        data_statuses: Of the facts counted.
    """

    institution_id: UUID
    tree: str
    on_date: date
    dimensions: tuple[Dimension, ...]
    total: int | None
    cells: tuple[Cell, ...]
    rule: Rule
    institutions: int
    is_withheld: bool
    counts_enrolments: bool
    data_statuses: tuple[str, ...]

    @property
    def numerator_th(self) -> str:
        """What the cells count."""
        by = " และ".join(_DIMENSION_TH[dimension] for dimension in self.dimensions)
        return f"{self.denominator_th} จำแนกตาม{by}" if by else self.denominator_th

    @property
    def denominator_th(self) -> str:
        """What the total counts."""
        day = f"{self.on_date.day}/{self.on_date.month}/{self.on_date.year + 543}"
        unit = "จำนวนการเข้าเรียนทุกบทบาทที่เลือก" if self.counts_enrolments else "จำนวนผู้เรียน (นับคนละหนึ่งครั้ง)"
        return f"{unit} ณ วันที่ {day} ในสถานศึกษาและหน่วยงาน {self.institutions} แห่ง"


SOURCE_TH = "ทะเบียนผู้เรียนกลาง (student-registry) ข้อมูลการเข้าเรียนที่มีผลในวันที่นับ"

_DIMENSION_TH = {
    Dimension.INSTITUTION: "สถานศึกษา",
    Dimension.LEVEL: "ระดับการศึกษา",
    Dimension.GRADE: "ชั้น",
    Dimension.SEX: "เพศ",
    Dimension.DELIVERY_SYSTEM: "ระบบการศึกษา",
    Dimension.ROLE: "บทบาทของสถานศึกษา",
    Dimension.STATUS: "สถานะของผู้เรียน",
    Dimension.GROUP: "กลุ่มเป้าหมาย",
    Dimension.NATIONALITY: "สัญชาติ",
    Dimension.G_STATUS: "การมีเลขประจำตัว",
}


def check_dimensions(dimensions: Sequence[Dimension]) -> None:
    """Refuse what makes no table.

    Raises:
        DimensionsInvalid: More than two, one twice, or groups beside another.
    """
    is_group_beside_another = Dimension.GROUP in dimensions and len(dimensions) > 1
    if len(dimensions) > DIMENSIONS_MAX or len(set(dimensions)) < len(dimensions) or is_group_beside_another:
        raise DimensionsInvalid(field="dimensions")


def counts_enrolments(dimensions: Sequence[Dimension], roles: Sequence[EnrolmentRole]) -> bool:
    """Whether enrolments are counted: a learner has one primary enrolment on a day, but any number of others."""
    return Dimension.ROLE in dimensions or tuple(roles) != (EnrolmentRole.PRIMARY,)


@dataclass(frozen=True, slots=True)
class Limits:
    """Smallest numbers shown: of everybody, and of each characteristic that is counted by."""

    total: int
    each: tuple[int, ...]


def shown(
    counts: Mapping[Place, int], *, limits: Limits, outside: Protected
) -> tuple[int | None, tuple[Cell, ...], bool]:
    """The total, the cells with their totals, and whether some are withheld; zeros have no cell either."""
    table = with_totals(counts)
    found = protected(counts, smallest=limits.each, smallest_total=limits.total, outside=outside)
    cells = [
        Cell(place, count if found.is_shown(place) else None)
        for place, count in sorted(table.items(), key=_totals_last)
        if count and place and part_of(place) not in found.withheld
    ]
    whole = (ALL,) * len(limits.each)
    return (table.get(whole, 0) if found.is_shown(whole) else None), tuple(cells), bool(found.withheld)


def shown_groups(counts: Mapping[Place, int], *, total: int, limits: Limits, outside: Protected) -> tuple[Cell, ...]:
    """The cells of groups as they may be shown: somebody may be in several, so that they do not add up."""
    hidden = hidden_alone(counts, total, smallest=limits.each[0]) | outside.hidden
    return tuple(Cell(place, None if place in hidden else count) for place, count in sorted(counts.items()) if count)


Branch = tuple[int, str]
"""Part of the caller's subtree: how many steps above what is counted it hangs, and which institution begins it."""

INSIDE: Branch = (0, "")
"""What is counted itself."""


def branches_of(
    parents: Mapping[UUID, UUID | None], *, top: UUID, institution_id: UUID
) -> tuple[list[UUID], dict[UUID, Branch]]:
    """Into what a subtree falls apart around one institution in it.

    Args:
        parents: Every institution of the subtree of `top` with its parent.
        top: Where the subtree begins.
        institution_id: One of it.

    Returns:
        The way from it up to `top`, itself first; and the branch of every institution.
    """
    way = [institution_id]
    while way[-1] != top:
        above = parents[way[-1]]
        assert above is not None, "the institution is below the top"
        way.append(above)
    step = {place: number for number, place in enumerate(way)}
    found: dict[UUID, Branch] = {}
    for place in parents:
        below, at = place, place
        while at not in step:
            above = parents[at]
            assert above is not None, "every institution is below the top"
            below, at = at, above
        found[place] = (step[at], str(below)) if step[at] else INSIDE
    return way, found


def hidden_beside(
    counts: Mapping[Branch, Mapping[Place, int]], *, way: Sequence[UUID], limits: Limits, is_group: bool = False
) -> Protected:
    """What must not be shown of an institution because those beside it could be computed from the numbers above it.

    At each step up, an institution and those beside it are the rows of a table that the caller may ask for too.

    Args:
        counts: Of each branch, by the values of up to two characteristics.
        way: From the institution up to the caller's.
        limits: Smallest numbers shown.
        is_group: Groups are counted, which do not add up.
    """
    hidden: set[Place] = set()
    withheld: set[tuple[bool, ...]] = set()
    inside = Counter(dict(counts.get(INSIDE, {})))
    each = range(len(limits.each))
    for step in range(1, len(way)):
        below = str(way[step - 1])
        rows: dict[str, Mapping[Place, int]] = {below: Counter(inside)}
        rows |= {label: cells for (at, label), cells in counts.items() if at == step}
        for kept in [] if is_group else [[n] for n in each] or [[]]:
            found = _row_beside(rows, kept, limits=limits)
            hidden |= {_widened(place[1:], kept, each, ALL) for place in found.hidden if place[0] == below}
            withheld |= {_widened(part[1:], kept, each, False) for part in found.withheld if part[0]}
        places = [place for place in inside if is_group or len(limits.each) == DIMENSIONS_MAX]
        hidden |= {place for place in places if _is_hidden_beside(rows, below, place, smallest=max(limits.each))}
        for label, cells in rows.items():
            if label != below:
                inside.update(cells)
    return Protected(frozenset(hidden), frozenset(withheld))


def _row_beside(rows: Mapping[str, Mapping[Place, int]], kept: Sequence[int], *, limits: Limits) -> Protected:
    """What is not shown of the table of these rows by none or one characteristic."""
    table: Counter[Place] = Counter()
    for label, cells in rows.items():
        for place, count in cells.items():
            table[label, *(place[n] for n in kept)] += count
    smallest = [limits.each[n] for n in kept]
    if len(table) <= CELLS_MAX:
        return protected(table, smallest=(limits.total, *smallest), smallest_total=limits.total)
    # No answer shows so large a table whole: each of its columns by itself is enough.
    by_label = {label: {place[1:]: n for place, n in table.items() if place[0] == label} for label in rows}
    columns = {place[1:] for place in table}
    limit = max(smallest, default=limits.total)
    found = {(row, *at) for at in columns for row in rows if _is_hidden_beside(by_label, row, at, smallest=limit)}
    return Protected(frozenset(found))


def _widened(short: Sequence[T], kept: Sequence[int], each: range, other: T) -> tuple[T, ...]:
    """The values of some characteristics among all, with another value in the place of the rest."""
    values = dict(zip(kept, short, strict=True))
    return tuple(values.get(n, other) for n in each)


def _is_hidden_beside(rows: Mapping[str, Mapping[Place, int]], below: str, place: Place, *, smallest: int) -> bool:
    """Whether one number of one row goes with a small one of another row."""
    found = hidden_places(with_totals({(row,): cells.get(place, 0) for row, cells in rows.items()}), smallest=smallest)
    assert found is not None, "nothing was said to be shown"
    return (below,) in found


def _totals_last(item: tuple[Place, int]) -> tuple[tuple[bool, str], ...]:
    return tuple((value == ALL, value) for value in item[0])
