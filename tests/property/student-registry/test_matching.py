"""Normalisation and comparison of names for any input."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from student_registry.matching.domain import BirthDate, Person, Precision, can_be_same, matching_name
from student_registry.text import clean

THAI = st.text(st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B), max_size=20)
NAMES = st.one_of(
    st.text(max_size=40),
    THAI,
    st.builds(lambda title, name: title + name, st.sampled_from(["นาย", "นาง", "นางสาว", "ด.ช.", "เด็กหญิง "]), THAI),
)
BIRTHS = st.one_of(
    st.none(), st.builds(BirthDate, st.dates(date(1990, 1, 1), date(2026, 1, 1)), st.sampled_from(Precision))
)
PERSONS = st.builds(
    lambda given, family, birth: Person(matching_name(given), matching_name(family), birth), NAMES, NAMES, BIRTHS
)


@given(st.text(max_size=60))
def test_cleaning_twice_is_cleaning_once(text):
    assert clean(clean(text)) == clean(text)


@given(NAMES)
def test_normalising_a_name_twice_is_normalising_it_once(name):
    assert matching_name(matching_name(name)) == matching_name(name)


@given(NAMES)
def test_title_and_invisible_characters_change_nothing(name):
    plain = matching_name(name)
    if plain:
        assert matching_name(f"\u200b {name}\u00ad ") == plain


@given(PERSONS, PERSONS)
def test_comparison_is_symmetric(one, other):
    assert can_be_same(one, other) == can_be_same(other, one)


@given(PERSONS)
def test_person_can_be_himself(person):
    assert can_be_same(person, person)


@given(PERSONS, PERSONS)
def test_contradicting_birth_dates_are_never_overruled(one, other):
    if one.birth and other.birth and not one.birth.agrees_with(other.birth):
        assert not can_be_same(one, other)
