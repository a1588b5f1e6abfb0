"""New identifiers, and the calendar dates of contracts."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import uuid_utils
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date

from chassis.errors import InvalidField


def uuid7() -> UUID:
    """A new time-ordered UUID (version 7); the standard library has none before Python 3.14."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def parse_uuid(text: str, *, field: str) -> UUID:
    """Read a UUID.

    Raises:
        InvalidField: `text` is not a UUID.
    """
    try:
        return UUID(text)
    except ValueError:
        raise InvalidField(field=field, expected="a UUID") from None


def date_to_pb(value: date) -> Date:
    """A calendar date as the contracts carry it."""
    return Date(year=value.year, month=value.month, day=value.day)


def date_from_pb(value: Date, *, field: str) -> date:
    """Read a whole calendar date.

    Raises:
        InvalidField: Year, month and day do not name a day.
    """
    try:
        return date(value.year, value.month, value.day)
    except ValueError:
        raise InvalidField(field=field, expected="a calendar date") from None


def time_to_pb(value: datetime) -> Timestamp:
    """An instant as the contracts carry it."""
    stamp = Timestamp()
    stamp.FromDatetime(value)
    return stamp
