"""Laws of weekly times: two clash exactly when a day and a minute of both exist."""

from datetime import date, timedelta
from uuid import UUID

from credit_bank.offerings.domain import TimeFacts, WeeklyTime, clashes_of, first_common_day
from hypothesis import given
from hypothesis import strategies as st

BEGIN = date(2026, 11, 1)
DAYS = st.integers(0, 20).map(lambda days: BEGIN + timedelta(days=days))


@st.composite
def times(draw: st.DrawFn) -> TimeFacts:
    start, length = draw(st.integers(0, 6)), draw(st.integers(1, 4))
    first, days = draw(DAYS), draw(st.integers(0, 15))
    return TimeFacts(
        institution_id=UUID(int=draw(st.integers(1, 2))),
        offering_id=None,
        class_institution_id=UUID(int=draw(st.integers(3, 4))),
        grade_label=draw(st.sampled_from(["M.4", "M.5"])),
        classroom=draw(st.sampled_from(["", "1", "2"])),
        weekday=draw(st.integers(1, 7)),
        starts_minute=start,
        ends_minute=start + length,
        first_on=first,
        last_on=first + timedelta(days=days),
    )


def moments(facts: TimeFacts) -> set[tuple[date, int, str]]:
    """Day, minute and classroom of every minute taught; the model."""
    days = [facts.first_on + timedelta(days=n) for n in range((facts.last_on - facts.first_on).days + 1)]
    return {
        (day, minute, room)
        for day in days
        if day.isoweekday() == facts.weekday
        for minute in range(facts.starts_minute, facts.ends_minute)
        for room in ([facts.classroom] if facts.classroom else ["1", "2"])
    }


@given(times(), times())
def test_times_clash_exactly_when_they_share_a_moment_of_a_class(one: TimeFacts, other: TimeFacts) -> None:
    is_same_grade = (one.class_institution_id, one.grade_label) == (other.class_institution_id, other.grade_label)
    shared = {day for day, _, _ in moments(one) & moments(other)} if is_same_grade else set[date]()
    assert first_common_day(one, other) == min(shared, default=None)
    assert first_common_day(other, one) == first_common_day(one, other)


@given(st.lists(times(), max_size=5), st.lists(times(), max_size=5))
def test_every_pair_is_told_once(new: list[TimeFacts], around: list[TimeFacts]) -> None:
    mine = [WeeklyTime(UUID(int=100 + n), facts) for n, facts in enumerate(new)]
    others = [WeeklyTime(UUID(int=200 + n), facts) for n, facts in enumerate(around)]
    found = clashes_of(mine, [*others, *mine])
    pairs = [frozenset({clash.first.time_id, clash.second.time_id}) for clash in found]
    assert len(set(pairs)) == len(pairs)
    assert all(len(pair) == 2 for pair in pairs)
    assert found == sorted(found, key=lambda clash: (clash.first_meets_on, clash.first.time_id, clash.second.time_id))
