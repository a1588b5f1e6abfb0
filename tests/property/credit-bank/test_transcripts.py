"""Averages do not depend on the order of rows or on how they came in (CB-I21)."""

from fractions import Fraction

from credit_bank.averages.domain import AveragePolicy, GradedRow, RetakePolicy, Rounding, averages
from hypothesis import given
from hypothesis import strategies as st

ROWS = st.builds(
    GradedRow,
    course=st.sampled_from(["ท31101", "ค31101", "ว31101", "20000-1101", "20101-2001"]),
    unit=st.sampled_from(["CR_OBEC", "CR_OVEC", None]),
    credit_hundredths=st.sampled_from([0, 50, 100, 150, 200, 300]),
    point_hundredths=st.sampled_from([None, 0, 100, 150, 200, 250, 300, 350, 400]),
    is_in_gpa=st.booleans(),
    year_be=st.sampled_from([2567, 2568]),
    term=st.integers(1, 3),
    attempt=st.integers(1, 3),
    issuer=st.sampled_from(["โรงเรียน", "วิทยาลัย"]),
)
POLICIES = st.builds(
    AveragePolicy,
    rounding=st.sampled_from(Rounding),
    retake_policy=st.sampled_from(RetakePolicy),
    version=st.just("1"),
    status=st.just("assumed"),
    source=st.just("test"),
)


@given(st.lists(ROWS, max_size=30).flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))), POLICIES)
def test_order_of_rows_does_not_matter(orders: tuple[list[GradedRow], list[GradedRow]], policy: AveragePolicy) -> None:
    assert averages(orders[0], policy) == averages(orders[1], policy)


@given(st.lists(ROWS, max_size=30), POLICIES)
def test_average_lies_among_its_grades_and_is_what_its_parts_say(rows: list[GradedRow], policy: AveragePolicy) -> None:
    for average in averages(rows, policy):
        exact = Fraction(average.numerator_ten_thousandths, 100 * average.denominator_hundredths)
        shown = Fraction(average.value)
        assert 0 <= exact <= 4
        if policy.rounding is Rounding.TRUNCATE:
            assert 0 <= exact - shown < Fraction(1, 100)
        else:
            assert -Fraction(1, 200) <= exact - shown <= Fraction(1, 200)


@given(st.lists(ROWS, max_size=30), POLICIES)
def test_units_do_not_influence_each_other(rows: list[GradedRow], policy: AveragePolicy) -> None:
    together = {average.unit: average for average in averages(rows, policy)}
    for unit in ("CR_OBEC", "CR_OVEC"):
        alone = averages([row for row in rows if row.unit == unit], policy)
        assert alone == ([together[unit]] if unit in together else [])
