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

from credit_bank.ledger import store_duplicates
from credit_bank.ledger.domain import AccountKey, Claim
from credit_bank.people.merges import Family, families


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
    roots = await store_duplicates.duplicate_roots(connection, family, until=until)
    return Duplicates(roots, await store_duplicates.duplicate_awards(connection, family, until=until))


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
