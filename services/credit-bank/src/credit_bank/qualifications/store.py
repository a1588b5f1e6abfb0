"""SQL of qualifications."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from chassis.pg import Connection

from credit_bank.provenance import Provenance
from credit_bank.qualifications.domain import Qualification, QualificationKey

SQL_READ = """
    SELECT q.code, q.version, q.name_th, q.unit, q.total_min_hundredths, q.counts_together_with, q.source, q.status,
           q.effective_from, q.source_version, q.content_hash,
           array(SELECT c.category FROM qualification_category c
                  WHERE c.qualification_code = q.code AND c.qualification_version = q.version
                  ORDER BY c.category) AS categories,
           array(SELECT c.min_hundredths FROM qualification_category c
                  WHERE c.qualification_code = q.code AND c.qualification_version = q.version
                  ORDER BY c.category) AS minima
      FROM qualification q
      JOIN unnest($1::text[], $2::text[]) AS i(code, version) ON q.code = i.code AND q.version = i.version
"""


SQL_LOCK_KEYS = """
    SELECT pg_advisory_xact_lock(hashtextextended('qualification:' || key, 0)) FROM unnest($1::text[]) AS k(key)
     ORDER BY key
"""
SQL_INSERT = """
    INSERT INTO qualification (code, version, name_th, unit, total_min_hundredths, counts_together_with, source, status,
                               effective_from, source_version, content_hash, published_at)
    SELECT code, version, name_th, unit, total_min_hundredths,
           array(SELECT jsonb_array_elements_text(counts_together_with::jsonb)), source, status, effective_from,
           source_version, content_hash, $12::timestamptz
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::integer[], $6::text[], $7::text[], $8::text[],
                  $9::date[], $10::text[], $11::bytea[])
           AS i(code, version, name_th, unit, total_min_hundredths, counts_together_with, source, status,
                effective_from, source_version, content_hash)
"""
SQL_INSERT_CATEGORIES = """
    INSERT INTO qualification_category (qualification_code, qualification_version, category, min_hundredths)
    SELECT code, version, category, min_hundredths
      FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[]) AS i(code, version, category, min_hundredths)
"""


async def lock_keys(connection: Connection, keys: Sequence[QualificationKey]) -> None:
    """Keep others from publishing the same versions until the transaction ends."""
    await connection.fetch(SQL_LOCK_KEYS, ["/".join(key) for key in keys])


async def insert_qualifications(
    connection: Connection, qualifications: Sequence[tuple[Qualification, bytes]], *, now: datetime
) -> None:
    """Write qualifications with their categories, each with the hash of its content."""
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


async def read_qualifications(
    connection: Connection, keys: Sequence[QualificationKey]
) -> dict[QualificationKey, tuple[Qualification, bytes]]:
    """Qualifications by code and version, each with the hash of its content."""
    rows = await connection.fetch(SQL_READ, [code for code, _ in keys], [version for _, version in keys])
    return {
        (row["code"], row["version"]): (
            Qualification(
                code=row["code"],
                version=row["version"],
                name_th=row["name_th"],
                unit=row["unit"],
                total_min_hundredths=row["total_min_hundredths"],
                category_minima=dict(zip(row["categories"], row["minima"], strict=True)),
                counts_together_with=frozenset(row["counts_together_with"]),
                provenance=Provenance(row["source"], row["status"], row["effective_from"], row["source_version"]),
            ),
            row["content_hash"],
        )
        for row in rows
    }
