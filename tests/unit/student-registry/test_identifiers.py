"""Every worked example of credit-bank.md e.4 and e.5, and the rules of the other numbers."""

from datetime import date
from uuid import uuid4

import pytest
from student_registry.identifiers import domain
from student_registry.identifiers.domain import Identifier, IdentifierFacts, IdentifierKind, VerificationState
from student_registry.identifiers.errors import (
    CitizenIdCheckDigit,
    CitizenIdDummy,
    CitizenIdFormat,
    GCodeFormat,
    PassportFormat,
    StudentNoFormat,
    TranscriptSeriesFormat,
    VocationalStudentNoFormat,
)

VALID = [
    ("1112034563562", 207, 2),
    ("1234567890121", 352, 1),
    ("3509900123450", 320, 0),
    ("1101701234561", 175, 1),
    ("8000000000006", 104, 6),
    ("1000000000009", 13, 9),
]


@pytest.mark.parametrize(("number", "total", "digit"), VALID)
def test_worked_example_of_e4_has_its_sum_and_check_digit(number, total, digit):
    assert sum(int(one) * (13 - place) for place, one in enumerate(number[:12])) == total
    assert domain.check_digit(number[:12]) == digit
    assert domain.citizen_id(number) == number


def test_sum_that_gives_residue_0_and_sum_that_gives_10_share_check_digit_1():
    assert domain.check_digit("123456789012") == domain.check_digit("110170123456") == 1


def test_dummy_of_zeros_passes_the_sum_and_is_refused_by_a_rule_of_its_own():
    assert domain.check_digit("600000000000") == 0
    with pytest.raises(CitizenIdDummy):
        domain.citizen_id("6000000000000")


def test_wrong_check_digit_is_refused():
    with pytest.raises(CitizenIdCheckDigit):
        domain.citizen_id("1234567890122")


@pytest.mark.parametrize("number", ["0123456789012", "9234567890123"])
def test_first_digit_0_or_9_is_refused(number):
    with pytest.raises(CitizenIdFormat):
        domain.citizen_id(number)


@pytest.mark.parametrize(
    "text",
    [
        "1-2345-67890-12-1",
        "1 2345 67890 12 1",
        "1–2345–67890–12–1",
        " 1234567890121 ",
        "๑๒๓๔๕๖๗๘๙๐๑๒๑",
        "๑-๒๓๔๕-๖๗๘๙๐-๑๒-๑",
        "1234\u200b567890121",
    ],
)
def test_hyphens_spaces_thai_digits_and_invisible_characters_are_accepted(text):
    assert domain.citizen_id(text) == "1234567890121"


@pytest.mark.parametrize(
    "text", ["", "123456789012", "12345678901212", "1.23457E+12", "１２３４５６７８９０１２１", "1234567890l21", "นาย"]
)
def test_what_is_not_thirteen_digits_is_refused(text):
    with pytest.raises(CitizenIdFormat):
        domain.citizen_id(text)


def test_third_digit_trap_any_error_in_it_passes():
    """The third digit has weight 11, so the checksum proves no identity; names and birth dates are compared too."""
    right = "1234567890121"
    assert {domain.citizen_id(f"{right[:2]}{digit}{right[3:]}")[2] for digit in range(10)} == set("0123456789")


def test_error_in_any_other_digit_is_found_but_for_the_pair_that_shares_a_check_digit():
    right = "3509900123450"
    for place in (1, *range(3, 12)):
        for digit in "0123456789":
            if digit == right[place]:
                continue
            wrong = right[:place] + digit + right[place + 1 :]
            with pytest.raises(CitizenIdCheckDigit):
                domain.citizen_id(wrong)


@pytest.mark.parametrize(
    "text", ["G644200000001", "g644200000001", "G๖๔๔๒๐๐๐๐๐๐๐๑", "G64-42-00000001", " G644200000001"]
)
def test_g_code_of_e5_is_accepted_and_written_with_a_capital(text):
    assert domain.g_code(text) == "G644200000001"


@pytest.mark.parametrize(
    "text", ["G64420000000", "G6442000000012", "6442000000001", "GG44200000001", "G64420000000X", ""]
)
def test_g_code_of_another_shape_is_refused(text):
    with pytest.raises(GCodeFormat):
        domain.g_code(text)


def facts(kind, value, **more):
    return IdentifierFacts(kind, value, **more)


def test_passport_needs_its_country():
    passport = facts(IdentifierKind.PASSPORT, "aa 1234567", country="MMR")
    assert domain.checked(passport).value == "AA1234567"
    with pytest.raises(PassportFormat):
        domain.checked(facts(IdentifierKind.PASSPORT, "AA1234567"))
    with pytest.raises(PassportFormat):
        domain.checked(facts(IdentifierKind.PASSPORT, "AA1234567", country="mm"))
    with pytest.raises(PassportFormat):
        domain.checked(facts(IdentifierKind.PASSPORT, "AA", country="MMR"))


def test_student_number_needs_its_institution_and_keeps_leading_zeros():
    school = uuid4()
    assert domain.checked(facts(IdentifierKind.STUDENT_NO, "๐๐๑๒", institution_id=school)).value == "0012"
    assert domain.checked(facts(IdentifierKind.STUDENT_NO, "hs680001", institution_id=school)).value == "HS680001"
    with pytest.raises(StudentNoFormat):
        domain.checked(facts(IdentifierKind.STUDENT_NO, "0012"))
    for wrong in ("", "-", "1" * 21, "12 34", "12;34"):
        with pytest.raises(StudentNoFormat):
            domain.checked(facts(IdentifierKind.STUDENT_NO, wrong, institution_id=school))


@pytest.mark.parametrize("text", ["64202040023", "๖๔๒๐๒๐๔๐๐๒๓", "64 2 0204 0023", "64-2-0204-0023"])
def test_vocational_student_number_of_e6_is_eleven_digits_of_its_college(text):
    stated = facts(IdentifierKind.VOCATIONAL_STUDENT_NO, text, institution_id=uuid4())
    assert domain.checked(stated).value == "64202040023"
    with pytest.raises(VocationalStudentNoFormat):
        domain.checked(facts(IdentifierKind.VOCATIONAL_STUDENT_NO, text))
    for wrong in ("6420204002", "642020400231", "6420204002A", ""):
        with pytest.raises(VocationalStudentNoFormat):
            domain.checked(facts(IdentifierKind.VOCATIONAL_STUDENT_NO, wrong, institution_id=uuid4()))


@pytest.mark.parametrize("text", ["00123/045678", "๐๐๑๒๓/๐๔๕๖๗๘", "00123 / 045678"])
def test_transcript_is_named_by_issuer_series_and_number_with_their_zeros(text):
    school = uuid4()
    stated = domain.checked(facts(IdentifierKind.TRANSCRIPT_SERIES, text, institution_id=school))
    assert stated.index_parts == ("TRANSCRIPT_SERIES", str(school), "00123/045678")
    assert domain.last4(stated.value) == "5678"
    with pytest.raises(TranscriptSeriesFormat):
        domain.checked(facts(IdentifierKind.TRANSCRIPT_SERIES, text))
    for wrong in ("00123", "/1", "1/", "1/2/3", "1" * 16 + "/1", ""):
        with pytest.raises(TranscriptSeriesFormat):
            domain.checked(facts(IdentifierKind.TRANSCRIPT_SERIES, wrong, institution_id=school))


def test_what_institutions_give_proves_no_identity_and_only_student_numbers_are_given_again():
    personal = {kind for kind in IdentifierKind if identifier(kind=kind).is_personal}
    lasting = {kind for kind in IdentifierKind if identifier(kind=kind).is_lasting}
    assert personal == {"CITIZEN_ID", "G_CODE", "PASSPORT"}
    assert set(IdentifierKind) - lasting == {"STUDENT_NO", "VOCATIONAL_STUDENT_NO"}
    assert set(domain.MATCHING_ORDER) == set(IdentifierKind)


def test_same_number_of_another_country_or_school_is_another_identifier():
    schools = [facts(IdentifierKind.STUDENT_NO, "1", institution_id=uuid4()).index_parts for _ in range(2)]
    countries = [facts(IdentifierKind.PASSPORT, "A12345", country=code).index_parts for code in ("MMR", "LAO")]
    assert schools[0] != schools[1]
    assert countries[0] != countries[1]


def test_institution_of_a_citizen_id_is_dropped_so_that_it_is_found_everywhere():
    stated = facts(IdentifierKind.CITIZEN_ID, "1234567890121", institution_id=uuid4(), country="THA")
    assert domain.checked(stated).index_parts == ("CITIZEN_ID", "", "1234567890121")


@pytest.mark.parametrize(
    ("value", "shown"), [("1234567890121", "•••••••••0121"), ("68001", "•••01"), ("7", "•"), ("", ""), ("12", "•2")]
)
def test_mask_shows_at_most_four_characters_and_at_most_half(value, shown):
    assert domain.mask(value) == shown


def test_value_is_absent_from_reprs():
    assert "1234567890121" not in repr(facts(IdentifierKind.CITIZEN_ID, "1234567890121"))
    assert "0121" not in repr(identifier())


def identifier(state=VerificationState.UNVERIFIED, kind=IdentifierKind.CITIZEN_ID, valid_to=None):
    return Identifier(
        identifier_id=uuid4(),
        learner_id=uuid4(),
        kind=kind,
        blind_index=b"x" * 32,
        length=13,
        last4="0121",
        country=None,
        institution_id=None,
        state=state,
        valid_from=date(2026, 1, 1),
        valid_to=valid_to,
    )


TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("held", "state"),
    [
        ([], "UNVERIFIED"),
        ([identifier()], "UNVERIFIED"),
        ([identifier(), identifier(VerificationState.VERIFIED)], "VERIFIED"),
        ([identifier(VerificationState.VERIFIED), identifier(VerificationState.CONFLICT)], "CONFLICT"),
        ([identifier(VerificationState.VERIFIED, valid_to=TODAY)], "UNVERIFIED"),
        ([identifier(VerificationState.VERIFIED, kind=IdentifierKind.STUDENT_NO)], "UNVERIFIED"),
    ],
)
def test_identity_state_is_the_strongest_of_valid_identifiers_unless_there_is_a_conflict(held, state):
    assert domain.identity_state(held, on_date=TODAY) == state


def test_identifier_is_no_longer_valid_on_the_day_it_ended():
    ended = identifier(valid_to=TODAY)
    assert ended.is_valid_on(date(2026, 11, 20))
    assert not ended.is_valid_on(TODAY)
    assert not ended.holds_from(TODAY)
    assert ended.masked == "•••••••••0121"
