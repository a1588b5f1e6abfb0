"""Course codes, their faults, and the hours test (credit-bank.md d.5, e.1, e.2)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from credit_bank.catalogue.domain import (
    CodeSystem,
    CourseFacts,
    CourseKey,
    course_faults,
    normalise_code,
    obec_faults,
    ovec_faults,
)
from credit_bank.catalogue.use_cases import course_refusal
from credit_bank.equivalences.domain import (
    RuleFacts,
    TransferMode,
    covers_hours,
    hours_share_pct,
    obec_credits_at_most,
    rule_signature_document,
)
from credit_bank.provenance import Provenance

PROVENANCE = Provenance("tests", "demonstration")
THAI = CourseFacts(
    key=CourseKey(CodeSystem.OBEC, "ท31101", "OBEC-2551R60"),
    title_th="ภาษาไทย",
    title_en=None,
    unit="CR_OBEC",
    credit_hundredths=100,
    hours_total=40,
    tpn=None,
    category="BASIC",
    subject_type="01",
    subject_group="01",
    outcomes=(),
    provenance=PROVENANCE,
)
CORE_THAI = replace(
    THAI,
    key=CourseKey(CodeSystem.OVEC, "20000-1101", "PWC-2562"),
    unit="CR_OVEC",
    hours_total=36,
    tpn="0-2-1",
    category="CORE",
    subject_type="",
    subject_group="",
)


def reasons(facts: CourseFacts) -> Sequence[str]:
    return [fault.reason for fault in course_faults(facts)]


@pytest.mark.parametrize("code", ["ท31101", "อ20201", "ค31202", "จ30201", "ว13101", "ว16101"])
def test_obec_codes_of_the_curriculum_are_good(code: str) -> None:
    assert list(obec_faults(code, "")) == []


@pytest.mark.parametrize(
    ("code", "subject_type", "reason", "suggestion"),
    [
        ("ท41101", "", "OBEC_CODE_LEVEL", ""),
        ("ท31301", "", "OBEC_CODE_TYPE", ""),
        ("ท3110", "", "OBEC_CODE_SHAPE", ""),
        ("T31101", "", "OBEC_CODE_LETTER", "ท31101"),
        ("Q31101", "", "OBEC_CODE_LETTER", ""),
        ("ท34101", "", "OBEC_CODE_YEAR", ""),
        ("ว17101", "", "OBEC_CODE_YEAR", ""),
        ("ท31100", "", "OBEC_CODE_SEQUENCE", ""),
        ("ท31101", "02", "SUBJECT_TYPE_MISMATCH", "01"),
        ("ท31201", "01", "SUBJECT_TYPE_MISMATCH", "02"),
        ("ก31901", "01", "ACTIVITY_CODE_TYPE", "08"),
    ],
)
def test_wrong_obec_code_is_explained_and_a_fix_is_only_offered(
    code: str, subject_type: str, reason: str, suggestion: str
) -> None:
    [fault] = obec_faults(code, subject_type)
    assert (fault.reason, fault.suggestion) == (reason, suggestion)


def test_activity_code_of_local_habit_is_good_for_type_08() -> None:
    assert list(obec_faults("ก31901", "08")) == []


@pytest.mark.parametrize("code", ["20000-1101", "20000-1501", "20101-2001", "21910-2013", "30204-8001"])
def test_ovec_codes_of_the_curricula_are_good(code: str) -> None:
    assert list(ovec_faults(code)) == []


@pytest.mark.parametrize(
    ("code", "reason", "suggestion"),
    [
        ("200001101", "OVEC_CODE_SHAPE", "20000-1101"),
        ("2000-1101", "OVEC_CODE_SHAPE", ""),
        ("40000-1101", "OVEC_CODE_LEVEL", ""),
    ],
)
def test_wrong_ovec_code_is_explained(code: str, reason: str, suggestion: str) -> None:
    [fault] = ovec_faults(code)
    assert (fault.reason, fault.suggestion) == (reason, suggestion)


@pytest.mark.parametrize(
    ("system", "raw", "kept"),
    [
        (CodeSystem.OBEC, " ท๓๑๑๐๑ ", "ท31101"),
        (CodeSystem.OBEC, "ท 31101", "ท31101"),
        (CodeSystem.OVEC, "20000–1101", "20000-1101"),
        (CodeSystem.OVEC, "๒๐๐๐๐-๑๑๐๑", "20000-1101"),
        (CodeSystem.SHORT, " RB-SHORT-1  ", "RB-SHORT-1"),
    ],
)
def test_code_is_kept_in_one_spelling(system: CodeSystem, raw: str, kept: str) -> None:
    assert normalise_code(system, raw) == kept


def test_good_courses_have_no_fault() -> None:
    assert course_faults(THAI) == []
    assert course_faults(CORE_THAI) == []
    short = replace(
        THAI,
        key=CourseKey(CodeSystem.SHORT, "RB-SHORT-1", "RB-2568", uuid4()),
        unit=None,
        credit_hundredths=None,
        hours_total=None,
        category="",
        subject_type="",
    )
    assert course_faults(short) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"credit_hundredths": 75}, "CREDIT_STEP"),
        ({"credit_hundredths": 10_000}, "CREDIT_STEP"),
        ({"unit": "CR_OVEC"}, "UNIT_NOT_OF_SYSTEM"),
        ({"unit": None, "credit_hundredths": None}, "CREDITS_MISSING"),
        ({"hours_total": 0}, "HOURS_OUT_OF_RANGE"),
        ({"title_th": ""}, "TITLE_MISSING"),
        ({"category": "basic"}, "CATEGORY_SHAPE"),
        ({"subject_type": "09"}, "SUBJECT_TYPE_UNKNOWN"),
        ({"subject_group": "11"}, "SUBJECT_GROUP_UNKNOWN"),
        ({"tpn": "0/2/1"}, "TPN_SHAPE"),
        ({"tpn": "1-2-2"}, "TPN_NOT_CREDITS"),
        ({"outcomes": ("ผลลัพธ์",) * 201}, "OUTCOMES_TOO_LONG"),
    ],
)
def test_wrong_figures_are_explained(changes: dict[str, Any], reason: str) -> None:
    assert reasons(replace(THAI, **changes)) == [reason]


def test_practicum_figures_as_asterisks_are_accepted() -> None:
    assert course_faults(replace(CORE_THAI, tpn="*-*-1")) == []


def test_activities_and_short_courses_carry_no_credits() -> None:
    activity = replace(THAI, key=CourseKey(CodeSystem.OBEC, "ก31901", "OBEC-2551R60"), subject_type="08")
    assert reasons(activity) == ["COURSE_HAS_NO_CREDITS"]


def test_refusal_names_all_faults_and_the_offered_fix() -> None:
    bad = replace(THAI, key=replace(THAI.key, code="T31101"), credit_hundredths=75)
    refusal = course_refusal(bad)
    assert refusal is not None
    assert refusal.reason == "OBEC_CODE_LETTER"
    assert refusal.metadata["faults"] == "OBEC_CODE_LETTER,CREDIT_STEP"
    assert refusal.metadata["suggestion_code"] == "ท31101"


# ---- the hours test of d.5, in its four worked examples ----


def test_example_1_forty_hours_cover_a_course_of_36_and_award_its_credits() -> None:
    assert hours_share_pct(40, 36) == 111
    assert covers_hours(40, 36, min_hours_pct=100)


def test_example_2_hours_and_not_a_ratio_of_credits_decide() -> None:
    # 1.0 school credit reaches a course of 2 vocational credits, whose hours are the same 36 as in example 1.
    assert covers_hours(40, 36, min_hours_pct=100)


def test_example_3_vocational_hours_back_to_school_round_down_to_half_a_credit() -> None:
    assert obec_credits_at_most(72) == 150


def test_example_4_half_a_credit_fails_and_two_together_pass() -> None:
    assert hours_share_pct(20, 36) == 56
    assert not covers_hours(20, 36, min_hours_pct=60)
    assert covers_hours(20 + 20, 36, min_hours_pct=100)


def test_hours_are_compared_without_rounding() -> None:
    assert hours_share_pct(199, 200) == 100
    assert not covers_hours(199, 200, min_hours_pct=100)


def test_rules_with_the_same_groups_in_another_order_are_versions_of_one() -> None:
    one, two = CourseKey(CodeSystem.OBEC, "พ31101", "X"), CourseKey(CodeSystem.OBEC, "พ31102", "X")
    target = CourseKey(CodeSystem.OVEC, "20000-1601", "PWC-2562")

    def rule(*groups: frozenset[CourseKey]) -> RuleFacts:
        return RuleFacts(groups, target, TransferMode.TRANSFER, 200, 100, 1, PROVENANCE)

    first = rule_signature_document(rule(frozenset({one}), frozenset({one, two})), None)
    assert first == rule_signature_document(rule(frozenset({two, one}), frozenset({one})), None)
    assert first != rule_signature_document(rule(frozenset({one})), None)
    assert first != rule_signature_document(rule(frozenset({one}), frozenset({one, two})), uuid4())
