"""Refusals of the exchange."""

from __future__ import annotations

from chassis.errors import NotFound, Refused


class ExchangeOff(Refused):
    """This bank exchanges nothing: no peers are configured."""

    reason = "EXCHANGE_OFF"


class PeerUnknown(NotFound):
    """There is no such bank among the configured peers."""

    reason = "PEER_UNKNOWN"
