"""Checksums and written forms for any input."""

from uuid import UUID

import pytest
from chassis.errors import ServiceError
from hypothesis import given
from hypothesis import strategies as st
from student_registry.identifiers import domain
from student_registry.identifiers.domain import IdentifierFacts, IdentifierKind
from student_registry.identifiers.errors import CitizenIdCheckDigit

DIGITS = st.text("0123456789", min_size=11, max_size=11)
CITIZEN_IDS = st.builds(
    lambda first, rest: f"{first}{rest}{domain.check_digit(first + rest)}", st.sampled_from("12345678"), DIGITS
).filter(lambda number: number[1:12] != "0" * 11)
THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


@given(CITIZEN_IDS)
def test_number_with_its_check_digit_is_accepted_in_any_writing(number):
    written = f"{number[0]}-{number[1:5]}-{number[5:10]}-{number[10:12]}-{number[12]}"
    assert domain.citizen_id(number) == domain.citizen_id(written.translate(THAI)) == number


@given(CITIZEN_IDS, st.integers(1, 9))
def test_any_other_check_digit_is_refused(number, shift):
    wrong = number[:12] + str((int(number[12]) + shift) % 10)
    with pytest.raises(CitizenIdCheckDigit):
        domain.citizen_id(wrong)


@given(CITIZEN_IDS, st.sampled_from("0123456789"))
def test_any_error_in_the_third_digit_passes(number, digit):
    assert domain.check_digit(number[:2] + digit + number[3:12]) == int(number[12])


@given(st.sampled_from(IdentifierKind), st.text(max_size=40), st.one_of(st.none(), st.text(max_size=4)), st.booleans())
def test_any_text_is_an_identifier_or_a_refusal_and_its_form_is_final(kind, value, country, has_institution):
    facts = IdentifierFacts(kind, value, country, UUID(int=1) if has_institution else None)
    refusal = None
    try:
        once = domain.checked(facts)
    except ServiceError as error:
        refusal = error
    if refusal is None:
        assert domain.checked(once) == once
        assert 1 <= len(once.value) <= 32
    else:
        assert value not in refusal.metadata.values()
        assert refusal.reason.endswith(("_FORMAT", "_CHECK_DIGIT", "_DUMMY"))


@given(st.text(max_size=60))
def test_mask_never_shows_more_than_four_characters_nor_more_than_half(text):
    masked = domain.mask(text)  # of the clean form, which may be longer: NFC takes some musical symbols apart
    shown = masked.lstrip("•")
    assert len(shown) <= min(4, len(masked) / 2)
