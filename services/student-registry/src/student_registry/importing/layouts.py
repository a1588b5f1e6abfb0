"""Layouts of learner files: ours, and those of other owners that are kept as data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.pg import Connection, transaction

from student_registry.deps import Deps
from student_registry.importing import nuaikit_census_1, nuaikit_learners_1, oneroster_1_2, store
from student_registry.importing.adapters import Adapter
from student_registry.importing.domain import Layout
from student_registry.importing.errors import LayoutUnknown, LayoutVersionExists
from student_registry.importing.mapping import PublishedLayout, mapped
from student_registry.institutions.use_cases import institutions_by_id
from student_registry.oneroster.reading import open_roster

MANAGE = "registry.layouts.manage"
LAYOUTS: Mapping[str, Layout] = {
    layout.name: layout for layout in (nuaikit_learners_1.LAYOUT, nuaikit_census_1.LAYOUT, oneroster_1_2.LAYOUT)
}
"""Layouts that are read here; another owner's is data that leads to one of ours."""

_OPENERS = {oneroster_1_2.LAYOUT.name: open_roster}
_COLUMNS = {
    nuaikit_learners_1.LAYOUT.name: nuaikit_learners_1.COLUMNS,
    nuaikit_census_1.LAYOUT.name: nuaikit_census_1.COLUMNS,
}


async def find(connection: Connection, name: str, *, on_date: date) -> Adapter:
    """How files of a layout are read on a day.

    Raises:
        LayoutUnknown: There is none of this name.
    """
    if name in LAYOUTS:
        return Adapter(name, LAYOUTS[name], open=_OPENERS.get(name))
    published = await store.layout_in_force(connection, name, on_date=on_date)
    if published is None:
        known = [*LAYOUTS, *(item.name for item in await store.layouts(connection, on_date=on_date))]
        raise LayoutUnknown(field="layout", known=", ".join(known))
    return _adapter(published)


async def own_codes(connection: Connection, adapter: Adapter, institution_id: UUID, *, on_date: date) -> frozenset[str]:
    """Id and codes of an institution, by which a bundle names it; none where a file names nobody."""
    if adapter.open is None:
        return frozenset()
    found = await institutions_by_id(connection, [institution_id], on_date=on_date)
    return frozenset([str(institution_id), *found[institution_id].facts.codes])


def _adapter(published: PublishedLayout) -> Adapter:
    base = LAYOUTS[published.base]
    return Adapter(published.name, base, mapped(published.definition, base, columns=_COLUMNS[published.base]))


async def publish(deps: Deps, layout: PublishedLayout, *, actor: Actor, now: datetime) -> bool:
    """Publish a version of another owner's layout; whether it is new.

    The same version with the same content is known already: its name and version are its key.

    Raises:
        PermissionMissing: The actor may not publish layouts.
        LayoutUnknown: It leads to no layout of ours, or takes the name of one.
        LayoutDefinitionInvalid: It does not lead there.
        LayoutVersionExists: The version, or its first day, is taken.
    """
    actor.require(MANAGE)
    if layout.base not in _COLUMNS or layout.name in LAYOUTS:
        raise LayoutUnknown(field="base", known=", ".join(_COLUMNS))
    _adapter(layout)
    async with transaction(deps.pool) as connection:
        if await store.add_layout(connection, layout, now=now, published_by=actor.subject_hash):
            return True
        if not await store.has_layout(connection, layout):
            raise LayoutVersionExists(field="version")
    return False


async def list_layouts(deps: Deps, *, on_date: date) -> list[PublishedLayout]:
    """Layouts of other owners in force on a day, by name."""
    async with transaction(deps.pool) as connection:
        return await store.layouts(connection, on_date=on_date)
