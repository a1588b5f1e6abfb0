"""SQL of matching and merges: one function per statement."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis.pg import Connection

# A learner who was merged leads to another, who may have been merged himself. The walk ends: merges make no cycle.
SQL_SURVIVING = """
    WITH RECURSIVE walk AS (
        SELECT learner_id AS start_id, learner_id, merged_into_learner_id
          FROM learner WHERE learner_id = ANY($1::uuid[])
        UNION ALL
        SELECT w.start_id, l.learner_id, l.merged_into_learner_id
          FROM walk w JOIN learner l ON l.learner_id = w.merged_into_learner_id)
    SELECT start_id, learner_id FROM walk WHERE merged_into_learner_id IS NULL
"""


async def surviving(connection: Connection, learner_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Under whose id each of these learners is known now; unknown ids are left out."""
    return {row["start_id"]: row["learner_id"] for row in await connection.fetch(SQL_SURVIVING, learner_ids)}
