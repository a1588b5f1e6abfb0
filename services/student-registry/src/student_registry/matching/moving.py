"""Which facts follow a learner into a merge, and the statements that move them there and home again.

A merge moves rows by their `learner_id` and nothing else of them, save what `Ends` says; `merged_fact` remembers the
home of each row that is away from it. Undoing sends a row home as it is then: what people changed about it meanwhile
goes with it, what the merge itself changed is put back (a name that was the current one is the current one again).
Rows that were added after the merge have the surviving learner as their home and stay with him.

Every table that names a learner is in `MOVED` or in `STAYS`; a test compares both with the schema.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.pg import Connection


@dataclass(frozen=True, slots=True)
class Ends:
    """How rows of which a learner has one open at a time are kept apart.

    Attributes:
        column: Empty while a row is open; the merge sets it to its own time where the other learner has an open row.
        per: Column within which only one row is open.
        restored: Columns, `column` first, that an undone merge puts back for rows that were open before it.
    """

    column: str
    per: str
    restored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A table whose rows follow their learner.

    Attributes:
        key: Columns that tell a row from the others of one learner.
        same: Columns in which two learners may have the same fact; the merged learner's row then stays where it is.
            Empty: rows of two learners never collide.
        ends: For tables with one open row at a time.
    """

    key: tuple[str, ...]
    same: tuple[str, ...] = ()
    ends: Ends | None = None


MOVED: Mapping[str, Moved] = {
    "learner_name": Moved(
        ("learner_name_id",), ends=Ends("ended_at", per="language", restored=("ended_at", "until", "was_wrong"))
    ),
    "learner_identifier": Moved(("identifier_id",)),
    "enrolment": Moved(("enrolment_id",), same=("institution_id", "role", "programme_code", "valid_from")),
    "share_grant": Moved(("grant_id",)),
    "access_record": Moved(("access_id",)),
    "consent": Moved(("consent_id",)),
    "data_request": Moved(("data_request_id",)),
    "learner_restriction": Moved(("learner_restriction_id",)),
    "learner_status": Moved(("learner_status_id",)),
    "outside_activity": Moved(("outside_activity_id",)),
    "movement": Moved(("movement_id",)),
    "leaver": Moved(("leaver_id",)),
    "year_end_line": Moved(("year_end_run_id", "line_no")),
    "profile_fact": Moved(("fact_id",)),
}
"""Tables by name, in the order in which they are moved."""

STAYS: Mapping[str, str] = {
    "learner": "the learner himself",
    "learner_history": "what a corrected birth date or registrar of this very record was before",
    "learner_merge": "says who was merged",
    "merged_fact": "says what is away from home",
    "match_candidate": "compares two records, whoever stands for them",
}
"""Tables that name a learner and are never moved, with the reason."""


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
