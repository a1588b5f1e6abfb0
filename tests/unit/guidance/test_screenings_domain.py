"""A screening form: complete or refused, nothing filled in."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from guidance.instruments.definitions import load
from guidance.screenings.domain import Answer, NewScreening, Screening, refusal
from guidance.thai_time import thai_date, utc_now

CATALOGUE = load()
TODAY = date(2026, 11, 21)
FORM = NewScreening(
    learner_id=UUID(int=1),
    instrument_code="9S",
    instrument_version="0.1",
    informant="TEACHER",
    year_be=2569,
    term=2,
    observed_on=date(2026, 11, 20),
    answers=tuple(Answer(no, 0) for no in range(1, 10)),
    judged_group=None,
    client_id=UUID(int=2),
)


def reason(form: NewScreening) -> str | None:
    """Reason of the refusal, None for a form that may be kept."""
    problem = refusal(form, CATALOGUE, today=TODAY)
    return problem.reason if problem else None


def test_complete_form_may_be_kept() -> None:
    assert reason(FORM) is None


def test_missing_item_is_refused_and_named() -> None:
    problem = refusal(replace(FORM, answers=FORM.answers[:3] + FORM.answers[4:8]), CATALOGUE, today=TODAY)
    assert problem is not None
    assert (problem.reason, problem.metadata["items"]) == ("ITEMS_MISSING", "4,9")


def test_form_without_answers_is_refused() -> None:
    assert reason(replace(FORM, answers=())) == "ITEMS_MISSING"


def test_item_answered_twice_is_refused() -> None:
    assert reason(replace(FORM, answers=(*FORM.answers, Answer(3, 1)))) == "ITEM_REPEATED"


def test_item_that_the_instrument_lacks_is_refused() -> None:
    assert reason(replace(FORM, answers=(*FORM.answers, Answer(10, 0)))) == "ITEM_UNKNOWN"


def test_value_that_is_no_option_is_refused_without_naming_it() -> None:
    problem = refusal(replace(FORM, answers=(*FORM.answers[:8], Answer(9, 77))), CATALOGUE, today=TODAY)
    assert problem is not None
    assert problem.reason == "ANSWER_UNKNOWN"
    assert "77" not in f"{problem.detail}{problem.metadata}"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"instrument_code": "SDQ"}, "INSTRUMENT_UNKNOWN"),
        ({"instrument_version": "9.9"}, "INSTRUMENT_UNKNOWN"),
        ({"informant": "SELF"}, "INFORMANT_NOT_ALLOWED"),
        ({"observed_on": date(2026, 11, 22)}, "OBSERVED_IN_FUTURE"),
        ({"observed_on": date(2024, 7, 1)}, "YEAR_MISMATCH"),
        ({"year_be": 2026}, "INVALID_FIELD"),  # a Gregorian year
        ({"term": 4}, "INVALID_FIELD"),
    ],
)
def test_form_outside_its_frame_is_refused(change: dict[str, object], expected: str) -> None:
    assert reason(replace(FORM, **change)) == expected


@pytest.mark.parametrize("status", ["DRAFT", "RETIRED"])
def test_instrument_that_is_not_in_use_is_refused(status: str) -> None:
    catalogue = {("9S", "0.1"): replace(CATALOGUE["9S", "0.1"], status=status)}
    problem = refusal(FORM, catalogue, today=TODAY)
    assert problem is not None
    assert problem.reason == "INSTRUMENT_NOT_USABLE"


def test_answers_are_in_no_repr() -> None:
    assert "Answer" not in repr(FORM)


def kept(judged: str | None, computed: str | None) -> Screening:
    """A screening as kept."""
    return Screening(
        screening_id=UUID(int=3),
        institution_id=UUID(int=4),
        learner_id=UUID(int=1),
        instrument_code="9S",
        instrument_version="0.1",
        instrument_status="PROVISIONAL",
        norm_version=None,
        informant="TEACHER",
        year_be=2569,
        term=2,
        observed_on=TODAY,
        answered_item_count=9,
        judged_group=judged,
        computed_group=computed,
        submitted_at=utc_now(),
    )


def test_judgement_of_a_person_goes_before_a_computed_group() -> None:
    assert (kept("NORMAL", "RISK").group, kept("NORMAL", "RISK").group_source) == ("NORMAL", "TEACHER_JUDGEMENT")
    assert (kept(None, "RISK").group, kept(None, "RISK").group_source) == ("RISK", "COMPUTED")
    assert (kept(None, None).group, kept(None, None).group_source) == (None, None)


def test_day_in_thailand_begins_at_seventeen_utc() -> None:
    late = utc_now().replace(year=2026, month=11, day=20, hour=17, minute=0)
    assert thai_date(late) == date(2026, 11, 21)
    assert thai_date(late.replace(hour=16, minute=59)) == date(2026, 11, 20)
