"""Refusals of the exchange."""

from __future__ import annotations

from chassis.errors import Invalid, NotFound, Refused


class ExchangeOff(Refused):
    """This bank exchanges nothing: no peers are configured."""

    reason = "EXCHANGE_OFF"


class PeerUnknown(NotFound):
    """There is no such bank among the configured peers."""

    reason = "PEER_UNKNOWN"


class LinkInvalid(Invalid):
    """The link can never be right."""

    reason = "EXCHANGE_LINK_INVALID"


class ReferenceLinked(Refused):
    """Another learner was linked to this reference."""

    reason = "EXCHANGE_REFERENCE_LINKED"


class LinkUnknown(NotFound):
    """There is no such link at the institution."""

    reason = "EXCHANGE_LINK_UNKNOWN"


class MessageUnknown(NotFound):
    """There is no such message, or it is about no learner whom the institution linked."""

    reason = "EXCHANGE_MESSAGE_UNKNOWN"


class MessageAmbiguous(Invalid):
    """Several banks told a message of this id; which of them is meant has to be said."""

    reason = "EXCHANGE_MESSAGE_AMBIGUOUS"


class MessageNoResult(Refused):
    """The message tells of no result that stands at the other bank."""

    reason = "EXCHANGE_MESSAGE_NO_RESULT"
