"""JSON shapes that several HTTP paths share."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from chassis.http import ItemResult
from pydantic import BaseModel, ConfigDict, Field

from student_registry.provenance import SOURCE_CHARACTERS_MAX, DataStatus, Provenance

PAGE_SIZE_MAX = 1_000
PAGE_SIZE_DEFAULT = 100


class Input(BaseModel):
    """A request body: unknown names are refused, so that a misspelt field is not silently lost."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ProvenanceJson(Input):
    """Where a fact comes from and how far it may be trusted."""

    source: Annotated[str, Field(min_length=1, max_length=SOURCE_CHARACTERS_MAX, examples=["DMC 2568 รอบ 1"])]
    status: DataStatus
    effective_from: date | None = None
    version: str | None = None

    def to_domain(self) -> Provenance:
        """As the use cases know it."""
        return Provenance(self.source, self.status, self.effective_from, self.version)

    @classmethod
    def of(cls, provenance: Provenance) -> ProvenanceJson:
        """As shown."""
        return cls(
            source=provenance.source,
            status=provenance.status,
            effective_from=provenance.effective_from,
            version=provenance.version,
        )


class ListResult(BaseModel):
    """What became of each item, in the order of the request; the good ones are done whatever the others are."""

    results: list[ItemResult]
