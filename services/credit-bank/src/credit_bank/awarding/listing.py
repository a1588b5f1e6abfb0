"""Listing awards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.auth import Actor
from chassis.pg import Pool

from credit_bank import limits
from credit_bank.awarding import store
from credit_bank.awarding.domain import Redemption


@dataclass(frozen=True, slots=True)
class RedemptionPage:
    """A page of awards; the token is empty on the last one."""

    redemptions: list[Redemption]
    next_page_token: str
    total: int


async def list_redemptions(
    pool: Pool,
    *,
    learner_ids: Sequence[UUID],
    qualification_code: str,
    page_size: int = 0,
    page_token: str = "",
    actor: Actor,
) -> RedemptionPage:
    """A page of the awards of the caller's institution, those that were taken back among them.

    Raises:
        PermissionMissing: The role reads no credits.
        InvalidField: Page size or token.
    """
    actor.require("credit.read")
    limit = limits.page_size(page_size)
    after = limits.page_after(page_token)
    async with pool.acquire(timeout=10) as connection:
        found, total = await store.page(
            connection, actor.at(), learner_ids=learner_ids, code=qualification_code, after=after, limit=limit + 1
        )
    has_more = len(found) > limit
    found = found[:limit]
    return RedemptionPage(found, str(found[-1].redemption_id) if has_more else "", total)
