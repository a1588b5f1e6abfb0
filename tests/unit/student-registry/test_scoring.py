"""How much two records speak for one person: every comparison says what it added."""

from datetime import date
from uuid import uuid4

import pytest
from student_registry.matching.domain import BirthDate, Precision, matching_name
from student_registry.matching.scoring import Record, score
from student_registry.matching.weights import WEIGHTS, load

SCHOOL, OTHER = uuid4(), uuid4()


def record(given="กมลชนก", family="ใจดี", *, birth="2009-01-15", sex="FEMALE", parents=(), schools=(), former=()):
    stated = None
    if birth:
        is_year = len(birth) == len("2009")
        day = date(int(birth), 1, 1) if is_year else date.fromisoformat(birth)
        stated = BirthDate(day, Precision.YEAR if is_year else Precision.DAY)
    names = tuple((matching_name(one), matching_name(two)) for one, two in ((given, family), *former))
    return Record(uuid4(), names, stated, sex, frozenset(map(matching_name, parents)), frozenset(schools))


def outcomes(one, other):
    return {item.comparison: item.outcome for item in score(one, other, WEIGHTS).contributions}


def test_score_is_the_sum_of_what_each_comparison_adds():
    found = score(record(), record(family="ใจดีมาก"), WEIGHTS)
    assert found.points == sum(item.points for item in found.contributions)
    assert [item.comparison for item in found.contributions] == [
        "given_name",
        "family_name",
        "birth_date",
        "sex",
        "parents",
        "former_school",
    ]


def test_same_name_and_birth_date_is_a_strong_candidate_whatever_the_typing():
    typed = record(given="เด็กหญิง กมลชนก", family="ใจดี\u200b")
    assert score(record(), typed, WEIGHTS).points >= WEIGHTS.strong_from


def test_name_alone_is_no_candidate_against_another_birth_date():
    found = score(record(), record(birth="2001-07-30"), WEIGHTS)
    assert found.points < WEIGHTS.propose_from


def test_marriage_changes_the_family_name_and_a_former_name_fits_again():
    married = record(family="รักเรียน", former=(("กมลชนก", "ใจดี"),))
    assert outcomes(record(), married)["family_name"] == "equal"


@pytest.mark.parametrize(
    ("one", "other", "outcome"),
    [
        ("2009-01-15", "2009-01-15", "equal"),
        ("2009-01-15", "2009", "same_year"),
        ("2009-04-05", "2009-05-04", "day_month_swapped"),
        ("2009-01-15", "2009-01-16", "one_part_differs"),
        ("2552-01-15", "2009-01-15", "era_slip"),
        ("2009-01-15", "2003-09-27", "different"),
        ("2009-01-15", None, "missing"),
    ],
)
def test_birth_dates(one, other, outcome):
    assert outcomes(record(birth=one), record(birth=other))["birth_date"] == outcome


def test_parents_and_former_school_speak_where_both_records_name_them():
    one = record(parents=("สมชาย ใจดี", "สมหญิง ใจดี"), schools=(SCHOOL,))
    assert outcomes(one, record(parents=("สมหญิง ใจดี", "สมชาย ใจดี"), schools=(SCHOOL, OTHER))) | {} == outcomes(
        one, record()
    ) | {"parents": "two_equal", "former_school": "equal"}
    assert outcomes(one, record(parents=("มานะ ยิ่งยง",)))["parents"] == "different"


def test_order_of_the_two_makes_no_difference():
    one, other = record(given="กมลชนก", parents=("สมชาย ใจดี",)), record(given="กมลชนน", birth="2009", sex=None)
    assert score(one, other, WEIGHTS) == score(other, one, WEIGHTS)


def test_weights_are_assumed_data_with_a_source_and_every_outcome_has_a_thai_name():
    assert (WEIGHTS.provenance.status, WEIGHTS.provenance.version) == ("assumed", WEIGHTS.version)
    assert WEIGHTS.propose_from < WEIGHTS.strong_from
    assert all(outcome in WEIGHTS.outcomes_th for part in WEIGHTS.points.values() for outcome in part)
    with pytest.raises(KeyError, match="without a Thai name"):
        load({"compare": {"sex": {"th": "เพศ", "unheard": 1.0}}, "outcomes": {}})
