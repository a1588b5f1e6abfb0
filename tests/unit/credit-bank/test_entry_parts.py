"""Where a result belongs, what a draft keeps, and what a file is by its bytes."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from credit_bank.catalogue.domain import CodeSystem, CourseFacts, CourseKey
from credit_bank.provenance import Provenance
from credit_bank.recording.domain import AttemptKind, Evidence, LearningType, ResultInput, RplMode, SourceMode
from credit_bank.recording.drafts import NEEDED, PartialResult, from_document, of_result, to_document
from credit_bank.recording.placing import attempt_kind_of, placing_of
from credit_bank.recording.policy import EVIDENCE_KINDS, LEVEL_EQUIV_EVIDENCE, OWN_COURSES, RPL_EVIDENCE
from credit_bank.recording.sniffing import ActiveContent, media_type_of
from credit_bank.rules.domain import EducationForm, EducationLevel
from hypothesis import given
from hypothesis import strategies as st

PROVENANCE = Provenance("tests", "demonstration")


def facts(system: CodeSystem, code: str, subject_type: str = "") -> CourseFacts:
    return CourseFacts(
        key=CourseKey(system, code, "TEST"),
        title_th="รายวิชา",
        title_en=None,
        unit=None,
        credit_hundredths=None,
        hours_total=None,
        tpn=None,
        category="",
        subject_type=subject_type,
        subject_group="",
        outcomes=(),
        provenance=PROVENANCE,
    )


def result(**changes: Any) -> ResultInput:
    values: dict[str, Any] = {
        "learner_id": UUID(int=1),
        "course": CourseKey(CodeSystem.OBEC, "ท31101", "TEST"),
        "year_be": 2568,
        "term": 1,
        "attempt": 1,
        "grade_scheme": "OBEC_8_LEVEL",
        "grade_label": "3",
        "source_mode": SourceMode.STUDY,
        "taught_by_institution_id": None,
        "offering_id": None,
        "evidence": (),
        "provenance": PROVENANCE,
    }
    return ResultInput(**values | changes)


@pytest.mark.parametrize(
    ("system", "code", "subject_type", "learning_type", "level"),
    [
        (CodeSystem.OBEC, "ท11101", "01", LearningType.GENERAL, EducationLevel.PRIMARY),
        (CodeSystem.OBEC, "อ20201", "02", LearningType.GENERAL, EducationLevel.LOWER_SECONDARY),
        (CodeSystem.OBEC, "ง30201", "04", LearningType.VOCATIONAL, EducationLevel.UPPER_SECONDARY),
        (CodeSystem.OVEC, "20000-1101", "", LearningType.VOCATIONAL, EducationLevel.VOCATIONAL_CERTIFICATE),
        (CodeSystem.OVEC, "30204-8001", "", LearningType.VOCATIONAL, EducationLevel.HIGHER_VOCATIONAL_CERTIFICATE),
        (CodeSystem.SHORT, "BARISTA-1", "", LearningType.VOCATIONAL, None),
        (CodeSystem.EXT, "GUIDANCE", "08", LearningType.GENERAL, None),
    ],
)
def test_type_and_level_follow_from_the_course(
    system: CodeSystem, code: str, subject_type: str, learning_type: LearningType, level: EducationLevel | None
) -> None:
    placing = placing_of(result(), facts(system, code, subject_type))
    assert (placing.learning_type, placing.level) == (learning_type, level)


@pytest.mark.parametrize(
    ("mode", "form"),
    [
        (SourceMode.STUDY, EducationForm.FORMAL),
        (SourceMode.SHORT_COURSE, EducationForm.NONFORMAL),
        (SourceMode.RPL, EducationForm.INFORMAL),
    ],
)
def test_form_follows_from_how_it_was_earned_unless_stated(mode: SourceMode, form: EducationForm) -> None:
    course = facts(CodeSystem.OBEC, "ท31101")
    assert placing_of(result(source_mode=mode), course).form is form
    assert placing_of(result(source_mode=mode, form=EducationForm.NONFORMAL), course).form is EducationForm.NONFORMAL


def test_later_attempt_is_a_repeated_course_unless_it_is_called_remedial() -> None:
    assert attempt_kind_of(result()) is AttemptKind.FIRST
    assert attempt_kind_of(result(attempt=2)) is AttemptKind.REPEAT
    assert attempt_kind_of(result(attempt=2, attempt_kind=AttemptKind.REMEDIAL)) is AttemptKind.REMEDIAL


TEXT = st.text(max_size=20)
EVIDENCE = st.builds(
    Evidence, st.sampled_from(sorted(EVIDENCE_KINDS)), st.just(""), TEXT, TEXT, st.none() | st.dates(), TEXT
)
KEYS = st.builds(CourseKey, st.sampled_from(CodeSystem), TEXT, TEXT, st.none() | st.uuids())
PARTIAL = st.builds(
    PartialResult,
    learner_id=st.uuids(),
    course=st.none() | KEYS,
    year_be=st.none() | st.integers(2500, 2700),
    term=st.none() | st.integers(1, 3),
    attempt=st.none() | st.integers(1, 99),
    grade_scheme=st.none() | st.just("PASS_FAIL"),
    grade_label=st.none() | st.just("ผ"),
    source_mode=st.none() | st.sampled_from(SourceMode),
    taught_by_institution_id=st.none() | st.uuids(),
    offering_id=st.none() | st.uuids(),
    evidence=st.lists(EVIDENCE, max_size=3).map(tuple),
    provenance=st.none() | st.builds(Provenance, TEXT, st.just("assumed"), st.none() | st.dates(), st.none() | TEXT),
    attempt_kind=st.none() | st.sampled_from(AttemptKind),
    rpl_mode=st.none() | st.sampled_from(RplMode),
    form=st.none() | st.sampled_from(EducationForm),
    learning_type=st.none() | st.sampled_from(LearningType),
    level=st.none() | st.sampled_from(EducationLevel),
    issuing_body=TEXT,
    assessor_institution_ids=st.lists(st.uuids(), max_size=2).map(tuple),
)


@given(PARTIAL)
def test_draft_is_kept_as_it_was_and_knows_what_it_lacks(draft: PartialResult) -> None:
    assert from_document(to_document(draft)) == draft
    missing = draft.missing()
    assert set(missing) == {name for name in NEEDED if not getattr(draft, name)}
    if missing:
        with pytest.raises(ValueError, match="not complete"):
            draft.completed()
    else:
        assert of_result(draft.completed()).attempt == (draft.attempt or 1)


def test_data_files_name_kinds_and_modes_that_there_are() -> None:
    assert set(RPL_EVIDENCE) == set(RplMode)
    assert LEVEL_EQUIV_EVIDENCE | frozenset().union(*RPL_EVIDENCE.values()) <= set(EVIDENCE_KINDS)
    assert {kind.kind for kind in EVIDENCE_KINDS.values() if kind.is_test} == {
        "V_NET",
        "DIGITAL_LITERACY",
        "ENGLISH_TEST",
    }
    assert all(own.course.facts.credit_hundredths is None for own in OWN_COURSES.values())
    assert len({own.course.course_id for own in OWN_COURSES.values()}) == len(OWN_COURSES)


@given(st.binary(max_size=200))
def test_bytes_of_no_known_kind_are_of_none(content: bytes) -> None:
    known = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG", b"RIFF")
    if not content.startswith(known):
        assert media_type_of(content[:32], content[-1024:], len(content)) is None


@given(st.binary(max_size=60), st.binary(max_size=60), st.integers(1, 20))
def test_active_content_is_found_however_the_bytes_are_cut(before: bytes, after: bytes, size: int) -> None:
    looking = ActiveContent()
    content = before + b"/JavaScript" + after
    for start in range(0, len(content), size):
        looking.feed(content[start : start + size])
    assert looking.is_found


def test_date_of_evidence_survives_a_draft() -> None:
    item = Evidence("LEVEL_EQUIV_CERTIFICATE", "", "ทร 1/2568", "สำนักงาน", date(2025, 3, 31), "")
    assert from_document(to_document(of_result(result(evidence=(item,))))).evidence == (item,)
