"""Enrolments and assignments on a day."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from chassis.assignments import Assignment
from guidance.copies.domain import Enrolment

ENROLMENT = Enrolment(
    enrolment_id=UUID(int=1),
    learner_id=UUID(int=2),
    institution_id=UUID(int=3),
    role="PRIMARY",
    delivery_system="DUAL_EDUCATION",
    grade_label="M.4",
    classroom="1",
    programme_code="",
    is_studying=True,
    valid_from=date(2026, 5, 16),
    valid_to=None,
)
ASSIGNMENT = Assignment(
    UUID(int=4), "h", UUID(int=3), "homeroom_teacher", "1", frozenset(), "1", date(2026, 5, 1), date(2027, 4, 30)
)


@pytest.mark.parametrize(
    ("classroom", "reaches"), [("", True), ("1", True), ("M.4/1", True), ("2", False), ("M.5/1", False)]
)
def test_classroom_limit_reaches_room_or_grade_and_room(classroom: str, *, reaches: bool) -> None:
    assert ENROLMENT.is_in(classroom) is reaches


def test_enrolment_covers_first_and_last_day() -> None:
    ended = replace(ENROLMENT, is_studying=False, valid_to=date(2026, 10, 31))
    assert ended.holds_on(date(2026, 5, 16))
    assert ended.holds_on(date(2026, 10, 31))
    assert not ended.holds_on(date(2026, 11, 1))
    assert not ended.holds_on(date(2026, 5, 15))


def test_enrolment_that_ended_without_a_last_day_covers_none() -> None:
    assert not replace(ENROLMENT, is_studying=False).holds_on(date(2026, 6, 1))


def test_assignment_holds_from_first_to_last_day() -> None:
    assert ASSIGNMENT.is_valid_on(date(2027, 4, 30))
    assert not ASSIGNMENT.is_valid_on(date(2027, 5, 1))
    assert not ASSIGNMENT.is_valid_on(date(2026, 4, 30))
