"""Who has to agree at which age, and from when a consent holds (CB e.8)."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from student_registry.consents.domain import (
    AgeRule,
    Agreement,
    Channel,
    Consent,
    ConsentState,
    Giver,
    Need,
    Purpose,
    age_on,
    check_agreement,
    in_force,
)
from student_registry.consents.errors import ConsentAgreementInvalid, ConsentGiverWrong, ConsentPeriodInvalid
from student_registry.provenance import DataStatus, Provenance

TODAY = date(2026, 11, 21)
ASSUMED = Provenance("test", DataStatus.ASSUMED)
SCREENING = Purpose(
    "HEALTH_SCREENING",
    "คัดกรองสุขภาพ",
    True,
    (),
    (AgeRule(0, 10, Need.GUARDIAN), AgeRule(10, 20, Need.BOTH), AgeRule(20, None, Need.LEARNER)),
    "1",
    ASSUMED,
)


def agreement(giver: Giver, on: date = TODAY) -> Agreement:
    return Agreement(giver, "MOTHER" if giver is Giver.GUARDIAN else "", Channel.PAPER, on)


def consent(need: Need, valid_to: date | None = None) -> Consent:
    return Consent(UUID(int=1), UUID(int=2), "PHOTO", "1", need, "1", (), None, valid_to)


@pytest.mark.parametrize(
    ("birth", "is_year_only", "age"),
    [
        (date(2016, 11, 22), False, 9),
        (date(2016, 11, 21), False, 10),
        (date(2006, 11, 21), False, 20),
        (date(2006, 1, 1), True, 19),
        (date(2005, 1, 1), True, 20),
        (date(2008, 2, 29), False, 18),
        (date(2026, 1, 1), True, 0),
        (None, False, None),
    ],
)
def test_age_is_the_least_that_is_certain(birth: date | None, age: int | None, *, is_year_only: bool) -> None:
    assert age_on(TODAY, birth, is_year_only=is_year_only) == age


@pytest.mark.parametrize(
    ("age", "need"),
    [
        (None, Need.GUARDIAN),
        (0, Need.GUARDIAN),
        (9, Need.GUARDIAN),
        (10, Need.BOTH),
        (19, Need.BOTH),
        (20, Need.LEARNER),
    ],
)
def test_need_follows_the_age_and_an_unknown_age_is_the_youngest(age: int | None, need: Need) -> None:
    assert SCREENING.need_at(age) is need


def test_consent_of_two_waits_and_holds_from_the_later_day() -> None:
    first = consent(Need.BOTH).with_agreement(agreement(Giver.GUARDIAN, date(2026, 11, 1)))
    assert (first.state, in_force([first], on_date=TODAY)) == (ConsentState.WAITING, [])
    both = first.with_agreement(agreement(Giver.LEARNER, date(2026, 11, 20)))
    assert (both.state, both.valid_from) == (ConsentState.GIVEN, date(2026, 11, 20))
    assert in_force([both], on_date=date(2026, 11, 20)) == [both]
    assert in_force([both], on_date=date(2026, 11, 19)) == []


@pytest.mark.parametrize(("need", "giver"), [(Need.GUARDIAN, Giver.LEARNER), (Need.LEARNER, Giver.GUARDIAN)])
def test_who_need_not_agree_cannot(need: Need, giver: Giver) -> None:
    with pytest.raises(ConsentGiverWrong):
        consent(need).with_agreement(agreement(giver))


def test_consent_cannot_be_over_before_it_holds() -> None:
    with pytest.raises(ConsentPeriodInvalid):
        consent(Need.EITHER, date(2026, 11, 20)).with_agreement(agreement(Giver.LEARNER))


@given(st.sampled_from(Need), st.lists(st.sampled_from(Giver), max_size=5))
def test_consent_holds_exactly_when_the_needed_have_agreed(need: Need, givers: list[Giver]) -> None:
    known = consent(need)
    agreed: set[Giver] = set()
    for giver in givers:
        try:
            known = known.with_agreement(agreement(giver))
        except ConsentGiverWrong:
            assert giver not in need.givers
            continue
        agreed.add(giver)
    enough = {
        Need.LEARNER: Giver.LEARNER in agreed,
        Need.GUARDIAN: Giver.GUARDIAN in agreed,
        Need.EITHER: bool(agreed),
        Need.BOTH: len(agreed) == 2,
    }
    assert (known.state is ConsentState.GIVEN) == enough[need]


@pytest.mark.parametrize(
    "wrong",
    [
        Agreement(Giver.GUARDIAN, "", Channel.PAPER, TODAY),
        Agreement(Giver.GUARDIAN, "แม่", Channel.PAPER, TODAY),
        Agreement(Giver.LEARNER, "MOTHER", Channel.PAPER, TODAY),
        Agreement(Giver.LEARNER, "", Channel.PAPER, date(2026, 11, 22)),
    ],
)
def test_agreement_that_cannot_be_is_refused(wrong: Agreement) -> None:
    with pytest.raises(ConsentAgreementInvalid):
        check_agreement(wrong, today=TODAY)
