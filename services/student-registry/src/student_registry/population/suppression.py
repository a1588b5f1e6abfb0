"""Hiding small numbers in a table with totals, so that none can be computed from what is shown. Pure.

A table is a set of equations: every row adds up to its total, and so does every column. A hidden number can be computed
exactly when no other table of whole numbers fits what is shown. So numbers are hidden until each hidden one could also
be another: until one can be added to it along a circle of hidden numbers, alternately adding and taking away, without
any of them falling below one (zeros are shown, so a reader knows that what is hidden is not zero).

Hiding more only adds circles: a number that cannot be computed stays so, and the work ends at the latest when all is
hidden.

Tables are asked for one after the other, so each holds to what the smaller ones tell: the total is shown or not as in
the answer without characteristics, totals of rows and columns as in the answers of one characteristic. Where a number
cannot be hidden behind what those show, its whole part of the table is withheld, zeros too: then only totals are known.
So is a characteristic with a larger limit of its own of which everybody has one value: who knows that everybody has it
would know it of any few whom another table shows.

Source: guidance.md h and j (n < 5 hidden, complementary suppression); the method is an assumption of this service.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import product

ALL = "ALL"
"""Value of a characteristic in a total."""

Place = tuple[str, ...]
"""Values of the characteristics of one number."""


@dataclass(frozen=True, slots=True)
class _Number:
    """One number of a table.

    Attributes:
        row: One equation it is in; totals of rows are in it with the other sign.
        column: The other equation it is in; in a table of one characteristic it has one equation, named twice.
        sign: +1 or -1, so that both equations read: the sum is zero.
    """

    place: Place
    count: int
    row: str
    column: str
    sign: int

    def can_change(self, direction: int) -> bool:
        """Whether its term may go up (+1) or down (-1) by one while the number itself stays at one or above."""
        return direction == self.sign or self.count > 1


def with_totals(cells: Mapping[Place, int]) -> dict[Place, int]:
    """The cells and every total, also the totals of rows and columns."""
    found: dict[Place, int] = dict(cells)
    for place, count in cells.items():
        for mask in range(1, 2 ** len(place)):
            total = tuple(ALL if mask >> n & 1 else value for n, value in enumerate(place))
            found[total] = found.get(total, 0) + count
    if not cells:
        found[()] = 0
    return found


@dataclass(frozen=True, slots=True)
class Protected:
    """What of a table is not shown.

    Attributes:
        hidden: Numbers of which only that they are not zero is shown, totals too.
        withheld: Parts of the table of which nothing is shown, by which characteristics their numbers state.
    """

    hidden: frozenset[Place]
    withheld: frozenset[tuple[bool, ...]] = frozenset()

    def is_shown(self, place: Place) -> bool:
        """Whether the number itself is shown."""
        return place not in self.hidden and part_of(place) not in self.withheld


def part_of(place: Place) -> tuple[bool, ...]:
    """Which characteristics a number states, by their order; the others are summed up."""
    return tuple(value != ALL for value in place)


def protected(
    cells: Mapping[Place, int],
    *,
    smallest: Sequence[int],
    smallest_total: int,
    outside: Protected = Protected(frozenset()),
) -> Protected:
    """What must not be shown of a table, knowing that its totals are answers of their own.

    Args:
        cells: Counts by the values of up to two characteristics.
        smallest: Smallest number shown, of each characteristic.
        smallest_total: Smallest number shown of everybody.
        outside: What must not be shown because of other tables.
    """
    table = with_totals(cells)
    parts = sorted(product((False, True), repeat=len(smallest)), key=sum)
    hidden, withheld = set(outside.hidden & table.keys()), set(outside.withheld)
    for part in parts:
        inside = {place: count for place, count in table.items() if all(map(_implies, part_of(place), part))}
        if any(less in withheld for less in parts if less != part and all(map(_implies, less, part))):
            withheld.add(part)
        if part in withheld or _is_everybodys(inside, part, smallest=smallest, smallest_total=smallest_total):
            withheld.add(part)
            continue
        limit = max((each for each, is_stated in zip(smallest, part, strict=True) if is_stated), default=smallest_total)
        known = {place for place in inside if part_of(place) != part and place not in hidden}
        found = hidden_places(
            {_without(place, part): count for place, count in inside.items()},
            smallest=limit,
            hidden={_without(place, part) for place in hidden & inside.keys()},
            shown={_without(place, part) for place in known},
        )
        if found is None:
            withheld.add(part)
        else:
            hidden |= {place for place in inside if _without(place, part) in found}
    return Protected(frozenset(hidden), frozenset(withheld))


def _is_everybodys(
    inside: Mapping[Place, int], part: tuple[bool, ...], *, smallest: Sequence[int], smallest_total: int
) -> bool:
    """Whether a part states one characteristic with a larger limit, and everybody has one value of it."""
    if sum(part) != 1 or smallest[part.index(True)] <= smallest_total:
        return False
    return sum(count > 0 for place, count in inside.items() if part_of(place) == part) == 1


def _implies(one: bool, other: bool) -> bool:
    return other or not one


def _without(place: Place, part: tuple[bool, ...]) -> Place:
    """The place in the table of only the characteristics that the part states."""
    return tuple(value for value, is_stated in zip(place, part, strict=True) if is_stated)


def hidden_places(
    table: Mapping[Place, int],
    *,
    smallest: int,
    hidden: Set[Place] = frozenset(),
    shown: Set[Place] = frozenset(),
) -> set[Place] | None:
    """Which numbers of a table with totals must not be shown; None when some could be computed whatever is hidden.

    Args:
        table: Cells and totals by the values of one or two characteristics, or of none; zeros may be left out.
        smallest: Smallest number shown; zeros are shown.
        hidden: Numbers that are not shown for another reason.
        shown: Numbers that are known from elsewhere and cannot be hidden.
    """
    numbers = [_number(place, count) for place, count in table.items() if count > 0]
    small = {number.place for number in numbers if number.count < smallest or number.place in hidden}
    found = small - shown
    by_place = {number.place: number for number in numbers}
    free = [number for number in numbers if number.place not in shown]
    waiting = [by_place[place] for place in sorted(found)]
    while waiting:
        number = waiting[-1]
        if len(number.place) == 0 or _could_be_another(number, [by_place[place] for place in found]):
            waiting.pop()
            continue
        added = _to_hide_as_well(number, free, found)
        if not added:
            return None
        found |= {item.place for item in added}
        waiting += added
    return found


def hidden_alone(cells: Mapping[Place, int], total: int, *, smallest: int) -> set[Place]:
    """Which numbers must not be shown of cells that do not add up: the small ones, and those that leave few out."""
    return {place for place, count in cells.items() if 0 < count < smallest or 0 < total - count < smallest}


def _number(place: Place, count: int) -> _Number:
    totals = sum(value == ALL for value in place)
    sign = -1 if totals == 1 else 1
    if len(place) < 2:  # noqa: PLR2004  # a table of one characteristic has one equation
        return _Number(place, count, "row", "column", sign)
    return _Number(place, count, f"row {place[0]}", f"column {place[1]}", sign)


def _could_be_another(number: _Number, hidden: Iterable[_Number]) -> bool:
    """Whether the number is on a circle of hidden ones along which one can be added and taken away in turn."""
    forward: dict[str, list[str]] = {}
    others = [item for item in hidden if item is not number]
    for item in others:
        if item.can_change(1):
            forward.setdefault(item.row, []).append(item.column)
        if item.can_change(-1):
            forward.setdefault(item.column, []).append(item.row)
    return (number.can_change(1) and _leads(forward, number.column, number.row)) or (
        number.can_change(-1) and _leads(forward, number.row, number.column)
    )


def _leads(forward: Mapping[str, list[str]], start: str, end: str) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        for following in forward.get(waiting.pop(), ()):
            if following == end:
                return True
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return False


def _to_hide_as_well(number: _Number, numbers: list[_Number], hidden: set[Place]) -> list[_Number]:
    """Which shown numbers to hide so that the number comes onto a circle, or nearer to one: those that tell least."""
    by_ends = {(item.row, item.column): item for item in numbers} if len(number.place) > 1 else {}
    best: list[_Number] = []
    best_cost = 0
    in_row = [item for item in by_ends.values() if item.row == number.row and item is not number]
    in_column = [item for item in by_ends.values() if item.column == number.column and item is not number]
    for beside in in_row:
        for below in in_column:
            across = by_ends.get((below.row, beside.column))
            if across is None:
                continue
            added = [item for item in (beside, below, across) if item.place not in hidden]
            cost = sum(item.count for item in added)
            if added and (not best or cost < best_cost):
                best, best_cost = added, cost
    if best:
        return best
    near = [
        item
        for item in numbers
        if item.place not in hidden and (item.row == number.row or item.column == number.column)
    ]
    shown = near or [item for item in numbers if item.place not in hidden]
    return [min(shown, key=lambda item: (item.count, item.place))] if shown else []
