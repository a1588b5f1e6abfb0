"""Limits of calls, in one place for both transports."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chassis.errors import InvalidField, PurposeMissing, TooManyItems

ITEMS_MAX = 1_000
PAGE_SIZE_DEFAULT = 100
PAGE_SIZE_MAX = 1_000

_PURPOSE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{1,63}")


def page_size(asked: int) -> int:
    """Size of a page: 0 means the default.

    Raises:
        InvalidField: Negative or above the limit.
    """
    if asked == 0:
        return PAGE_SIZE_DEFAULT
    if not 1 <= asked <= PAGE_SIZE_MAX:
        raise InvalidField(field="page_size", expected=f"0 to {PAGE_SIZE_MAX}")
    return asked


def check_ids(ids: Sequence[object], *, field: str) -> None:
    """Refuse more ids than one call may name; none at all is fine for a read.

    Raises:
        TooManyItems: More than `ITEMS_MAX`.
    """
    if len(ids) > ITEMS_MAX:
        raise TooManyItems(field=field, limit=ITEMS_MAX, got=len(ids))


def check_purpose(purpose: str) -> None:
    """A purpose is a code: free text could carry a person's data into the access log.

    Raises:
        PurposeMissing: None was stated.
        InvalidField: Not a code.
    """
    if not purpose:
        raise PurposeMissing
    if not _PURPOSE.fullmatch(purpose):
        raise InvalidField(field="purpose", expected="a code of 2 to 64 letters, digits, dots, dashes, underscores")
