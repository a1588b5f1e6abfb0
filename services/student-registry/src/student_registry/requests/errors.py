"""Refusals about data requests."""

from __future__ import annotations

from chassis.errors import Invalid, NotFound, Refused


class DataRequestNotFound(NotFound):
    """There is no such request for the caller."""

    reason = "DATA_REQUEST_NOT_FOUND"


class DataRequestClosed(Refused):
    """The request was answered or refused."""

    reason = "DATA_REQUEST_CLOSED"


class DataRequestNotBegun(Refused):
    """A request is taken in hand before it is answered or refused."""

    reason = "DATA_REQUEST_NOT_BEGUN"


class DataRequestReasonUnknown(Invalid):
    """A refusal names a reason of the list."""

    reason = "DATA_REQUEST_REASON_UNKNOWN"


class DataRequestDetailsInvalid(Invalid):
    """A correction says what is to be corrected, in at most 2,000 characters; no other request has details."""

    reason = "DATA_REQUEST_DETAILS_INVALID"


class DataRequestDateInvalid(Invalid):
    """A request was received today or within the year before."""

    reason = "DATA_REQUEST_DATE_INVALID"


class DataCopyNotAsked(Refused):
    """The request asks for no copy, or was refused."""

    reason = "DATA_COPY_NOT_ASKED"
