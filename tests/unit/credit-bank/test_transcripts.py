"""Averages (CB f.4): the known answers, the published defect, retakes, units apart."""

from typing import Any

import pytest
from credit_bank.averages.domain import AveragePolicy, GradedRow, RetakePolicy, Rounding, averages, two_digits

KNOWN_ANSWER_1 = [(150, 400), (100, 350), (50, 300)]
KNOWN_ANSWER_2 = [(150, 350), (100, 400), (50, 250), (150, 300), (100, 200)]


def policy(rounding: Rounding = Rounding.HALF_UP, retakes: RetakePolicy = RetakePolicy.REPLACE) -> AveragePolicy:
    return AveragePolicy(rounding, retakes, "test", "assumed", "credit-bank.md f.4")


def row(course: str, credit_hundredths: int, point_hundredths: int | None, **changes: Any) -> GradedRow:
    facts: dict[str, Any] = {
        "unit": "CR_OBEC",
        "is_in_gpa": point_hundredths is not None,
        "year_be": 2568,
        "term": 1,
        "attempt": 1,
        "issuer": "school",
    }
    return GradedRow(
        course, credit_hundredths=credit_hundredths, point_hundredths=point_hundredths, **(facts | changes)
    )


def rows_of(figures: list[tuple[int, int]]) -> list[GradedRow]:
    return [row(f"วิชา {n}", amount, points) for n, (amount, points) in enumerate(figures)]


@pytest.mark.parametrize(
    ("figures", "numerator", "denominator", "half_up", "truncated"),
    [(KNOWN_ANSWER_1, 110_000, 300, "3.67", "3.66"), (KNOWN_ANSWER_2, 170_000, 550, "3.09", "3.09")],
)
def test_known_answers_are_reached_in_both_roundings(
    figures: list[tuple[int, int]], numerator: int, denominator: int, half_up: str, truncated: str
) -> None:
    [rounded] = averages(rows_of(figures), policy(Rounding.HALF_UP))
    [cut] = averages(rows_of(figures), policy(Rounding.TRUNCATE))
    assert (rounded.numerator_ten_thousandths, rounded.denominator_hundredths) == (numerator, denominator)
    assert (rounded.value, cut.value) == (half_up, truncated)


def test_published_defect_of_other_types_only_in_the_numerator_does_not_reappear() -> None:
    # A public system divides all types by types 01 and 02 only and shows a dual-education learner 7.00.
    school, vocational = row("ท31101", 200, 300), row("20101-2001", 200, 400)
    [average] = averages([school, vocational], policy())
    assert average.value == "3.50"


def test_no_counted_row_gives_no_average_at_all() -> None:
    assert averages([], policy()) == []
    assert averages([row("ก31901", 0, None), row("ว31101", 100, None)], policy()) == []


def test_units_are_averaged_apart() -> None:
    found = averages([row("ท31101", 100, 400), row("20000-1101", 100, 200, unit="CR_OVEC")], policy())
    assert [(average.unit, average.value) for average in found] == [("CR_OBEC", "4.00"), ("CR_OVEC", "2.00")]


def test_grade_zero_stays_in_the_denominator() -> None:
    [average] = averages([row("ท31101", 100, 0), row("ค31101", 100, 400)], policy())
    assert (average.denominator_hundredths, average.value) == (200, "2.00")


def test_letter_with_a_number_beside_it_is_left_out_when_the_codelist_says_so() -> None:
    [average] = averages([row("ท31101", 100, 400), row("ค31101", 100, 0, is_in_gpa=False)], policy())
    assert (average.denominator_hundredths, average.value) == (100, "4.00")


@pytest.mark.parametrize(
    ("retakes", "value"), [(RetakePolicy.REPLACE, "1.00"), (RetakePolicy.BEST, "3.00"), (RetakePolicy.ALL, "2.00")]
)
def test_retake_policy_chooses_among_attempts(retakes: RetakePolicy, value: str) -> None:
    attempts = [row("ท31101", 100, 300), row("ท31101", 100, 100, attempt=2)]
    [average] = averages(attempts, policy(retakes=retakes))
    assert average.value == value


def test_later_attempt_without_a_number_does_not_take_the_graded_one_away() -> None:
    [average] = averages([row("ท31101", 100, 300), row("ท31101", 100, None, attempt=2)], policy())
    assert average.value == "3.00"


def test_terms_are_not_averaged_first() -> None:
    # GPAX is over all rows and not the mean of term averages, which would be 3.00 here.
    rows = [row("ท31101", 300, 400), row("ค31101", 100, 200, term=2)]
    [average] = averages(rows, policy())
    assert average.value == "3.50"


@pytest.mark.parametrize(("numerator", "half_up", "truncated"), [(66_500, "3.33", "3.32"), (66_499, "3.32", "3.32")])
def test_exact_half_goes_up(numerator: int, half_up: str, truncated: str) -> None:
    assert two_digits(numerator, 200, Rounding.HALF_UP) == half_up
    assert two_digits(numerator, 200, Rounding.TRUNCATE) == truncated
