"""SQL of qualifications."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chassis.pg import Connection, Record

from credit_bank.provenance import Provenance
from credit_bank.qualifications.conditions import (
    Condition,
    ConditionType,
    condition_figures,
    condition_from,
    type_of,
)
from credit_bank.qualifications.domain import Qualification, QualificationKey
from credit_bank.rules.domain import EducationLevel

_QUALIFICATION = """
    q.code, q.version, q.name_th, q.unit, q.total_min_hundredths, q.counts_together_with, q.source, q.status,
    q.effective_from, q.source_version, q.content_hash, q.level,
    array(SELECT c.category FROM qualification_category c
           WHERE c.qualification_code = q.code AND c.qualification_version = q.version
           ORDER BY c.category) AS categories,
    array(SELECT c.min_hundredths FROM qualification_category c
           WHERE c.qualification_code = q.code AND c.qualification_version = q.version
           ORDER BY c.category) AS minima
"""
SQL_READ = f"""
    SELECT {_QUALIFICATION}
      FROM qualification q
      JOIN unnest($1::text[], $2::text[]) AS i(code, version) ON q.code = i.code AND q.version = i.version
"""
SQL_PAGE = f"""
    SELECT {_QUALIFICATION}
      FROM qualification q
     WHERE ($1 = '' OR q.code = $1) AND (q.code, q.version) > ($2, $3)
     ORDER BY q.code, q.version LIMIT $4
"""
SQL_CONDITIONS = """
    SELECT c.qualification_code, c.qualification_version, c.code, c.type, c.title_th, c.only_for, c.figures, c.source,
           c.status, c.effective_from, c.source_version
      FROM qualification_condition c
      JOIN unnest($1::text[], $2::text[]) AS i(code, version)
        ON c.qualification_code = i.code AND c.qualification_version = i.version
     ORDER BY c.qualification_code, c.qualification_version, c.position
"""
SQL_LOCK_KEYS = """
    SELECT pg_advisory_xact_lock(hashtextextended('qualification:' || key, 0)) FROM unnest($1::text[]) AS k(key)
     ORDER BY key
"""
SQL_INSERT = """
    INSERT INTO qualification (code, version, name_th, unit, total_min_hundredths, counts_together_with, source, status,
                               effective_from, source_version, content_hash, level, published_at)
    SELECT code, version, name_th, unit, total_min_hundredths,
           array(SELECT jsonb_array_elements_text(counts_together_with::jsonb)), source, status, effective_from,
           source_version, content_hash, level, $13::timestamptz
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::integer[], $6::text[], $7::text[], $8::text[],
                  $9::date[], $10::text[], $11::bytea[], $12::text[])
           AS i(code, version, name_th, unit, total_min_hundredths, counts_together_with, source, status,
                effective_from, source_version, content_hash, level)
"""
SQL_INSERT_CATEGORIES = """
    INSERT INTO qualification_category (qualification_code, qualification_version, category, min_hundredths)
    SELECT code, version, category, min_hundredths
      FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[]) AS i(code, version, category, min_hundredths)
"""
SQL_INSERT_CONDITIONS = """
    INSERT INTO qualification_condition (qualification_code, qualification_version, position, code, type, title_th,
                                         only_for, figures, source, status, effective_from, source_version)
    SELECT qualification_code, qualification_version, position, code, type, title_th, only_for, figures, source, status,
           effective_from, source_version
      FROM jsonb_to_recordset($1::text::jsonb)
           AS i(qualification_code text, qualification_version text, position smallint, code text, type text,
                title_th text, only_for text, figures jsonb, source text, status text, effective_from date,
                source_version text)
"""


async def lock_keys(connection: Connection, keys: Sequence[QualificationKey]) -> None:
    """Keep others from publishing the same versions until the transaction ends."""
    await connection.fetch(SQL_LOCK_KEYS, ["/".join(key) for key in keys])


async def insert_qualifications(
    connection: Connection, qualifications: Sequence[tuple[Qualification, bytes]], *, now: datetime
) -> None:
    """Write qualifications with their categories and conditions, each with the hash of its content."""
    if not qualifications:
        return
    new = [qualification for qualification, _ in qualifications]
    await connection.execute(
        SQL_INSERT,
        [item.code for item in new],
        [item.version for item in new],
        [item.name_th for item in new],
        [item.unit for item in new],
        [item.total_min_hundredths for item in new],
        [json.dumps(sorted(item.counts_together_with)) for item in new],
        [item.provenance.source for item in new],
        [item.provenance.status for item in new],
        [item.provenance.effective_from for item in new],
        [item.provenance.version for item in new],
        [content_hash for _, content_hash in qualifications],
        [None if item.level is None else str(item.level) for item in new],
        now,
    )
    categories = [(item, category, least) for item in new for category, least in item.category_minima.items()]
    await connection.execute(
        SQL_INSERT_CATEGORIES,
        [item.code for item, _, _ in categories],
        [item.version for item, _, _ in categories],
        [category for _, category, _ in categories],
        [least for _, _, least in categories],
    )
    conditions = [_condition_values(item, position) for item in new for position in range(len(item.conditions))]
    if conditions:
        await connection.execute(SQL_INSERT_CONDITIONS, json.dumps(conditions, ensure_ascii=False))


def _condition_values(qualification: Qualification, position: int) -> dict[str, Any]:
    condition = qualification.conditions[position]
    provenance = condition.provenance
    return {
        "qualification_code": qualification.code,
        "qualification_version": qualification.version,
        "position": position,
        "code": condition.code,
        "type": str(type_of(condition)),
        "title_th": condition.title_th,
        "only_for": condition.only_for,
        "figures": condition_figures(condition),
        "source": provenance.source,
        "status": provenance.status,
        "effective_from": None if provenance.effective_from is None else provenance.effective_from.isoformat(),
        "source_version": provenance.version,
    }


async def read_qualifications(
    connection: Connection, keys: Sequence[QualificationKey]
) -> dict[QualificationKey, tuple[Qualification, bytes]]:
    """Qualifications by code and version, each with the hash of its content."""
    if not keys:
        return {}
    rows = await connection.fetch(SQL_READ, [code for code, _ in keys], [version for _, version in keys])
    return await _with_conditions(connection, rows)


async def page_qualifications(
    connection: Connection, *, code: str, after: QualificationKey, limit: int
) -> list[Qualification]:
    """Qualifications behind `after`, by code and version."""
    rows = await connection.fetch(SQL_PAGE, code, *after, limit)
    return [qualification for qualification, _ in (await _with_conditions(connection, rows)).values()]


async def _with_conditions(
    connection: Connection, rows: Sequence[Record]
) -> dict[QualificationKey, tuple[Qualification, bytes]]:
    if not rows:
        return {}
    conditions: dict[QualificationKey, list[Condition]] = {}
    kept = await connection.fetch(SQL_CONDITIONS, [row["code"] for row in rows], [row["version"] for row in rows])
    for row in kept:
        key = (row["qualification_code"], row["qualification_version"])
        conditions.setdefault(key, []).append(_condition(row))
    return {(row["code"], row["version"]): (_qualification(row, conditions), row["content_hash"]) for row in rows}


def _condition(row: Record) -> Condition:
    head = {
        "code": row["code"],
        "title_th": row["title_th"],
        "only_for": row["only_for"],
        "provenance": Provenance(row["source"], row["status"], row["effective_from"], row["source_version"]),
    }
    return condition_from(ConditionType(row["type"]), head, row["figures"])


def _qualification(row: Record, conditions: Mapping[QualificationKey, Sequence[Condition]]) -> Qualification:
    return Qualification(
        code=row["code"],
        version=row["version"],
        name_th=row["name_th"],
        unit=row["unit"],
        total_min_hundredths=row["total_min_hundredths"],
        category_minima=dict(zip(row["categories"], row["minima"], strict=True)),
        counts_together_with=frozenset(row["counts_together_with"]),
        provenance=Provenance(row["source"], row["status"], row["effective_from"], row["source_version"]),
        level=None if row["level"] is None else EducationLevel(row["level"]),
        conditions=tuple(conditions.get((row["code"], row["version"]), ())),
    )
