"""Percentages of any counts."""

from decimal import ROUND_HALF_UP, Decimal, localcontext

from hypothesis import given
from hypothesis import strategies as st
from indicators.counts.domain import percentage

counts = st.integers(1, 10**12).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@given(counts)
def test_percentage_is_the_exact_share_rounded_half_up(count: tuple[int, int]) -> None:
    numerator, denominator = count
    with localcontext(prec=60):
        exact = Decimal(numerator * 100) / Decimal(denominator)
        assert percentage(numerator, denominator) == str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


@given(counts)
def test_percentage_is_between_nothing_and_everything(count: tuple[int, int]) -> None:
    shown = percentage(*count)
    assert shown is not None
    assert 0 <= Decimal(shown) <= 100
