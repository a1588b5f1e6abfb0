"""Consents: who has to agree at which age, and what holds. Pure.

Source: credit-bank.md e.8; guidance.md j (PDPA s.19, s.20, s.26; PDPC guidance 2022).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from student_registry.consents.errors import ConsentAgreementInvalid, ConsentGiverWrong, ConsentPeriodInvalid
from student_registry.provenance import Provenance

_RELATION = re.compile(r"[A-Z][A-Z_]{1,31}")


class Giver(StrEnum):
    """Who agrees."""

    LEARNER = "LEARNER"
    GUARDIAN = "GUARDIAN"


class Channel(StrEnum):
    """How the agreement came."""

    PAPER = "PAPER"
    ONLINE = "ONLINE"
    STAFF = "STAFF"


class Need(StrEnum):
    """Who has to agree."""

    LEARNER = "LEARNER"
    GUARDIAN = "GUARDIAN"
    EITHER = "EITHER"
    BOTH = "BOTH"

    @property
    def givers(self) -> frozenset[Giver]:
        """Whose agreement is taken."""
        return frozenset(Giver) if self in (Need.EITHER, Need.BOTH) else frozenset({Giver(self.value)})

    def is_met_by(self, givers: frozenset[Giver]) -> bool:
        """Whether these agreements are enough."""
        return givers >= self.givers if self is Need.BOTH else bool(givers & self.givers)


class ConsentState(StrEnum):
    """State of a consent."""

    WAITING = "WAITING"
    GIVEN = "GIVEN"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True)
class AgeRule:
    """Who has to agree from one age on and below another; None: no end."""

    age_from: int
    age_below: int | None
    need: Need


@dataclass(frozen=True, slots=True)
class ConsentText:
    """A text that is read before agreeing."""

    version: str
    text_th: str
    effective_from: date
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose with its texts, newest first, and who has to agree to it on the day asked for."""

    purpose: str
    name_th: str
    is_sensitive: bool
    texts: tuple[ConsentText, ...]
    age_rules: tuple[AgeRule, ...]
    age_rule_version: str
    age_rule_provenance: Provenance

    def need_at(self, age: int | None) -> Need:
        """Who has to agree at an age in years; an unknown age counts as the youngest."""
        years = 0 if age is None else age
        for rule in self.age_rules:
            if rule.age_from <= years and (rule.age_below is None or years < rule.age_below):
                return rule.need
        raise AssertionError("age rules cover every age; a test sees to it")


@dataclass(frozen=True, slots=True)
class Agreement:
    """One giver's agreement; a guardian's names the relation."""

    giver: Giver
    relation: str
    channel: Channel
    given_on: date


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent to one text.

    Attributes:
        need: Who had to agree by the age on the day of the first agreement.
        valid_from: None while it waits for the other giver.
        valid_to: Last day; None: until withdrawn.
    """

    consent_id: UUID
    learner_id: UUID
    purpose: str
    text_version: str
    need: Need
    age_rule_version: str
    agreements: tuple[Agreement, ...]
    valid_from: date | None
    valid_to: date | None
    withdrawn_at: datetime | None = None
    withdrawn_by: Giver | None = None

    @property
    def state(self) -> ConsentState:
        """Its state."""
        if self.withdrawn_at is not None:
            return ConsentState.WITHDRAWN
        return ConsentState.WAITING if self.valid_from is None else ConsentState.GIVEN

    def with_agreement(self, agreement: Agreement) -> Consent:
        """This consent with one more giver; it holds from the day on which the last needed one agreed.

        Raises:
            ConsentGiverWrong: Somebody else has to agree.
        """
        if agreement.giver not in self.need.givers:
            raise ConsentGiverWrong(field="agreement.giver", need=self.need)
        agreements = (*(item for item in self.agreements if item.giver is not agreement.giver), agreement)
        first = self.valid_from
        if first is None and self.need.is_met_by(frozenset(item.giver for item in agreements)):
            first = max(item.given_on for item in agreements)
        if first is not None and self.valid_to is not None and self.valid_to < first:
            raise ConsentPeriodInvalid(field="valid_to")
        return replace(self, agreements=agreements, valid_from=first)


def check_agreement(agreement: Agreement, *, today: date) -> None:
    """Refuse an agreement that cannot be.

    Raises:
        ConsentAgreementInvalid: A guardian without relation, a learner with one, or a day to come.
    """
    is_guardian = agreement.giver is Giver.GUARDIAN
    if bool(agreement.relation) != is_guardian or (is_guardian and not _RELATION.fullmatch(agreement.relation)):
        raise ConsentAgreementInvalid(field="agreement.relation")
    if agreement.given_on > today:
        raise ConsentAgreementInvalid(field="agreement.given_on")


def age_on(day: date, birth: date | None, *, is_year_only: bool) -> int | None:
    """Age in full years; of who is known by the year of birth only, the age he has at least."""
    if birth is None:
        return None
    born = date(birth.year, 12, 31) if is_year_only else birth
    return max(0, day.year - born.year - ((day.month, day.day) < (born.month, born.day)))


def in_force(consents: Sequence[Consent], *, on_date: date) -> list[Consent]:
    """Those that hold on a day."""
    return [
        item
        for item in consents
        if item.state is ConsentState.GIVEN
        and item.valid_from is not None
        and item.valid_from <= on_date
        and (item.valid_to is None or on_date <= item.valid_to)
    ]
