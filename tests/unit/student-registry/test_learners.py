"""Who a statement is about, and what it adds."""

import hashlib
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from student_registry.enrolments.domain import DeliverySystem, EnrolmentFacts, EnrolmentRole
from student_registry.enrolments.errors import PrimaryEnrolmentExists
from student_registry.identifiers.domain import Identifier, IdentifierFacts, IdentifierKind, VerificationState
from student_registry.identifiers.errors import IdentifierConflict
from student_registry.learners.domain import (
    PersonName,
    Registration,
    Roll,
    StatedIdentifier,
    Statement,
    check_birth,
    checked_name,
    person_of,
)
from student_registry.learners.errors import BirthDateInvalid, GivenNameMissing, NotRegistrar, SubjectTaken
from student_registry.matching.domain import BirthDate, Precision
from student_registry.provenance import DataStatus, Provenance

SCHOOL, COLLEGE = uuid4(), uuid4()
TODAY = date(2026, 11, 21)
BORN = BirthDate(date(2009, 6, 15), Precision.DAY)
KINDS = {"citizen": IdentifierKind.CITIZEN_ID, "g": IdentifierKind.G_CODE, "passport": IdentifierKind.PASSPORT}


def number(kind, value, *, place=None, state=VerificationState.UNVERIFIED):
    facts = IdentifierFacts(kind, value, institution_id=place, state=state)
    return StatedIdentifier(facts, hashlib.sha256("|".join(facts.index_parts).encode()).digest(), TODAY)


def citizen(value="1234567890121", **more):
    return number(IdentifierKind.CITIZEN_ID, value, **more)


def g_code(value="G644200000001"):
    return number(IdentifierKind.G_CODE, value)


def student_no(value="68001", place=SCHOOL):
    return number(IdentifierKind.STUDENT_NO, value, place=place)


def at(place, role=EnrolmentRole.PRIMARY):
    return EnrolmentFacts(place, role, DeliverySystem.FORMAL, "M.4", "1", "", date(2025, 5, 16), None)


def statement(*identifiers, by=SCHOOL, given="กมลชนก", family="ใจดี", birth=BORN, enrolments=(), subject=None):
    name = PersonName("นางสาว", given, family)
    registration = Registration(
        name, birth, None, (), by, tuple(enrolments), Provenance("test", DataStatus.DEMONSTRATION)
    )
    return Statement(registration, person_of(name, birth), tuple(identifiers), subject)


class Registry:
    """A roll that takes what it decides."""

    def __init__(self):
        self.roll = Roll([])

    def take(self, stated):
        decision = self.roll.decide(
            stated,
            acting_for=stated.registration.registrar_institution_id,
            new_learner_id=uuid4(),
            new_enrolment_ids=[uuid4() for _ in stated.registration.enrolments],
            today=TODAY,
        )
        made = [
            Identifier(
                uuid4(),
                decision.learner_id,
                item.facts.kind,
                item.blind_index,
                len(item.facts.value),
                "",
                None,
                item.facts.institution_id,
                item.facts.state,
                item.valid_from,
                None,
            )
            for item in decision.added
        ]
        self.roll.take(stated, decision, made)
        return decision


@pytest.fixture
def registry():
    return Registry()


def test_unknown_person_is_a_new_learner(registry):
    decision = registry.take(statement(citizen(), student_no(), enrolments=[at(SCHOOL)]))
    assert decision.is_new
    assert len(decision.added) == 2
    assert len(decision.new_enrolments) == 1


def test_same_statement_again_changes_nothing(registry):
    first = registry.take(statement(citizen(), student_no(), enrolments=[at(SCHOOL)], subject="a" * 64))
    again = registry.take(statement(citizen(), student_no(), enrolments=[at(SCHOOL)], subject="a" * 64))
    assert again.learner_id == first.learner_id
    assert again.changes_nothing


def test_person_in_the_schools_and_the_colleges_file_is_one_learner_with_two_enrolments(registry):
    school = registry.take(statement(citizen(), student_no(), enrolments=[at(SCHOOL)]))
    college = registry.take(
        statement(
            citizen(), student_no("6820104", COLLEGE), by=COLLEGE, enrolments=[at(COLLEGE, EnrolmentRole.PARTNER)]
        )
    )
    assert college.learner_id == school.learner_id
    assert [item.facts.institution_id for item in college.new_enrolments] == [COLLEGE]
    assert not college.changes_identity


def test_g_code_matches_where_there_is_no_citizen_id(registry):
    first = registry.take(statement(g_code()))
    assert registry.take(statement(g_code(), by=COLLEGE)).learner_id == first.learner_id


def test_two_people_of_the_same_name_and_birth_date_are_two_learners(registry):
    first = registry.take(statement(student_no("1")))
    second = registry.take(statement(student_no("2")))
    assert first.learner_id != second.learner_id


def test_student_number_matches_in_its_own_institution_only(registry):
    first = registry.take(statement(student_no("1", SCHOOL)))
    assert registry.take(statement(student_no("1", SCHOOL))).learner_id == first.learner_id
    assert registry.take(statement(student_no("1", COLLEGE), by=COLLEGE)).learner_id != first.learner_id


def test_same_citizen_id_with_other_birth_date_is_a_conflict_and_no_merge(registry):
    registry.take(statement(citizen()))
    other = BirthDate(date(2010, 6, 15), Precision.DAY)
    with pytest.raises(IdentifierConflict) as refused:
        registry.take(statement(citizen(), birth=other))
    assert refused.value.field == "citizen_id"


def test_same_citizen_id_with_other_names_is_a_conflict(registry):
    registry.take(statement(citizen()))
    with pytest.raises(IdentifierConflict):
        registry.take(statement(citizen(), given="จิรายุ", family="สมมติสกุล"))


def test_identifiers_of_two_learners_in_one_statement_are_a_conflict(registry):
    registry.take(statement(citizen()))
    registry.take(statement(g_code()))
    with pytest.raises(IdentifierConflict):
        registry.take(statement(citizen(), g_code()))


def test_second_citizen_id_for_a_student_number_is_a_conflict(registry):
    registry.take(statement(citizen(), student_no()))
    with pytest.raises(IdentifierConflict):
        registry.take(statement(citizen("3509900123450"), student_no()))


def test_citizen_id_for_a_learner_known_by_g_code_is_added_and_others_are_told(registry):
    first = registry.take(statement(g_code()))
    second = registry.take(statement(g_code(), citizen()))
    assert second.learner_id == first.learner_id
    assert [item.facts.kind for item in second.added] == [IdentifierKind.CITIZEN_ID]
    assert second.changes_identity


def test_two_citizen_ids_in_one_statement_are_a_conflict(registry):
    with pytest.raises(IdentifierConflict):
        registry.take(statement(citizen(), citizen("3509900123450")))


def test_identifier_stated_twice_is_added_once(registry):
    assert len(registry.take(statement(citizen(), citizen())).added) == 1


def test_document_seen_later_verifies_the_known_identifier_once(registry):
    registry.take(statement(citizen()))
    seen = registry.take(statement(citizen(state=VerificationState.VERIFIED)))
    assert [item.kind for item in seen.verified] == [IdentifierKind.CITIZEN_ID]
    assert seen.changes_identity
    assert registry.take(statement(citizen(state=VerificationState.VERIFIED))).changes_nothing


def test_unverified_statement_does_not_weaken_a_verified_identifier(registry):
    registry.take(statement(citizen(state=VerificationState.VERIFIED)))
    assert registry.take(statement(citizen())).changes_nothing


def test_refused_statement_leaves_the_roll_as_it_was(registry):
    registry.take(statement(citizen(), enrolments=[at(SCHOOL)]))
    with pytest.raises(PrimaryEnrolmentExists):
        registry.take(statement(citizen(), student_no("9", COLLEGE), by=COLLEGE, enrolments=[at(COLLEGE)]))
    partner = registry.take(
        statement(citizen(), student_no("9", COLLEGE), by=COLLEGE, enrolments=[at(COLLEGE, EnrolmentRole.PARTNER)])
    )
    assert len(partner.added) == 1


def test_sign_in_is_attached_by_the_keeper_of_the_record(registry):
    registry.take(statement(citizen()))
    assert registry.take(statement(citizen(), subject="a" * 64)).subject_hash == "a" * 64


def test_sign_in_is_not_attached_by_another_institution(registry):
    registry.take(statement(citizen()))
    with pytest.raises(NotRegistrar):
        registry.take(statement(citizen(), by=COLLEGE, subject="a" * 64))


def test_sign_in_of_another_learner_or_a_second_one_is_refused(registry):
    registry.take(statement(citizen(), subject="a" * 64))
    with pytest.raises(SubjectTaken):
        registry.take(statement(citizen(), subject="b" * 64))
    with pytest.raises(SubjectTaken):
        registry.take(statement(g_code(), subject="a" * 64))


def test_person_without_any_number_and_school_is_a_learner(registry):
    decision = registry.take(statement())
    assert decision.is_new
    assert not decision.added


def test_name_is_cleaned_and_must_be_there():
    assert checked_name(PersonName("", "  กมล\u200bชนก ", "")) == PersonName("", "กมลชนก", "")
    for wrong in ("", " ", "\u200b", "ก" * 121):
        with pytest.raises(GivenNameMissing):
            checked_name(PersonName("นาย", wrong, "ใจดี"))


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(1899, 12, 31), date(2552, 6, 15)])
def test_birth_date_that_nobody_has_is_refused(day):
    with pytest.raises(BirthDateInvalid):
        check_birth(BirthDate(day, Precision.DAY), today=TODAY)


def test_birth_date_of_today_and_an_unknown_one_are_fine():
    check_birth(BirthDate(TODAY, Precision.DAY), today=TODAY)
    check_birth(None, today=TODAY)


def test_names_and_numbers_are_absent_from_reprs():
    text = repr(replace(statement(citizen(), subject="a" * 64).registration, subject="somebody"))
    assert "กมลชนก" not in text
    assert "somebody" not in text
    assert "1234567890121" not in repr(statement(citizen()))
