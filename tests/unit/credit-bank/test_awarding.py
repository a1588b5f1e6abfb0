"""The audit of a qualification as a pure function: every condition says what is there and what is missing (CB c.6)."""

import tomllib
from dataclasses import replace
from datetime import date
from importlib import resources
from uuid import UUID, uuid4

import pytest
from credit_bank.averages.domain import AveragePolicy, GradedRow, RetakePolicy, Rounding
from credit_bank.awarding.auditing import ended_terms, study_terms
from credit_bank.awarding.domain import AuditFacts, AwardFact, PassFact, audit
from credit_bank.awarding.kinds import KINDS
from credit_bank.awarding.store import EnrolmentRow
from credit_bank.catalogue.domain import CodeSystem, CourseKey
from credit_bank.provenance import Provenance
from credit_bank.qualifications.conditions import (
    ActivityNeeded,
    AssessmentNeeded,
    AverageNeeded,
    CategoryCredits,
    Condition,
    CourseNeeded,
    Period,
    ResidenceNeeded,
)
from credit_bank.qualifications.domain import Qualification
from credit_bank.recording.policy import OWN_COURSES

SOURCE = Provenance("tests", "assumed")
RULE = AveragePolicy(Rounding.TRUNCATE, RetakePolicy.ALL, "1", "assumed", "tests", modes_left_out=frozenset({"EQUATE"}))
ANNOUNCED = {("FORMAL", ""): RULE}
THAI = CourseKey(CodeSystem.OBEC, "ท31101", "OBEC-2551R60", None)


def qualification(*conditions: Condition, unit: str = "CR_OBEC") -> Qualification:
    """Two categories: 41 and 36 of 77, as M.6 has them."""
    minima = {"BASIC": 4100, "ADDITIONAL": 3600}
    return Qualification("M6", "1", "ม.6", unit, 7700, minima, frozenset(), SOURCE, conditions=conditions)


def award(
    category: str, hundredths: int, *, unit: str = "CR_OBEC", course: CourseKey | None = None, of: str = ""
) -> AwardFact:
    key = course or CourseKey(CodeSystem.OBEC, f"ว{uuid4().int % 100_000:05d}", "OBEC-2551R60", None)
    return AwardFact(key, category, of or category, unit, hundredths, (uuid4(),))


def row(points: int, credit: int = 100, mode: str = "STUDY", form: str = "FORMAL") -> GradedRow:
    return GradedRow(uuid4(), "CR_OBEC", credit, points, True, 2569, 1, 1, "school", mode=mode, form=form)


def passed(kind: str, year: int, *, term: int = 2, is_passed: bool = True, attempt: int = 1) -> PassFact:
    return PassFact(frozenset({kind}), year, term, attempt, is_passed, uuid4())


def only(facts: AuditFacts, condition: Condition) -> tuple[bool, str, str, str]:
    [found] = [one for one in audit(qualification(condition), facts).findings if one.code == condition.code]
    return found.is_met, found.required, found.have, found.missing


def test_credits_are_counted_in_all_and_by_category() -> None:
    facts = AuditFacts((award("BASIC", 4150), award("ADDITIONAL", 3500)))
    found = audit(qualification(), facts)
    assert [(one.code, one.is_met, one.required, one.have, one.missing) for one in found.findings] == [
        ("TOTAL", False, "77.0", "76.5", "0.5"),
        ("CATEGORY_BASIC", True, "41.0", "41.5", ""),
        ("CATEGORY_ADDITIONAL", False, "36.0", "35.0", "1.0"),
    ]
    assert not found.is_passed
    assert found.missing == ("TOTAL", "CATEGORY_ADDITIONAL")


def test_everything_there_passes_and_names_what_it_rests_on() -> None:
    awards = (award("BASIC", 4100), award("ADDITIONAL", 3600))
    found = audit(qualification(), AuditFacts(awards))
    assert found.is_passed
    assert set(found.findings[0].entry_ids) == {entry_id for one in awards for entry_id in one.entry_ids}


def test_yes_and_no_codes_alone_never_pass() -> None:
    """The defect of a public system: four pass codes and no look at credits [T26]."""
    kinds = ("READING_THINKING_WRITING", "DESIRABLE_CHARACTERISTICS", "LEARNER_ACTIVITIES", "BASIC_SUBJECTS")
    conditions = [AssessmentNeeded(code=kind, title_th=kind, kind=kind, provenance=SOURCE) for kind in kinds]
    found = audit(qualification(*conditions), AuditFacts((), passes=tuple(passed(kind, 2569) for kind in kinds)))
    assert not found.is_passed
    assert found.missing == ("TOTAL", "CATEGORY_BASIC", "CATEGORY_ADDITIONAL")


def test_credits_of_another_unit_never_count() -> None:
    facts = AuditFacts((award("BASIC", 7700, unit="CR_OVEC"),))
    assert audit(qualification(), facts).findings[0].have == "0.0"


def test_part_of_a_category_goes_by_the_category_of_the_course() -> None:
    part = CategoryCredits(
        code="PART", title_th="ส่วน", category="VOC_BASIC", within="BASIC", min_hundredths=200, provenance=SOURCE
    )
    facts = AuditFacts(
        (award("BASIC", 100, of="VOC_BASIC"), award("BASIC", 900), award("ADDITIONAL", 300, of="VOC_BASIC"))
    )
    assert only(facts, part) == (False, "2.0", "1.0", "1.0")


def test_compulsory_course_is_one_of_those_named() -> None:
    needed = CourseNeeded(code="THAI", title_th="ภาษาไทย", any_of=(THAI,), provenance=SOURCE)
    assert only(AuditFacts(()), needed) == (False, "1", "0", "1")
    assert only(AuditFacts((award("BASIC", 100, course=THAI),)), needed) == (True, "1", "1", "")


@pytest.mark.parametrize(
    ("points", "verdict"),
    [
        ([200, 200], (True, "2.00", "2.00", "")),
        ([199, 200], (False, "2.00", "1.99", "0.01")),
        ([], (False, "2.00", "", "2.00")),
    ],
)
def test_average_is_compared_exactly_and_never_rounded_up(
    points: list[int], verdict: tuple[bool, str, str, str]
) -> None:
    needed = AverageNeeded(code="AVERAGE", title_th="เฉลี่ย", min_hundredths=200, provenance=SOURCE)
    assert only(AuditFacts((), rows=tuple(row(point) for point in points), policies=ANNOUNCED), needed) == verdict


def test_mode_that_does_not_carry_the_grade_is_left_out_of_the_average() -> None:
    needed = AverageNeeded(code="AVERAGE", title_th="เฉลี่ย", min_hundredths=200, provenance=SOURCE)
    facts = AuditFacts((), rows=(row(150), row(400, mode="EQUATE")), policies=ANNOUNCED)
    assert only(facts, needed)[:3] == (False, "2.00", "1.50")


def test_nobody_passes_an_average_by_grades_of_which_no_rule_was_announced() -> None:
    needed = AverageNeeded(code="AVERAGE", title_th="เฉลี่ย", min_hundredths=200, provenance=SOURCE)
    rows = (row(400), row(100, form="NONFORMAL"))
    assert only(AuditFacts((), rows=rows, policies=ANNOUNCED), needed) == (False, "2.00", "4.00", "2.00")
    announced = ANNOUNCED | {("NONFORMAL", ""): RULE}
    assert only(AuditFacts((), rows=rows, policies=announced), needed) == (True, "2.00", "2.50", "")
    assert only(AuditFacts((), rows=rows), needed) == (False, "2.00", "", "2.00")


def test_last_result_of_each_year_decides() -> None:
    needed = AssessmentNeeded(code="READING", title_th="อ่าน", kind="READING", period=Period.YEAR, provenance=SOURCE)
    failed = passed("READING", 2568, is_passed=False)
    again = passed("READING", 2568, attempt=2)
    other = passed("READING", 2569)
    assert only(AuditFacts(()), needed) == (False, "1", "0", "1")
    assert only(AuditFacts((), passes=(failed, other)), needed) == (False, "2", "1", "1")
    assert only(AuditFacts((), passes=(again, other, failed)), needed) == (True, "2", "2", "")


def test_nobody_passes_by_what_was_never_recorded() -> None:
    """A year or term of study without any result is missing: three years are asked for in each of the three."""
    yearly = AssessmentNeeded(code="READING", title_th="อ่าน", kind="READING", period=Period.YEAR, provenance=SOURCE)
    termly = ActivityNeeded(code="ACT", title_th="กิจกรรม", kind="ACT", period=Period.TERM, provenance=SOURCE)
    terms = frozenset({(2567, 1), (2567, 2), (2568, 1), (2568, 2), (2569, 1)})
    facts = AuditFacts((), passes=(passed("READING", 2567), passed("ACT", 2567, term=1)), ended_terms=terms)
    assert only(facts, yearly) == (False, "2", "1", "1"), "2569 is not over yet"
    assert only(facts, termly) == (False, "5", "1", "4")
    all_passed = (
        *(passed("READING", year) for year in (2567, 2568)),
        *(passed("ACT", year, term=term) for year, term in terms),
    )
    assert only(replace(facts, passes=all_passed), yearly)[0]
    assert only(replace(facts, passes=all_passed), termly)[0]
    early = (*all_passed, passed("READING", 2569, is_passed=False))
    assert only(replace(facts, passes=early), yearly) == (False, "3", "2", "1"), "what was recorded early counts too"


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "terms"),
    [
        (date(2025, 5, 16), None, {(2568, 1), (2568, 2), (2569, 1)}),
        (date(2025, 3, 20), date(2025, 11, 5), {(2568, 1)}),
        (date(2026, 3, 25), None, {(2569, 1)}),
        (date(2026, 11, 2), None, set()),
    ],
    ids=["from the beginning of 2568", "left in November", "entered in March before the year", "this term"],
)
def test_terms_of_study_that_are_over(valid_from: date, valid_to: date | None, terms: set[tuple[int, int]]) -> None:
    today = date(2026, 11, 21)
    enrolled = [
        EnrolmentRow(uuid4(), uuid4(), "DUAL_EDUCATION", is_studying=True, valid_from=valid_from, valid_to=valid_to)
    ]
    assert ended_terms(enrolled, study_terms(enrolled, today), today) == terms


def test_stated_number_of_passes_is_needed_whatever_there_is() -> None:
    needed = ActivityNeeded(code="ACT", title_th="กิจกรรม", kind="ACT", period=Period.TERM, times=3, provenance=SOURCE)
    facts = AuditFacts(
        (), passes=(passed("ACT", 2568, term=1), passed("ACT", 2568, term=2), passed("ACT", 2568, term=2))
    )
    assert only(facts, needed) == (False, "3", "2", "1")


def test_condition_for_another_way_of_learning_is_left_out() -> None:
    only_dual = AssessmentNeeded(
        code="SKILL", title_th="ทักษะ", kind="SKILL", only_for="DUAL_VOCATIONAL_TRAINING", provenance=SOURCE
    )
    facts = AuditFacts((), delivery_systems=frozenset({"DUAL_EDUCATION"}))
    assert "SKILL" not in {one.code for one in audit(qualification(only_dual), facts).findings}
    dual = replace(facts, delivery_systems=frozenset({"DUAL_VOCATIONAL_TRAINING"}))
    assert only(dual, only_dual)[0] is False


def test_residence_counts_terms() -> None:
    needed = ResidenceNeeded(code="RESIDENCE", title_th="เรียน", min_terms=2, provenance=SOURCE)
    assert only(AuditFacts((), study_terms=1), needed) == (False, "2", "1", "1")
    assert only(AuditFacts((), study_terms=2), needed) == (True, "2", "2", "")


def test_order_of_what_counts_does_not_matter() -> None:
    awards = [award("BASIC", 100) for _ in range(20)]
    rows = [row(points) for points in (100, 250, 400)]
    passes = [passed("ACT", 2568, is_passed=bool(n % 2), attempt=n) for n in range(1, 5)]
    needed = ActivityNeeded(code="ACT", title_th="กิจกรรม", kind="ACT", provenance=SOURCE)
    told = audit(qualification(needed), AuditFacts(tuple(awards), tuple(rows), tuple(passes)))
    for turn in range(4):
        facts = AuditFacts(
            tuple(awards[turn:] + awards[:turn]), tuple(rows[::-1]), tuple(passes[turn:] + passes[:turn])
        )
        assert audit(qualification(needed), facts) == told


def test_entry_ids_are_those_of_what_is_counted() -> None:
    entry_id: UUID = uuid4()
    mine = AwardFact(THAI, "BASIC", "BASIC", "CR_OBEC", 100, (entry_id,), line_id=uuid4())
    basic = audit(qualification(), AuditFacts((mine,))).findings[1]
    assert (basic.entry_ids, basic.line_ids) == ((entry_id,), (mine.line_id,))


@pytest.mark.parametrize(
    "code", sorted({course.course.key.code for course in OWN_COURSES.values()} - {"LEVEL_EQUIVALENCE"})
)
def test_everything_recorded_without_a_catalogue_stands_for_something(code: str) -> None:
    """Codes of recording and kinds of qualifications are two lists of data: they must fit together."""
    assert [name for name, kind in KINDS.items() if code in kind.codes], code


def test_every_kind_that_a_shipped_qualification_asks_for_is_known() -> None:
    text = resources.files("credit_bank.qualifications").joinpath("structures.toml").read_text("utf-8")
    asked = {
        condition["kind"]
        for one in tomllib.loads(text)["qualification"]
        for condition in one.get("conditions", ())
        if "kind" in condition
    }
    assert asked <= set(KINDS)
    assert asked
