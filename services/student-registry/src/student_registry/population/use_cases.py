"""Counting learners below an institution."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import InvalidField
from chassis.pg import Connection, transaction

from student_registry.calendar_th import today_in_thailand
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
    NOT_STATED,
    RESTRICTED,
    Dimension,
    Population,
    Rule,
    check_dimensions,
    counts_enrolments,
    shown,
)
from student_registry.population.errors import TooManyCells
from student_registry.population.suppression import Place
from student_registry.rules import rules_on

READ_POPULATION = "registry.population.read"
SMALLEST_CELL = "SMALLEST_CELL_SHOWN"
SMALLEST_CELL_RESTRICTED = "SMALLEST_CELL_SHOWN_RESTRICTED"


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
    asked = [Dimension.GRADE if item is Dimension.LEVEL else item for item in query.dimensions]
    async with transaction(deps.pool) as connection:
        below = await _below(connection, query.institution_id, tree, actor=actor, on_date=on_date)
        counts, statuses = await store.count(
            connection,
            below,
            asked,
            on_date=on_date,
            roles=[role.value for role in roles],
            kinds=[kind.value for kind in query.kinds],
            with_unenrolled=query.with_unenrolled,
        )
        rule = await _rule(connection, query.dimensions, on_date=on_date)
    counts = _with_levels(counts, query.dimensions, on_date=on_date)
    if len(counts) > CELLS_MAX:
        raise TooManyCells(limit=CELLS_MAX, got=len(counts))
    # Finding out what to hide is work of the processor: the loop must go on serving others.
    total, cells = await asyncio.to_thread(
        shown,
        counts,
        total=sum(counts.values()),
        is_group=Dimension.GROUP in query.dimensions,
        smallest=rule.smallest_shown,
    )
    return Population(
        institution_id=query.institution_id,
        tree=tree,
        on_date=on_date,
        dimensions=query.dimensions,
        total=total,
        cells=cells,
        rule=rule,
        institutions=len(below),
        counts_enrolments=counts_enrolments(query.dimensions, roles),
        data_statuses=tuple(sorted(statuses)),
    )


async def _below(connection: Connection, institution_id: UUID, tree: str, *, actor: Actor, on_date: date) -> list[UUID]:
    """Institutions of the subtree, for a caller who may ask for it.

    Who acts for no institution (the platform's own services, the first administrator) may ask for any.

    Raises:
        InstitutionNotFound: Not the caller's to ask for, or not registered.
    """
    if actor.institution_id is not None and institution_id != actor.institution_id:
        own = await subtree(connection, actor.institution_id, tree=tree, on_date=on_date)
        if institution_id not in own:
            raise InstitutionNotFound(field="institution_id")
    below = await subtree(connection, institution_id, tree=tree, on_date=on_date)
    if not below:
        raise InstitutionNotFound(field="institution_id")
    return below


async def _rule(connection: Connection, dimensions: tuple[Dimension, ...], *, on_date: date) -> Rule:
    name = SMALLEST_CELL_RESTRICTED if RESTRICTED & set(dimensions) else SMALLEST_CELL
    found = (await rules_on(connection, [name], on_date=on_date))[name]
    return Rule(found.number, found.version, found.provenance.source, found.provenance.status)


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
