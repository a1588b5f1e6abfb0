"""Screening forms of any kind: complete or refused, never completed for the teacher."""

import base64
from datetime import date
from uuid import UUID

from guidance.instruments.definitions import load
from guidance.screenings.domain import Answer, NewScreening, computed_group, refusal
from guidance.screenings.sealing import Sealer
from hypothesis import given
from hypothesis import strategies as st

CATALOGUE = load()
NINE_S = CATALOGUE["9S", "0.1"]
TODAY = date(2026, 11, 21)
SEALER = Sealer(base64.b64encode(bytes(range(32))).decode(), key_id="1")

answers = st.lists(st.builds(Answer, st.integers(-2, 12), st.integers(-2, 5)), max_size=14).map(tuple)
complete = (
    st.tuples(*[st.sampled_from([0, 1])] * 9)
    .flatmap(lambda values: st.permutations([Answer(no, value) for no, value in enumerate(values, start=1)]))
    .map(tuple)
)


def form(given_answers: tuple[Answer, ...]) -> NewScreening:
    """A form with these answers; everything else is in order."""
    return NewScreening(
        UUID(int=1), "9S", "0.1", "TEACHER", 2569, 2, TODAY, given_answers, judged_group=None, client_id=UUID(int=2)
    )


@given(answers)
def test_form_is_kept_only_with_every_item_once_and_a_known_value(given_answers: tuple[Answer, ...]) -> None:
    is_complete = sorted(answer.item_no for answer in given_answers) == list(range(1, 10))
    is_known = all(answer.value in (0, 1) for answer in given_answers)
    assert (refusal(form(given_answers), CATALOGUE, today=TODAY) is None) == (is_complete and is_known)


@given(complete)
def test_complete_form_of_9s_is_kept_and_has_no_computed_group(given_answers: tuple[Answer, ...]) -> None:
    assert refusal(form(given_answers), CATALOGUE, today=TODAY) is None
    assert computed_group(form(given_answers), NINE_S) is None


@given(complete, st.uuids())
def test_sealed_answers_come_back_as_they_were(given_answers: tuple[Answer, ...], screening_id: UUID) -> None:
    assert (
        SEALER.open(SEALER.seal(given_answers, screening_id=screening_id), screening_id=screening_id) == given_answers
    )
