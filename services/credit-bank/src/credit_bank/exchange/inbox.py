"""What another bank told of a learner: which of it stands there now, and what draft it would make here. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from credit_bank.catalogue.domain import normalise_code
from credit_bank.catalogue.keys import CodeSystem, CourseKey
from credit_bank.provenance import SOURCE_CHARACTERS_MAX, Provenance
from credit_bank.recording.domain import TEXT_CHARACTERS_MAX, Evidence, LearningType, RplMode, SourceMode
from credit_bank.recording.drafts import PartialResult
from credit_bank.rules.domain import EducationForm, EducationLevel

VERIFIED: Final = "credit.verified"
SUPERSEDED: Final = "credit.superseded"
REVOKED: Final = "credit.revoked"
EVIDENCE_KIND: Final = "TRANSCRIPT"
NATURAL_KEY: Final = ("code_system", "code", "year_be", "term", "attempt", "issuer")
"""What names a result at the other bank through all its versions (CB-I13)."""

Kind = TypeVar("Kind", bound=StrEnum)


class Standing(StrEnum):
    """How a message stands beside those that came after it."""

    STANDS = "STANDS"
    REPLACED = "REPLACED"
    """A newer version of the same result was told."""
    REVOKED = "REVOKED"
    """The result was revoked there."""
    NO_RESULT = "NO_RESULT"
    """It tells of a posting or an award, not of a result."""


@dataclass(frozen=True, slots=True)
class Received:
    """A message of another bank about a linked learner.

    Attributes:
        content: As it was signed.
        learner_id: Ours, as the institution linked him.
        draft_id: Result drafted from it here, unless that was withdrawn.
    """

    peer: str
    message_id: UUID
    content: Mapping[str, Any]
    received_at: datetime
    link_id: UUID
    learner_id: UUID
    draft_id: UUID | None = None

    @property
    def type(self) -> str:
        """What happened there."""
        return str(self.content.get("type"))

    @property
    def seq(self) -> int:
        """Place in the learner's chain there."""
        return int(self.content["seq"])

    @property
    def entry(self) -> Mapping[str, Any]:
        """The result it is about; empty for what is about none."""
        entry = self.content.get("entry")
        return cast("dict[str, Any]", entry) if isinstance(entry, dict) else {}


@dataclass(frozen=True, slots=True)
class Told:
    """A message with how it stands."""

    message: Received
    standing: Standing


def standings(messages: Iterable[Received]) -> list[Told]:
    """Messages in the order of the learner's chains there, each beside what was told later of the same result."""
    ordered = sorted(messages, key=lambda message: (message.peer, str(message.link_id), message.seq))
    later: dict[tuple[object, ...], Standing] = {}
    found: list[Told] = []
    for message in reversed(ordered):
        if not message.entry or message.type not in (VERIFIED, SUPERSEDED, REVOKED):
            found.append(Told(message, Standing.NO_RESULT))
            continue
        name = (message.link_id, *(str(message.entry.get(key)) for key in NATURAL_KEY))
        if message.type == VERIFIED:
            found.append(Told(message, later.get(name, Standing.STANDS)))
            later.setdefault(name, Standing.REPLACED)
        else:
            found.append(Told(message, Standing.NO_RESULT))
            later.setdefault(name, Standing.REVOKED if message.type == REVOKED else Standing.REPLACED)
    return found[::-1]


def draft_of(message: Received) -> PartialResult:
    """The draft that a message makes: what it says, as learning recognised from a course elsewhere.

    Nothing is guessed: what the message does not say, or says in words that are not ours, stays open for the recorder,
    who may change everything before he submits it.
    """
    entry = message.entry
    source = f"exchange {message.peer} {message.message_id}"
    return PartialResult(
        learner_id=message.learner_id,
        course=_course(entry),
        year_be=_whole(entry, "year_be"),
        term=_whole(entry, "term"),
        attempt=_whole(entry, "attempt"),
        grade_scheme=_text(entry, "grade_scheme") or None,
        grade_label=_text(entry, "grade_label") or None,
        source_mode=SourceMode.RPL,
        rpl_mode=RplMode.COURSE,
        form=_one_of(EducationForm, entry, "form"),
        learning_type=_one_of(LearningType, entry, "learning_type"),
        level=_one_of(EducationLevel, entry, "level"),
        issuing_body=_issuer(message)[:TEXT_CHARACTERS_MAX],
        evidence=(Evidence(EVIDENCE_KIND, "", str(message.message_id), message.peer[:TEXT_CHARACTERS_MAX]),),
        provenance=Provenance(source[:SOURCE_CHARACTERS_MAX], "assumed"),
    )


def _issuer(message: Received) -> str:
    """Who issued it: the body outside, else the official code of the institution there, else the bank alone."""
    issuer = message.entry.get("issuer")
    code = _text(cast("dict[str, Any]", issuer), "official_code") if isinstance(issuer, dict) else ""
    words: Sequence[str] = (_text(message.entry, "issuing_body"), code, message.peer)
    return " · ".join(word for word in words if word)


def _course(entry: Mapping[str, Any]) -> CourseKey | None:
    system = _one_of(CodeSystem, entry, "code_system")
    code, curriculum = _text(entry, "code"), _text(entry, "curriculum_version")
    if system is None or not code or not curriculum:
        return None
    return CourseKey(system, normalise_code(system, code), curriculum)


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return value.strip() if isinstance(value, str) else ""


def _whole(values: Mapping[str, Any], name: str) -> int | None:
    value = values.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10_000 else None  # noqa: PLR2004  # years have four digits


def _one_of(kind: type[Kind], values: Mapping[str, Any], name: str) -> Kind | None:
    text = _text(values, name)
    return kind(text) if text in set(kind) else None
