"""Where a fact comes from and how far it may be trusted; kept beside every fact that someone stated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

SOURCE_CHARACTERS_MAX = 300


class DataStatus(StrEnum):
    """How far a fact may be trusted."""

    CONFIRMED = "confirmed"
    ASSUMED = "assumed"
    DEMONSTRATION = "demonstration"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Source of a fact.

    Attributes:
        source: Document, circular, file or page the fact rests on; never a person's data.
        status: How far it may be trusted.
        effective_from: First day on which it applies; None: since always.
        version: Version counted by its owner; None where there is only one.
    """

    source: str
    status: DataStatus
    effective_from: date | None = None
    version: str | None = None
