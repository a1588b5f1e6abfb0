"""How much one call may ask for, and pages."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from chassis.errors import InvalidField
from chassis.ids import parse_uuid

ITEMS_MAX: Final = 1_000
"""Items of most list calls."""
FEW_ITEMS_MAX: Final = 100
"""Items of calls whose items are rare and rich: qualifications, committees, partnerships."""

PAGE_SIZE_DEFAULT: Final = 100
PAGE_SIZE_MAX: Final = 1_000


def page_size(asked: int) -> int:
    """A page size in range; 0 means the usual one.

    Raises:
        InvalidField: It is out of range.
    """
    if not 0 <= asked <= PAGE_SIZE_MAX:
        raise InvalidField(field="page_size", expected=f"1 to {PAGE_SIZE_MAX}, or 0")
    return asked or PAGE_SIZE_DEFAULT


def page_after(token: str) -> UUID | None:
    """The id behind which a page begins; None for the first page.

    Raises:
        InvalidField: The token is not one of ours.
    """
    return parse_uuid(token, field="page_token") if token else None
