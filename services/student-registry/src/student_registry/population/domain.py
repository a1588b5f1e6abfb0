"""What is counted, by what, and what may be shown of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from student_registry.enrolments.domain import EnrolmentRole
from student_registry.population.errors import DimensionNotKept, DimensionsInvalid
from student_registry.population.suppression import ALL, Place, hidden_alone, hidden_places, with_totals
from student_registry.provenance import DataStatus

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


NOT_KEPT = frozenset({Dimension.GROUP, Dimension.NATIONALITY})
"""What no table holds in a form that could be counted."""


def check_dimensions(dimensions: Sequence[Dimension]) -> None:
    """Refuse what makes no table.

    Raises:
        DimensionsInvalid: More than two, one twice, or groups beside another.
        DimensionNotKept: There is no data for it.
    """
    is_group_beside_another = Dimension.GROUP in dimensions and len(dimensions) > 1
    if len(dimensions) > DIMENSIONS_MAX or len(set(dimensions)) < len(dimensions) or is_group_beside_another:
        raise DimensionsInvalid(field="dimensions")
    missing = NOT_KEPT & set(dimensions)
    if missing:
        raise DimensionNotKept(field="dimensions", dimensions=", ".join(sorted(missing)))


def counts_enrolments(dimensions: Sequence[Dimension], roles: Sequence[EnrolmentRole]) -> bool:
    """Whether enrolments are counted: a learner has one primary enrolment on a day, but any number of others."""
    return Dimension.ROLE in dimensions or tuple(roles) != (EnrolmentRole.PRIMARY,)


def shown(
    counts: Mapping[Place, int], *, total: int, is_group: bool, smallest: int
) -> tuple[int | None, tuple[Cell, ...]]:
    """The total and the cells with their totals as they may be shown; zeros have no cell."""
    if is_group:
        hidden = hidden_alone(counts, total, smallest=smallest)
        cells = [Cell(place, None if place in hidden else count) for place, count in sorted(counts.items()) if count]
        return (None if 0 < total < smallest else total), tuple(cells)
    table = with_totals(counts)
    hidden = hidden_places(table, smallest=smallest)
    cells = [
        Cell(place, None if place in hidden else count)
        for place, count in sorted(table.items(), key=_totals_last)
        if count and place
    ]
    whole = tuple(ALL for _ in next(iter(counts), ()))
    return (None if whole in hidden else total), tuple(cells)


def _totals_last(item: tuple[Place, int]) -> tuple[tuple[bool, str], ...]:
    return tuple((value == ALL, value) for value in item[0])
