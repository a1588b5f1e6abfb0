"""SQL of the consistency check: each statement counts what must not be."""

from __future__ import annotations

from chassis.pg import Connection

SQL_TAKE_TIME = "SET LOCAL statement_timeout = '10min'"
# Constraints forbid these for new rows; a restored, merged or hand-repaired database is looked at as a whole.
SQL_PRIMARY_OVERLAPS = """
    SELECT count(*) FROM enrolment a JOIN enrolment b
        ON b.learner_id = a.learner_id AND b.enrolment_id > a.enrolment_id AND b.valid_during && a.valid_during
     WHERE a.role = 'PRIMARY' AND b.role = 'PRIMARY'
"""
SQL_ENROLMENT_OVERLAPS = """
    SELECT count(*) FROM enrolment a JOIN enrolment b
        ON b.learner_id = a.learner_id AND b.enrolment_id > a.enrolment_id AND b.valid_during && a.valid_during
           AND b.institution_id = a.institution_id AND b.role = a.role AND b.programme_code = a.programme_code
     WHERE a.role <> 'SHORT_COURSE'
"""
# The last row of an enrolment's history is the enrolment.
SQL_HISTORY_DRIFT = """
    SELECT count(*) FROM enrolment e
      LEFT JOIN LATERAL (SELECT h.grade_label, h.classroom, h.delivery_system, h.valid_from, h.valid_to
                           FROM enrolment_history h WHERE h.enrolment_id = e.enrolment_id
                          ORDER BY h.enrolment_history_id DESC LIMIT 1) h ON true
     WHERE (e.grade_label, e.classroom, e.delivery_system, e.valid_from, e.valid_to)
           IS DISTINCT FROM (h.grade_label, h.classroom, h.delivery_system, h.valid_from, h.valid_to)
"""
# Whatever exists was told of: its key has a number in its topic.
SQL_LEARNERS_UNTOLD = """
    SELECT count(*) FROM learner l
     WHERE NOT EXISTS (SELECT FROM outbox_sequence s
                        WHERE s.topic = 'nuaikit.student-registry.learners.v1' AND s.key = l.learner_id::text)
"""
SQL_INSTITUTIONS_UNTOLD = """
    SELECT count(*) FROM institution i
     WHERE NOT EXISTS (SELECT FROM outbox_sequence s
                        WHERE s.topic = 'nuaikit.student-registry.institutions.v1' AND s.key = i.institution_id::text)
"""
SQL_ASSIGNMENTS_UNTOLD = """
    SELECT count(DISTINCT a.institution_id) FROM staff_assignment a
     WHERE NOT EXISTS (SELECT FROM outbox_sequence s
                        WHERE s.topic = 'nuaikit.student-registry.assignments.v1' AND s.key = a.institution_id::text)
"""
SQL_OUTBOX_BEYOND = """
    SELECT count(*) FROM outbox o
      LEFT JOIN outbox_sequence s ON s.topic = o.topic AND s.key = o.key
     WHERE s.last IS NULL OR o.sequence > s.last
"""
SQL_NAMELESS = """
    SELECT count(*) FROM learner l
     WHERE NOT EXISTS (SELECT FROM learner_name n
                        WHERE n.learner_id = l.learner_id AND n.language = 'th' AND n.ended_at IS NULL)
"""
# A merged learner's facts are the surviving one's, and who he leads to is in the register of merges.
SQL_MERGED_WITH_ENROLMENTS = """
    SELECT count(*) FROM enrolment e JOIN learner l USING (learner_id) WHERE l.merged_into_learner_id IS NOT NULL
"""
SQL_MERGES_DRIFT = """
    SELECT count(*) FROM learner l
      FULL JOIN (SELECT merged_learner_id, surviving_learner_id FROM learner_merge WHERE undone_at IS NULL) m
             ON m.merged_learner_id = l.learner_id
     WHERE l.merged_into_learner_id IS DISTINCT FROM m.surviving_learner_id
"""
CHECKS = {
    "primary_enrolments_overlap": SQL_PRIMARY_OVERLAPS,
    "enrolments_overlap": SQL_ENROLMENT_OVERLAPS,
    "enrolments_unlike_their_history": SQL_HISTORY_DRIFT,
    "learners_never_told": SQL_LEARNERS_UNTOLD,
    "institutions_never_told": SQL_INSTITUTIONS_UNTOLD,
    "assignments_never_told": SQL_ASSIGNMENTS_UNTOLD,
    "events_beyond_their_counter": SQL_OUTBOX_BEYOND,
    "learners_without_name": SQL_NAMELESS,
    "merged_learners_with_enrolments": SQL_MERGED_WITH_ENROLMENTS,
    "merges_unlike_their_register": SQL_MERGES_DRIFT,
}


async def count(connection: Connection, statement: str) -> int:
    """How much there is of what must not be."""
    return await connection.fetchval(statement, timeout=600)


async def take_time(connection: Connection) -> None:
    """Let statements of this transaction run for minutes; they look at whole tables."""
    await connection.execute(SQL_TAKE_TIME)
