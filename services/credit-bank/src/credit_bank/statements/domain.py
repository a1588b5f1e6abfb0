"""What a statement shows. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from credit_bank.catalogue.domain import CourseKey
from credit_bank.ledger.domain import AccountKey, Journal


@dataclass(frozen=True, slots=True)
class BucketBalance:
    """Balance of one bucket in one unit, 1/100 credit."""

    bucket: str
    unit: str
    balance_hundredths: int


@dataclass(frozen=True, slots=True)
class AccountBalances:
    """One account with its buckets, units apart."""

    account_id: UUID
    key: AccountKey
    balances: tuple[BucketBalance, ...]
    state: str = "OPEN"


@dataclass(frozen=True, slots=True)
class EntryShown:
    """A version of a result that journals name, with what R-01 asks to be shown of it.

    Attributes:
        issuing_body: Empty: the issuing institution itself.
        level: Empty where it has none.
    """

    entry_id: UUID
    version: int
    issuer_institution_id: UUID
    issuing_body: str
    form: str
    learning_type: str
    level: str
    course: CourseKey
    course_title_th: str
    source_mode: str
    state: str


@dataclass(frozen=True, slots=True)
class AwardShown:
    """A course that stands as awarded, with what R-01 asks to be shown of it.

    Attributes:
        awarding_institution_id: The issuing body.
        level: Empty where the qualification was published without.
    """

    journal_id: UUID
    qualification_code: str
    qualification_version: str
    awarding_institution_id: UUID
    category: str
    form: str
    learning_type: str
    level: str
    course: CourseKey
    course_title_th: str
    unit: str
    hundredths: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A learner's accounts and journals as posted until an instant.

    Attributes:
        journals: Oldest first, a page of them.
        head_hash: Hash of the newest journal of the learner's own chain; zeros for a learner without any.
        members: He and those who were merged into him, in whose chains the journals stand.
        entries: Results that these journals name.
        next_page_token: Empty on the last page.
        awards: Courses that stand as awarded, on every page the same.
    """

    learner_id: UUID
    accounts: tuple[AccountBalances, ...]
    journals: tuple[Journal, ...]
    head_hash: bytes
    members: tuple[UUID, ...] = ()
    entries: tuple[EntryShown, ...] = ()
    next_page_token: str = ""
    awards: tuple[AwardShown, ...] = ()

    @property
    def account_ids(self) -> dict[AccountKey, UUID]:
        """Account ids by key, for showing the lines of journals; merged learners' accounts are shown as one."""
        return {
            replace(account.key, learner_id=learner_id): account.account_id
            for account in self.accounts
            for learner_id in {self.learner_id, *self.members}
        }
