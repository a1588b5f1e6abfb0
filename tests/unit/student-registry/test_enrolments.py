"""What a statement about an enrolment means beside those already known."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from student_registry.enrolments.domain import (
    DeliverySystem,
    Enrolment,
    EnrolmentFacts,
    EnrolmentRole,
    EnrolmentStatus,
    checked,
    restated,
)
from student_registry.enrolments.errors import (
    EnrolmentLabelTooLong,
    EnrolmentOverlaps,
    EnrolmentPeriodInvalid,
    PrimaryEnrolmentExists,
)
from student_registry.provenance import DataStatus, Provenance

SCHOOL, COLLEGE = uuid4(), uuid4()
PROVENANCE = Provenance("test", DataStatus.DEMONSTRATION)


def facts(place=SCHOOL, role=EnrolmentRole.PRIMARY, start=date(2025, 5, 16), end=None, **more):
    stated = EnrolmentFacts(place, role, DeliverySystem.FORMAL, "M.4", "1", "", start, end)
    return replace(stated, **more)


def kept(stated):
    return Enrolment(uuid4(), uuid4(), stated, PROVENANCE)


def test_first_enrolment_is_new():
    assert restated(facts(), []) is None


def test_same_statement_again_is_the_known_enrolment_unchanged():
    known = kept(facts())
    assert restated(facts(), [known]) == known


def test_other_classroom_changes_the_known_enrolment():
    known = kept(facts())
    changed = restated(facts(classroom="2"), [known])
    assert changed is not None
    assert changed.enrolment_id == known.enrolment_id
    assert changed.facts.classroom == "2"


def test_last_day_ends_the_known_enrolment_and_a_statement_without_one_does_not_open_it_again():
    known = kept(facts())
    ended = restated(facts(end=date(2026, 3, 31)), [known])
    assert ended is not None
    assert ended.facts.valid_to == date(2026, 3, 31)
    assert restated(facts(), [ended]) == ended


def test_second_primary_at_the_same_time_is_refused():
    with pytest.raises(PrimaryEnrolmentExists):
        restated(facts(COLLEGE), [kept(facts())])


def test_primary_after_the_other_ended_is_new():
    assert restated(facts(COLLEGE, start=date(2026, 4, 1)), [kept(facts(end=date(2026, 3, 31)))]) is None


@pytest.mark.parametrize("role", [EnrolmentRole.PARTNER, EnrolmentRole.HOSTING, EnrolmentRole.SHORT_COURSE])
def test_partner_hosting_and_short_course_lie_beside_the_primary(role):
    assert restated(facts(COLLEGE, role), [kept(facts())]) is None


def test_partner_at_the_same_place_from_another_day_overlaps():
    with pytest.raises(EnrolmentOverlaps):
        restated(
            facts(COLLEGE, EnrolmentRole.PARTNER, start=date(2025, 6, 1)), [kept(facts(COLLEGE, EnrolmentRole.PARTNER))]
        )


def test_short_courses_at_one_place_may_overlap():
    short = kept(facts(COLLEGE, EnrolmentRole.SHORT_COURSE))
    assert restated(facts(COLLEGE, EnrolmentRole.SHORT_COURSE, start=date(2025, 6, 1)), [short]) is None


def test_labels_are_cleaned_and_have_ascii_digits():
    stated = checked(facts(grade_label=" PWC.๑ ", classroom="๑/\u200b๒"))
    assert (stated.grade_label, stated.classroom) == ("PWC.1", "1/2")


def test_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(EnrolmentPeriodInvalid):
        checked(facts(end=date(2025, 5, 15)))


def test_label_that_is_too_long_is_refused():
    with pytest.raises(EnrolmentLabelTooLong):
        checked(facts(classroom="ก" * 61))


def test_status_is_studying_through_the_last_day():
    stated = facts(end=date(2026, 3, 31))
    assert stated.status_on(date(2026, 3, 31)) is EnrolmentStatus.STUDYING
    assert stated.status_on(date(2026, 4, 1)) is EnrolmentStatus.ENDED
