"""Credits per unit, and what is shown of them."""

import pytest
from portal.status.domain import Account, Amount, Enrolment, Learner, Part, Problem, missing, summed


def test_units_are_never_added() -> None:
    accounts = [
        Account(
            "", "", {"AVAILABLE": [Amount(150, "CR_OBEC"), Amount(300, "CR_OVEC")], "PENDING": [Amount(50, "CR_OBEC")]}
        ),
        Account("PWC-2562", "c", {"COUNTED:CORE": [Amount(100, "CR_OVEC")], "COUNTED:FREE": [Amount(200, "CR_OVEC")]}),
        Account("M6-OBEC", "s", {"COUNTED:BASIC": [Amount(100, "CR_OBEC")], "REDEEMED": [Amount(50, "CR_OBEC")]}),
    ]
    total = summed(accounts)
    assert total.bank == [Amount(150, "CR_OBEC"), Amount(300, "CR_OVEC")]
    assert total.pending == [Amount(50, "CR_OBEC")]
    assert total.by_qualification == {"M6-OBEC": [Amount(150, "CR_OBEC")], "PWC-2562": [Amount(300, "CR_OVEC")]}


def test_void_credits_count_nowhere() -> None:
    accounts = [
        Account("", "", {"VOID": [Amount(900, "CR_OBEC")], "ISSUED": [Amount(-900, "CR_OBEC")]}),
        Account("M6-OBEC", "s", {"VOID": [Amount(100, "CR_OBEC")]}),
    ]
    total = summed(accounts)
    assert (total.bank, total.pending, total.by_qualification) == ([], [], {})


def test_accounts_of_one_qualification_at_two_institutions_are_one_sum() -> None:
    accounts = [Account("M6-OBEC", school, {"COUNTED:BASIC": [Amount(50, "CR_OBEC")]}) for school in ("a", "b")]
    assert summed(accounts).by_qualification == {"M6-OBEC": [Amount(100, "CR_OBEC")]}


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (Amount(100, "CR_OBEC"), "1.0"),
        (Amount(50, "CR_OBEC"), "0.5"),
        (Amount(100, "CR_OVEC"), "1"),
        (Amount(1200, "CR_OVEC"), "12"),
        (Amount(150, "CR_OVEC"), "1.50"),  # a step that the unit should not have is not rounded away
        (Amount(75, "CR_OBEC"), "0.75"),
    ],
)
def test_amount_is_shown_in_the_steps_of_its_unit(amount: Amount, shown: str) -> None:
    assert amount.number == shown


def test_grade_is_the_one_at_the_institution_of_the_page() -> None:
    learner = Learner(
        "l", "ก", [Enrolment("s", "PRIMARY", "", "M.4", "1"), Enrolment("c", "PARTNER", "", "PWC.1", "")], "", ""
    )
    assert (learner.grade_at("s"), learner.grade_at("c"), learner.grade_at("x")) == ("M.4/1", "PWC.1", "")


def test_missing_part_is_not_an_empty_one() -> None:
    assert missing(Problem.UNAVAILABLE) != Part([])
