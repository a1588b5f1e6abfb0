"""Instruments: what 9S may claim, and when a group is computed."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from guidance.instruments.definitions import index, load, read
from guidance.instruments.domain import (
    AnswerScale,
    Band,
    ComputedGroup,
    DefinitionError,
    Instrument,
    Item,
    NormSet,
    Option,
    check,
    compute_group,
)

NINE_S = load()["9S", "0.1"]


def confirmed(*, norm_sets: tuple[NormSet, ...] = (), status: str = "ACTIVE", mark: str = "V") -> Instrument:
    """A made-up instrument whose text and scale count as confirmed; it measures nothing."""
    rule_status = {"V": "confirmed"}.get(mark, "assumed")
    return Instrument(
        code="MADE-UP",
        version="1",
        title_th="แบบสมมติสำหรับทดสอบ",
        title_en="Made up for tests",
        status=status,
        effective_from=date(2026, 1, 1),
        informants=frozenset({"TEACHER"}),
        licence_status="NONE",
        licence_note="",
        source="tests",
        citation="none",
        notice_th="",
        tested_with_th="",
        answer_scale=AnswerScale(mark, rule_status, "tests", (Option(0, "ไม่", "no"), Option(1, "ใช่", "yes"))),
        items=tuple(Item(no, "X", f"ข้อ {no}", f"item {no}", mark, rule_status) for no in (1, 2, 3)),
        norm_sets=norm_sets,
    )


NORMS = NormSet("n1", "TEACHER", "tests", (Band(0, 1, "NORMAL"), Band(2, 2, "RISK"), Band(3, 3, "PROBLEM")))


def test_shipped_9s_is_provisional_with_empty_cutoffs() -> None:
    assert NINE_S.status == "PROVISIONAL"
    assert NINE_S.norm_sets == ()
    assert NINE_S.licence_status == "UNKNOWN"
    assert "jmht.2025.273551" in NINE_S.citation


def test_shipped_9s_has_nine_items_in_three_domains() -> None:
    domains = [item.domain for item in NINE_S.items]
    assert domains == ["BEHAVIOUR"] * 3 + ["EMOTION"] * 3 + ["SOCIAL"] * 3


def test_only_the_emotional_signs_of_9s_have_a_source() -> None:
    marks = {item.no: (item.domain, item.mark, item.status) for item in NINE_S.items}
    sourced = {no for no, (_, mark, _) in marks.items() if mark == "S"}
    assert {domain for no, (domain, _, _) in marks.items() if no in sourced} == {"EMOTION"}
    assert len(sourced) == 3
    assert all(mark == "U" for no, (_, mark, _) in marks.items() if no not in sourced)
    assert all(status == "assumed" for _, _, status in marks.values())


def test_answer_scale_of_9s_is_marked_as_assumed() -> None:
    assert (NINE_S.answer_scale.mark, NINE_S.answer_scale.status) == ("U", "assumed")
    assert [option.text_th for option in NINE_S.answer_scale.options] == ["ไม่พบ", "พบ"]


def test_no_answers_of_9s_give_a_computed_group() -> None:
    for values in product(sorted(NINE_S.answer_scale.values), repeat=9):
        assert compute_group(NINE_S, dict(enumerate(values, start=1)), informant="TEACHER") is None


def test_active_instrument_without_cutoffs_computes_no_group() -> None:
    assert compute_group(check(confirmed()), {1: 1, 2: 1, 3: 1}, informant="TEACHER") is None


def test_provisional_instrument_with_cutoffs_is_refused() -> None:
    with pytest.raises(DefinitionError, match="only an ACTIVE instrument has norm sets"):
        check(replace(NINE_S, norm_sets=(NORMS,)))


def test_provisional_instrument_computes_no_group_even_if_it_held_cutoffs() -> None:
    smuggled = confirmed(norm_sets=(NORMS,), status="PROVISIONAL")
    assert compute_group(smuggled, {1: 1, 2: 1, 3: 1}, informant="TEACHER") is None


def test_9s_cannot_be_made_active_while_its_items_are_unconfirmed() -> None:
    with pytest.raises(DefinitionError, match="unconfirmed answer scale or items"):
        check(replace(NINE_S, status="ACTIVE"))


@pytest.mark.parametrize(("answers", "group"), [((0, 1, 0), "NORMAL"), ((1, 1, 0), "RISK"), ((1, 1, 1), "PROBLEM")])
def test_confirmed_instrument_with_cutoffs_computes_the_group(answers: tuple[int, ...], group: str) -> None:
    instrument = check(confirmed(norm_sets=(NORMS,)))
    found = compute_group(instrument, dict(enumerate(answers, start=1)), informant="TEACHER")
    assert found == ComputedGroup(group, "n1")


@pytest.mark.parametrize(
    "bands",
    [
        (Band(0, 1, "NORMAL"), Band(3, 3, "PROBLEM")),  # 2 is nowhere
        (Band(0, 2, "NORMAL"), Band(2, 3, "RISK")),  # 2 is in both
        (Band(0, 2, "NORMAL"),),  # 3 is nowhere
        (Band(0, 3, "FINE"),),
    ],
)
def test_bands_that_leave_a_total_without_one_group_are_refused(bands: tuple[Band, ...]) -> None:
    with pytest.raises(DefinitionError, match="bands"):
        check(confirmed(norm_sets=(replace(NORMS, bands=bands),)))


def test_mark_and_status_that_disagree_are_refused() -> None:
    items = (replace(NINE_S.items[0], status="confirmed"), *NINE_S.items[1:])
    with pytest.raises(DefinitionError, match="do not agree"):
        check(replace(NINE_S, items=items))


def test_misspelt_key_of_a_definition_is_refused() -> None:
    with pytest.raises(DefinitionError, match="unknown keys"):
        read("x.toml", 'code = "9S"\nnorm_set = []\n')


def test_same_version_twice_is_refused() -> None:
    with pytest.raises(DefinitionError, match="defined twice"):
        index([NINE_S, NINE_S])
