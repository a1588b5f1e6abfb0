"""Which rules stand on which days: of one owner no two answer for one source group and target on one day. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from credit_bank.catalogue.keys import CourseKey
from credit_bank.equivalences.domain import SourceGroups


@dataclass(frozen=True, slots=True)
class Place:
    """What a rule of an owner answers, and when.

    Attributes:
        signature: What its versions share.
        first: None: since always.
        last: None: open.
    """

    rule_id: UUID
    signature: bytes
    source_groups: SourceGroups
    target: CourseKey
    first: date | None
    last: date | None

    def meets(self, other: Place) -> bool:
        """Whether both would answer for one group of courses on one day."""
        return (
            self.target == other.target
            and not set(self.source_groups).isdisjoint(other.source_groups)
            and (self.first or date.min) <= (other.last or date.max)
            and (other.first or date.min) <= (self.last or date.max)
        )


class Standing:
    """Rules of one owner in force, as they stand while a call is carried out."""

    def __init__(self, places: Iterable[Place]) -> None:
        """Begin with what is in force."""
        self._places = {place.rule_id: place for place in places}

    def met_by(self, place: Place) -> Place | None:
        """A rule that would answer the same; versions of the rule itself are ordered elsewhere."""
        found = (
            other
            for other in self._places.values()
            if other.signature != place.signature and not self._is_over(other) and place.meets(other)
        )
        return min(found, key=lambda other: other.rule_id, default=None)

    @staticmethod
    def _is_over(place: Place) -> bool:
        return (place.first or date.min) > (place.last or date.max)

    def put(self, place: Place) -> None:
        """From now on it stands too, or stands otherwise."""
        self._places[place.rule_id] = place

    def end(self, rule_id: UUID, last: date) -> None:
        """It ends on a day, or earlier if it did."""
        place = self._places.get(rule_id)
        if place is not None and (place.last is None or place.last > last):
            self._places[rule_id] = replace(place, last=last)
