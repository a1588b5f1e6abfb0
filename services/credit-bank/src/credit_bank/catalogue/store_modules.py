"""SQL of modules."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis.pg import Connection, Record

from credit_bank.catalogue import store
from credit_bank.catalogue.domain import Course
from credit_bank.catalogue.keys import CourseKey, ProvisionMode, ScopeTag
from credit_bank.catalogue.modules import Module, ModuleFacts
from credit_bank.provenance import Provenance

_MODULE = """
    m.module_id, m.version, m.code, m.owner_institution_id, m.title_th, m.min_units, m.is_block, m.leads_to_course_id,
    m.leads_to_qualification_code, m.leads_to_qualification_version, m.scopes, m.provision_modes, m.source, m.status,
    m.effective_from, m.source_version, m.content_hash,
    array(SELECT u.course_id FROM module_unit u WHERE u.module_id = m.module_id AND u.version = m.version
           ORDER BY u.position) AS unit_ids
"""
SQL_BY_CODE = f"""
    SELECT {_MODULE}
      FROM module m
     WHERE m.code = ANY($1::text[]) AND m.owner_institution_id IS NOT DISTINCT FROM $2
"""
SQL_READ = f"SELECT {_MODULE} FROM module m WHERE m.module_id = $1"
SQL_PAGE = f"""
    SELECT {_MODULE}
      FROM module m
     WHERE ($1 = '' OR EXISTS (SELECT FROM module_unit u JOIN course c USING (course_id)
                                WHERE u.module_id = m.module_id AND u.version = m.version AND c.code = $1))
       AND ($2::uuid IS NULL OR m.owner_institution_id = $2) AND ($3::uuid IS NULL OR m.module_id > $3)
     ORDER BY m.module_id LIMIT $4
"""
SQL_PAGE_OF_UNITS = f"""
    SELECT {_MODULE}
      FROM module m
     WHERE EXISTS (SELECT FROM module_unit u
                    WHERE u.module_id = m.module_id AND u.version = m.version AND u.course_id = ANY($1::uuid[]))
       AND ($2::uuid IS NULL OR m.module_id > $2)
     ORDER BY m.module_id LIMIT $3
"""
SQL_KEEP = """
    INSERT INTO module (module_id, version, code, owner_institution_id, title_th, min_units, is_block,
                        leads_to_course_id, leads_to_qualification_code, leads_to_qualification_version, scopes,
                        provision_modes, source, status, effective_from, source_version, content_hash, published_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
    ON CONFLICT (module_id) DO UPDATE
       SET version = EXCLUDED.version, title_th = EXCLUDED.title_th, min_units = EXCLUDED.min_units,
           is_block = EXCLUDED.is_block, leads_to_course_id = EXCLUDED.leads_to_course_id,
           leads_to_qualification_code = EXCLUDED.leads_to_qualification_code,
           leads_to_qualification_version = EXCLUDED.leads_to_qualification_version, scopes = EXCLUDED.scopes,
           provision_modes = EXCLUDED.provision_modes, source = EXCLUDED.source, status = EXCLUDED.status,
           effective_from = EXCLUDED.effective_from, source_version = EXCLUDED.source_version,
           content_hash = EXCLUDED.content_hash, published_at = EXCLUDED.published_at
"""
SQL_INSERT_UNITS = """
    INSERT INTO module_unit (module_id, version, position, course_id)
    SELECT module_id, version, position, course_id
      FROM unnest($1::uuid[], $2::integer[], $3::smallint[], $4::uuid[]) AS i(module_id, version, position, course_id)
"""


async def modules_by_code(
    connection: Connection, codes: Collection[str], *, owner: UUID | None
) -> dict[str, tuple[Module, bytes]]:
    """Modules of an owner by code, each with the hash of its content."""
    rows = await connection.fetch(SQL_BY_CODE, sorted(set(codes)), owner)
    return {
        module.facts.code: (module, row["content_hash"])
        for row, module in zip(rows, await _modules(connection, rows), strict=True)
    }


async def read_module(connection: Connection, module_id: UUID) -> Module | None:
    """A module by id."""
    found = await _modules(connection, await connection.fetch(SQL_READ, module_id))
    return found[0] if found else None


async def page_modules(
    connection: Connection, *, unit_code: str, owner: UUID | None, after: UUID | None, limit: int
) -> list[Module]:
    """Modules behind `after`, oldest first."""
    return await _modules(connection, await connection.fetch(SQL_PAGE, unit_code, owner, after, limit))


async def page_of_units(
    connection: Connection, course_ids: Collection[UUID], *, after: UUID | None, limit: int
) -> list[Module]:
    """Modules that have one of these courses as a unit, behind `after`, oldest first."""
    rows = await connection.fetch(SQL_PAGE_OF_UNITS, sorted(set(course_ids)), after, limit)
    return await _modules(connection, rows)


async def keep_modules(
    connection: Connection,
    modules: Sequence[tuple[Module, bytes]],
    *,
    courses: Mapping[CourseKey, UUID],
    now: datetime,
) -> None:
    """Write new modules and new versions, each with the hash of its content; they come by the hundred at most."""
    if not modules:
        return
    await connection.executemany(SQL_KEEP, [_values(module, content, courses, now) for module, content in modules])
    units = [
        (module.module_id, module.version, position, courses[key])
        for module, _ in modules
        for position, key in enumerate(module.facts.units)
    ]
    await connection.execute(SQL_INSERT_UNITS, *(list(column) for column in zip(*units, strict=True)))


def _values(module: Module, content: bytes, courses: Mapping[CourseKey, UUID], now: datetime) -> tuple[object, ...]:
    facts, provenance = module.facts, module.facts.provenance
    return (
        module.module_id,
        module.version,
        facts.code,
        facts.owner_institution_id,
        facts.title_th,
        facts.min_units,
        facts.is_block,
        None if facts.leads_to_course is None else courses[facts.leads_to_course],
        *facts.leads_to_qualification,
        [tag.text for tag in facts.scopes],
        [str(mode) for mode in facts.provision_modes],
        provenance.source,
        provenance.status,
        provenance.effective_from,
        provenance.version,
        content,
        now,
    )


async def _modules(connection: Connection, rows: Sequence[Record]) -> list[Module]:
    ids = {course_id for row in rows for course_id in row["unit_ids"]}
    ids |= {row["leads_to_course_id"] for row in rows if row["leads_to_course_id"]}
    courses = await store.read_courses(connection, ids) if ids else {}
    return [_module(row, courses) for row in rows]


def _module(row: Record, courses: Mapping[UUID, Course]) -> Module:
    target = row["leads_to_course_id"]
    facts = ModuleFacts(
        code=row["code"],
        owner_institution_id=row["owner_institution_id"],
        title_th=row["title_th"],
        units=tuple(courses[course_id].key for course_id in row["unit_ids"]),
        min_units=row["min_units"],
        is_block=row["is_block"],
        leads_to_course=courses[target].key if target else None,
        leads_to_qualification=(row["leads_to_qualification_code"], row["leads_to_qualification_version"]),
        scopes=tuple(ScopeTag.of(text) for text in row["scopes"]),
        provision_modes=tuple(ProvisionMode(mode) for mode in row["provision_modes"]),
        provenance=Provenance(row["source"], row["status"], row["effective_from"], row["source_version"]),
    )
    return Module(row["module_id"], row["version"], facts)
