"""SQL of qualifications."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.pg import Connection

from credit_bank.qualifications.domain import Provenance, Qualification, QualificationKey

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
