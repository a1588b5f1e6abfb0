"""Grade schemes as data (credit-bank.md d.4)."""

import pytest
from credit_bank.catalogue.grades import SCHEMES, find_grade, usual_scheme

NUMBERS = {"0": 0, "1": 100, "1.5": 150, "2": 200, "2.5": 250, "3": 300, "3.5": 350, "4": 400}


@pytest.mark.parametrize(
    ("label", "code", "points"), [(label, f"{n:03d}", points) for n, (label, points) in enumerate(NUMBERS.items())]
)
@pytest.mark.parametrize("scheme", ["OBEC_8_LEVEL", "OVEC_8_LEVEL"])
def test_numbers_have_the_codes_of_the_national_list(scheme: str, label: str, code: str, points: int) -> None:
    grade = find_grade(scheme, label)
    assert grade is not None
    assert (grade.code, grade.point_hundredths, grade.is_in_gpa) == (code, points, True)


def test_grade_zero_is_attempted_and_earns_nothing() -> None:
    zero = find_grade("OBEC_8_LEVEL", "0")
    assert zero is not None
    assert (zero.is_attempted, zero.is_earned, zero.is_in_gpa, zero.counts_for_graduation) == (True, False, True, False)


@pytest.mark.parametrize(("label", "is_earned"), [("ผ", True), ("มผ", False), ("ม.ผ.", False)])
def test_pass_and_fail_are_never_numbers(label: str, is_earned: bool) -> None:
    grade = find_grade("PASS_FAIL", label)
    assert grade is not None
    assert (grade.point_hundredths, grade.is_in_gpa, grade.is_earned) == (None, False, is_earned)


@pytest.mark.parametrize("label", ["๓.๕", "3.50", " 3.5 ", "3.5\u200b"])
def test_spellings_of_a_grade_mean_the_same(label: str) -> None:
    grade = find_grade("OBEC_8_LEVEL", label)
    assert grade is not None
    assert grade.code == "006"


@pytest.mark.parametrize("label", ["4.5", "A", "", "มส", "-1", "ท."])
def test_label_outside_the_scheme_is_unknown(label: str) -> None:
    assert find_grade("OBEC_8_LEVEL", label) is None


def test_no_scheme_reads_the_letter_of_cheating_as_a_transfer() -> None:
    # credit-bank.md d.4: OVEC's `ท.` is believed to mean cheating; a transfer is a field of its own.
    assert all(find_grade(scheme, "ท.") is None for scheme in SCHEMES)


def test_withdrawals_count_for_nothing() -> None:
    for label in ("ข.ร.", "ข.ส.", "ถ.ล.", "ถ.น."):
        grade = find_grade("OVEC_8_LEVEL", label)
        assert grade is not None
        assert not (grade.is_attempted)
        assert not (grade.is_earned)
        assert not (grade.is_in_gpa)
    unread = find_grade("OVEC_8_LEVEL", "ถ.น.")
    assert unread is not None
    assert unread.status == "assumed", "its flags were cut off in the source"


def test_scheme_of_a_file_follows_the_unit() -> None:
    assert [usual_scheme(unit) for unit in ("CR_OBEC", "CR_OVEC", None)] == [
        "OBEC_8_LEVEL",
        "OVEC_8_LEVEL",
        "PASS_FAIL",
    ]
