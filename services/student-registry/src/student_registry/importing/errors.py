"""Refusals about files and their rows."""

from __future__ import annotations

from chassis.errors import Invalid, NotFound, Refused


class LayoutUnknown(Invalid):
    """There is no adapter for this file layout."""

    reason = "LAYOUT_UNKNOWN"


class TooManyRows(Invalid):
    """The file has more rows than one import may have."""

    reason = "TOO_MANY_ROWS"


class ImportNotFound(NotFound):
    """There is no such import for the caller."""

    reason = "IMPORT_NOT_FOUND"


class ImportNotReady(Refused):
    """The import does not wait to be applied."""

    reason = "IMPORT_NOT_READY"


class ImportNotFinished(Refused):
    """The import is still at work, or was not applied."""

    reason = "IMPORT_NOT_FINISHED"


class RoundKindUnknown(Invalid):
    """There is no such round in a year."""

    reason = "ROUND_KIND_UNKNOWN"


class RoundNotFound(NotFound):
    """There is no such round for the caller."""

    reason = "ROUND_NOT_FOUND"


class RoundStageWrong(Refused):
    """The round is not at the stage that this step follows."""

    reason = "ROUND_STAGE_WRONG"


class RoundSamePerson(Refused):
    """Each stage of a round is another person's."""

    reason = "ROUND_SAME_PERSON"


class LayoutDefinitionInvalid(Invalid):
    """The definition does not make a layout of ours out of the file."""

    reason = "LAYOUT_DEFINITION_INVALID"


class LayoutVersionExists(Refused):
    """This version, or this day, of the layout is taken by another definition."""

    reason = "LAYOUT_VERSION_EXISTS"
