"""Where a fact or rule comes from; kept beside every fact that someone stated, and shown with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

STATUSES: Final = ("confirmed", "assumed", "demonstration")
"""How far a fact may be trusted."""

SOURCE_CHARACTERS_MAX: Final = 300


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a fact or rule comes from and from when it holds.

    Attributes:
        source: Document, circular, decision or page it rests on; never a person's data.
        status: `confirmed`, `assumed` or `demonstration`.
        effective_from: First day; None: since always.
        version: Version of the source, where there are several.
    """

    source: str
    status: str
    effective_from: date | None = None
    version: str | None = None


def provenance_of_document(document: dict[str, Any]) -> Provenance:
    """What `provenance_document` made of it."""
    first = document["effective_from"]
    return Provenance(
        document["source"],
        document["status"],
        None if first is None else date.fromisoformat(first),
        document["source_version"],
    )


def provenance_document(provenance: Provenance) -> dict[str, Any]:
    """As plain values, for digests and for what is kept of a version."""
    return {
        "source": provenance.source,
        "status": provenance.status,
        "effective_from": None if provenance.effective_from is None else provenance.effective_from.isoformat(),
        "source_version": provenance.version,
    }
