"""What several gRPC servicers and event makers need: enums, dates and provenance of the contracts."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from chassis.errors import InvalidField
from chassis.ids import date_from_pb, date_to_pb
from google.type.date_pb2 import Date
from nuaikit.common.v1 import provenance_pb2

from student_registry.provenance import SOURCE_CHARACTERS_MAX, DataStatus, Provenance

E = TypeVar("E", bound=StrEnum)


class _Wrapper(Protocol):
    """An enum of the generated code."""

    def Name(self, number: Any) -> str: ...  # noqa: N802  # protobuf's name


def enum_from_pb(kind: type[E], wrapper: _Wrapper, number: int, *, prefix: str, field: str) -> E:
    """Our value of a contract's enum.

    Raises:
        InvalidField: Unspecified or unknown.
    """
    try:
        return kind(wrapper.Name(number).removeprefix(prefix))
    except ValueError:
        expected = ", ".join(kind)
        raise InvalidField(field=field, expected=f"one of {expected}") from None


def optional_enum_from_pb(kind: type[E], wrapper: _Wrapper, number: int, *, prefix: str, field: str) -> E | None:
    """As `enum_from_pb`; unspecified is None."""
    return None if number == 0 else enum_from_pb(kind, wrapper, number, prefix=prefix, field=field)


def required_date(message: Any, name: str, *, field: str) -> date:
    """A date field that must be set.

    Raises:
        InvalidField: It is absent or names no day.
    """
    if not message.HasField(name):
        raise InvalidField(field=field, expected="a calendar date")
    return date_from_pb(getattr(message, name), field=field)


def optional_date(message: Any, name: str, *, field: str) -> date | None:
    """A date field that may be absent.

    Raises:
        InvalidField: It is set and names no day.
    """
    return date_from_pb(getattr(message, name), field=field) if message.HasField(name) else None


def date_or_none_to_pb(value: date | None) -> Date | None:
    """A date for an optional field; protobuf leaves the field unset for None."""
    return None if value is None else date_to_pb(value)


def provenance_from_pb(message: Any, *, field: str) -> Provenance:
    """The provenance of a message that has a field of that name.

    Raises:
        InvalidField: It is absent, has no source, or an unusable status or date.
    """
    stated: provenance_pb2.Provenance = message.provenance
    if not message.HasField("provenance") or not stated.source or len(stated.source) > SOURCE_CHARACTERS_MAX:
        raise InvalidField(
            field=field, expected=f"a provenance with a source of 1 to {SOURCE_CHARACTERS_MAX} characters"
        )
    return Provenance(
        source=stated.source,
        status=_status_from_pb(stated.status, field=f"{field}.status"),
        effective_from=optional_date(stated, "effective_from", field=f"{field}.effective_from"),
        version=stated.version if stated.HasField("version") else None,
    )


def _status_from_pb(number: int, *, field: str) -> DataStatus:
    try:
        name = provenance_pb2.RuleStatus.Name(number)
        return DataStatus(name.removeprefix("RULE_STATUS_").lower())
    except ValueError:
        raise InvalidField(field=field, expected=f"one of {', '.join(DataStatus)}") from None


def data_status_to_pb(status: DataStatus) -> str:
    """As the contracts name it."""
    return f"RULE_STATUS_{status.upper()}"


def provenance_to_pb(provenance: Provenance) -> provenance_pb2.Provenance:
    """As the contracts carry it."""
    return provenance_pb2.Provenance(
        source=provenance.source,
        status=data_status_to_pb(provenance.status),
        effective_from=date_or_none_to_pb(provenance.effective_from),
        version=provenance.version,
    )
