"""What a statement shows. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

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


@dataclass(frozen=True, slots=True)
class Statement:
    """A learner's accounts and journals as posted until an instant.

    Attributes:
        journals: Oldest first, at most `JOURNALS_MAX`.
        head_hash: Hash of the newest journal; zeros for a learner without any.
    """

    learner_id: UUID
    accounts: tuple[AccountBalances, ...]
    journals: tuple[Journal, ...]
    head_hash: bytes

    @property
    def account_ids(self) -> dict[AccountKey, UUID]:
        """Account ids by key, for showing the lines of journals."""
        return {account.key: account.account_id for account in self.accounts}
