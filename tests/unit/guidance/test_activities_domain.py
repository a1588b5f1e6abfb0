"""A guidance activity that may be kept."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from guidance.activities.domain import NewActivity, refusal

TODAY = date(2026, 11, 21)
ACTIVITY = NewActivity(
    reference="G-1",
    scope="CAREER",
    service_kind="INFORMATION",
    title_th="แนะแนวเส้นทาง ม.6 ควบ ปวช.",
    held_on=TODAY,
    duration_minutes=50,
    attended=(UUID(int=1),),
)


def test_activity_held_today_may_be_kept() -> None:
    assert refusal(ACTIVITY, today=TODAY) is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"reference": ""}, "INVALID_FIELD"),
        ({"title_th": ""}, "INVALID_FIELD"),
        ({"title_th": "ก" * 201}, "INVALID_FIELD"),
        ({"duration_minutes": 0}, "INVALID_FIELD"),
        ({"duration_minutes": 1441}, "INVALID_FIELD"),
        ({"attended": ()}, "INVALID_FIELD"),
        ({"held_on": date(2026, 11, 22)}, "HELD_IN_FUTURE"),
    ],
)
def test_activity_outside_its_frame_is_refused(change: dict[str, object], expected: str) -> None:
    problem = refusal(replace(ACTIVITY, **change), today=TODAY)
    assert problem is not None
    assert problem.reason == expected
