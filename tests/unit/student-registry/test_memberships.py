"""How far an institution is in a programme: any order of statements, and every wrong one."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from student_registry.memberships.domain import (
    STEPS,
    MembershipFacts,
    MembershipStatus,
    Programme,
    checked,
    stated_on,
)
from student_registry.memberships.errors import (
    BandUnknown,
    MembershipPeriodInvalid,
    MembershipStepWrong,
    MembershipYearInvalid,
    ProgrammeUnknown,
)
from student_registry.provenance import DataStatus, Provenance

SOURCE = Provenance("test", DataStatus.DEMONSTRATION)
PROGRAMMES = {
    "DUAL_EDUCATION": Programme("DUAL_EDUCATION", "ทวิศึกษา", (), SOURCE),
    "SMALL_SCHOOL": Programme("SMALL_SCHOOL", "โรงเรียนขนาดเล็ก", (("S1_60", "1-60 คน"),), SOURCE),
}
DAY = date(2026, 5, 16)
S, R, J, D = MembershipStatus


def facts(status=S, valid_from=DAY, **more):
    stated = {
        "institution_id": UUID(int=1), "programme_code": "DUAL_EDUCATION", "year_be": 2569, "status": status,
        "band": "", "valid_from": valid_from, "valid_to": None, "is_correction": False, "provenance": SOURCE,
    }  # fmt: skip
    return MembershipFacts(**stated | more)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"programme_code": "NONE"}, ProgrammeUnknown),
        ({"band": "S1_60"}, BandUnknown),
        ({"programme_code": "SMALL_SCHOOL"}, BandUnknown),
        ({"programme_code": "SMALL_SCHOOL", "band": "S900"}, BandUnknown),
        ({"year_be": 2026}, MembershipYearInvalid),
        ({"valid_to": DAY - timedelta(days=1)}, MembershipPeriodInvalid),
    ],
)
def test_wrong_statement_is_refused(wrong, error):
    with pytest.raises(error):
        checked(facts(**wrong), PROGRAMMES)
    assert checked(facts(programme_code=" SMALL_SCHOOL", band="S1_60"), PROGRAMMES).programme_code == "SMALL_SCHOOL"


@pytest.mark.parametrize("before", MembershipStatus)
@pytest.mark.parametrize("after", MembershipStatus)
def test_only_the_steps_of_the_table_follow_each_other(before, after):
    later = facts(after, DAY + timedelta(days=1))
    if after in STEPS[before] or after is before:
        assert stated_on(later, [facts(before)]) == []
    else:
        with pytest.raises(MembershipStepWrong):
            stated_on(later, [facts(before)])


def test_first_statement_may_be_any_and_repeating_it_says_nothing_new():
    assert stated_on(facts(J), []) == []
    assert stated_on(facts(J, provenance=replace(SOURCE, source="another list")), [facts(J)]) is None


def test_statement_before_what_holds_is_refused_unless_it_corrects():
    held = [facts(S), facts(R, DAY + timedelta(days=9))]
    with pytest.raises(MembershipPeriodInvalid):
        stated_on(facts(J, DAY + timedelta(days=9)), held)
    with pytest.raises(MembershipPeriodInvalid):
        stated_on(facts(R, DAY + timedelta(days=3)), held)
    correction = facts(D, DAY + timedelta(days=3), is_correction=True)
    assert stated_on(correction, held) == [held[1]]
    ended = facts(R, DAY + timedelta(days=9), valid_to=DAY + timedelta(days=90))
    assert stated_on(ended, held) == [held[1]]


STATEMENTS = st.builds(
    lambda status, offset, is_correction: facts(status, DAY + timedelta(days=offset), is_correction=is_correction),
    st.sampled_from(MembershipStatus), st.integers(0, 20), st.booleans(),
)  # fmt: skip


@given(st.lists(STATEMENTS, max_size=12))
def test_after_any_statements_what_holds_is_in_order_and_the_last_accepted_one_holds(statements):
    held = []
    for statement in statements:
        try:
            gone = stated_on(statement, held)
        except (MembershipStepWrong, MembershipPeriodInvalid):
            continue
        if gone is None:
            continue
        held = [*(item for item in held if item not in gone), statement]
        assert held[-1] is statement
        days = [item.valid_from for item in held]
        assert days == sorted(set(days))
        for one, following in pairwise(held):
            is_step = following.status in STEPS[one.status] or following.status is one.status
            assert is_step or following.is_correction
