"""Days as people read them."""

from datetime import UTC, date, datetime

import pytest
from portal.thai_time import academic_year_be, thai_day, thai_moment


def test_day_and_moment_are_thai() -> None:
    assert thai_day(date(2026, 11, 21)) == "21 พ.ย. 2569"
    assert thai_moment(datetime(2026, 12, 31, 17, 5, tzinfo=UTC)) == "1 ม.ค. 2570 เวลา 00:05 น."


@pytest.mark.parametrize(
    ("moment", "year"),
    [
        (datetime(2026, 11, 21, tzinfo=UTC), 2569),
        (datetime(2027, 3, 1, tzinfo=UTC), 2569),
        (datetime(2027, 4, 30, 16, tzinfo=UTC), 2569),
        (datetime(2027, 4, 30, 18, tzinfo=UTC), 2570),  # already May in Thailand
    ],
)
def test_academic_year_begins_in_may(moment: datetime, year: int) -> None:
    assert academic_year_be(moment) == year
