"""What another bank told: which version of a result stands there, and what draft it makes here."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from credit_bank.catalogue.keys import CodeSystem, CourseKey
from credit_bank.exchange.inbox import Received, Standing, draft_of, standings
from credit_bank.recording.domain import LearningType, RplMode, SourceMode
from credit_bank.rules.domain import EducationForm, EducationLevel
from hypothesis import given
from hypothesis import strategies as st

ENTRY: dict[str, Any] = {
    "code_system": "OBEC",
    "code": "ท31101",
    "curriculum_version": "OBEC-2551R60",
    "title_th": "ภาษาไทย",
    "year_be": 2568,
    "term": 1,
    "attempt": 1,
    "grade_scheme": "OBEC_8_LEVEL",
    "grade_code": "005",
    "grade_label": "3",
    "unit": "CR_OBEC",
    "credits": "1.0",
    "form": "FORMAL",
    "learning_type": "GENERAL",
    "level": "UPPER_SECONDARY",
    "source_mode": "STUDY",
    "issuer": {"institution_id": "1", "official_code": "1010720039"},
    "issuing_body": "",
}
LINK, LEARNER = uuid4(), uuid4()


def received(seq: int, type_: str = "credit.verified", **entry: Any) -> Received:
    content = {"seq": seq, "type": type_, "entry": ENTRY | entry}
    return Received("province-20", uuid4(), content, datetime.now(UTC), LINK, LEARNER)


def told(*messages: Received) -> list[str]:
    return [str(one.standing) for one in standings(messages)]


def test_result_stands_until_a_later_message_of_the_same_result_says_otherwise() -> None:
    assert told(received(3)) == ["STANDS"]
    superseded, again = received(4, "credit.superseded"), received(5, grade_label="2")
    assert told(again, received(3), superseded) == ["REPLACED", "NO_RESULT", "STANDS"]
    assert told(received(3), superseded, again, received(9, "credit.revoked")) == [
        "REVOKED",
        "NO_RESULT",
        "REVOKED",
        "NO_RESULT",
    ]
    assert told(received(3), received(4, "credit.revoked", attempt=2)) == ["STANDS", "NO_RESULT"]


def test_what_tells_of_no_result_is_none() -> None:
    posting = Received("p", uuid4(), {"seq": 1, "type": "transfer.posted"}, datetime.now(UTC), LINK, LEARNER)
    assert told(posting) == ["NO_RESULT"]
    assert told(received(2, "transfer.posted")) == ["NO_RESULT"]


@given(
    st.lists(
        st.tuples(st.sampled_from(("credit.verified", "credit.superseded", "credit.revoked")), st.integers(1, 3)),
        max_size=12,
    ),
    st.randoms(),
)
def test_of_one_result_at_most_the_last_message_stands_in_whatever_order_they_came(
    steps: list[tuple[str, int]], random: Any
) -> None:
    messages = [received(seq, type_, attempt=attempt) for seq, (type_, attempt) in enumerate(steps)]
    shuffled = random.sample(messages, len(messages))
    found = standings(shuffled)
    assert [one.message for one in found] == messages
    for attempt in (1, 2, 3):
        of_one = [one for one in found if one.message.entry["attempt"] == attempt]
        standing = [one for one in of_one if one.standing is Standing.STANDS]
        is_open = bool(of_one) and of_one[-1].message.type == "credit.verified"
        assert standing == (of_one[-1:] if is_open else [])


def test_draft_says_what_the_message_says_and_where_it_comes_from() -> None:
    message = received(3)
    draft = draft_of(message)
    assert (draft.learner_id, draft.course) == (LEARNER, CourseKey(CodeSystem.OBEC, "ท31101", "OBEC-2551R60"))
    assert (draft.year_be, draft.term, draft.attempt, draft.grade_scheme, draft.grade_label) == (
        2568,
        1,
        1,
        "OBEC_8_LEVEL",
        "3",
    )
    assert (draft.source_mode, draft.rpl_mode) == (SourceMode.RPL, RplMode.COURSE)
    assert (draft.form, draft.learning_type, draft.level) == (
        EducationForm.FORMAL,
        LearningType.GENERAL,
        EducationLevel.UPPER_SECONDARY,
    )
    assert draft.issuing_body == "1010720039 · province-20"
    assert [(item.kind, item.document_no, item.issuing_body) for item in draft.evidence] == [
        ("TRANSCRIPT", str(message.message_id), "province-20")
    ]
    assert draft.provenance is not None
    assert (draft.provenance.source, draft.provenance.status) == (
        f"exchange province-20 {message.message_id}",
        "assumed",
    )
    assert draft.missing() == ()


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"code_system": "MOON"}, ("course",)),
        ({"code": None}, ("course",)),
        ({"year_be": "2568"}, ("year_be",)),
        ({"year_be": True}, ("year_be",)),
        ({"term": -1}, ("term",)),
        ({"grade_label": {"a": 1}}, ("grade_label",)),
    ],
)
def test_what_is_not_said_in_our_words_stays_open(changes: dict[str, Any], missing: tuple[str, ...]) -> None:
    assert draft_of(received(3, **changes)).missing() == missing


def test_unknown_words_beside_the_result_are_left_out() -> None:
    draft = draft_of(received(3, form="ODD", level="", issuer="x", issuing_body="กรมพัฒนาฝีมือแรงงาน"))
    assert (draft.form, draft.level) == (None, None)
    assert draft.issuing_body == "กรมพัฒนาฝีมือแรงงาน · province-20"
    assert UUID(str(draft.learner_id)) == LEARNER
