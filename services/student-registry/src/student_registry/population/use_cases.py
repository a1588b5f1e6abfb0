"""Counting learners below an institution."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import InvalidField
from chassis.pg import Connection, transaction

from student_registry.calendar_th import today_in_thailand
from student_registry.codes import every_code
from student_registry.deps import Deps
from student_registry.enrolments.domain import EnrolmentRole
from student_registry.enrolments.grades import grades_on
from student_registry.institutions.domain import InstitutionKind
from student_registry.institutions.errors import InstitutionNotFound
from student_registry.institutions.use_cases import subtree
from student_registry.oversight import ADMINISTRATION, TREES
from student_registry.population import store
from student_registry.population.domain import (
    CELLS_MAX,
    INSIDE,
    NOT_STATED,
    RESTRICTED,
    Branch,
    Cell,
    Dimension,
    Limits,
    Population,
    Rule,
    branches_of,
    check_dimensions,
    counts_enrolments,
    hidden_beside,
    shown,
    shown_groups,
)
from student_registry.population.errors import TooManyCells
from student_registry.population.suppression import Place
from student_registry.profiles.domain import ProfileKind
from student_registry.profiles.use_cases import group_indexes
from student_registry.rules import rules_on

READ_POPULATION = "registry.population.read"
SMALLEST_CELL = "SMALLEST_CELL_SHOWN"
SMALLEST_CELL_RESTRICTED = "SMALLEST_CELL_SHOWN_RESTRICTED"
_KINDS = {
    Dimension.NATIONALITY: (ProfileKind.NATIONALITY,),
    Dimension.GROUP: (ProfileKind.SPECIAL_TARGET, ProfileKind.VULNERABLE_GROUP),
}
"""Facts of a profile that are counted by; the lists of their codes have the same names."""


@dataclass(frozen=True, slots=True)
class CountPopulation:
    """What to count.

    Attributes:
        institution_id: Top of the subtree.
        roles: Of enrolments; empty: PRIMARY, so that everybody counts once.
        kinds: Of institutions; empty: all.
        on_date: None: today.
        with_unenrolled: Also people in no school whose record one of the institutions keeps.
    """

    institution_id: UUID
    tree: str = ADMINISTRATION
    dimensions: tuple[Dimension, ...] = ()
    roles: tuple[EnrolmentRole, ...] = ()
    kinds: tuple[InstitutionKind, ...] = ()
    on_date: date | None = None
    with_unenrolled: bool = False


async def count_population(deps: Deps, query: CountPopulation, *, actor: Actor, now: datetime) -> Population:
    """Counts with totals, small numbers hidden; nobody is named, so nothing is noted.

    Raises:
        PermissionMissing: The caller may not read counts.
        InstitutionNotFound: Neither his own nor below it in that tree.
        DimensionsInvalid: More than two characteristics, one twice, or groups beside another.
        TooManyCells: More than 3,000 cells.
        InvalidField: No such tree.
    """
    actor.require(READ_POPULATION)
    check_dimensions(query.dimensions)
    tree = query.tree or ADMINISTRATION
    if tree not in TREES:
        raise InvalidField(field="tree", expected=f"one of {', '.join(sorted(TREES))}")
    on_date = query.on_date or today_in_thailand(now)
    roles = query.roles or (EnrolmentRole.PRIMARY,)
    is_group = Dimension.GROUP in query.dimensions
    async with transaction(deps.pool) as connection:
        around = await _around(connection, query.institution_id, tree, actor=actor, on_date=on_date)
        numbers = {branch: number for number, branch in enumerate(dict.fromkeys([INSIDE, *around.branches.values()]))}
        wanted = store.Wanted(
            institution_ids=around.institution_ids,
            on_date=on_date,
            roles=[role.value for role in roles],
            kinds=[kind.value for kind in query.kinds],
            with_unenrolled=query.with_unenrolled,
            branches={place: numbers[branch] for place, branch in around.branches.items()},
            codes=await _codes(deps, connection, query.dimensions),
        )
        asked = [Dimension.GRADE if item is Dimension.LEVEL else item for item in query.dimensions]
        counted = await store.count(connection, wanted, [] if is_group else asked)
        in_groups = await store.count_groups(connection, wanted) if is_group else {}
        rule, limits = await _limits(connection, query.dimensions, on_date=on_date)
    counts = {
        branch: _with_levels(counted.counts.get(number, {}), query.dimensions, on_date=on_date)
        for branch, number in numbers.items()
    }
    if len(counts[INSIDE]) > CELLS_MAX:
        raise TooManyCells(limit=CELLS_MAX, got=len(counts[INSIDE]))
    groups = {branch: in_groups.get(number, {}) for branch, number in numbers.items()} if is_group else None
    # Finding out what to hide is work of the processor: the loop must go on serving others.
    total, cells, is_withheld = await asyncio.to_thread(_shown, counts, groups, way=around.way, limits=limits)
    return Population(
        institution_id=query.institution_id,
        tree=tree,
        on_date=on_date,
        dimensions=query.dimensions,
        total=total,
        cells=cells,
        rule=rule,
        institutions=around.inside,
        is_withheld=is_withheld,
        counts_enrolments=counts_enrolments(query.dimensions, roles),
        data_statuses=tuple(sorted(counted.data_statuses.get(numbers[INSIDE], set()))),
    )


def _shown(
    counts: dict[Branch, dict[Place, int]],
    groups: dict[Branch, dict[Place, int]] | None,
    *,
    way: Sequence[UUID],
    limits: Limits,
) -> tuple[int | None, tuple[Cell, ...], bool]:
    """What is shown of what is inside, knowing that its neighbours may be asked for too."""
    if groups is None:
        return shown(counts[INSIDE], limits=limits, outside=hidden_beside(counts, way=way, limits=limits))
    alone = replace(limits, each=())
    total, _, _ = shown(counts[INSIDE], limits=alone, outside=hidden_beside(counts, way=way, limits=alone))
    beside = hidden_beside(groups, way=way, limits=limits, is_group=True)
    everybody = sum(counts[INSIDE].values())
    return total, shown_groups(groups[INSIDE], total=everybody, limits=limits, outside=beside), False


@dataclass(frozen=True, slots=True)
class _Around:
    """Institutions to count, and how they stand around the one asked for.

    Attributes:
        way: From that one up to the caller's.
        branches: Of each institution.
        inside: How many are at or below it.
    """

    institution_ids: list[UUID]
    way: list[UUID]
    branches: dict[UUID, Branch]
    inside: int


async def _around(connection: Connection, institution_id: UUID, tree: str, *, actor: Actor, on_date: date) -> _Around:
    """Institutions of the caller's subtree, for a caller who may ask for one of them.

    Who acts for no institution (the platform's own services, the first administrator) may ask for any.

    Raises:
        InstitutionNotFound: Not the caller's to ask for, or not registered.
    """
    top = actor.institution_id or institution_id
    own = await subtree(connection, top, tree=tree, on_date=on_date)
    if institution_id not in own:
        raise InstitutionNotFound(field="institution_id")
    if top == institution_id:
        return _Around(own, [top], {}, len(own))
    parents = await store.parents(connection, own, tree=tree, on_date=on_date)
    way, branches = branches_of(parents, top=top, institution_id=institution_id)
    return _Around(own, way, branches, sum(branch == INSIDE for branch in branches.values()))


async def _codes(deps: Deps, connection: Connection, dimensions: tuple[Dimension, ...]) -> dict[bytes, str]:
    """The codes of restricted facts, by the keyed hashes under which they lie."""
    kinds = [kind for dimension in dimensions for kind in _KINDS.get(dimension, ())]
    if not kinds:
        return {}
    return {
        code_index: f"{kind}:{code}" if kind in _KINDS[Dimension.GROUP] else code
        for kind, code in await every_code(connection, kinds)
        for code_index in group_indexes(deps, ProfileKind(kind), code)
    }


async def _limits(connection: Connection, dimensions: tuple[Dimension, ...], *, on_date: date) -> tuple[Rule, Limits]:
    """The rule that the answer names, and the smallest number shown of everybody and of each characteristic."""
    found = await rules_on(connection, [SMALLEST_CELL, SMALLEST_CELL_RESTRICTED], on_date=on_date)
    names = [SMALLEST_CELL_RESTRICTED if item in RESTRICTED else SMALLEST_CELL for item in dimensions]
    rule = found[SMALLEST_CELL_RESTRICTED if SMALLEST_CELL_RESTRICTED in names else SMALLEST_CELL]
    told = Rule(rule.number, rule.version, rule.provenance.source, rule.provenance.status)
    return told, Limits(found[SMALLEST_CELL].number, tuple(found[name].number for name in names))


def _with_levels(counts: dict[Place, int], dimensions: tuple[Dimension, ...], *, on_date: date) -> dict[Place, int]:
    """Counts by grade as counts by level, where levels were asked for."""
    if Dimension.LEVEL not in dimensions:
        return counts
    grades = grades_on(on_date)
    found: Counter[Place] = Counter()
    for place, count in counts.items():
        values = [
            (grades.level_of(value) or NOT_STATED) if dimension is Dimension.LEVEL else value
            for dimension, value in zip(dimensions, place, strict=True)
        ]
        found[tuple(values)] += count
    return dict(found)
