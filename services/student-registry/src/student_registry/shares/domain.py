"""Share grants and how long they may last. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from student_registry.shares.errors import GrantPeriodInvalid

GRANT_DAYS_MAX = 366
"""One year, leap years included. Source: assumption; the briefs name an expiry and no length."""


class GrantScope(StrEnum):
    """What a share lets its recipient read."""

    TRANSCRIPT = "TRANSCRIPT"


@dataclass(frozen=True, slots=True)
class ShareGrant:
    """One share.

    Attributes:
        valid_to: Last day.
        is_ended: Ended before its last day.
    """

    grant_id: UUID
    learner_id: UUID
    recipient_institution_id: UUID
    scope: GrantScope
    purpose: str
    valid_from: date
    valid_to: date
    is_ended: bool = False


def check_period(valid_to: date, *, today: date) -> None:
    """Refuse a share that is over already or lasts too long.

    Raises:
        GrantPeriodInvalid: Its last day lies before today or more than a year ahead.
    """
    if not today <= valid_to <= today + timedelta(days=GRANT_DAYS_MAX):
        raise GrantPeriodInvalid(field="valid_to", days_max=GRANT_DAYS_MAX)
