"""Arithmetic and rules of the indicators."""

from datetime import date

import pytest
from indicators.counts.domain import Count, figure, percentage
from indicators.counts.rules import load

RULES = load()
C1, C2, C3 = RULES.indicator


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (0, 0, None),
        (0, 3, "0.00"),
        (1, 3, "33.33"),
        (2, 3, "66.67"),
        (1, 8, "12.50"),
        (1, 16, "6.25"),
        (1, 32, "3.13"),  # 3.125: half up, where half to even gives 3.12
        (24, 24, "100.00"),
        (12_340, 28_794, "42.86"),  # guidance.md g1, G7
        (5_180_124, 5_621_067, "92.16"),  # G1
    ],
)
def test_percentage_has_two_decimals_half_up(numerator: int, denominator: int, expected: str | None) -> None:
    assert percentage(numerator, denominator) == expected


@pytest.mark.parametrize(("numerator", "denominator"), [(4, 3), (-1, 3), (1, 0)])
def test_figure_above_its_denominator_is_refused(numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError, match="of"):
        percentage(numerator, denominator)


def test_people_of_a_small_population_are_withheld_and_schools_are_not() -> None:
    small = Count(numerator=1, denominator=4, confirmed=0, assumed=0, demonstration=4)
    assert figure(C2, small, small_cell_min=5).is_withheld
    assert figure(C2, small, small_cell_min=5).numerator is None
    assert figure(C1, small, small_cell_min=5).percentage == "25.00"


def test_empty_population_is_shown_as_zero_without_percentage() -> None:
    shown = figure(C3, Count(0, 0, 0, 0, 0), small_cell_min=5)
    assert (shown.numerator, shown.denominator, shown.percentage, shown.is_withheld) == (0, 0, None, False)


def test_rules_name_version_source_status_and_a_population_in_both_languages() -> None:
    assert (RULES.version, RULES.status) == ("C-2569.1", "assumed")
    assert "credit-bank.md g" in RULES.source
    assert [rule.code for rule in RULES.indicator] == ["C1", "C2", "C3"]
    assert "137" in C1.population_th
    assert "137" in C1.population_en
    assert all(rule.population_th and rule.population_en and rule.formula for rule in RULES.indicator)


def test_academic_year_of_the_buddhist_era_spans_two_calendar_years() -> None:
    assert RULES.period(2568) == (date(2025, 5, 1), date(2026, 4, 30))
