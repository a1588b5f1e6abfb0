"""Will it transfer? The four worked examples of credit-bank.md d.5, and what is said where no rule covers a course."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from credit_bank.catalogue.domain import Course, CourseFacts
from credit_bank.catalogue.keys import CodeSystem, CourseKey
from credit_bank.equivalences.domain import EquivalenceRule, RuleFacts, TransferMode, obec_credits_at_most
from credit_bank.equivalences.previewing import PreviewGround, PreviewSource, Verdict, level_of_course, preview
from credit_bank.provenance import Provenance
from credit_bank.qualifications.rules import CATEGORY_WITHIN
from credit_bank.qualifications.structures import shipped_qualifications
from credit_bank.rules.domain import EducationForm, EducationLevel, PolicyBook, Rule, RuleKey

TODAY = date(2026, 11, 21)
ASSUMED = Provenance("credit-bank.md d.5", "assumed")
PWC = next(item for item in shipped_qualifications() if item.code == "PWC-2562")
LEAST = Rule(
    UUID(int=9),
    RuleKey.MIN_GRADE,
    "R9",
    "ผลขั้นต่ำ",
    200,
    frozenset({EducationForm.FORMAL}),
    frozenset({EducationLevel.VOCATIONAL_CERTIFICATE}),
    ASSUMED,
)


def key(code: str) -> CourseKey:
    is_college = code[0].isdigit()
    return CourseKey(
        CodeSystem.OVEC if is_college else CodeSystem.OBEC, code, "PWC-2562" if is_college else "OBEC-2551R60"
    )


def course(code: str, hours: int | None, credit_hundredths: int, tpn: str | None = None) -> Course:
    is_college = code[0].isdigit()
    facts = CourseFacts(
        key=key(code),
        title_th="รายวิชา",
        title_en=None,
        unit="CR_OVEC" if is_college else "CR_OBEC",
        credit_hundredths=credit_hundredths,
        hours_total=hours,
        tpn=tpn,
        category="CORE" if is_college else "ADDITIONAL",
        subject_type="",
        subject_group="",
        outcomes=(),
        provenance=ASSUMED,
    )
    return Course(UUID(int=abs(hash(code))), 1, facts)


def rule(*groups: tuple[str, ...], target: str, **changes: object) -> EquivalenceRule:
    facts = RuleFacts(
        source_groups=tuple(frozenset(key(code) for code in group) for group in groups),
        target=key(target),
        mode=TransferMode.EQUATE,
        min_grade_hundredths=200,
        min_hours_pct=100,
        version=1,
        provenance=ASSUMED,
    )
    return EquivalenceRule(UUID(int=1), None, replace(facts, **changes), None, None)


def have(code: str, hours: int | None, points: int | None = 300, form: str = "FORMAL", entry: int = 0) -> PreviewSource:
    return PreviewSource(key(code), hours, points, UUID(int=entry) if entry else None, form)


def ground(*rules: EquivalenceRule, courses: tuple[Course, ...], is_pwc: bool = False) -> PreviewGround:
    return PreviewGround(
        on=TODAY,
        rules=rules,
        courses={item.key: item for item in courses},
        policies=PolicyBook([LEAST]),
        qualification=PWC if is_pwc else None,
        within=CATEGORY_WITHIN,
    )


def test_example_1_school_subject_of_40_hours_covers_a_college_course_of_36() -> None:
    target = course("20000-1101", 36, 100, "0-2-1")
    around = ground(rule(("ท31101",), target="20000-1101"), courses=(target,), is_pwc=True)
    [line] = preview([have("ท31101", 40)], [], around).lines
    assert (line.verdict, line.hours_pct, line.obstacles) == (Verdict.LIKELY, 111, ())
    assert line.target is not None
    assert line.target.facts.credit_hundredths == 100  # the target's credits, whatever the source's


def test_example_2_credits_are_the_targets_and_never_a_ratio() -> None:
    target = course("20000-1501", 36, 200, "2-0-2")
    [line] = preview([have("ส31101", 40)], [], ground(rule(("ส31101",), target="20000-1501"), courses=(target,))).lines
    assert (line.verdict, line.hours_pct) == (Verdict.LIKELY, 111)
    assert line.target is not None
    assert line.target.facts.credit_hundredths == 200


@pytest.mark.parametrize(("credit_hundredths", "is_noted"), [(150, False), (200, True)])
def test_example_3_back_to_the_school_hours_are_rounded_down_to_half_credits(
    credit_hundredths: int, is_noted: bool
) -> None:
    assert obec_credits_at_most(72) == 150
    target = course("ง30201", 60 if credit_hundredths == 150 else 80, credit_hundredths)
    around = ground(rule(("20101-2001",), target="ง30201", min_hours_pct=90), courses=(target,))
    [line] = preview([have("20101-2001", 72)], [], around).lines
    assert ("CREDITS_ABOVE_HOURS" in line.notes) is is_noted


def test_example_4_half_a_subject_fails_and_two_together_pass_as_a_group() -> None:
    target = course("20000-1101", 36, 100, "0-2-1")
    alone = ground(rule(("พ31101",), target="20000-1101"), courses=(target,))
    [line] = preview([have("พ31101", 20)], [], alone).lines
    assert (line.verdict, line.hours_pct, line.obstacles) == (Verdict.OBSTACLE, 56, ("HOURS_INSUFFICIENT",))
    both = ground(rule(("พ31101", "พ31102"), target="20000-1101"), courses=(target,))
    [line] = preview([have("พ31101", 20)], [], both).lines
    assert (line.verdict, line.missing) == (Verdict.INCOMPLETE, (key("พ31102"),))
    [line] = preview([have("พ31101", 20), have("พ31102", 20)], [], both).lines
    assert (line.verdict, line.hours_pct) == (Verdict.LIKELY, 111)


def test_best_alternative_is_told_and_the_best_attempt_is_used() -> None:
    target = course("20000-1101", 36, 100)
    around = ground(rule(("ท31101", "ท31102"), ("ท31103",), target="20000-1101"), courses=(target,))
    sources = [have("ท31101", 40), have("ท31103", 40, 100, entry=1), have("ท31103", 40, 250, entry=2)]
    [line] = preview(sources, [], around).lines
    assert (line.verdict, [source.entry_id for source in line.sources]) == (Verdict.LIKELY, [UUID(int=2)])
    [line] = preview(sources[:2], [], around).lines
    assert (line.verdict, line.obstacles) == (Verdict.OBSTACLE, ("GRADE_TOO_LOW",))


def test_grade_that_nobody_knows_yet_is_a_note_and_one_that_is_no_number_an_obstacle() -> None:
    around = ground(rule(("ท31101",), target="20000-1101"), courses=(course("20000-1101", 36, 100),))
    [imagined] = preview([have("ท31101", 40, None)], [], around).lines
    assert (imagined.verdict, imagined.obstacles, "GRADE_UNKNOWN" in imagined.notes) == (Verdict.LIKELY, (), True)
    [passed] = preview([have("ท31101", 40, None, entry=1)], [], around).lines
    assert (passed.verdict, passed.obstacles) == (Verdict.OBSTACLE, ("GRADE_TOO_LOW",))


def test_without_a_rule_it_says_so_and_borrows_none_of_another_form() -> None:
    target = course("20000-1101", 36, 100)
    around = ground(courses=(target,))
    found = preview([have("ท31101", 40)], [target.key], around)
    [line] = found.lines
    assert (line.verdict, line.rule, line.policies, line.notes) == (Verdict.NO_RULE, None, (LEAST,), ())
    assert found.sources_without_rule == [key("ท31101")]
    [line] = preview([have("ท31101", 40, form="INFORMAL")], [target.key], around).lines
    assert (line.policies, line.notes) == ((), ("NO_ANNOUNCED_RULE",))
    [line] = preview([have("ท31101", 40)], [key("20000-9999")], around).lines
    assert line.notes == ("TARGET_UNKNOWN",)


@pytest.mark.parametrize(("own_share", "is_noted"), [(None, True), (50, False)])
def test_hours_below_the_policy_are_told_where_the_rule_names_no_share_of_its_own(
    own_share: int | None, is_noted: bool
) -> None:
    hours = replace(LEAST, key=RuleKey.MIN_HOURS_PCT, reference="d.5", value=100)
    facts = {"min_hours_pct": own_share}
    around = ground(rule(("พ31101",), target="20000-1101", **facts), courses=(course("20000-1101", 36, 100),))
    [line] = preview([have("พ31101", 20)], [], replace(around, policies=PolicyBook([hours]))).lines
    assert (line.verdict, "HOURS_BELOW_POLICY" in line.notes, line.policies) == (
        Verdict.LIKELY,
        is_noted,
        (hours,) if is_noted else (),
    )
    [informal] = preview([have("พ31101", 20, form="INFORMAL")], [], replace(around, policies=PolicyBook([hours]))).lines
    assert "HOURS_BELOW_POLICY" not in informal.notes


def test_target_asked_for_whose_rule_rests_on_other_courses_tells_what_it_needs() -> None:
    target = course("20000-1101", 36, 100)
    around = ground(rule(("ท31101",), target="20000-1101"), courses=(target,))
    [line] = preview([have("ค31101", 40)], [target.key], around).lines
    assert (line.verdict, line.missing) == (Verdict.INCOMPLETE, (key("ท31101"),))


def test_target_outside_the_qualification_and_content_left_to_the_committee_are_told() -> None:
    target = course("ง30201", 40, 100)
    around = ground(rule(("20101-2001",), target="ง30201", min_content_pct=60), courses=(target,), is_pwc=True)
    [line] = preview([have("20101-2001", 72)], [], around).lines
    assert (line.verdict, line.obstacles) == (Verdict.OBSTACLE, ("WRONG_QUALIFICATION",))
    assert set(line.notes) == {"RULE_ASSUMED", "CONTENT_JUDGED_BY_COMMITTEE"}


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("20000-1101", EducationLevel.VOCATIONAL_CERTIFICATE),
        ("30204-8001", EducationLevel.HIGHER_VOCATIONAL_CERTIFICATE),
        ("ท31101", EducationLevel.UPPER_SECONDARY),
        ("ท21101", EducationLevel.LOWER_SECONDARY),
        ("ท11101", EducationLevel.PRIMARY),
    ],
)
def test_code_states_its_level(code: str, level: EducationLevel) -> None:
    assert level_of_course(key(code)) is level
