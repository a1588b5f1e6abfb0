"""What the records of one person hold twice, after the registry merged them.

In the bank account a result counts once by its natural key (CB-I13, CB-I16), in a qualification account a course counts
once (CB-I5). Which of two equal results counts is the same for every reader: a verified one before one that waits, that
before one that was returned, the surviving learner's own before another's, the older before the newer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from chassis.pg import Connection

from credit_bank.ledger.domain import AccountKey, Claim
from credit_bank.people.merges import Family, families

# Roots of one natural key in one family, the one that counts first: verified before waiting before returned, then the
# survivor's own, then the older.
# What was revoked or rejected by then is no second copy of anything: it stays in the sums as it does without a merge.
SQL_DUPLICATE_ROOTS = """
    WITH root AS (
        SELECT e.entry_root_id, e.issuer_institution_id, e.code_system, e.code, e.year_be, e.term, e.attempt,
               bool_or(coalesce(e.verified_at <= $3, false)) AS is_verified,
               coalesce((array_agg(e.returned_at ORDER BY e.version DESC))[1] <= $3, false) AS is_returned,
               bool_or(e.learner_id = $2) AS is_own, min(e.recorded_at) AS recorded_at
          FROM entry e
         WHERE e.learner_id = ANY($1::uuid[]) AND e.recorded_at <= $3
         GROUP BY 1, 2, 3, 4, 5, 6, 7
        HAVING NOT bool_or(coalesce(least(e.revoked_at, e.rejected_at) <= $3, false))),
    ranked AS (
        SELECT entry_root_id,
               first_value(entry_root_id) OVER (
                   PARTITION BY issuer_institution_id, code_system, code, year_be, term, attempt
                       ORDER BY is_verified DESC, is_returned, is_own DESC, recorded_at, entry_root_id) AS kept_root_id
          FROM root)
    SELECT entry_root_id, kept_root_id FROM ranked WHERE entry_root_id <> kept_root_id
"""
SQL_DUPLICATE_AWARDS = """
    WITH ranked AS (
        SELECT w.journal_id,
               row_number() OVER (
                   PARTITION BY a.qualification_code, a.qualification_version, a.awarding_institution_id, w.course_id
                       ORDER BY a.learner_id = $2 DESC, j.posted_at, w.journal_id) AS place
          FROM award w
          JOIN account a USING (account_id)
          JOIN journal j ON j.journal_id = w.journal_id AND j.posted_at <= $3
          LEFT JOIN journal r ON r.journal_id = w.reversed_journal_id
         WHERE a.learner_id = ANY($1::uuid[]) AND (r.journal_id IS NULL OR r.posted_at > $3))
    SELECT journal_id FROM ranked WHERE place > 1
"""


@dataclass(frozen=True, slots=True)
class Duplicates:
    """What a family holds twice.

    Attributes:
        kept_roots: By the root of a result that does not count, the root of the same result that does.
        journals: Journals of awards that were made a second time.
    """

    kept_roots: Mapping[UUID, UUID]
    journals: frozenset[UUID]


NOTHING_TWICE: Final = Duplicates({}, frozenset())


async def find_duplicates(connection: Connection, family: Family, *, until: datetime) -> Duplicates:
    """What a family holds twice at an instant; of a learner who was never merged nothing is asked."""
    if len(family.members) == 1:
        return NOTHING_TWICE
    roots = await connection.fetch(SQL_DUPLICATE_ROOTS, family.members, family.surviving_id, until)
    awards = await connection.fetch(SQL_DUPLICATE_AWARDS, family.members, family.surviving_id, until)
    return Duplicates(
        {row["entry_root_id"]: row["kept_root_id"] for row in roots}, frozenset(row["journal_id"] for row in awards)
    )


@dataclass(frozen=True, slots=True)
class Persons:
    """Learners and results as those of persons, for deciding.

    Attributes:
        families: By learner, all records of the person.
        kept_roots: By the root of a result that stands twice, the root that counts.
    """

    families: Mapping[UUID, Family]
    kept_roots: Mapping[UUID, UUID]

    def of(self, account: AccountKey) -> AccountKey:
        """The person's account."""
        family = self.families.get(account.learner_id)
        return account if family is None else replace(account, learner_id=family.surviving_id)

    def claim(self, claim: Claim) -> Claim:
        """A claim of the person on the result that counts."""
        root = self.kept_roots.get(claim.entry_root_id, claim.entry_root_id)
        return replace(claim, entry_root_id=root, account=self.of(claim.account))

    def equal_roots(self, roots: Collection[UUID]) -> list[UUID]:
        """These roots and all that stand for the same results."""
        kept = {self.kept_roots.get(root, root) for root in roots}
        return sorted({*roots, *kept, *(root for root, other in self.kept_roots.items() if other in kept)})


async def persons_of(connection: Connection, learner_ids: Collection[UUID], *, until: datetime) -> Persons:
    """The persons whom these learners are, and what their records hold twice; the learners must be locked."""
    found = await families(connection, learner_ids)
    roots: dict[UUID, UUID] = {}
    for family in {family.surviving_id: family for family in found.values()}.values():
        roots |= (await find_duplicates(connection, family, until=until)).kept_roots
    return Persons(found, roots)
