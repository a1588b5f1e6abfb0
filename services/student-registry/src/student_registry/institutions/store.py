"""SQL of institutions: one function per statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from asyncpg import Range
from chassis.pg import Connection, Record

from student_registry.institutions.domain import (
    Affiliation,
    Alias,
    AliasKind,
    ChangeKind,
    ChangeRecord,
    ClosedInstitution,
    Institution,
    InstitutionFacts,
    InstitutionKind,
    Parent,
    Tree,
    in_order,
    other_codes,
    snapshot,
)
from student_registry.provenance import DataStatus, Provenance

CONSTRAINTS = frozenset(
    {
        "institution_official_code_key",
        "institution_local_alias_key",
        "institution_pkey",
        "institution_parent_overlap",
        "institution_alias_taken",
    }
)
"""Violated only when two callers add or change the same institution at once."""

_COLUMNS = """
    i.institution_id, i.kind, i.name_th, i.name_en, i.official_code, i.local_alias, i.province_code, i.opened_on,
    i.closed_on, i.merged_into_institution_id, i.revision, i.source, i.data_status, i.effective_from, i.source_version,
    ARRAY(SELECT jsonb_build_array(p.tree, p.parent_institution_id, lower(p.valid_during), upper(p.valid_during) - 1)
            FROM institution_parent p
           WHERE p.institution_id = i.institution_id AND p.superseded_at IS NULL) AS parents,
    ARRAY(SELECT jsonb_build_array(a.kind, a.value, a.register, lower(a.valid_during), upper(a.valid_during) - 1)
            FROM institution_alias a
           WHERE a.institution_id = i.institution_id AND a.superseded_at IS NULL) AS codes
"""
SQL_FIND_BY_CODES = f"""
    SELECT {_COLUMNS}
      FROM institution i
     WHERE i.institution_id IN (
               SELECT f.institution_id FROM institution_alias f
                WHERE f.value = ANY($1::text[]) AND f.superseded_at IS NULL
                  AND (f.valid_during @> $2::date OR upper_inf(f.valid_during)))
     ORDER BY i.institution_id
"""
SQL_BY_IDS = f"""
    SELECT {_COLUMNS} FROM institution i WHERE i.institution_id = ANY($1::uuid[]) ORDER BY i.institution_id
"""
SQL_LOCK = """
    SELECT institution_id FROM institution WHERE institution_id = ANY($1::uuid[]) ORDER BY institution_id FOR UPDATE
"""
SQL_LOCK_TREES = "SELECT pg_advisory_xact_lock(hashtext('student_registry.institution_parent'))"
SQL_KINDS = "SELECT institution_id, kind FROM institution WHERE institution_id = ANY($1::uuid[])"
SQL_INSERT = """
    INSERT INTO institution (institution_id, kind, name_th, name_en, official_code, local_alias, source, data_status,
                             effective_from, source_version, province_code, opened_on, closed_on,
                             merged_into_institution_id, registered_at)
    SELECT n.institution_id, n.kind, n.name_th, n.name_en, n.official_code, n.local_alias, n.source, n.data_status,
           n.effective_from, n.source_version, n.province_code, n.opened_on, n.closed_on, n.merged_into, $15
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                  $9::date[], $10::text[], $11::text[], $12::date[], $13::date[], $14::uuid[])
           AS n(institution_id, kind, name_th, name_en, official_code, local_alias, source, data_status,
                effective_from, source_version, province_code, opened_on, closed_on, merged_into)
     ORDER BY n.local_alias
"""
SQL_UPDATE = """
    UPDATE institution i
       SET kind = n.kind, name_th = n.name_th, name_en = n.name_en, official_code = n.official_code,
           local_alias = n.local_alias, source = n.source, data_status = n.data_status,
           effective_from = n.effective_from, source_version = n.source_version, province_code = n.province_code,
           opened_on = n.opened_on, closed_on = n.closed_on, merged_into_institution_id = n.merged_into,
           revision = i.revision + 1
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                  $9::date[], $10::text[], $11::text[], $12::date[], $13::date[], $14::uuid[])
           AS n(institution_id, kind, name_th, name_en, official_code, local_alias, source, data_status,
                effective_from, source_version, province_code, opened_on, closed_on, merged_into)
     WHERE i.institution_id = n.institution_id
"""
SQL_SUPERSEDE_PARENTS = """
    UPDATE institution_parent p SET superseded_at = $5
      FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::daterange[]) AS n(institution_id, tree, parent_id, during)
     WHERE p.institution_id = n.institution_id AND p.tree = n.tree AND p.parent_institution_id = n.parent_id
       AND p.valid_during = n.during AND p.superseded_at IS NULL
"""
SQL_INSERT_PARENTS = """
    INSERT INTO institution_parent (institution_id, tree, parent_institution_id, valid_during)
    SELECT n.institution_id, n.tree, n.parent_id, n.during
      FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::daterange[]) AS n(institution_id, tree, parent_id, during)
"""
SQL_SUPERSEDE_CODES = """
    UPDATE institution_alias a SET superseded_at = $6
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::daterange[])
           AS n(institution_id, kind, value, register, during)
     WHERE a.institution_id = n.institution_id AND a.kind = n.kind AND a.value = n.value AND a.register = n.register
       AND a.valid_during = n.during AND a.superseded_at IS NULL
"""
SQL_INSERT_CODES = """
    INSERT INTO institution_alias (institution_id, kind, value, register, valid_during)
    SELECT n.institution_id, n.kind, n.value, n.register, n.during
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::daterange[])
           AS n(institution_id, kind, value, register, during)
     ORDER BY n.value, n.kind
"""
SQL_TAKEN_CODES = """
    SELECT n.place
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::daterange[])
           WITH ORDINALITY AS n(institution_id, kind, value, register, during, place)
     WHERE EXISTS (SELECT FROM institution_alias a
                    WHERE a.kind = n.kind AND a.register = n.register AND a.value = n.value
                      AND a.valid_during && n.during AND a.institution_id <> n.institution_id
                      AND a.superseded_at IS NULL)
"""
SQL_INSERT_CHANGES = """
    INSERT INTO institution_change (change_id, institution_id, kind, before, after, source, data_status,
                                    effective_from, source_version, recorded_at, recorded_by)
    SELECT uuidv7(), n.institution_id, n.kind, n.before, n.after, n.source, n.data_status, n.effective_from,
           n.source_version, $9, $10
      FROM unnest($1::uuid[], $2::text[], $3::jsonb[], $4::jsonb[], $5::text[], $6::text[], $7::date[], $8::text[])
           AS n(institution_id, kind, before, after, source, data_status, effective_from, source_version)
"""
SQL_CHANGES = """
    SELECT change_id, kind, before, after, source, data_status, effective_from, source_version, recorded_at
      FROM institution_change
     WHERE institution_id = $1 AND ($2::uuid IS NULL OR change_id < $2::uuid)
     ORDER BY change_id DESC LIMIT $3
"""
SQL_LIST = f"""
    SELECT {_COLUMNS}
      FROM institution i
     WHERE (cardinality($1::text[]) = 0 OR i.kind = ANY($1::text[]))
       AND ($2::uuid IS NULL OR EXISTS (
               SELECT FROM institution_parent f
                WHERE f.institution_id = i.institution_id AND f.parent_institution_id = $2::uuid AND f.tree = $3::text
                  AND f.valid_during @> $4::date AND f.superseded_at IS NULL))
       AND (cardinality($5::text[]) = 0 OR EXISTS (
               SELECT FROM institution_alias f
                WHERE f.institution_id = i.institution_id AND f.value = ANY($5::text[])
                  AND f.valid_during @> $4::date AND f.superseded_at IS NULL))
       AND ($6::uuid[] IS NULL OR i.institution_id = ANY($6::uuid[]))
       AND ($7::text = '' OR i.name_th ILIKE '%' || $7::text || '%' OR i.name_en ILIKE '%' || $7::text || '%'
            OR EXISTS (SELECT FROM institution_alias f
                        WHERE f.institution_id = i.institution_id AND f.value LIKE $7::text || '%'
                          AND f.superseded_at IS NULL))
       AND ($8::text = '' OR i.province_code = $8::text)
       AND (NOT $9::boolean OR (coalesce(i.opened_on, '-infinity') <= $4::date
                                AND coalesce(i.closed_on, 'infinity') >= $4::date))
       AND ($10::uuid IS NULL OR (i.name_th COLLATE "th-x-icu", i.institution_id) >
               (SELECT s.name_th COLLATE "th-x-icu", s.institution_id FROM institution s
                 WHERE s.institution_id = $10::uuid))
     ORDER BY i.name_th COLLATE "th-x-icu", i.institution_id
     LIMIT $11
"""
SQL_SUBTREE = """
    WITH RECURSIVE below (institution_id) AS (
        SELECT i.institution_id FROM institution i WHERE i.institution_id = $1::uuid
        UNION
        SELECT p.institution_id
          FROM below b
          JOIN institution_parent p
            ON p.parent_institution_id = b.institution_id AND p.tree = $2::text AND p.valid_during @> $3::date
           AND p.superseded_at IS NULL)
    SELECT institution_id FROM below ORDER BY institution_id
"""
SQL_ANCESTORS = """
    WITH RECURSIVE above (institution_id, path) AS (
        SELECT $1::uuid, ARRAY[$1::uuid]
        UNION ALL
        SELECT p.parent_institution_id, a.path || p.parent_institution_id
          FROM above a
          JOIN institution_parent p
            ON p.institution_id = a.institution_id AND p.tree = $2::text AND p.valid_during @> $3::date
           AND p.superseded_at IS NULL
         WHERE p.parent_institution_id <> ALL(a.path))
    SELECT institution_id FROM above WHERE institution_id <> $1::uuid ORDER BY cardinality(path)
"""
SQL_ABOVE = """
    WITH RECURSIVE above (institution_id) AS (
        SELECT unnest($1::uuid[])
        UNION
        SELECT p.parent_institution_id
          FROM above a
          JOIN institution_parent p ON p.institution_id = a.institution_id AND p.superseded_at IS NULL)
    SELECT p.institution_id, p.tree, p.parent_institution_id, lower(p.valid_during) AS valid_from,
           upper(p.valid_during) - 1 AS valid_to
      FROM above a
      JOIN institution_parent p ON p.institution_id = a.institution_id AND p.superseded_at IS NULL
"""
SQL_KIND_PARENTS = "SELECT kind, tree, parent_kinds FROM institution_kind_parent"
SQL_TREES = "SELECT tree, parent_kinds FROM institution_tree"
SQL_AFFILIATIONS = """
    SELECT affiliation_code, name_th, name_en, partner_kinds, source, data_status, effective_from, source_version
      FROM affiliation ORDER BY affiliation_code
"""
SQL_CLOSED = """
    SELECT n.institution_id,
           (SELECT count(*) FROM enrolment e
             WHERE e.institution_id = n.institution_id
               AND coalesce(e.valid_to, 'infinity') > n.closed_on) AS enrolments,
           (SELECT count(*) FROM staff_assignment s
             WHERE s.institution_id = n.institution_id
               AND coalesce(s.valid_to, 'infinity') > n.closed_on) AS assignments,
           (SELECT count(DISTINCT p.institution_id) FROM institution_parent p
             WHERE p.parent_institution_id = n.institution_id AND p.superseded_at IS NULL
               AND p.valid_during && daterange(n.closed_on, NULL, '()')) AS children
      FROM unnest($1::uuid[], $2::date[]) AS n(institution_id, closed_on)
     ORDER BY n.institution_id
"""
SQL_POPULATION = """
    SELECT i.kind, count(*) AS institutions
      FROM institution i
     WHERE ($1::uuid[] IS NULL OR i.institution_id = ANY($1::uuid[]))
       AND coalesce(i.opened_on, '-infinity') <= $2::date AND coalesce(i.closed_on, 'infinity') >= $2::date
     GROUP BY i.kind ORDER BY i.kind
"""


@dataclass(frozen=True, slots=True)
class Change:
    """An institution before and after; before is None for one that is added."""

    before: Institution | None
    after: Institution
    kind: ChangeKind


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _provenance(row: Record) -> Provenance:
    return Provenance(row["source"], DataStatus(row["data_status"]), row["effective_from"], row["source_version"])


def _institution(row: Record, *, on_date: date) -> Institution:
    codes = tuple(
        Alias(AliasKind(kind), value, register, _day(begin), _day(end))
        for kind, value, register, begin, end in row["codes"]
    )
    parents = in_order(
        Parent(Tree(tree), UUID(parent), _day(begin), _day(end)) for tree, parent, begin, end in row["parents"]
    )
    facts = InstitutionFacts(
        kind=InstitutionKind(row["kind"]),
        name_th=row["name_th"],
        name_en=row["name_en"],
        official_code=row["official_code"],
        local_alias=row["local_alias"],
        parent_institution_id=next(
            (
                item.parent_institution_id
                for item in parents
                if item.tree is Tree.ADMINISTRATION and item.holds_on(on_date)
            ),
            None,
        ),
        provenance=_provenance(row),
        parents=parents,
        aliases=other_codes(codes),
        province_code=row["province_code"],
        opened_on=row["opened_on"],
        closed_on=row["closed_on"],
        merged_into_institution_id=row["merged_into_institution_id"],
    )
    return Institution(row["institution_id"], facts, codes, row["revision"])


async def find_by_codes(connection: Connection, codes: Sequence[str], *, on_date: date) -> list[Institution]:
    """Institutions that have one of these codes, of any kind, on a day or will have it."""
    rows = await connection.fetch(SQL_FIND_BY_CODES, codes, on_date)
    return [_institution(row, on_date=on_date) for row in rows]


async def by_ids(connection: Connection, institution_ids: Sequence[UUID], *, on_date: date) -> list[Institution]:
    """Institutions by id, those that exist."""
    rows = await connection.fetch(SQL_BY_IDS, institution_ids)
    return [_institution(row, on_date=on_date) for row in rows]


async def lock(connection: Connection, institution_ids: Sequence[UUID]) -> None:
    """Hold the rows of institutions, in the order of their ids."""
    await connection.execute(SQL_LOCK, institution_ids)


async def lock_trees(connection: Connection) -> None:
    """Let one transaction at a time change trees: two halves of a circle are right, each by itself."""
    await connection.execute(SQL_LOCK_TREES)


async def kinds(connection: Connection, institution_ids: Sequence[UUID]) -> dict[UUID, InstitutionKind]:
    """Kinds of the institutions that exist."""
    rows = await connection.fetch(SQL_KINDS, institution_ids)
    return {row["institution_id"]: InstitutionKind(row["kind"]) for row in rows}


def _columns(institutions: Sequence[Institution]) -> list[list[Any]]:
    facts = [institution.facts for institution in institutions]
    return [
        [institution.institution_id for institution in institutions],
        [fact.kind.value for fact in facts],
        [fact.name_th for fact in facts],
        [fact.name_en for fact in facts],
        [fact.official_code for fact in facts],
        [fact.local_alias for fact in facts],
        [fact.provenance.source for fact in facts],
        [fact.provenance.status.value for fact in facts],
        [fact.provenance.effective_from for fact in facts],
        [fact.provenance.version for fact in facts],
        [fact.province_code for fact in facts],
        [fact.opened_on for fact in facts],
        [fact.closed_on for fact in facts],
        [fact.merged_into_institution_id for fact in facts],
    ]


async def insert(connection: Connection, institutions: Sequence[Institution], *, now: datetime) -> None:
    """Add institutions, in the order of their aliases, so that two callers never wait for each other crosswise."""
    await connection.execute(SQL_INSERT, *_columns(institutions), now)


async def update(connection: Connection, institutions: Sequence[Institution]) -> None:
    """Give locked institutions other facts; their revision counts on."""
    await connection.execute(SQL_UPDATE, *_columns(institutions))


def _range(item: Parent | Alias) -> Any:
    return Range(
        item.valid_from, item.valid_to, lower_inc=item.valid_from is not None, upper_inc=item.valid_to is not None
    )


def _parent_columns(parents: Sequence[tuple[UUID, Parent]]) -> list[list[Any]]:
    return [
        [institution_id for institution_id, _ in parents],
        [item.tree.value for _, item in parents],
        [item.parent_institution_id for _, item in parents],
        [_range(item) for _, item in parents],
    ]


def _code_columns(codes: Sequence[tuple[UUID, Alias]]) -> list[list[Any]]:
    return [
        [institution_id for institution_id, _ in codes],
        [item.kind.value for _, item in codes],
        [item.value for _, item in codes],
        [item.register for _, item in codes],
        [_range(item) for _, item in codes],
    ]


async def replace_parents(connection: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    """Supersede parents that no longer hold as they were stated, and add the new ones."""
    gone: list[tuple[UUID, Parent]] = []
    new: list[tuple[UUID, Parent]] = []
    for change in changes:
        before = change.before.facts.parents if change.before else ()
        gone += [(change.after.institution_id, item) for item in before if item not in change.after.facts.parents]
        new += [(change.after.institution_id, item) for item in change.after.facts.parents if item not in before]
    if gone:
        await connection.execute(SQL_SUPERSEDE_PARENTS, *_parent_columns(gone), now)
    if new:
        await connection.execute(SQL_INSERT_PARENTS, *_parent_columns(new))


async def replace_codes(connection: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    """Supersede codes that no longer hold as they were stated, and add the new ones."""
    gone: list[tuple[UUID, Alias]] = []
    new: list[tuple[UUID, Alias]] = []
    for change in changes:
        before = change.before.codes if change.before else ()
        gone += [(change.after.institution_id, item) for item in before if item not in change.after.codes]
        new += [(change.after.institution_id, item) for item in change.after.codes if item not in before]
    if gone:
        await connection.execute(SQL_SUPERSEDE_CODES, *_code_columns(gone), now)
    if new:
        await connection.execute(SQL_INSERT_CODES, *_code_columns(new))


async def taken_codes(connection: Connection, codes: Sequence[tuple[UUID, Alias]]) -> set[UUID]:
    """Of these institutions and codes, the institutions whose code is another's on some of its days."""
    rows = await connection.fetch(SQL_TAKEN_CODES, *_code_columns(codes))
    return {codes[row["place"] - 1][0] for row in rows}


async def insert_changes(connection: Connection, changes: Sequence[Change], *, now: datetime, by: str) -> None:
    """Keep what institutions were and became."""
    provenances = [change.after.facts.provenance for change in changes]
    await connection.execute(
        SQL_INSERT_CHANGES,
        [change.after.institution_id for change in changes],
        [change.kind.value for change in changes],
        [snapshot(change.before) if change.before else None for change in changes],
        [snapshot(change.after) for change in changes],
        [provenance.source for provenance in provenances],
        [provenance.status.value for provenance in provenances],
        [provenance.effective_from for provenance in provenances],
        [provenance.version for provenance in provenances],
        now,
        by,
    )


async def list_changes(
    connection: Connection, institution_id: UUID, *, after: UUID | None, limit: int
) -> list[ChangeRecord]:
    """At most `limit` changes of an institution recorded before the one with id `after`, the latest first."""
    return [
        ChangeRecord(
            row["change_id"], ChangeKind(row["kind"]), row["recorded_at"], _provenance(row), row["before"], row["after"]
        )
        for row in await connection.fetch(SQL_CHANGES, institution_id, after, limit)
    ]


async def list_page(
    connection: Connection,
    *,
    kinds: Sequence[InstitutionKind],
    parent_institution_id: UUID | None,
    tree: Tree,
    on_date: date,
    codes: Sequence[str],
    within: Sequence[UUID] | None,
    text: str,
    province_code: str,
    is_open_only: bool,
    after: UUID | None,
    limit: int,
) -> list[Institution]:
    """At most `limit` institutions after the one with id `after`, in Thai dictionary order."""
    pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = await connection.fetch(
        SQL_LIST,
        [kind.value for kind in kinds],
        parent_institution_id,
        tree.value,
        on_date,
        codes,
        within,
        pattern,
        province_code,
        is_open_only,
        after,
        limit,
    )
    return [_institution(row, on_date=on_date) for row in rows]


async def subtree(connection: Connection, institution_id: UUID, *, tree: str, on_date: date) -> list[UUID]:
    """An institution and all below it; each once, so that a circle in the data ends too."""
    return [row["institution_id"] for row in await connection.fetch(SQL_SUBTREE, institution_id, tree, on_date)]


async def ancestors(connection: Connection, institution_id: UUID, *, tree: Tree, on_date: date) -> list[UUID]:
    """What stands above an institution, the nearest first."""
    rows = await connection.fetch(SQL_ANCESTORS, institution_id, tree.value, on_date)
    return [row["institution_id"] for row in rows]


async def above(connection: Connection, institution_ids: Sequence[UUID]) -> dict[UUID, list[Parent]]:
    """Parents of these institutions and of everything that stood or stands above them, in all trees, on all days."""
    found: dict[UUID, list[Parent]] = {}
    for row in await connection.fetch(SQL_ABOVE, institution_ids):
        item = Parent(Tree(row["tree"]), row["parent_institution_id"], row["valid_from"], row["valid_to"])
        found.setdefault(row["institution_id"], []).append(item)
    return found


async def tree_parent_kinds(connection: Connection) -> dict[Tree, frozenset[InstitutionKind]]:
    """Which kinds may be a parent in each tree; none: any."""
    return {
        Tree(row["tree"]): frozenset(InstitutionKind(kind) for kind in row["parent_kinds"])
        for row in await connection.fetch(SQL_TREES)
    }


async def parents_of_kinds(connection: Connection) -> dict[tuple[InstitutionKind, Tree], frozenset[InstitutionKind]]:
    """Which kinds may be a parent of institutions of one kind in a tree; none: whatever the tree allows."""
    return {
        (InstitutionKind(row["kind"]), Tree(row["tree"])): frozenset(
            InstitutionKind(kind) for kind in row["parent_kinds"]
        )
        for row in await connection.fetch(SQL_KIND_PARENTS)
    }


async def affiliations(connection: Connection) -> list[Affiliation]:
    """The affiliations, by code."""
    return [
        Affiliation(
            row["affiliation_code"],
            row["name_th"],
            row["name_en"],
            tuple(InstitutionKind(kind) for kind in row["partner_kinds"]),
            _provenance(row),
        )
        for row in await connection.fetch(SQL_AFFILIATIONS)
    ]


async def hanging_on(connection: Connection, closed: Sequence[Institution]) -> list[ClosedInstitution]:
    """What goes on after the last day of institutions that were closed; only where something does."""
    rows = await connection.fetch(
        SQL_CLOSED, [item.institution_id for item in closed], [item.facts.closed_on for item in closed]
    )
    found = [
        ClosedInstitution(row["institution_id"], row["enrolments"], row["assignments"], row["children"]) for row in rows
    ]
    return [item for item in found if item.open_enrolments or item.open_assignments or item.open_children]


async def population(
    connection: Connection, institution_ids: Sequence[UUID] | None, *, on_date: date
) -> dict[InstitutionKind, int]:
    """How many institutions of each kind are open on a day; among these ids, or everywhere."""
    rows = await connection.fetch(SQL_POPULATION, institution_ids, on_date)
    return {InstitutionKind(row["kind"]): row["institutions"] for row in rows}
