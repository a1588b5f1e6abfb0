"""The closed vocabulary of errors, and the one table to gRPC and HTTP.

A service subclasses one of the eight kinds and gives a `reason`; the first line of the class docstring is the English
sentence for developers. Nothing else maps errors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import grpc


@dataclass(frozen=True, slots=True)
class Mapping:
    """How one kind of error appears on both wires."""

    code: grpc.StatusCode
    http_status: int
    log_level: str


class ServiceError(Exception):
    """Something the caller can be told.

    Args:
        detail: English sentence; the class docstring's first line when absent. Holds no personal data.
        field: Field or column at fault.
        metadata: Every variable of the sentence; holds no personal data.
    """

    kind: ClassVar[str] = "INTERNAL"
    reason: str = "INTERNAL"

    def __init__(self, detail: str | None = None, *, field: str | None = None, **metadata: object) -> None:
        """Keep the sentence and its variables."""
        self.detail = detail or (type(self).__doc__ or type(self).__name__).strip().splitlines()[0]
        self.field = field
        self.metadata: dict[str, str] = {name: str(value) for name, value in metadata.items()}
        super().__init__(self.detail)


class Invalid(ServiceError):
    """The request can never be right."""

    kind = "INVALID"
    reason = "INVALID"


class Unauthenticated(ServiceError):
    """The caller is not signed in."""

    kind = "UNAUTHENTICATED"
    reason = "UNAUTHENTICATED"


class Forbidden(ServiceError):
    """The caller may not do this to an object that he may see."""

    kind = "FORBIDDEN"
    reason = "FORBIDDEN"


class NotFound(ServiceError):
    """The object does not exist for the caller."""

    kind = "NOT_FOUND"
    reason = "NOT_FOUND"


class AlreadyExists(ServiceError):
    """The object exists."""

    kind = "ALREADY_EXISTS"
    reason = "ALREADY_EXISTS"


class Refused(ServiceError):
    """A rule says no, as things are now."""

    kind = "REFUSED"
    reason = "REFUSED"


class Conflict(ServiceError):
    """The request lost a race; the same request id may be sent again."""

    kind = "CONFLICT"
    reason = "CONFLICT"


class Unavailable(ServiceError):
    """A part that is needed does not answer; try again a little later."""

    kind = "UNAVAILABLE"
    reason = "UNAVAILABLE"


class InvalidField(Invalid):
    """A field has a value that it can never have."""

    reason = "INVALID_FIELD"


class TooManyItems(Invalid):
    """A list call holds more items than one call may."""

    reason = "TOO_MANY_ITEMS"


class RequestMismatch(Refused):
    """The request id was used before with other content."""

    reason = "REQUEST_MISMATCH"


class PermissionMissing(Forbidden):
    """The role does not allow this action."""

    reason = "PERMISSION_MISSING"


class PurposeMissing(Invalid):
    """A read of an individual states no purpose."""

    reason = "PURPOSE_MISSING"


TABLE: dict[str, Mapping] = {
    "INVALID": Mapping(grpc.StatusCode.INVALID_ARGUMENT, 422, "info"),
    "UNAUTHENTICATED": Mapping(grpc.StatusCode.UNAUTHENTICATED, 401, "info"),
    "FORBIDDEN": Mapping(grpc.StatusCode.PERMISSION_DENIED, 403, "warning"),
    "NOT_FOUND": Mapping(grpc.StatusCode.NOT_FOUND, 404, "info"),
    "ALREADY_EXISTS": Mapping(grpc.StatusCode.ALREADY_EXISTS, 409, "info"),
    "REFUSED": Mapping(grpc.StatusCode.FAILED_PRECONDITION, 409, "info"),
    "CONFLICT": Mapping(grpc.StatusCode.ABORTED, 409, "info"),
    "UNAVAILABLE": Mapping(grpc.StatusCode.UNAVAILABLE, 503, "warning"),
    "INTERNAL": Mapping(grpc.StatusCode.INTERNAL, 500, "error"),
}
"""The one table; style.md 5.4."""

_KINDS: dict[str, type[ServiceError]] = {
    cls.kind: cls
    for cls in (Invalid, Unauthenticated, Forbidden, NotFound, AlreadyExists, Refused, Conflict, Unavailable)
}
_KIND_OF_CODE: dict[grpc.StatusCode, str] = {mapping.code: kind for kind, mapping in TABLE.items()}


def kind_of_code(code: grpc.StatusCode) -> str:
    """Kind of a gRPC status; a deadline that passed or a call cut short counts as unavailable, the rest as internal."""
    if code in (grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED):
        return Unavailable.kind
    return _KIND_OF_CODE.get(code, "INTERNAL")


def rebuild(kind: str, reason: str, detail: str, metadata: dict[str, str]) -> ServiceError:
    """Make the error again that another service raised.

    Its class is the one of this vocabulary that has the reason, and the kind where only the other service knows it.
    """
    base = _KINDS.get(kind, ServiceError)
    known = next((cls for cls in (base, *_shared(base)) if cls.reason == reason), base)
    error = known(detail, field=metadata.get("field"))
    error.reason = reason
    error.metadata = {name: value for name, value in metadata.items() if name != "field"}
    return error


def _shared(base: type[ServiceError]) -> Iterator[type[ServiceError]]:
    for cls in base.__subclasses__():
        if cls.__module__.startswith("chassis."):
            yield cls
            yield from _shared(cls)
