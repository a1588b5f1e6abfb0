"""Data requests, their steps and their clock. Pure.

Source: guidance.md j (PDPA s.30-36); the days are data.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from student_registry.requests.errors import (
    DataRequestClosed,
    DataRequestDateInvalid,
    DataRequestDetailsInvalid,
    DataRequestNotBegun,
)
from student_registry.text import clean

DETAILS_CHARACTERS_MAX = 2_000
RECEIVED_DAYS_AGO_MAX = 366
"""A request entered later than this is a mistake of the year."""


class RequestKind(StrEnum):
    """What is asked."""

    SEE = "SEE"
    COPY = "COPY"
    CORRECT = "CORRECT"
    RESTRICT = "RESTRICT"


class RequestState(StrEnum):
    """How far it is."""

    RECEIVED = "RECEIVED"
    IN_PROGRESS = "IN_PROGRESS"
    ANSWERED = "ANSWERED"
    REFUSED = "REFUSED"


OPEN_STATES = frozenset({RequestState.RECEIVED, RequestState.IN_PROGRESS})


class FactKind(StrEnum):
    """Kinds of facts that a request is about."""

    NAME = "NAME"
    BIRTH_DATE = "BIRTH_DATE"
    SEX = "SEX"
    IDENTIFIER = "IDENTIFIER"
    CONTACT = "CONTACT"
    GUARDIAN = "GUARDIAN"
    PROFILE = "PROFILE"
    ENROLMENT = "ENROLMENT"
    STATUS = "STATUS"
    CONSENT = "CONSENT"


@dataclass(frozen=True, slots=True)
class DataRequest:
    """One request.

    Attributes:
        institution_id: Who answers: the keeper of the record; of a closed one, who answered.
        fact_kinds: What it is about; empty: everything.
        details: What is to be corrected, in the asker's words; personal.
        due_on: Day by which it is to be answered.
    """

    data_request_id: UUID
    learner_id: UUID
    kind: RequestKind
    state: RequestState
    institution_id: UUID
    fact_kinds: tuple[FactKind, ...]
    details: str = field(repr=False)
    received_on: date
    due_on: date
    rule_version: str
    reason_code: str = ""
    closed_at: datetime | None = None

    def is_overdue_on(self, day: date) -> bool:
        """Whether it is open after its day."""
        return self.state in OPEN_STATES and self.due_on < day

    def begun(self) -> DataRequest:
        """In hand.

        Raises:
            DataRequestClosed: It is closed.
        """
        if self.state not in OPEN_STATES:
            raise DataRequestClosed
        return replace(self, state=RequestState.IN_PROGRESS)

    def closed(self, reason_code: str, *, by_institution_id: UUID, now: datetime) -> DataRequest:
        """Answered, or refused with a reason.

        Raises:
            DataRequestClosed: It is closed.
            DataRequestNotBegun: Nobody took it in hand.
        """
        if self.state not in OPEN_STATES:
            raise DataRequestClosed
        if self.state is not RequestState.IN_PROGRESS:
            raise DataRequestNotBegun
        state = RequestState.REFUSED if reason_code else RequestState.ANSWERED
        return replace(self, state=state, reason_code=reason_code, closed_at=now, institution_id=by_institution_id)

    @property
    def has_copy(self) -> bool:
        """Whether a copy of the data answers it."""
        return self.kind in (RequestKind.SEE, RequestKind.COPY) and self.state is not RequestState.REFUSED


def due_on(received_on: date, *, days: int) -> date:
    """Day by which a request is to be answered: the day of receipt is not counted."""
    return received_on + timedelta(days=days)


def checked_details(kind: RequestKind, details: str) -> str:
    """The details as they are kept.

    Raises:
        DataRequestDetailsInvalid: A correction without, too long, or another request with details.
    """
    text = clean(details)
    if bool(text) != (kind is RequestKind.CORRECT) or len(text) > DETAILS_CHARACTERS_MAX:
        raise DataRequestDetailsInvalid(field="details")
    return text


def check_received(received_on: date, *, today: date) -> None:
    """Refuse a day of receipt that cannot be.

    Raises:
        DataRequestDateInvalid: It lies ahead, or more than a year back.
    """
    if not today - timedelta(days=RECEIVED_DAYS_AGO_MAX) <= received_on <= today:
        raise DataRequestDateInvalid(field="received_on")
