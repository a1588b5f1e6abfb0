"""What a typed name looks for, and which name was held on a day."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from student_registry.learners.domain import PersonName
from student_registry.search.domain import (
    NameHeld,
    NameMatch,
    NamePatterns,
    StatusHeld,
    name_patterns,
    names_on,
    statuses_on,
)
from student_registry.search.errors import SearchTextTooLong, SearchTextTooShort


@pytest.mark.parametrize(
    ("typed", "match", "given", "family"),
    [
        ("กมล", NameMatch.PREFIX, "กมล%", "กมล%"),
        ("  กมล  ชนก ", NameMatch.PREFIX, "กมล%", "ชนก%"),
        ("นางสาวกมล", NameMatch.PREFIX, "กมล%", "กมล%"),
        ("น.ส. กมล ใจดี", NameMatch.PREFIX, "กมล%", "ใจดี%"),
        ("สมชาย ณ อยุธยา", NameMatch.CONTAINS, "%สมชาย%", "%ณอยุธยา%"),
        ("100%_\\", NameMatch.PREFIX, r"100\%\_\\%", r"100\%\_\\%"),
        ("ประจํา", NameMatch.PREFIX, "ประจำ%", "ประจำ%"),
    ],
)
def test_typed_name_becomes_patterns(typed, match, given, family):
    patterns = name_patterns(typed, match)
    assert patterns is not None
    assert (patterns.given, patterns.family) == (given, family)


def test_nothing_typed_looks_for_everybody():
    assert name_patterns("  ", NameMatch.CONTAINS) is None
    assert name_patterns(".", NameMatch.PREFIX) is None


def test_short_and_long_texts_are_told_apart():
    assert name_patterns("กา", NameMatch.CONTAINS) == NamePatterns("%กา%", "%กา%", is_either=True, has_trigram=False)
    with pytest.raises(SearchTextTooShort):
        name_patterns("ก", NameMatch.CONTAINS)
    with pytest.raises(SearchTextTooLong):
        name_patterns("ก" * 61, NameMatch.PREFIX)


def test_patterns_show_no_name():
    assert "กมล" not in repr(name_patterns("กมล ชนก", NameMatch.PREFIX))


def held(family, *, since=None, until=None, ended_at=None, language="th"):
    name = PersonName("", "กานดา", family)
    return NameHeld(language, name, datetime(2025, 1, 1, tzinfo=UTC), ended_at, since, until)


@pytest.mark.parametrize(
    ("day", "family"),
    [
        (date(2020, 1, 1), "เดิม"),
        (date(2025, 5, 31), "เดิม"),
        (date(2025, 6, 1), "ใหม่"),
        (date(2026, 6, 1), "ใหม่"),
    ],
)
def test_name_of_a_day_is_the_one_that_held(day, family):
    names = [held("เดิม", until=date(2025, 6, 1)), held("ใหม่", since=date(2025, 6, 1)), held("New", language="en")]
    assert [item.name.family for item in names_on(names, day)] == [family, "New"]


def test_name_without_days_ends_when_another_was_recorded():
    ended = datetime(2025, 3, 1, 20, tzinfo=UTC)  # 2 March in Thailand
    names = [held("เดิม", ended_at=ended), held("ใหม่")]
    assert [item.name.family for item in names_on(names, date(2025, 3, 1))] == ["เดิม"]
    assert [item.name.family for item in names_on(names, date(2025, 3, 2))] == ["ใหม่"]


def test_status_of_a_day_is_the_last_that_began():
    place = UUID(int=1)
    statuses = [
        StatusHeld("STUDYING", "", date(2025, 5, 16), date(2025, 9, 1), place),
        StatusHeld("MISSING", "", date(2025, 9, 1), None, place),
    ]
    assert [item.status for item in statuses_on(statuses, date(2025, 8, 31))] == ["STUDYING"]
    assert [item.status for item in statuses_on(statuses, date(2025, 9, 1))] == ["MISSING"]
    assert statuses_on(statuses, date(2020, 1, 1)) == ()
