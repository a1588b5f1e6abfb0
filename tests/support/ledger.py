"""A credit bank's content without the ids of one run, so that two runs can be compared."""

from typing import Any

import asyncpg
from nuaikit.student_registry.v1 import learners_pb2, learners_pb2_grpc
from nuaikit_local.scenario.platform import Person, Platform

STUDENT_NUMBERS = {
    "school-recorder": [f"{68001 + n}" for n in range(24)],
    "polytechnic-recorder": [f"S68{n:03d}" for n in range(24, 40)],
}
"""Who may look up which numbers of the scenario's files."""

JOURNALS = """
    SELECT j.learner_id, j.seq, j.type, e.code, e.year_be, e.term, e.attempt, t.code AS target,
           (SELECT array_agg(concat_ws(' ', a.kind, a.qualification_code, l.bucket, l.unit, l.amount_hundredths)
                             ORDER BY l.line_no)
              FROM journal_line l JOIN account a USING (account_id) WHERE l.journal_id = j.journal_id) AS lines
      FROM journal j
      LEFT JOIN entry e ON e.entry_id = j.entry_id
      LEFT JOIN case_line cl ON cl.line_id = j.line_id
      LEFT JOIN course t ON t.course_id = cl.target_course_id
     ORDER BY j.learner_id, j.seq
"""
ENTRIES = """
    SELECT learner_id, code, year_be, term, attempt, grade_code, state, earned_hundredths AS earned
      FROM entry ORDER BY learner_id, code, year_be, term, attempt, version
"""
BALANCES = """
    SELECT a.learner_id, a.kind, a.qualification_code, b.bucket, b.unit, b.balance_hundredths
      FROM account_bucket b JOIN account a USING (account_id)
     ORDER BY a.learner_id, a.kind, a.qualification_code, b.bucket, b.unit
"""
CLAIMS = """
    SELECT c.learner_id, e.code, a.qualification_code, c.state, t.code AS target
      FROM claim c JOIN account a USING (account_id)
      JOIN entry e ON e.entry_root_id = c.entry_root_id AND e.version = 1
      LEFT JOIN course t ON t.course_id = c.target_course_id
     ORDER BY c.learner_id, e.code, a.qualification_code, c.state, target
"""
CASES = """
    SELECT c.learner_id, c.state, c.result, t.code AS target, l.state AS line_state, l.reason_code
      FROM transfer_case c JOIN case_line l USING (case_id) JOIN course t ON t.course_id = l.target_course_id
     ORDER BY c.learner_id, t.code, l.state
"""


async def content(dsn: str, names: dict[str, str]) -> dict[str, list[tuple[Any, ...]]]:
    """Journals, entries, balances, claims and cases by natural key.

    Args:
        dsn: Connection to the credit bank's database.
        names: Student number by learner id.
    """
    connection = await asyncpg.connect(dsn)
    try:
        found: dict[str, list[tuple[Any, ...]]] = {}
        for title, query in {
            "journals": JOURNALS,
            "entries": ENTRIES,
            "balances": BALANCES,
            "claims": CLAIMS,
            "cases": CASES,
        }.items():
            rows = [
                (
                    names[str(row["learner_id"])],
                    *[tuple(v) if isinstance(v, list) else v for v in list(row.values())[1:]],
                )
                for row in await connection.fetch(query)
            ]
            # Learner ids differ between runs: order by number, keep the order within a learner.
            found[title] = sorted(rows, key=lambda row: row[0])
        return found
    finally:
        await connection.close()


async def student_numbers(platform: Platform, people: dict[str, tuple[Person, str]]) -> dict[str, str]:
    """Student number by learner id.

    Args:
        platform: The running platform.
        people: By recorder's name: the person and the institution whose numbers he looks up.
    """
    stub = learners_pb2_grpc.LearnerServiceStub(platform.channel(platform.addresses.registry_grpc))
    names: dict[str, str] = {}
    for recorder, (person, institution_id) in people.items():
        request = learners_pb2.FindLearnersRequest(institution_id=institution_id, student_nos=STUDENT_NUMBERS[recorder])
        answer = await platform.call(stub.FindLearners, request, person)
        names |= {match.learner_id: match.student_no for match in answer.matches}
    return names
