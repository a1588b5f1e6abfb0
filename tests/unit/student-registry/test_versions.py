"""Corrections as pure decisions: what gives way, what it was, what others are told."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from student_registry.learners.domain import PersonName, Sex, birth_of
from student_registry.learners.errors import BirthDateInvalid, NameDayInvalid
from student_registry.learners.versions import Correction, Current, CurrentName, NameChange, checked_correction, decide
from student_registry.matching.domain import BirthDate, Precision

TODAY = date(2026, 11, 21)
OLD = PersonName("เด็กหญิง", "กมลชนก", "ใจดี")
NEW = PersonName("นางสาว", "กมลชนก", "แสนสุข")
NAME_ID = uuid4()


def current(since=None):
    return Current(uuid4(), {"th": CurrentName(NAME_ID, OLD, since)}, None, None)


def correction(*names, **more):
    return Correction(uuid4(), "MARRIAGE", "ทะเบียนบ้าน", names=names, **more)


@pytest.mark.parametrize(
    ("written", "value", "precision"),
    [
        ((2552, 6, 15), date(2009, 6, 15), "DAY"),
        ((2009, 6, 15), date(2009, 6, 15), "DAY"),
        ((2555, 2, 29), date(2012, 2, 29), "DAY"),
        ((2552, 0, 0), date(2009, 1, 1), "YEAR"),
        ((2009, 0, 0), date(2009, 1, 1), "YEAR"),
    ],
)
def test_birth_date_is_read_in_either_era(written, value, precision):
    assert birth_of(*written) == BirthDate(value, Precision(precision))


@pytest.mark.parametrize(
    "written", [(2552, 2, 29), (2552, 13, 1), (2552, 6, 0), (2552, 0, 6), (0, 1, 1), (99999, 1, 1)]
)
def test_what_is_no_day_is_refused(written):
    with pytest.raises(BirthDateInvalid):
        birth_of(*written)


def test_change_ends_the_name_before_on_its_first_day():
    change = decide(current(date(2009, 1, 1)), correction(NameChange("th", NEW, TODAY)), is_error=False)
    assert [(item.name_id, item.until, item.was_wrong) for item in change.ended] == [(NAME_ID, TODAY, False)]
    assert change.added == (("th", NEW, TODAY),)
    assert change.kinds == ("NAME",)


def test_error_leaves_no_days_to_the_wrong_name_and_gives_them_to_the_right_one():
    change = decide(current(date(2009, 1, 1)), correction(NameChange("th", NEW)), is_error=True)
    assert [(item.until, item.was_wrong) for item in change.ended] == [(None, True)]
    assert change.added == (("th", NEW, date(2009, 1, 1)),)


def test_name_cannot_give_way_before_it_began():
    stated = correction(NameChange("th", NEW, date(2008, 1, 1)))
    with pytest.raises(NameDayInvalid):
        decide(current(date(2009, 1, 1)), stated, is_error=False)
    assert decide(current(date(2009, 1, 1)), stated, is_error=True).added[0][2] == date(2008, 1, 1)


def test_same_facts_are_no_change_and_what_is_not_stated_stays():
    known = replace(current(), birth=birth_of(2552, 6, 15), sex=Sex.FEMALE)
    assert decide(known, correction(NameChange("th", OLD), sex=Sex.FEMALE), is_error=False).kinds == ()
    change = decide(known, correction(sex=Sex.MALE), is_error=True)
    assert (change.kinds, change.birth, change.sex) == (("SEX",), known.birth, Sex.MALE)


def test_name_is_stored_clean_and_absent_from_reprs():
    stated = checked_correction(correction(NameChange("th", PersonName("", " กมล\u200bชนก ", "ใจ  ดี"))), today=TODAY)
    assert stated.names[0].name == PersonName("", "กมลชนก", "ใจ ดี")
    assert "กมล" not in repr(stated)
    assert "กมล" not in repr(decide(current(), stated, is_error=True))
