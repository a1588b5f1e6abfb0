"""Typed conditions of qualifications: as data and back, and which can never be right."""

import json
from dataclasses import replace

import pytest
from credit_bank.catalogue.domain import CodeSystem, CourseKey
from credit_bank.provenance import Provenance
from credit_bank.qualifications.conditions import (
    ActivityNeeded,
    AssessmentNeeded,
    AverageNeeded,
    CategoryCredits,
    Condition,
    ConditionType,
    CourseNeeded,
    Period,
    ResidenceNeeded,
    TotalCredits,
    condition_figures,
    condition_from,
    type_of,
)
from credit_bank.qualifications.domain import Qualification, qualification_document, qualification_fault
from credit_bank.rules.domain import EducationLevel

CONFIRMED = Provenance("credit-bank.md d.3", "confirmed")
ASSUMED = Provenance("credit-bank.md d.3", "assumed")
THAI = CourseKey(CodeSystem.OVEC, "20000-1101", "PWC-2562")
TOTAL = TotalCredits(code="TOTAL", title_th="รวม", provenance=ASSUMED, min_hundredths=10_300, max_hundredths=11_000)
BASIC = CategoryCredits(
    code="VOC_BASIC",
    title_th="พื้นฐานวิชาชีพ",
    provenance=CONFIRMED,
    category="VOC_BASIC",
    within="VOC",
    min_hundredths=2_100,
)
CORE = CategoryCredits(code="CORE", title_th="แกนกลาง", provenance=ASSUMED, category="CORE", min_hundredths=2_200)
COURSE = CourseNeeded(code="THAI", title_th="ภาษาไทย", provenance=CONFIRMED, any_of=(THAI,))
AVERAGE = AverageNeeded(code="AVERAGE", title_th="เฉลี่ย", provenance=ASSUMED, min_hundredths=200)
READING = AssessmentNeeded(
    code="RTW", title_th="อ่าน คิด เขียน", provenance=CONFIRMED, kind="READING_THINKING_WRITING", period=Period.YEAR
)
CLUB = ActivityNeeded(
    code="ACTIVITY", title_th="กิจกรรม", provenance=ASSUMED, kind="CO_CURRICULAR", only_for="DUAL_EDUCATION", times=6
)
STAY = ResidenceNeeded(code="STAY", title_th="เรียนที่นี่", provenance=ASSUMED, min_terms=1)
ALL: tuple[Condition, ...] = (TOTAL, BASIC, CORE, COURSE, AVERAGE, READING, CLUB, STAY)
PWC = Qualification(
    "PWC-2562",
    "2562",
    "ปวช.",
    "CR_OVEC",
    10_300,
    {"CORE": 2_200, "VOC": 7_100, "FREE": 1_000},
    frozenset(),
    CONFIRMED,
    EducationLevel.VOCATIONAL_CERTIFICATE,
    ALL,
)


@pytest.mark.parametrize("condition", ALL, ids=lambda condition: condition.code)
def test_condition_as_data_and_back_is_the_same(condition: Condition) -> None:
    head = {
        "code": condition.code,
        "title_th": condition.title_th,
        "only_for": condition.only_for,
        "provenance": condition.provenance,
    }
    kept = json.loads(json.dumps(condition_figures(condition)))
    assert condition_from(type_of(condition), head, kept) == condition


def test_every_type_of_condition_exists() -> None:
    assert {type_of(condition) for condition in ALL} == set(ConditionType)


def test_audit_sees_figures_stated_with_their_own_source_and_the_others_with_that_of_the_qualification() -> None:
    assert qualification_fault(PWC) is None
    by_code = {condition.code: condition for condition in PWC.all_conditions}
    assert by_code["TOTAL"] is TOTAL
    assert by_code["CORE"] is CORE
    assert by_code["CATEGORY_VOC"] == CategoryCredits(
        code="CATEGORY_VOC", title_th="หน่วยกิตหมวด VOC", category="VOC", min_hundredths=7_100, provenance=CONFIRMED
    )
    assert len(by_code) == len(ALL) + 2  # VOC and FREE are stated by no condition


def test_qualification_without_conditions_still_asks_for_its_total_and_categories() -> None:
    bare = replace(PWC, conditions=(), level=None)
    assert [condition.code for condition in bare.all_conditions] == [
        "TOTAL",
        "CATEGORY_CORE",
        "CATEGORY_VOC",
        "CATEGORY_FREE",
    ]
    assert {"level", "conditions"}.isdisjoint(qualification_document(bare))


@pytest.mark.parametrize(
    "conditions",
    [
        (TOTAL, replace(TOTAL, code="AGAIN")),
        (replace(TOTAL, min_hundredths=100),),
        (replace(TOTAL, max_hundredths=100),),
        (replace(CORE, min_hundredths=1),),
        (replace(CORE, category="ELSEWHERE"),),
        (replace(BASIC, within="ELSEWHERE"),),
        (replace(BASIC, min_hundredths=7_200),),
        (replace(COURSE, any_of=()),),
        (replace(AVERAGE, min_hundredths=401),),
        (replace(READING, kind=""),),
        (replace(CLUB, times=0),),
        (replace(STAY, min_terms=0),),
        (STAY, replace(AVERAGE, code="STAY")),
        (replace(STAY, title_th=""),),
    ],
)
def test_conditions_that_can_never_be_right_are_refused(conditions: tuple[Condition, ...]) -> None:
    fault = qualification_fault(replace(PWC, conditions=conditions))
    assert fault is not None
    assert fault[0] == "conditions"
