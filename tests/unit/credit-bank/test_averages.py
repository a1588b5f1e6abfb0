"""Averages by scope: known answers, transferred rows, levels and areas apart (CB f.4, CB-I21)."""

from random import Random

import pytest
from credit_bank.averages.domain import (
    AveragePolicy,
    GradedRow,
    RetakePolicy,
    Rounding,
    Scope,
    ScopedAverage,
    joint_average,
    scoped_averages,
    without_rule,
)
from hypothesis import given
from hypothesis import strategies as st

UPPER, LOWER = "UPPER_SECONDARY", "LOWER_SECONDARY"
FORMAL, NONFORMAL = "FORMAL", "NONFORMAL"


def policy(
    rounding: Rounding = Rounding.HALF_UP, retake: RetakePolicy = RetakePolicy.REPLACE, *left_out: str
) -> AveragePolicy:
    return AveragePolicy(
        rounding, retake, "2569.1", "assumed", "credit-bank.md f.4", modes_left_out=frozenset(left_out)
    )


def row(course: str, credit: int, points: int | None, **changes: object) -> GradedRow:
    values: dict[str, object] = {
        "course": course,
        "unit": "CR_OBEC",
        "credit_hundredths": credit,
        "point_hundredths": points,
        "is_in_gpa": True,
        "year_be": 2569,
        "term": 1,
        "attempt": 1,
        "issuer": "school",
        "level": UPPER,
    }
    return GradedRow(**values | changes)  # type: ignore[arg-type]  # a test's own table of values


def cumulative(found: list[ScopedAverage]) -> list[tuple[str, int, int]]:
    return [
        (one.average.value, one.average.numerator_ten_thousandths, one.average.denominator_hundredths)
        for one in found
        if one.scope is Scope.CUMULATIVE
    ]


@pytest.mark.parametrize(
    ("rows", "parts", "half_up", "truncated"),
    [
        ([(150, 400), (100, 350), (50, 300)], (110_000, 300), "3.67", "3.66"),
        ([(150, 350), (100, 400), (50, 250), (150, 300), (100, 200)], (170_000, 550), "3.09", "3.09"),
    ],
)
def test_known_answers(rows: list[tuple[int, int]], parts: tuple[int, int], half_up: str, truncated: str) -> None:
    graded = [row(str(number), *one) for number, one in enumerate(rows)]
    for rounding, value in ((Rounding.HALF_UP, half_up), (Rounding.TRUNCATE, truncated)):
        assert cumulative(scoped_averages(graded, {(FORMAL, UPPER): policy(rounding)})) == [(value, *parts)]


def test_published_defect_does_not_reappear() -> None:
    """Types 03 to 07 in the numerator and not in the denominator would give 7.00 here."""
    found = scoped_averages([row("type 01", 200, 300), row("type 04", 200, 400)], {(FORMAL, UPPER): policy()})
    assert cumulative(found) == [("3.50", 140_000, 400)]


def test_levels_and_units_stay_apart_and_a_level_without_a_rule_has_no_average() -> None:
    rows = [row("a", 100, 400), row("b", 100, 200, level=LOWER), row("c", 100, 300, unit="CR_OVEC")]
    both = scoped_averages(rows, {(FORMAL, UPPER): policy(), (FORMAL, LOWER): policy()})
    assert [(one.level, one.average.unit, one.average.value) for one in both if one.scope is Scope.CUMULATIVE] == [
        (LOWER, "CR_OBEC", "2.00"),
        (UPPER, "CR_OBEC", "4.00"),
        (UPPER, "CR_OVEC", "3.00"),
    ]
    assert {one.level for one in scoped_averages(rows, {(FORMAL, UPPER): policy()})} == {UPPER}


def test_terms_and_areas_have_averages_of_their_own() -> None:
    rows = [
        row("a", 100, 400, subject_group="01"),
        row("b", 100, 200, subject_group="02"),
        row("c", 100, 300, subject_group="01", term=2),
    ]
    found = scoped_averages(rows, {(FORMAL, UPPER): policy()})
    assert [(one.scope, one.term, one.subject_group, one.average.value) for one in found] == [
        (Scope.CUMULATIVE, None, "", "3.00"),
        (Scope.TERM, 1, "", "3.00"),
        (Scope.TERM, 2, "", "3.00"),
        (Scope.AREA, None, "01", "3.50"),
        (Scope.AREA, None, "02", "2.00"),
    ]


def test_transferred_rows_count_by_their_mode() -> None:
    rows = [row("a", 100, 200), row("b", 100, 400, mode="TRANSFER"), row("c", 100, 400, mode="EQUATE")]
    left_out = policy(Rounding.HALF_UP, RetakePolicy.REPLACE, "EQUATE", "RPL")
    assert cumulative(scoped_averages(rows, {(FORMAL, UPPER): left_out}))[0][0] == "3.00"
    assert cumulative(scoped_averages(rows, {(FORMAL, UPPER): policy()}))[0][0] == "3.33"


graded_rows = st.lists(
    st.builds(
        lambda course, credit, points, term, attempt, group, level: row(
            course, credit * 50, points, term=term, attempt=attempt, subject_group=group, level=level
        ),
        st.sampled_from("abcd"),
        st.integers(0, 6),
        st.one_of(st.none(), st.integers(0, 8).map(lambda step: step * 50)),
        st.integers(1, 3),
        st.integers(1, 3),
        st.sampled_from(["01", "02", ""]),
        st.sampled_from([UPPER, LOWER]),
    ),
    max_size=12,
    unique_by=lambda one: (one.course, one.term, one.attempt, one.level),
)


@given(rows=graded_rows, seed=st.integers(0, 1000), retake=st.sampled_from(RetakePolicy), cut=st.integers(0, 12))
def test_order_and_batches_do_not_matter(rows: list[GradedRow], seed: int, retake: RetakePolicy, cut: int) -> None:
    """CB-I21: rows in any order, and from any split into import batches."""
    policies = {(FORMAL, UPPER): policy(retake=retake), (FORMAL, LOWER): policy(retake=retake)}
    told = scoped_averages(rows, policies)
    mixed = list(rows)
    Random(seed).shuffle(mixed)  # noqa: S311  # an order, not a secret
    assert scoped_averages(mixed, policies) == told
    assert scoped_averages([*rows[cut:], *rows[:cut]], policies) == told


@given(rows=graded_rows)
def test_cumulative_is_made_of_its_terms_when_nothing_is_repeated(rows: list[GradedRow]) -> None:
    """All attempts count: numerators and denominators of the terms add up; their means do not."""
    policies = {(FORMAL, UPPER): policy(retake=RetakePolicy.ALL), (FORMAL, LOWER): policy(retake=RetakePolicy.ALL)}
    found = scoped_averages(rows, policies)
    for whole in (one for one in found if one.scope is Scope.CUMULATIVE):
        terms = [one.average for one in found if one.scope is Scope.TERM and one.level == whole.level]
        assert whole.average.numerator_ten_thousandths == sum(one.numerator_ten_thousandths for one in terms)
        assert whole.average.denominator_hundredths == sum(one.denominator_hundredths for one in terms)
        assert 0 <= float(whole.average.value) <= 4.0


def test_form_without_an_announced_rule_is_left_out_and_borrows_none() -> None:
    rows = [row("a", 100, 400), row("b", 100, 100, form=NONFORMAL)]
    announced = {(FORMAL, UPPER): policy()}
    assert cumulative(scoped_averages(rows, announced)) == [("4.00", 40_000, 100)]
    assert without_rule(rows, announced) == [rows[1]]
    both = announced | {(NONFORMAL, UPPER): policy()}
    [whole, _] = scoped_averages(rows, both)
    assert (whole.average.value, whole.forms) == ("2.50", (FORMAL, NONFORMAL))
    assert without_rule(rows, both) == []


def test_forms_whose_rules_differ_are_apart_and_their_sum_is_never_rounded_up() -> None:
    rows = [row("a", 200, 200), row("b", 100, 400, form=NONFORMAL)]
    policies = {(FORMAL, UPPER): policy(), (NONFORMAL, UPPER): policy(Rounding.TRUNCATE)}
    found = {one.forms: one.average.value for one in scoped_averages(rows, policies) if one.scope is Scope.CUMULATIVE}
    assert found == {(FORMAL,): "2.00", (NONFORMAL,): "4.00"}
    joint = joint_average(rows, policies, level=UPPER, unit="CR_OBEC")
    assert joint is not None
    assert (joint.value, joint.numerator_ten_thousandths, joint.denominator_hundredths) == ("2.66", 80_000, 300)


def test_mode_without_an_announced_rule_is_said() -> None:
    silent = AveragePolicy(
        Rounding.HALF_UP, RetakePolicy.REPLACE, "1", "assumed", "tests", modes_without_rule=frozenset({"RPL"})
    )
    rows = [row("a", 100, 200), row("b", 100, 400, mode="RPL")]
    assert cumulative(scoped_averages(rows, {(FORMAL, UPPER): silent}))[0][0] == "2.00"
    assert without_rule(rows, {(FORMAL, UPPER): silent}) == [rows[1]]


def test_transferred_course_is_in_the_whole_and_in_no_term() -> None:
    rows = [row("a", 100, 200), row("b", 100, 400, mode="TRANSFER", is_posted=True, term=2)]
    found = scoped_averages(rows, {(FORMAL, UPPER): policy()})
    assert [(one.scope, one.term, one.average.value) for one in found] == [
        (Scope.CUMULATIVE, None, "3.00"),
        (Scope.TERM, 1, "2.00"),
    ]


@given(rows=graded_rows, retake=st.sampled_from(RetakePolicy))
def test_where_rules_agree_a_qualification_asks_for_the_cumulative_average(
    rows: list[GradedRow], retake: RetakePolicy
) -> None:
    policies = {(FORMAL, UPPER): policy(retake=retake), (FORMAL, LOWER): policy(retake=retake)}
    told = {one.level: one.average for one in scoped_averages(rows, policies) if one.scope is Scope.CUMULATIVE}
    for level in (UPPER, LOWER):
        assert joint_average(rows, policies, level=level, unit="CR_OBEC") == told.get(level)
