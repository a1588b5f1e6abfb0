"""SQL of matching and merges: one function per statement. The statements that move facts are in `moving`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.matching.domain import BirthDate, Precision
from student_registry.matching.merging import Merge
from student_registry.matching.reviewing import Candidate, Compared, Origin, State
from student_registry.matching.scoring import Contribution
from student_registry.matching.scoring import Record as Compare

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
SQL_FAMILY = """
    WITH RECURSIVE family AS (
        SELECT learner_id FROM learner WHERE learner_id = $1::uuid
        UNION ALL
        SELECT l.learner_id FROM family f JOIN learner l ON l.merged_into_learner_id = f.learner_id)
    SELECT learner_id FROM family ORDER BY learner_id
"""
SQL_LOCK = """
    SELECT learner_id, merged_into_learner_id FROM learner WHERE learner_id = ANY($1::uuid[])
     ORDER BY learner_id FOR UPDATE
"""
SQL_POINT = "UPDATE learner SET merged_into_learner_id = $2 WHERE learner_id = $1"
# Learners whom institutions register or teach today.
SQL_WITHIN = """
    SELECT l.learner_id
      FROM learner l
     WHERE l.learner_id = ANY($1::uuid[])
       AND (l.registrar_institution_id = ANY($2::uuid[])
            OR EXISTS (SELECT FROM enrolment e
                        WHERE e.learner_id = l.learner_id AND e.institution_id = ANY($2::uuid[])
                          AND (e.valid_to IS NULL OR e.valid_to >= $3::date)))
"""
SQL_INSERT_MERGE = """
    INSERT INTO learner_merge (merge_id, surviving_learner_id, merged_learner_id, reason_code, document_no,
                               ended_identifier_id, ended_on, merged_at, merged_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
SQL_UNDO_MERGE = """
    UPDATE learner_merge SET undone_at = $2, undone_by = $3, undo_reason_code = $4
     WHERE merge_id = $1 AND undone_at IS NULL
"""
_MERGE = """
    SELECT merge_id, surviving_learner_id, merged_learner_id, reason_code, document_no, ended_identifier_id, ended_on,
           merged_at, merged_by, undone_at
      FROM learner_merge
"""
SQL_MERGE = f"{_MERGE} WHERE merge_id = $1"
SQL_ACTIVE_MERGE = f"{_MERGE} WHERE merged_learner_id = $1 AND undone_at IS NULL"
SQL_MERGES = f"""
    {_MERGE}
     WHERE (surviving_learner_id = ANY($1::uuid[]) OR merged_learner_id = ANY($1::uuid[]))
     ORDER BY merged_at DESC, merge_id DESC
     LIMIT $2
"""
# Whether a review found two persons among those who would become one.
SQL_DIFFERENT = """
    SELECT EXISTS (SELECT FROM match_candidate
                    WHERE state = 'DIFFERENT'
                      AND ((low_learner_id = ANY($1::uuid[]) AND high_learner_id = ANY($2::uuid[]))
                           OR (low_learner_id = ANY($2::uuid[]) AND high_learner_id = ANY($1::uuid[]))))
"""
SQL_CONFIRMED_BY = """
    SELECT DISTINCT decided_by FROM match_candidate
     WHERE state = 'SAME'
       AND ((low_learner_id = ANY($1::uuid[]) AND high_learner_id = ANY($2::uuid[]))
            OR (low_learner_id = ANY($2::uuid[]) AND high_learner_id = ANY($1::uuid[])))
"""
SQL_TAKE_UP = """
    UPDATE learner_identifier SET valid_to = NULL WHERE identifier_id = $1 AND valid_to = $2 RETURNING identifier_id
"""


def _merge(row: Record) -> Merge:
    return Merge(
        merge_id=row["merge_id"],
        surviving_learner_id=row["surviving_learner_id"],
        merged_learner_id=row["merged_learner_id"],
        reason_code=row["reason_code"],
        document_no=row["document_no"],
        ended_identifier_id=row["ended_identifier_id"],
        ended_on=row["ended_on"],
        merged_at=row["merged_at"],
        merged_by=row["merged_by"],
        undone_at=row["undone_at"],
    )


async def surviving(connection: Connection, learner_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Under whose id each of these learners is known now; unknown ids are left out."""
    return {row["start_id"]: row["learner_id"] for row in await connection.fetch(SQL_SURVIVING, learner_ids)}


async def family(connection: Connection, learner_id: UUID) -> list[UUID]:
    """A learner and everybody who leads to him; empty when he is unknown."""
    return [row["learner_id"] for row in await connection.fetch(SQL_FAMILY, learner_id)]


async def lock(connection: Connection, learner_ids: Collection[UUID]) -> dict[UUID, bool]:
    """Hold learners until the transaction ends, in the order of their ids; whether each was merged."""
    rows = await connection.fetch(SQL_LOCK, sorted(set(learner_ids)))
    return {row["learner_id"]: row["merged_into_learner_id"] is not None for row in rows}


async def point(connection: Connection, learner_id: UUID, into: UUID | None) -> None:
    """Let a learner lead to another, or to nobody."""
    await connection.execute(SQL_POINT, learner_id, into)


async def within(
    connection: Connection, learner_ids: Collection[UUID], *, institution_ids: Collection[UUID], today: date
) -> set[UUID]:
    """Which of these learners one of these institutions registers or teaches."""
    rows = await connection.fetch(SQL_WITHIN, sorted(set(learner_ids)), list(institution_ids), today)
    return {row["learner_id"] for row in rows}


async def insert_merge(connection: Connection, merge: Merge) -> None:
    """Note a merge."""
    await connection.execute(
        SQL_INSERT_MERGE,
        merge.merge_id,
        merge.surviving_learner_id,
        merge.merged_learner_id,
        merge.reason_code,
        merge.document_no,
        merge.ended_identifier_id,
        merge.ended_on,
        merge.merged_at,
        merge.merged_by,
    )


async def undo_merge(connection: Connection, merge_id: UUID, *, now: datetime, by: str, reason_code: str) -> None:
    """Note that a merge was undone."""
    status = await connection.execute(SQL_UNDO_MERGE, merge_id, now, by, reason_code)
    assert status == "UPDATE 1", "the merged learner is locked, so nobody else undid it"


async def merge(connection: Connection, merge_id: UUID) -> Merge | None:
    """One merge."""
    row = await connection.fetchrow(SQL_MERGE, merge_id)
    return None if row is None else _merge(row)


async def active_merge(connection: Connection, merged_learner_id: UUID) -> Merge | None:
    """The merge by which a learner leads to another now."""
    row = await connection.fetchrow(SQL_ACTIVE_MERGE, merged_learner_id)
    return None if row is None else _merge(row)


async def merges(connection: Connection, learner_ids: Collection[UUID], *, limit: int) -> list[Merge]:
    """Merges in which one of these learners took part, newest first, undone ones too."""
    return [_merge(row) for row in await connection.fetch(SQL_MERGES, list(learner_ids), limit)]


async def is_decided_different(connection: Connection, one: Collection[UUID], other: Collection[UUID]) -> bool:
    """Whether a review found two persons among these."""
    return await connection.fetchval(SQL_DIFFERENT, list(one), list(other))


async def confirmed_by(connection: Connection, one: Collection[UUID], other: Collection[UUID]) -> set[str]:
    """Who found pairs among these to be one person."""
    rows = await connection.fetch(SQL_CONFIRMED_BY, list(one), list(other))
    return {row["decided_by"] for row in rows}


async def take_up_again(connection: Connection, identifier_id: UUID, *, ended_on: date) -> bool:
    """Make an identifier valid again, unless somebody changed its end meanwhile."""
    return await connection.fetchval(SQL_TAKE_UP, identifier_id, ended_on) is not None


# --- the review queue ------------------------------------------------------------------------------------------------

SQL_NEAR_FROM = "SELECT set_config('pg_trgm.similarity_threshold', $1, true)"
# Two blocks, each through its index: the same birth date with names that have something in common, and both names alike
# whatever the birth date. Never all pairs. Pairs that were decided or wait are left out.
SQL_BLOCKS = """
    WITH asked AS (
        SELECT l.learner_id, l.birth_date, n.matching_given, n.matching_family,
               n.matching_given || ' ' || n.matching_family AS whole
          FROM learner l JOIN learner_name n ON n.learner_id = l.learner_id
         WHERE l.learner_id = ANY($1::uuid[]) AND l.merged_into_learner_id IS NULL),
    pairs AS (
        SELECT a.learner_id AS one, o.learner_id AS other,
               similarity(a.whole, n.matching_given || ' ' || n.matching_family) AS nearness
          FROM asked a
          JOIN learner o ON o.birth_date = a.birth_date AND o.learner_id <> a.learner_id
                        AND o.merged_into_learner_id IS NULL
          JOIN learner_name n ON n.learner_id = o.learner_id
         WHERE a.matching_given = n.matching_given OR a.matching_family = n.matching_family
            OR similarity(a.whole, n.matching_given || ' ' || n.matching_family) >= $2
        UNION ALL
        SELECT a.learner_id, o.learner_id, similarity(a.whole, n.matching_given || ' ' || n.matching_family)
          FROM asked a
          JOIN learner_name n ON n.matching_given % a.matching_given AND n.matching_family % a.matching_family
          JOIN learner o ON o.learner_id = n.learner_id AND o.learner_id <> a.learner_id
                        AND o.merged_into_learner_id IS NULL),
    ranked AS (
        SELECT one, other, max(nearness) AS nearness,
               row_number() OVER (PARTITION BY one ORDER BY max(nearness) DESC, other) AS place
          FROM pairs GROUP BY one, other)
    SELECT DISTINCT least(r.one, r.other) AS low, greatest(r.one, r.other) AS high
      FROM ranked r
     WHERE r.place <= $3
       AND NOT EXISTS (SELECT FROM match_candidate c
                        WHERE c.low_learner_id = least(r.one, r.other) AND c.high_learner_id = greatest(r.one, r.other))
     ORDER BY low, high
"""
SQL_RECORDS = """
    SELECT l.learner_id, l.birth_date, l.birth_date_precision, l.sex,
           (SELECT array_agg(n.matching_given ORDER BY n.learner_name_id)
              FROM learner_name n WHERE n.learner_id = l.learner_id) AS given,
           (SELECT array_agg(n.matching_family ORDER BY n.learner_name_id)
              FROM learner_name n WHERE n.learner_id = l.learner_id) AS family,
           (SELECT array_agg(DISTINCT e.institution_id)
              FROM enrolment e WHERE e.learner_id = l.learner_id) AS schools
      FROM learner l
     WHERE l.learner_id = ANY($1::uuid[])
"""
SQL_INSERT_CANDIDATES = """
    INSERT INTO match_candidate (candidate_id, low_learner_id, high_learner_id, origin, score_hundredths, is_strong,
                                 weights_version, contributions, state, found_at, found_by)
    SELECT n.candidate_id, n.low, n.high, n.origin, n.score, n.is_strong, $7, n.contributions, 'OPEN', $8, $9
      FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::integer[], $6::boolean[], $10::jsonb[])
           AS n(candidate_id, low, high, origin, score, is_strong, contributions)
     ORDER BY n.low, n.high
    ON CONFLICT ON CONSTRAINT match_candidate_pair DO NOTHING
    RETURNING candidate_id, low_learner_id, high_learner_id
"""
_CANDIDATE = """
    SELECT c.candidate_id, c.low_learner_id, c.high_learner_id, c.origin, c.score_hundredths, c.is_strong,
           c.weights_version, c.contributions, c.state, c.found_at, c.decided_at
      FROM match_candidate c
"""
# A pair is seen by whoever answers for one of the two. A pair of which one was merged waits until that is undone.
_SEEN = """
      JOIN learner low ON low.learner_id = c.low_learner_id
      JOIN learner high ON high.learner_id = c.high_learner_id
     WHERE c.state = ANY($1::text[])
       AND ($4::boolean OR (low.merged_into_learner_id IS NULL AND high.merged_into_learner_id IS NULL))
       AND ($2::uuid[] IS NULL
            OR low.registrar_institution_id = ANY($2::uuid[]) OR high.registrar_institution_id = ANY($2::uuid[])
            OR EXISTS (SELECT FROM enrolment e
                        WHERE e.learner_id IN (c.low_learner_id, c.high_learner_id)
                          AND e.institution_id = ANY($2::uuid[]) AND (e.valid_to IS NULL OR e.valid_to >= $3::date)))
"""
SQL_CANDIDATES = f"""
    {_CANDIDATE} {_SEEN}
       AND ($5::uuid IS NULL OR (c.score_hundredths, c.candidate_id) <
               (SELECT a.score_hundredths, a.candidate_id FROM match_candidate a WHERE a.candidate_id = $5::uuid))
     ORDER BY c.score_hundredths DESC, c.candidate_id DESC
     LIMIT $6
"""
SQL_COUNT_CANDIDATES = f"SELECT count(*) FROM match_candidate c {_SEEN}"
SQL_CANDIDATES_BY_ID = f"{_CANDIDATE} WHERE c.candidate_id = ANY($1::uuid[])"
SQL_CANDIDATES_BY_PAIR = f"""
    {_CANDIDATE}
      JOIN unnest($1::uuid[], $2::uuid[]) AS n(low, high) ON n.low = c.low_learner_id AND n.high = c.high_learner_id
"""
SQL_LOCK_CANDIDATES = """
    SELECT candidate_id, low_learner_id, high_learner_id, state
      FROM match_candidate
     WHERE candidate_id = ANY($1::uuid[])
     ORDER BY candidate_id FOR UPDATE
"""
SQL_DECIDE = """
    UPDATE match_candidate c SET state = n.state, decided_at = $3, decided_by = $4
      FROM unnest($1::uuid[], $2::text[]) AS n(candidate_id, state) WHERE c.candidate_id = n.candidate_id
"""
SQL_INSERT_DECISIONS = """
    INSERT INTO match_decision (candidate_id, state, reason_code, decided_at, decided_by, role, institution_id)
    SELECT n.candidate_id, n.state, n.reason_code, $4, $5, $6, $7
      FROM unnest($1::uuid[], $2::text[], $3::text[]) AS n(candidate_id, state, reason_code)
"""
SQL_ROLL = """
    SELECT DISTINCT e.learner_id
      FROM enrolment e JOIN learner l ON l.learner_id = e.learner_id AND l.merged_into_learner_id IS NULL
     WHERE e.institution_id = $1 AND e.valid_during @> $2::date AND ($3::uuid IS NULL OR e.learner_id > $3)
     ORDER BY e.learner_id
     LIMIT $4
"""
SQL_UNCOMPARED = """
    SELECT learner_id FROM learner
     WHERE compared_at IS NULL AND merged_into_learner_id IS NULL
     ORDER BY learner_id
     LIMIT $1
"""
# Whoever is held by somebody is noted with the next chunk, after he was compared once more.
SQL_NOTE_COMPARED = """
    UPDATE learner SET compared_at = $2
     WHERE learner_id IN (SELECT learner_id FROM learner WHERE learner_id = ANY($1::uuid[])
                           ORDER BY learner_id FOR NO KEY UPDATE SKIP LOCKED)
"""
SQL_COMPARED = """
    SELECT l.learner_id, l.birth_date, l.birth_date_precision, l.sex, l.registrar_institution_id,
           n.title, n.given_name, n.family_name,
           (SELECT array_agg(e.institution_id ORDER BY e.valid_from, e.enrolment_id)
              FROM enrolment e WHERE e.learner_id = l.learner_id) AS institution_ids
      FROM learner l
      JOIN learner_name n ON n.learner_id = l.learner_id AND n.language = 'th' AND n.ended_at IS NULL
     WHERE l.learner_id = ANY($1::uuid[])
       AND NOT EXISTS (SELECT FROM closed_to($2::uuid) x WHERE x.learner_id = l.learner_id)
"""
SQL_KEPT_ELSEWHERE = """
    SELECT learner_id FROM learner
     WHERE learner_id = ANY($1::uuid[]) AND registrar_institution_id IS DISTINCT FROM $2::uuid
     ORDER BY learner_id
"""


def _birth(row: Record) -> BirthDate | None:
    if row["birth_date"] is None:
        return None
    return BirthDate(row["birth_date"], Precision(row["birth_date_precision"]))


def _candidate(row: Record) -> Candidate:
    return Candidate(
        candidate_id=row["candidate_id"],
        low_learner_id=row["low_learner_id"],
        high_learner_id=row["high_learner_id"],
        origin=Origin(row["origin"]),
        score=row["score_hundredths"],
        is_strong=row["is_strong"],
        weights_version=row["weights_version"],
        contributions=tuple(Contribution(*part) for part in row["contributions"]["parts"]),
        state=State(row["state"]),
        found_at=row["found_at"],
        decided_at=row["decided_at"],
    )


async def blocks(
    connection: Connection, learner_ids: Collection[UUID], *, near_from: float, alike_from: float, limit: int
) -> list[tuple[UUID, UUID]]:
    """Pairs worth comparing, at most `limit` for each learner, without those that are in the queue."""
    await connection.execute(SQL_NEAR_FROM, str(near_from))
    rows = await connection.fetch(SQL_BLOCKS, list(learner_ids), alike_from, limit)
    return [(row["low"], row["high"]) for row in rows]


async def records(connection: Connection, learner_ids: Collection[UUID]) -> dict[UUID, Compare]:
    """What is compared of learners, by id."""
    rows = await connection.fetch(SQL_RECORDS, list(learner_ids))
    return {
        row["learner_id"]: Compare(
            learner_id=row["learner_id"],
            names=tuple(zip(row["given"] or (), row["family"] or (), strict=True)),
            birth=_birth(row),
            sex=row["sex"],
            schools=frozenset(row["schools"] or ()),
        )
        for row in rows
    }


async def uncompared(connection: Connection, *, limit: int) -> list[UUID]:
    """Some learners who were not compared with everybody yet."""
    return [row["learner_id"] for row in await connection.fetch(SQL_UNCOMPARED, limit)]


async def note_compared(connection: Connection, learner_ids: Sequence[UUID], *, now: datetime) -> None:
    """Note that these were compared."""
    await connection.execute(SQL_NOTE_COMPARED, learner_ids, now)


async def insert_candidates(
    connection: Connection, candidates: Sequence[Candidate], *, found_by: str
) -> dict[tuple[UUID, UUID], UUID]:
    """Add pairs to the queue; those added, by pair. A pair that is there already stays as it is."""
    if not candidates:
        return {}
    rows = await connection.fetch(
        SQL_INSERT_CANDIDATES,
        [item.candidate_id for item in candidates],
        [item.low_learner_id for item in candidates],
        [item.high_learner_id for item in candidates],
        [item.origin.value for item in candidates],
        [item.score for item in candidates],
        [item.is_strong for item in candidates],
        candidates[0].weights_version,
        candidates[0].found_at,
        found_by,
        [
            {"parts": [[part.comparison, part.outcome, part.points] for part in item.contributions]}
            for item in candidates
        ],
    )
    return {(row["low_learner_id"], row["high_learner_id"]): row["candidate_id"] for row in rows}


async def candidates(
    connection: Connection,
    *,
    states: Sequence[State],
    institution_ids: Sequence[UUID] | None,
    today: date,
    after: UUID | None,
    limit: int,
) -> tuple[list[Candidate], int]:
    """A page of the queue, the most alike first, and how many all pages hold."""
    wanted = [state.value for state in states]
    # What was decided stays readable after the merge that followed from it.
    with_merged = not set(states) & {State.OPEN, State.LATER}
    rows = await connection.fetch(SQL_CANDIDATES, wanted, institution_ids, today, with_merged, after, limit)
    total = await connection.fetchval(SQL_COUNT_CANDIDATES, wanted, institution_ids, today, with_merged)
    return [_candidate(row) for row in rows], total


async def candidates_by_id(connection: Connection, candidate_ids: Collection[UUID]) -> dict[UUID, Candidate]:
    """Pairs by id."""
    rows = await connection.fetch(SQL_CANDIDATES_BY_ID, list(candidate_ids))
    return {row["candidate_id"]: _candidate(row) for row in rows}


async def candidates_by_pair(
    connection: Connection, pairs: Sequence[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], Candidate]:
    """Pairs by their learners."""
    rows = await connection.fetch(SQL_CANDIDATES_BY_PAIR, [low for low, _ in pairs], [high for _, high in pairs])
    return {candidate.pair: candidate for candidate in map(_candidate, rows)}


async def lock_candidates(
    connection: Connection, candidate_ids: Collection[UUID]
) -> dict[UUID, tuple[State, UUID, UUID]]:
    """Hold pairs until the transaction ends; state and learners of each."""
    rows = await connection.fetch(SQL_LOCK_CANDIDATES, sorted(set(candidate_ids)))
    return {row["candidate_id"]: (State(row["state"]), row["low_learner_id"], row["high_learner_id"]) for row in rows}


async def decide(
    connection: Connection,
    decided: Sequence[tuple[UUID, State, str]],
    *,
    now: datetime,
    by: str,
    role: str,
    institution_id: UUID | None,
) -> None:
    """Write decisions: pair, state and reason code."""
    ids = [candidate_id for candidate_id, _, _ in decided]
    states = [state.value for _, state, _ in decided]
    await connection.execute(SQL_DECIDE, ids, states, now, by)
    reasons = [reason for _, _, reason in decided]
    await connection.execute(SQL_INSERT_DECISIONS, ids, states, reasons, now, by, role, institution_id)


async def roll(
    connection: Connection, institution_id: UUID, *, on_date: date, after: UUID | None, limit: int
) -> list[UUID]:
    """Learners enrolled in an institution on a day, by id."""
    rows = await connection.fetch(SQL_ROLL, institution_id, on_date, after, limit)
    return [row["learner_id"] for row in rows]


async def kept_elsewhere(
    connection: Connection, learner_ids: Collection[UUID], *, institution_id: UUID | None
) -> list[UUID]:
    """Those of these learners whose record another institution keeps."""
    rows = await connection.fetch(SQL_KEPT_ELSEWHERE, list(learner_ids), institution_id)
    return [row["learner_id"] for row in rows]


async def compared(
    connection: Connection, learner_ids: Collection[UUID], *, reader_institution_id: UUID | None
) -> dict[UUID, Compared]:
    """What a reviewer sees of learners, without identifiers, by id; the restricted only where their record is kept."""
    return {
        row["learner_id"]: Compared(
            learner_id=row["learner_id"],
            title=row["title"],
            given=row["given_name"],
            family=row["family_name"],
            birth=_birth(row),
            sex=row["sex"],
            registrar_institution_id=row["registrar_institution_id"],
            institution_ids=tuple(row["institution_ids"] or ()),
        )
        for row in await connection.fetch(SQL_COMPARED, list(learner_ids), reader_institution_id)
    }
