"""Course codes, their faults, and the hours test (credit-bank.md d.5, e.1, e.2)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from credit_bank.catalogue.domain import (
    CodeSystem,
    CourseFacts,
    CourseKey,
    course_document,
    course_faults,
    normalise_code,
    obec_faults,
    ovec_faults,
)
from credit_bank.catalogue.keys import ProvisionMode, ScopeTag, ScopeTier
from credit_bank.catalogue.oddities import course_oddities, tpn_fits
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
from hypothesis import given
from hypothesis import strategies as st

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
        ("ท41101", "", "OBEC_CODE_LEVEL", "ท31101"),
        ("ท51101", "", "OBEC_CODE_LEVEL", ""),
        ("ท31301", "", "OBEC_CODE_TYPE", ""),
        ("ท31301", "02", "OBEC_CODE_TYPE", "ท31201"),
        ("ท3110", "", "OBEC_CODE_SHAPE", ""),
        ("T31101", "", "OBEC_CODE_LETTER", "ท31101"),
        ("Q31101", "", "OBEC_CODE_LETTER", ""),
        ("ท34101", "", "OBEC_CODE_YEAR", "ท31101"),
        ("ท24101", "", "OBEC_CODE_YEAR", ""),
        ("ว17101", "", "OBEC_CODE_YEAR", ""),
        ("ท31100", "", "OBEC_CODE_SEQUENCE", "ท31101"),
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


@pytest.mark.parametrize(
    ("changes", "reason", "suggestion"),
    [
        ({"credit_hundredths": 130}, "CREDIT_STEP", "1.0"),
        ({"unit": None, "credit_hundredths": None}, "CREDITS_MISSING", ""),
        ({"hours_total": 0}, "HOURS_OUT_OF_RANGE", "40"),
        ({"category": "basic-1"}, "CATEGORY_SHAPE", "BASIC"),
        ({"subject_group": "๑"}, "SUBJECT_GROUP_UNKNOWN", "01"),
        ({"framework_level": 9}, "FRAMEWORK_LEVEL_UNKNOWN", ""),
        ({"valid_from": date(2026, 5, 1), "valid_to": date(2026, 4, 30)}, "VALIDITY_ORDER", ""),
        ({"scopes": (ScopeTag(ScopeTier.PROVINCE, "7"),)}, "SCOPE_TAG_SHAPE", ""),
        ({"scopes": (ScopeTag(ScopeTier.NATIONAL, "70"),)}, "SCOPE_TAG_SHAPE", "NATIONAL"),
    ],
)
def test_every_fault_offers_what_would_be_right_where_something_tells(
    changes: dict[str, Any], reason: str, suggestion: str
) -> None:
    [fault] = course_faults(replace(THAI, **changes))
    assert (fault.reason, fault.suggestion, fault.is_refused) == (reason, suggestion, True)


@pytest.mark.parametrize(
    ("tpn", "reason", "suggestion"),
    [("0/2/1", "TPN_SHAPE", "0-2-1"), ("x", "TPN_SHAPE", ""), ("0-2-2", "TPN_NOT_CREDITS", "0-2-1")],
)
def test_figures_of_a_college_course_are_mended_in_the_offer(tpn: str, reason: str, suggestion: str) -> None:
    [fault] = course_faults(replace(CORE_THAI, tpn=tpn))
    assert (fault.reason, fault.suggestion) == (reason, suggestion)


@pytest.mark.parametrize("tpn", ["1-2-2", "2-0-2", "1-0-1", "3-0-3", "0-2-1", "1-3-2", "1-6-3"])
def test_figures_of_the_curricula_fit_the_arithmetic(tpn: str) -> None:
    theory, practice, worth = (int(figure) for figure in tpn.split("-"))
    assert tpn_fits(theory, practice, worth)


@given(st.integers(0, 20), st.integers(0, 40), st.integers(0, 40))
def test_arithmetic_accepts_halves_and_thirds_and_nothing_else(theory: int, practice: int, worth: int) -> None:
    is_lab = 2 * (worth - theory) == practice
    is_workshop = 3 * (worth - theory) == practice
    assert tpn_fits(theory, practice, worth) is (is_lab or is_workshop)


def odd(facts: CourseFacts) -> dict[str, str]:
    found = course_oddities(facts)
    assert not any(fault.is_refused for fault in found)
    return {fault.reason: fault.suggestion for fault in found}


def test_odd_courses_are_told_with_what_would_be_usual_and_not_refused() -> None:
    usual = replace(CORE_THAI, outcomes=("อ่านได้",), hours_total=36, tpn="0-2-1")
    assert odd(usual) == {}
    assert odd(replace(usual, tpn="1-3-1")) == {"TPN_ARITHMETIC": "1-3-2", "HOURS_UNUSUAL": "72"}
    assert odd(replace(usual, tpn="*-*-1", hours_total=None)) == {"HOURS_MISSING": ""}
    assert odd(replace(usual, hours_total=40)) == {"HOURS_UNUSUAL": "36"}
    assert odd(replace(usual, outcomes=())) == {"OUTCOMES_MISSING": ""}
    higher = replace(usual.key, code="30000-1101")
    assert odd(replace(usual, key=higher)) == {"OVEC_CODE_NOT_OF_CURRICULUM": ""}
    practice = replace(usual.key, code="20000-8001")
    assert odd(replace(usual, key=practice)) == {"OVEC_CORE_TAIL": "", "OVEC_PRACTICE_TAIL": "PRACTICUM / PROJECT"}
    assert odd(replace(THAI, outcomes=("อ่านได้",), hours_total=60)) == {"HOURS_UNUSUAL": "40"}


def test_details_that_are_not_stated_leave_the_digest_as_it_was() -> None:
    bare = course_document(THAI)
    assert {"valid_from", "scopes", "provision_modes", "framework_level"}.isdisjoint(bare)
    stated = replace(
        THAI,
        framework_level=2,
        scopes=(ScopeTag(ScopeTier.NATIONAL), ScopeTag(ScopeTier.PROVINCE, "70")),
        provision_modes=(ProvisionMode.DUAL_VOCATIONAL_TRAINING,),
    )
    assert course_faults(stated) == []
    assert course_document(stated)["scopes"] == ["NATIONAL", "PROVINCE:70"]
