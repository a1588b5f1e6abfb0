"""No hidden number can be computed from a table with totals, however the small numbers lie in it."""

from collections.abc import Iterator, Mapping
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from student_registry.population.suppression import ALL, Place, hidden_alone, hidden_places, with_totals

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
    assert (ALL, ALL) not in hidden


@given(st.integers(0, 50), st.integers(0, 50))
def test_group_that_leaves_few_out_is_hidden_like_a_small_one(members: int, others: int) -> None:
    hidden = hidden_alone({("G",): members}, members + others, smallest=10)
    assert (("G",) in hidden) == (0 < members < 10 or 0 < others < 10)
