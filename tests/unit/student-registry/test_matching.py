"""Names and birth dates contradict a match; they never make one."""

from datetime import date

import pytest
from student_registry.matching.domain import BirthDate, Person, Precision, can_be_same, matching_name

BORN = BirthDate(date(2009, 6, 15), Precision.DAY)
BORN_THAT_YEAR = BirthDate(date(2009, 1, 1), Precision.YEAR)
BORN_OTHER_DAY = BirthDate(date(2009, 6, 16), Precision.DAY)
BORN_OTHER_YEAR = BirthDate(date(2010, 1, 1), Precision.YEAR)


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("นางสาวกมลชนก", "กมลชนก"),
        ("น.ส. กมลชนก", "กมลชนก"),
        ("เด็กหญิงกมลชนก", "กมลชนก"),
        ("ด.ช.  คุณานนต์", "คุณานนต์"),
        ("กมล\u200bชนก", "กมลชนก"),
        ("ณ อยุธยา", "ณอยุธยา"),
        ("นาย", "นาย"),
        ("", ""),
        ("อำพล", "อำพล"),
        ("อ\u0e4d\u0e32พล", "อำพล"),
        ("Smith-Jones", "smithjones"),
    ],
)
def test_name_is_compared_without_title_spaces_and_invisible_characters(typed, form):
    assert matching_name(typed) == form


def person(given="กมลชนก", family="ใจดี", birth=BORN):
    return Person(matching_name(given), matching_name(family), birth)


def test_same_name_and_birth_date_can_be_the_same():
    assert can_be_same(person(), person())


@pytest.mark.parametrize("birth", [BORN_OTHER_DAY, BORN_OTHER_YEAR])
def test_other_birth_date_is_another_person_whatever_the_name(birth):
    assert not can_be_same(person(), person(birth=birth))


def test_year_alone_agrees_with_any_day_of_that_year():
    assert can_be_same(person(), person(birth=BORN_THAT_YEAR))


def test_unknown_birth_date_contradicts_nothing():
    assert can_be_same(person(), person(birth=None))


def test_other_family_name_needs_the_birth_date_to_speak_for_it():
    assert can_be_same(person(), person(family="สมมติสกุล"))
    assert not can_be_same(person(), person(family="สมมติสกุล", birth=None))
    assert not can_be_same(person(birth=None), person(family="สมมติสกุล", birth=None))


def test_two_other_names_are_another_person_even_with_the_same_birth_date():
    assert not can_be_same(person(), person("จิรายุ", "สมมติสกุล"))


@pytest.mark.parametrize("slip", ["กมลชนข", "กมลชนกก", "กมลชก", "มลชนก"])
def test_one_typing_slip_is_no_difference(slip):
    assert can_be_same(person(birth=None), person(slip, birth=None))


@pytest.mark.parametrize("other", ["กมลข", "มลชน", "กมลชนกาน", "ชนกมล"])
def test_more_than_a_slip_is_a_difference(other):
    assert not can_be_same(person(birth=None), person(other, birth=None))


def test_short_names_have_no_room_for_a_slip():
    assert not can_be_same(person("ก้อง", "นา", None), person("ก้อง", "นก", None))


def test_names_and_birth_dates_are_absent_from_reprs():
    assert "กมล" not in repr(person())
    assert "2009" not in repr(person())
