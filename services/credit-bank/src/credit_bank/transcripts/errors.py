"""Refusals of transcripts, each with its reason."""

from __future__ import annotations

from chassis.errors import Invalid, NotFound


class TranscriptNotFound(NotFound):
    """There is no such learner for the caller."""

    reason = "LEARNER_UNKNOWN"


class PurposeUnknown(Invalid):
    """The purpose is none of the codes for which transcripts are read."""

    reason = "PURPOSE_UNKNOWN"
