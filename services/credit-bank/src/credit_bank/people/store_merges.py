"""SQL of who stands for whom after merges."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from chassis.pg import Connection

from credit_bank.people.domain import Family, KnownMerge

# Most people were never merged, and every call asks: this is a tenth of the work of walking up and down.
SQL_IS_ANY_MERGED = """
    SELECT EXISTS (SELECT FROM learner_merge_copy WHERE merged_learner_id = ANY($1::uuid[]) AND NOT is_undone)
        OR EXISTS (SELECT FROM learner_merge_copy WHERE surviving_learner_id = ANY($1::uuid[]) AND NOT is_undone)
"""
# Events about two learners may arrive in any order, so that copies may lead in a circle for a moment: both walks stop
# at a learner they have seen.
SQL_FAMILIES = """
    WITH RECURSIVE up AS (
        SELECT a AS asked, a AS learner_id, 0 AS height, ARRAY[a] AS path FROM unnest($1::uuid[]) AS a
        UNION ALL
        SELECT u.asked, m.surviving_learner_id, u.height + 1, u.path || m.surviving_learner_id
          FROM up u JOIN learner_merge_copy m ON m.merged_learner_id = u.learner_id AND NOT m.is_undone
         WHERE m.surviving_learner_id <> ALL(u.path)),
    top AS (SELECT DISTINCT ON (asked) asked, learner_id AS surviving FROM up ORDER BY asked, height DESC),
    down AS (
        SELECT asked, surviving, surviving AS learner_id FROM top
        UNION
        SELECT d.asked, d.surviving, m.merged_learner_id
          FROM down d JOIN learner_merge_copy m ON m.surviving_learner_id = d.learner_id AND NOT m.is_undone)
    SELECT asked, surviving, array_agg(learner_id ORDER BY learner_id) AS members FROM down GROUP BY asked, surviving
"""
SQL_KEEP_MERGE = """
    INSERT INTO learner_merge_copy AS m (merged_learner_id, surviving_learner_id, merge_id, is_undone, told_at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (merged_learner_id) DO UPDATE
       SET surviving_learner_id = EXCLUDED.surviving_learner_id, merge_id = EXCLUDED.merge_id,
           is_undone = EXCLUDED.is_undone, told_at = EXCLUDED.told_at
     WHERE m.told_at < EXCLUDED.told_at
    RETURNING true
"""


async def families(connection: Connection, learner_ids: Collection[UUID]) -> Mapping[UUID, Family]:
    """The family of each learner asked for; of one who was never merged, he alone."""
    asked = sorted(set(learner_ids))
    if not await connection.fetchval(SQL_IS_ANY_MERGED, asked):
        return {learner_id: Family(learner_id, (learner_id,)) for learner_id in asked}
    rows = await connection.fetch(SQL_FAMILIES, asked)
    return {row["asked"]: Family(row["surviving"], tuple(row["members"])) for row in rows}


async def keep(connection: Connection, merge: KnownMerge) -> bool:
    """Keep a merge or its undoing, unless something newer is known; whether it was kept."""
    kept = await connection.fetchval(
        SQL_KEEP_MERGE,
        merge.merged_learner_id,
        merge.surviving_learner_id,
        merge.merge_id,
        merge.is_undone,
        merge.told_at,
    )
    return kept is not None
