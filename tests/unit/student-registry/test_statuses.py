"""Which statement holds, which may follow which, and who is neither in education nor in work nor in training."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from student_registry.enrolments.domain import DeliverySystem, Enrolment, EnrolmentFacts, EnrolmentRole
from student_registry.matching.domain import BirthDate, Precision
from student_registry.provenance import DataStatus, Provenance
from student_registry.statuses.domain import (
    LearnerStatus,
    NeetState,
    OutsideActivity,
    Statement,
    StatusInput,
    StatusKind,
    StatusReason,
    StatusRules,
    already_stated,
    census_status,
    check,
    check_withdrawal,
    in_force,
    neet,
    with_reason,
)
from student_registry.statuses.errors import (
    StatusDateInvalid,
    StatusNotOwn,
    StatusReasonInvalid,
    StatusTransitionInvalid,
    StatusWithdrawn,
)

S = LearnerStatus
SCHOOL, LEARNER = uuid4(), uuid4()
PROVENANCE = Provenance("test", DataStatus.DEMONSTRATION, version="1")
TODAY = date(2026, 11, 21)
FOLLOWS = {
    S.STUDYING: {S.AT_RISK, S.MISSING, S.DROPPED_OUT},
    S.AT_RISK: {S.STUDYING, S.DROPPED_OUT},
    S.DROPPED_OUT: {S.RETURNED},
    S.RETURNED: {S.STUDYING},
}
RULES = StatusRules(
    "1",
    {
        status: StatusKind(
            status,
            "ชื่อ",
            needs_reason=status is S.DROPPED_OUT,
            may_be_first=status is not S.RETURNED,
            is_out_of_education=status in (S.DROPPED_OUT, S.NEVER_ENROLLED, S.DECEASED),
            becomes=frozenset(FOLLOWS.get(status, set()) | {status}),
            provenance=PROVENANCE,
            default_reason_code="" if status is S.DROPPED_OUT else "PLAIN",
        )
        for status in S
    },
    {
        "POVERTY": StatusReason("POVERTY", "ฐานะยากจน", frozenset({S.DROPPED_OUT}), PROVENANCE),
        "PLAIN": StatusReason("PLAIN", "ตามสถานะ", frozenset(S) - {S.DROPPED_OUT}, PROVENANCE),
    },
)


def said(status, since, *more, **others):
    """A statement as it is decided: with a reason."""
    return with_reason(asked(status, since, *more, **others), RULES)


def stated(status, since, *, reason="", no=1, **more):
    usual = Statement(
        learner_status_id=uuid4(),
        statement_no=no,
        learner_id=LEARNER,
        status=status,
        reason_code=reason,
        stated_by_institution_id=SCHOOL,
        valid_from=since,
        confirmed_on=since,
        withdraws=None,
        provenance=PROVENANCE,
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return replace(usual, **more)


def asked(status, since, reason="", confirmed=None):
    return StatusInput(LEARNER, status, reason, since, confirmed or since, PROVENANCE)


def test_latest_first_day_holds_and_the_newest_of_one_day():
    early, late = stated(S.STUDYING, date(2026, 5, 16), no=3), stated(S.AT_RISK, date(2026, 8, 1), no=1)
    same_day = stated(S.STUDYING, date(2026, 8, 1), no=2)
    assert in_force([late, early], date(2026, 7, 31)) == early
    assert in_force([late, early], date(2026, 8, 1)) == late
    assert in_force([late, same_day, early], TODAY) == same_day
    assert in_force([late, early], date(2026, 1, 1)) is None


def test_what_held_before_holds_again_after_a_withdrawal():
    first, wrong = stated(S.STUDYING, date(2026, 5, 16)), stated(S.AT_RISK, date(2026, 8, 1), no=2)
    taken_back = stated(None, date(2026, 8, 1), no=3, withdraws=wrong.learner_status_id)
    known = [first, wrong, taken_back]
    assert in_force(known, TODAY) == first
    with pytest.raises(StatusWithdrawn):
        check_withdrawal(wrong, known, acting_for=SCHOOL)
    with pytest.raises(StatusWithdrawn):
        check_withdrawal(taken_back, known, acting_for=SCHOOL)
    with pytest.raises(StatusNotOwn):
        check_withdrawal(first, known, acting_for=uuid4())


def test_status_follows_the_list_in_both_directions():
    known = [stated(S.STUDYING, date(2026, 5, 16)), stated(S.STUDYING, date(2026, 9, 1), no=2)]
    check(said(S.AT_RISK, date(2026, 8, 1)), known, RULES, today=TODAY)
    with pytest.raises(StatusTransitionInvalid) as refused:
        check(said(S.RETURNED, date(2026, 8, 1)), known, RULES, today=TODAY)
    assert refused.value.metadata == {"before": "STUDYING", "status": "RETURNED"}
    with pytest.raises(StatusTransitionInvalid) as refused:
        check(said(S.DROPPED_OUT, date(2026, 8, 1), "POVERTY"), known, RULES, today=TODAY)
    assert refused.value.metadata == {"status": "DROPPED_OUT", "after": "STUDYING"}
    with pytest.raises(StatusTransitionInvalid):
        check(said(S.RETURNED, date(2026, 8, 1)), [], RULES, today=TODAY)


@pytest.mark.parametrize("reason", ["", "NO_SUCH"])
def test_reason_is_needed_and_of_the_list(reason):
    with pytest.raises(StatusReasonInvalid):
        check(said(S.DROPPED_OUT, TODAY, reason), [], RULES, today=TODAY)


def test_reason_of_another_status_is_refused():
    with pytest.raises(StatusReasonInvalid):
        check(said(S.STUDYING, TODAY, "POVERTY"), [], RULES, today=TODAY)


def test_future_is_refused():
    tomorrow = TODAY + timedelta(days=1)
    with pytest.raises(StatusDateInvalid):
        check(said(S.STUDYING, tomorrow), [], RULES, today=TODAY)
    with pytest.raises(StatusDateInvalid):
        check(said(S.STUDYING, TODAY, confirmed=tomorrow), [], RULES, today=TODAY)


def state_of(birth, *, enrolled=False, status=None, activity=OutsideActivity.NEITHER, day=TODAY):
    kind = RULES.kinds[status] if status else None
    return neet(birth, day=day, ages=(15, 24), is_enrolled=enrolled, status=kind, activity=activity)


def born(year, month=1, day=1, precision=Precision.DAY):
    return BirthDate(date(year, month, day), precision)


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        (born(2011, 11, 22), NeetState.OUT_OF_SCOPE),  # 14 until tomorrow
        (born(2011, 11, 21), NeetState.NEET),
        (born(2001, 11, 22), NeetState.NEET),  # 24 until tomorrow
        (born(2001, 11, 21), NeetState.OUT_OF_SCOPE),
        (born(2008, precision=Precision.YEAR), NeetState.NEET),
        (born(2011, precision=Precision.YEAR), NeetState.UNKNOWN),  # 14 or 15
        (born(2012, precision=Precision.YEAR), NeetState.OUT_OF_SCOPE),
        (None, NeetState.UNKNOWN),
    ],
)
def test_neet_by_age(birth, expected):
    assert state_of(birth) is expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"enrolled": True}, NeetState.NOT_NEET),
        ({"enrolled": True, "status": S.DROPPED_OUT}, NeetState.NEET),
        ({"activity": OutsideActivity.WORKING}, NeetState.NOT_NEET),
        ({"activity": OutsideActivity.TRAINING}, NeetState.NOT_NEET),
        ({"activity": OutsideActivity.UNKNOWN}, NeetState.UNKNOWN),
        ({"activity": None}, NeetState.UNKNOWN),
        ({"status": S.DECEASED}, NeetState.OUT_OF_SCOPE),
    ],
)
def test_neet_by_what_the_person_does(more, expected):
    assert state_of(born(2008), **more) is expected


def enrolment(start, end=None, role=EnrolmentRole.PRIMARY):
    facts = EnrolmentFacts(SCHOOL, role, DeliverySystem.FORMAL, "M.1", "", "", start, end)
    return Enrolment(uuid4(), LEARNER, facts, PROVENANCE)


def test_census_tells_never_enrolled_from_out_of_school():
    past = enrolment(date(2024, 5, 16), date(2025, 3, 31))
    assert census_status([], [], RULES, day=TODAY) is S.NEVER_ENROLLED
    assert census_status([past], [], RULES, day=TODAY) is S.DROPPED_OUT
    assert census_status([past, enrolment(date(2025, 5, 16))], [], RULES, day=TODAY) is None
    short = enrolment(date(2026, 11, 1), role=EnrolmentRole.SHORT_COURSE)
    assert census_status([short], [], RULES, day=TODAY) is S.NEVER_ENROLLED
    assert census_status([past], [stated(S.GRADUATED, date(2025, 3, 31))], RULES, day=TODAY) is None
    assert census_status([], [stated(S.NEVER_ENROLLED, date(2025, 3, 31))], RULES, day=TODAY) is None


def test_statement_without_a_reason_gets_the_plain_one_of_its_status_and_older_ones_mean_it():
    today = asked(S.STUDYING, TODAY)
    assert with_reason(today, RULES).reason_code == "PLAIN"
    assert with_reason(asked(S.DROPPED_OUT, TODAY, "POVERTY"), RULES).reason_code == "POVERTY"
    assert with_reason(asked(S.DROPPED_OUT, TODAY), RULES).reason_code == ""
    before = stated(S.STUDYING, TODAY)
    assert already_stated(with_reason(today, RULES), [before], RULES) is before
    other = stated(S.STUDYING, TODAY, reason="OTHER")
    assert already_stated(with_reason(today, RULES), [other], RULES) is None
