"""Identifiers and calendar dates at the edges."""

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from chassis.errors import InvalidField
from chassis.ids import date_from_pb, date_to_pb, parse_uuid, time_to_pb, uuid7
from google.type.date_pb2 import Date


def test_new_ids_are_version_seven_and_grow() -> None:
    made = [uuid7() for _ in range(1_000)]
    assert {one.version for one in made} == {7}
    assert len(set(made)) == 1_000
    assert made == sorted(made)


@pytest.mark.parametrize("text", ["", "x", "0" * 31, "12345678-1234-1234-1234-1234567890123", "ก" * 32])
def test_text_that_is_no_uuid_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(InvalidField) as caught:
        parse_uuid(text, field="learner_id")
    assert caught.value.field == "learner_id"


def test_uuid_is_read_however_it_is_written() -> None:
    wanted = UUID("0190b0a2-0000-7000-8000-000000000001")
    for text in (str(wanted), str(wanted).upper(), wanted.hex, f"{{{wanted}}}"):
        assert parse_uuid(text, field="x") == wanted


def test_dates_cross_the_wire() -> None:
    for value in (date(2026, 2, 28), date(2024, 2, 29), date.min, date.max):
        assert date_from_pb(date_to_pb(value), field="x") == value


@pytest.mark.parametrize(
    "value", [Date(), Date(year=2025, month=2, day=29), Date(year=2026), Date(year=2569, month=13)]
)
def test_date_that_is_no_day_is_refused(value: Date) -> None:
    with pytest.raises(InvalidField):
        date_from_pb(value, field="birth_date")


def test_instants_cross_the_wire_in_utc() -> None:
    bangkok = datetime(2026, 11, 21, 7, tzinfo=timezone(timedelta(hours=7)))
    assert time_to_pb(bangkok).ToDatetime(tzinfo=UTC) == datetime(2026, 11, 21, tzinfo=UTC)
