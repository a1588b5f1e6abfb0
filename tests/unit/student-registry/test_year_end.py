"""What a year end does with one enrolment."""

from datetime import date
from uuid import uuid4

import pytest
from student_registry.enrolments.domain import DeliverySystem, Enrolment, EnrolmentFacts, EnrolmentRole
from student_registry.enrolments.grades import VERSIONS, grades_on
from student_registry.provenance import DataStatus, Provenance
from student_registry.statuses.domain import LearnerStatus, StatusKind, StatusRules
from student_registry.year_end.domain import (
    Candidate,
    Decision,
    Destination,
    arrive_by,
    check_dates,
    check_destination,
    decide,
)
from student_registry.year_end.errors import DestinationInvalid, YearEndDatesInvalid

PROVENANCE = Provenance("test", DataStatus.DEMONSTRATION, version="1")
FIRST = date(2026, 5, 16)
GRADES = grades_on(date(2026, 3, 31))
RULES = StatusRules(
    "1",
    {
        status: StatusKind(
            status,
            "ชื่อ",
            needs_reason=False,
            may_be_first=True,
            is_out_of_education=status is LearnerStatus.DROPPED_OUT,
            becomes=frozenset(LearnerStatus),
            provenance=PROVENANCE,
        )
        for status in LearnerStatus
    },
    {},
)


def line(grade, *, role=EnrolmentRole.PRIMARY, since=None, destination=None, **more):
    facts = EnrolmentFacts(uuid4(), role, DeliverySystem.FORMAL, grade, "1", "", date(2025, 5, 16), None)
    usual = {"history_id": 1, "status": None, "is_moving": False, "held_back": ""} | more
    candidate = Candidate(Enrolment(uuid4(), uuid4(), facts, PROVENANCE, since), **usual)
    return decide(candidate, line_no=1, first_day=FIRST, grades=GRADES, rules=RULES, destination=destination)


@pytest.mark.parametrize(
    ("grade", "expected"),
    [
        ("P.1", (Decision.PROMOTE, "P.2", None)),
        ("M.4", (Decision.PROMOTE, "M.5", None)),
        ("PWC.2", (Decision.PROMOTE, "PWC.3", None)),
        ("P.6", (Decision.GRADUATE, "", Destination("UNKNOWN"))),
        ("M.3", (Decision.GRADUATE, "", Destination("UNKNOWN"))),
        ("M.6", (Decision.GRADUATE, "", Destination("UNKNOWN"))),
        ("K.3", (Decision.GRADUATE, "", None)),
        ("ชั้นพิเศษ", (Decision.EXCEPTION, "", None)),
    ],
)
def test_grade_decides(grade, expected):
    made = line(grade)
    assert (made.decision, made.next_grade_label, made.destination) == expected


def test_stated_destination_is_kept_for_leavers_only():
    work = Destination("WORK")
    assert line("M.6", destination=work).destination == work
    assert line("M.5", destination=work).destination is None
    assert line("PWC.3", role=EnrolmentRole.PARTNER, destination=work).destination is None


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"status": LearnerStatus.DROPPED_OUT}, "OUT_OF_EDUCATION"),
        ({"status": LearnerStatus.ON_LEAVE}, "ON_LEAVE"),
        ({"is_moving": True}, "MOVING"),
        ({"since": date(2026, 6, 1)}, "CHANGED_LATER"),
    ],
)
def test_exceptions_are_left_to_a_person(more, reason):
    made = line("M.6", **more)
    assert (made.decision, made.reason_code, made.destination) == (Decision.EXCEPTION, reason, None)


def test_who_is_held_back_stays_with_the_reason():
    made = line("M.3", held_back="NOT_PASSED", status=LearnerStatus.AT_RISK)
    assert (made.decision, made.reason_code, made.next_grade_label) == (Decision.HOLD_BACK, "NOT_PASSED", "")


def test_days_belong_to_the_academic_year():
    check_dates(2568, date(2026, 3, 31), date(2026, 5, 16))
    for last, first in (
        (date(2025, 3, 31), date(2025, 5, 16)),
        (date(2026, 5, 16), date(2026, 5, 16)),
        (date(2026, 3, 31), date(2027, 5, 16)),
    ):
        with pytest.raises(YearEndDatesInvalid):
            check_dates(2568, last, first)
    assert arrive_by(2568, "06-10") == date(2026, 6, 10)


def test_destination_is_of_the_list_and_names_an_institution_where_it_is_one():
    place = uuid4()
    lists = {"kinds": frozenset({"INSTITUTION", "WORK"}), "institutions": frozenset({place})}
    check_destination(Destination("INSTITUTION", place), **lists)
    check_destination(Destination("WORK"), **lists)
    for wrong in (
        Destination("INSTITUTION"),
        Destination("WORK", place),
        Destination("INSTITUTION", uuid4()),
        Destination("MOON"),
    ):
        with pytest.raises(DestinationInvalid):
            check_destination(wrong, **lists)


def test_every_grade_leads_inside_its_level_and_needs_a_destination_where_the_sources_say():
    for version in VERSIONS:
        for grade in version.grades.values():
            after = version.grades.get(grade.next_grade_label)
            assert (after is None) == (grade.next_grade_label == "")
            assert after is None or after.level == grade.level
    leaving = {label for label, grade in GRADES.grades.items() if grade.needs_destination}
    assert {"P.6", "M.3", "M.6"} <= leaving
    assert GRADES.level_of("M.3") == "LOWER_SECONDARY"
    assert GRADES.labels_of("UPPER_SECONDARY") == ["M.4", "M.5", "M.6", "NFE.U"]
    assert GRADES.level_of("ไม่มี") == ""
    assert grades_on(date(1999, 1, 1)) is VERSIONS[0]
