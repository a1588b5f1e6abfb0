"""Answers at rest."""

import base64
from uuid import UUID

import pytest
from chassis.sealing import SealBrokenError
from guidance.screenings.domain import Answer
from guidance.screenings.sealing import AnswerKeyError, Sealer

KEY = base64.b64encode(bytes(range(32))).decode()
ANSWERS = (Answer(1, 0), Answer(2, 1))
ID, OTHER_ID = UUID(int=1), UUID(int=2)


def test_sealed_answers_open_with_the_same_key_and_screening() -> None:
    sealer = Sealer(KEY, key_id="1")
    assert sealer.open(sealer.seal(ANSWERS, screening_id=ID), screening_id=ID) == ANSWERS


def test_same_answers_are_sealed_differently_each_time() -> None:
    sealer = Sealer(KEY, key_id="1")
    assert sealer.seal(ANSWERS, screening_id=ID) != sealer.seal(ANSWERS, screening_id=ID)


def test_sealed_answers_moved_to_another_screening_do_not_open() -> None:
    sealer = Sealer(KEY, key_id="1")
    with pytest.raises(SealBrokenError):
        sealer.open(sealer.seal(ANSWERS, screening_id=ID), screening_id=OTHER_ID)


def test_sealed_answers_do_not_open_with_another_key() -> None:
    sealed = Sealer(KEY, key_id="1").seal(ANSWERS, screening_id=ID)
    with pytest.raises(SealBrokenError):
        Sealer(base64.b64encode(bytes(32)).decode(), key_id="2").open(sealed, screening_id=ID)


def test_digest_of_content_needs_the_key() -> None:
    other = Sealer(base64.b64encode(bytes(32)).decode(), key_id="2")
    assert Sealer(KEY, key_id="1").mac(b"form") == Sealer(KEY, key_id="1").mac(b"form")
    assert Sealer(KEY, key_id="1").mac(b"form") != other.mac(b"form")


@pytest.mark.parametrize("key", ["", "not base64!", base64.b64encode(b"short").decode()])
def test_unusable_key_is_refused(key: str) -> None:
    with pytest.raises(AnswerKeyError):
        Sealer(key, key_id="1")
