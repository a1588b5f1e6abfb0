"""The fingerprint of a command: the same content has one, whichever way it came."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID

from chassis.idempotency import fingerprint


class Colour(Enum):
    """A choice."""

    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Item:
    """Part of a command."""

    amount: Decimal
    at: datetime | date | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody wants."""

    item_id: UUID
    items: tuple[Item, ...]
    tags: frozenset[str]
    colour: Colour = Colour.RED
    name: str = "ก"


@dataclass(frozen=True, slots=True)
class Other(Command):
    """The same content, wanted of another use case."""


ID = UUID(int=7)
ONE = Command(ID, (Item(Decimal("1.0"), datetime(2026, 1, 1, tzinfo=UTC)),), frozenset({"a", "b"}))


def test_equal_content_has_one_fingerprint() -> None:
    again = Command(ID, (Item(Decimal("1.00"), datetime(2026, 1, 1, tzinfo=UTC)),), frozenset({"b", "a"}))
    assert fingerprint(ONE) == fingerprint(again)
    assert len(fingerprint(ONE)) == 32


def test_any_other_content_has_another() -> None:
    others = [
        Command(UUID(int=8), ONE.items, ONE.tags),
        Command(ID, (), ONE.tags),
        Command(ID, ONE.items * 2, ONE.tags),
        Command(ID, (Item(Decimal("1.1"), ONE.items[0].at),), ONE.tags),
        Command(ID, (Item(Decimal("1.0"), None),), ONE.tags),
        Command(ID, ONE.items, frozenset({"a"})),
        Command(ID, ONE.items, ONE.tags, Colour.BLUE),
        Command(ID, ONE.items, ONE.tags, name="ข"),
        Other(ID, ONE.items, ONE.tags),
        {"x": 1},
        [1],
        b"\x00",
        "x",
        None,
    ]
    assert len({fingerprint(content) for content in [ONE, *others]}) == len(others) + 1
