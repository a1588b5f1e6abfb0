"""No hidden number can be computed from a table with totals, however the small numbers lie in it."""

from collections.abc import Iterator, Mapping
from itertools import product
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from student_registry.population.domain import INSIDE, Branch, Cell, Limits, branches_of, hidden_beside, shown
from student_registry.population.suppression import (
    ALL,
    Place,
    Protected,
    hidden_alone,
    hidden_places,
    part_of,
    protected,
    with_totals,
)

SMALLEST = 3
COUNT_MAX = 7


def fitting(table: Mapping[Place, int], hidden: set[Place], cells: list[Place]) -> Iterator[dict[Place, int]]:
    """Every table that a reader can imagine: shown numbers as they are, hidden ones at least one.

    What a hidden number could be has no end where its totals are hidden too; a little above what it is says enough.
    """
    ranges = [range(1, table[place] + 3) if place in hidden else (table[place],) for place in cells]
    for values in product(*ranges):
        imagined = with_totals(dict(zip(cells, values, strict=True)))
        if all(imagined[place] == count for place, count in table.items() if place not in hidden):
            yield imagined


def assert_nothing_follows(cells: Mapping[Place, int], *, smallest: int = SMALLEST) -> None:
    table = with_totals(cells)
    hidden = hidden_places(table, smallest=smallest)
    assert hidden is not None
    assert {place for place, count in table.items() if 0 < count < smallest} <= hidden
    assert not any(table[place] == 0 for place in hidden)
    could_be: dict[Place, set[int]] = {place: set() for place in hidden}
    for imagined in fitting(table, hidden, list(cells)):
        for place in hidden:
            could_be[place].add(imagined[place])
        if all(len(values) > 1 for values in could_be.values()):
            break
    assert {place: values for place, values in could_be.items() if len(values) < 2} == {}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=5))
def test_hidden_number_of_a_list_does_not_follow_from_its_total(counts: list[int]) -> None:
    assert_nothing_follows({(f"v{n}",): count for n, count in enumerate(counts)})


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.integers(0, COUNT_MAX), min_size=2, max_size=2), min_size=1, max_size=3))
def test_hidden_number_of_a_table_does_not_follow_from_rows_and_columns(rows: list[list[int]]) -> None:
    assert_nothing_follows(
        {(f"r{row}", f"c{column}"): count for row, counts in enumerate(rows) for column, count in enumerate(counts)}
    )


def test_everybody_in_one_cell_hides_its_totals_too() -> None:
    table = with_totals({("M.4", "FEMALE"): 2})
    assert hidden_places(table, smallest=5) == set(table)


def test_two_ones_are_not_given_away_by_their_sum() -> None:
    # The two hidden ones would add up to two, and neither can be zero: a third number goes with them.
    table = with_totals({("a",): 1, ("b",): 1, ("c",): 20})
    assert hidden_places(table, smallest=5) == {("a",), ("b",), ("c",)}


def test_large_numbers_are_shown_and_the_cheapest_goes_with_a_small_one() -> None:
    cells = {
        ("M.4", "FEMALE"): 3,
        ("M.4", "MALE"): 40,
        ("M.5", "FEMALE"): 30,
        ("M.5", "MALE"): 20,
        ("M.6", "FEMALE"): 90,
    }
    hidden = hidden_places(with_totals(cells), smallest=5)
    assert hidden == {("M.4", "FEMALE"), ("M.4", "MALE"), ("M.5", "FEMALE"), ("M.5", "MALE")}
    assert (ALL, ALL) not in (hidden or ())


@given(st.integers(0, 50), st.integers(0, 50))
def test_group_that_leaves_few_out_is_hidden_like_a_small_one(members: int, others: int) -> None:
    hidden = hidden_alone({("G",): members}, members + others, smallest=10)
    assert (("G",) in hidden) == (0 < members < 10 or 0 < others < 10)


def imagined(cells: Mapping[Place, int], told: Mapping[Place, int | None], withheld: set[tuple[bool, ...]]) -> bool:
    """Whether a reader may believe in a table: numbers as shown, hidden ones above zero, missing ones zero."""
    return all(
        (told[place] == count or (told[place] is None and count > 0)) if place in told else count == 0
        for place, count in with_totals(cells).items()
        if part_of(place) not in withheld
    )


def read(cells: Mapping[Place, int], found: Protected) -> dict[Place, int | None]:
    """What the answers of one table tell."""
    return {
        place: count if found.is_shown(place) else None
        for place, count in with_totals(cells).items()
        if count and part_of(place) not in found.withheld
    }


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, COUNT_MAX), min_size=2, max_size=2), min_size=1, max_size=2),
    st.sampled_from([(SMALLEST, SMALLEST), (SMALLEST, 6), (6, SMALLEST)]),
)
def test_hidden_number_does_not_follow_from_the_answers_of_fewer_characteristics(
    rows: list[list[int]], smallest: tuple[int, int]
) -> None:
    cells = {(f"r{row}", f"c{column}"): count for row, counts in enumerate(rows) for column, count in enumerate(counts)}
    found = protected(cells, smallest=smallest, smallest_total=SMALLEST)
    # The same total and the same totals of rows and columns are shown whoever asks for fewer characteristics.
    for n, limit in enumerate(smallest):
        line: dict[Place, int] = {}
        for place, count in cells.items():
            line[place[n],] = line.get((place[n],), 0) + count
        alone = protected(line, smallest=[limit], smallest_total=SMALLEST)
        for place, count in with_totals(line).items():
            there = tuple(place[0] if at == n else ALL for at in range(2))
            assert alone.is_shown(place) == found.is_shown(there) or not count
    told = read(cells, found)
    small = {place for place, count in cells.items() if 0 < count < max(smallest)}
    assert not any(told.get(place) for place in small)
    could_be: dict[Place, set[int]] = {place: set() for place in small}
    # Where nothing is said of rows, a reader does not know which there are.
    believed = cells | ({("rx", f"c{n}"): 0 for n in range(2)} if (True, False) in found.withheld else {})
    ranges = [range(count + 3) if told.get(place) is None else (count,) for place, count in believed.items()]
    for values in product(*ranges):
        other = dict(zip(believed, values, strict=True))
        if imagined(other, told, set(found.withheld)):
            for place in small:
                could_be[place].add(other[place])
    assert {place: values for place, values in could_be.items() if len(values) < 2} == {}


def test_everybody_of_one_restricted_value_is_withheld_where_the_total_is_known() -> None:
    total, cells, is_withheld = shown({("G_CODE",): 7}, limits=Limits(5, (10,)), outside=Protected(frozenset()))
    assert (total, cells, is_withheld) == (7, (Cell((ALL,), 7),), True)


AREA, SCHOOLS = UUID(int=1), [UUID(int=n) for n in (2, 3, 4)]


def around(counts: list[int], at: UUID) -> tuple[list[UUID], dict[Branch, dict[Place, int]]]:
    """Schools below an office as they stand around one of them, each with so many learners."""
    way, branches = branches_of({AREA: None} | dict.fromkeys(SCHOOLS, AREA), top=AREA, institution_id=at)
    found: dict[Branch, dict[Place, int]] = {INSIDE: {}}
    for school, count in zip(SCHOOLS, counts, strict=True):
        found.setdefault(branches[school], {})[()] = count
    return way, found


@given(st.lists(st.integers(0, 12), min_size=3, max_size=3))
def test_small_school_does_not_follow_from_its_office_and_the_schools_beside_it(counts: list[int]) -> None:
    limits = Limits(5, ())
    told: list[int | None] = []
    for school in SCHOOLS:
        way, branches = around(counts, school)
        told.append(shown(branches[INSIDE], limits=limits, outside=hidden_beside(branches, way=way, limits=limits))[0])
    assert not any(0 < (number or 0) < 5 for number in told)
    total = shown({(): sum(counts)}, limits=limits, outside=Protected(frozenset()))[0]
    if any(0 < count < 5 for count in counts) and total is not None:
        assert sum(number is None for number in told) > 1
