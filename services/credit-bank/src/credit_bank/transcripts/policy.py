"""Rules of averages, read from `policy.toml`."""

from __future__ import annotations

import tomllib
from importlib import resources

from credit_bank.transcripts.domain import AveragePolicy, RetakePolicy, Rounding

DOCUMENT_KIND = "TRANSCRIPT_QUERY"


def load_policies(document_kind: str = DOCUMENT_KIND) -> list[AveragePolicy]:
    """Average policies of one kind of document, as committed."""
    text = resources.files("credit_bank.transcripts").joinpath("policy.toml").read_text("utf-8")
    return [
        AveragePolicy(
            rounding=Rounding(entry["rounding"]),
            retake_policy=RetakePolicy(entry["retake_policy"]),
            version=entry["version"],
            status=entry["status"],
            source=entry["source"],
            effective_from=entry.get("effective_from"),
        )
        for entry in tomllib.loads(text)["average"]
        if entry["document_kind"] == document_kind
    ]
