"""Which facts follow a learner into a merge and home again; the statements are in `store_moving`.

A merge moves rows by their `learner_id` and nothing else of them, save what `Ends` says; `merged_fact` remembers the
home of each row that is away from it. Undoing sends a row home as it is then: what people changed about it meanwhile
goes with it, what the merge itself changed is put back (a name that was the current one is the current one again).
Rows that were added after the merge have the surviving learner as their home and stay with him.

Every table that names a learner is in `MOVED` or in `STAYS`; a test compares both with the schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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
