"""SQL that moves the facts of a learner into a merge and home again, made from `moving.MOVED`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis.pg import Connection

from student_registry.matching.moving import MOVED, Moved


def _move(table: str, moved: Moved) -> str:
    """Statement that moves rows of one learner to another: $1 from, $2 to, $3 merge, $4 its time."""
    key = ", ".join(f"m.{column}::text" for column in moved.key)
    same = " AND ".join(f"s.{column} IS NOT DISTINCT FROM m.{column}" for column in moved.same)
    free = f" AND NOT EXISTS (SELECT FROM {table} s WHERE s.learner_id = $2::uuid AND {same})" if same else ""
    change, before = "", "'{}'::jsonb"
    if moved.ends is not None:
        column, per = moved.ends.column, moved.ends.per
        change = (
            f", {column} = CASE WHEN EXISTS (SELECT FROM {table} s WHERE s.learner_id = $2::uuid"
            f" AND s.{per} = m.{per} AND s.{column} IS NULL) THEN coalesce(m.{column}, $4::timestamptz)"
            f" ELSE m.{column} END"
        )
        kept = ", ".join(f"'{name}', old.{name}" for name in moved.ends.restored)
        before = f"jsonb_build_object({kept})"
    return f"""
        WITH moved AS (
            UPDATE {table} m SET learner_id = $2::uuid{change}
             WHERE m.learner_id = $1::uuid{free} AND $4::timestamptz IS NOT NULL
            RETURNING concat_ws('/', {key}) AS row_key, {before} AS before),
        carried AS (
            UPDATE merged_fact f SET at_learner_id = $2::uuid
              FROM moved
             WHERE f.table_name = '{table}' AND f.row_key = moved.row_key AND f.at_learner_id = $1::uuid
               AND f.home_learner_id <> $1::uuid AND f.returned_by_merge_id IS NULL
            RETURNING f.row_key)
        INSERT INTO merged_fact (table_name, row_key, home_learner_id, at_learner_id, before, moved_by_merge_id)
        SELECT '{table}', row_key, $1::uuid, $2::uuid, before, $3::uuid
          FROM moved WHERE row_key NOT IN (SELECT row_key FROM carried)
    """


def _return(table: str, moved: Moved) -> str:
    """Statement that brings rows home: $1 to, $2 he and all who lead to him, $3 the merge that is undone."""
    key = ", ".join(f"m.{column}::text" for column in moved.key)
    change = ""
    if moved.ends is not None:
        # Only a row whose own home this is gets back what its merge changed; one from further down stays ended.
        was_open = f"b.home_learner_id = $1::uuid AND b.before ->> '{moved.ends.column}' IS NULL"
        change = "".join(
            f", {name} = CASE WHEN {was_open} THEN (jsonb_populate_record(NULL::{table}, b.before)).{name}"
            f" ELSE m.{name} END"
            for name in moved.ends.restored
        )
    return f"""
        WITH back AS MATERIALIZED (
            SELECT merged_fact_id, row_key, home_learner_id, at_learner_id, before
              FROM merged_fact
             WHERE table_name = '{table}' AND home_learner_id = ANY($2::uuid[]) AND returned_by_merge_id IS NULL
               AND at_learner_id <> ALL($2::uuid[])),
        moved AS (
            UPDATE {table} m SET learner_id = $1::uuid{change}
              FROM back b
             WHERE m.learner_id = b.at_learner_id AND concat_ws('/', {key}) = b.row_key
            RETURNING b.merged_fact_id)
        UPDATE merged_fact f
           SET at_learner_id = $1::uuid,
               returned_by_merge_id = CASE WHEN f.home_learner_id = $1::uuid THEN $3::uuid END
          FROM moved WHERE f.merged_fact_id = moved.merged_fact_id
    """


SQL_MOVE: Mapping[str, str] = {table: _move(table, moved) for table, moved in MOVED.items()}
SQL_RETURN: Mapping[str, str] = {table: _return(table, moved) for table, moved in MOVED.items()}


async def move(
    connection: Connection, merged_learner_id: UUID, surviving_learner_id: UUID, *, merge_id: UUID, now: datetime
) -> None:
    """Move what the merged learner has to the surviving one, who is locked like him."""
    for statement in SQL_MOVE.values():
        await connection.execute(statement, merged_learner_id, surviving_learner_id, merge_id, now)


async def bring_home(connection: Connection, learner_id: UUID, *, family: Collection[UUID], merge_id: UUID) -> None:
    """Bring home what belongs to a learner who is himself again, and to those who lead to him."""
    members: Sequence[UUID] = sorted(family)
    for statement in SQL_RETURN.values():
        await connection.execute(statement, learner_id, members, merge_id)
