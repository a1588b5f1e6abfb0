"""What several gRPC servicers and event makers need: keys, amounts, dates and provenance of the contracts."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any, Protocol, TypeVar
from uuid import UUID

from chassis.errors import InvalidField
from chassis.ids import date_from_pb, date_to_pb, parse_uuid
from google.type.date_pb2 import Date
from nuaikit.common.v1 import credit_pb2, provenance_pb2
from nuaikit.credit_bank.v1 import catalogue_pb2

from credit_bank.catalogue.domain import CodeSystem, CourseKey, normalise_code
from credit_bank.provenance import SOURCE_CHARACTERS_MAX, STATUSES, Provenance

E = TypeVar("E", bound=StrEnum)

_UNIT_PREFIX = "CREDIT_UNIT_"
_STATUS_PREFIX = "RULE_STATUS_"


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
        raise InvalidField(field=field, expected=f"one of {', '.join(kind)}") from None


def enum_from_text(kind: type[E], text: str, *, field: str) -> E:
    """Our value of a word.

    Raises:
        InvalidField: Not one of ours.
    """
    try:
        return kind(text)
    except ValueError:
        raise InvalidField(field=field, expected=f"one of {', '.join(kind)}") from None


def optional_uuid(message: Any, name: str) -> UUID | None:
    """An optional text field that holds a UUID; None when it is unset or empty.

    Raises:
        InvalidField: It holds something else.
    """
    text = getattr(message, name) if message.HasField(name) else ""
    return parse_uuid(text, field=name) if text else None


def optional_date(message: Any, name: str) -> date | None:
    """A date field that may be absent.

    Raises:
        InvalidField: It is set and names no day.
    """
    return date_from_pb(getattr(message, name), field=name) if message.HasField(name) else None


def required_date(message: Any, name: str) -> date:
    """A date field that must be set.

    Raises:
        InvalidField: It is absent or names no day.
    """
    if not message.HasField(name):
        raise InvalidField(field=name, expected="a calendar date")
    return date_from_pb(getattr(message, name), field=name)


def date_or_none_to_pb(value: date | None) -> Date | None:
    """A date for an optional field; protobuf leaves the field unset for None."""
    return None if value is None else date_to_pb(value)


def unit_from_pb(number: int, *, field: str) -> str:
    """Unit of an amount.

    Raises:
        InvalidField: Unspecified or unknown.
    """
    unit = _name_or_empty(credit_pb2.CreditUnit, number).removeprefix(_UNIT_PREFIX)
    if unit not in ("CR_OBEC", "CR_OVEC"):
        raise InvalidField(field=field, expected="CR_OBEC or CR_OVEC")
    return unit


def unit_to_pb(unit: str) -> str:
    """Unit by the name that the contracts give it."""
    return f"{_UNIT_PREFIX}{unit}"


def amount_to_pb(hundredths: int | None, unit: str | None) -> credit_pb2.CreditAmount | None:
    """An amount for an optional field; None where the course has no credits."""
    if hundredths is None or unit is None:
        return None
    return credit_pb2.CreditAmount(credit_hundredths=hundredths, unit=unit_to_pb(unit))


def _name_or_empty(wrapper: _Wrapper, number: int) -> str:
    try:
        return wrapper.Name(number)
    except ValueError:
        return ""


def status_to_pb(status: str) -> str:
    """How far a fact may be trusted, by the name that the contracts give it."""
    return f"{_STATUS_PREFIX}{status.upper()}"


def provenance_from_pb(message: Any) -> Provenance:
    """The provenance of a message that has such a field.

    Raises:
        InvalidField: It is absent, has no source, or an unusable status or date.
    """
    stated: provenance_pb2.Provenance = message.provenance
    if not 0 < len(stated.source) <= SOURCE_CHARACTERS_MAX:
        raise InvalidField(field="provenance.source", expected=f"1 to {SOURCE_CHARACTERS_MAX} characters")
    status = _name_or_empty(provenance_pb2.RuleStatus, stated.status).removeprefix(_STATUS_PREFIX).lower()
    if status not in STATUSES:
        raise InvalidField(field="provenance.status", expected=f"one of {', '.join(STATUSES)}")
    return Provenance(
        source=stated.source,
        status=status,
        effective_from=optional_date(stated, "effective_from"),
        version=stated.version if stated.HasField("version") else None,
    )


def provenance_to_pb(provenance: Provenance) -> provenance_pb2.Provenance:
    """As the contracts carry it."""
    return provenance_pb2.Provenance(
        source=provenance.source,
        status=status_to_pb(provenance.status),
        effective_from=date_or_none_to_pb(provenance.effective_from),
        version=provenance.version,
    )


def course_key_from_pb(message: catalogue_pb2.CourseKey) -> CourseKey:
    """The key of a course, its code normalised.

    Raises:
        InvalidField: The code system is unspecified, or the owner is no UUID.
    """
    system = enum_from_pb(
        CodeSystem, catalogue_pb2.CodeSystem, message.code_system, prefix="CODE_SYSTEM_", field="code_system"
    )
    return CourseKey(
        code_system=system,
        code=normalise_code(system, message.code),
        curriculum_version=message.curriculum_version.strip(),
        owner_institution_id=optional_uuid(message, "owner_institution_id"),
    )


def course_key_to_pb(key: CourseKey) -> catalogue_pb2.CourseKey:
    """As the contracts carry it."""
    return catalogue_pb2.CourseKey(
        code_system=f"CODE_SYSTEM_{key.code_system}",
        code=key.code,
        curriculum_version=key.curriculum_version,
        owner_institution_id=None if key.owner_institution_id is None else str(key.owner_institution_id),
    )
