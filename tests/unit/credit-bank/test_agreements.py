"""Qualifications, committees and partnerships, as far as no database is needed."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from credit_bank.partnerships.domain import (
    TRANSITIONS,
    CommitteeFacts,
    Mandate,
    Member,
    Partnership,
    PartnershipFacts,
    PartnershipState,
    Programme,
    committee_fault,
    partnership_fault,
)
from credit_bank.provenance import Provenance
from credit_bank.qualifications.domain import Qualification, category_for, qualification_fault
from credit_bank.qualifications.rules import CATEGORY_WITHIN

PROVENANCE = Provenance("tests", "demonstration")
PWC = Qualification(
    "PWC-2562", "2562", "ปวช.", "CR_OVEC", 10_300, {"CORE": 2_200, "VOC": 7_100, "FREE": 1_000}, frozenset(), PROVENANCE
)
COMMITTEE = CommitteeFacts(
    institution_id=UUID(int=1),
    mandates=frozenset({Mandate.TRANSFER}),
    order_no="1/2569",
    quorum=2,
    members=tuple(Member(UUID(int=n), is_chair=n == 10) for n in (10, 11, 12)),
    valid_from=date(2025, 5, 1),
    valid_to=None,
    provenance=PROVENANCE,
)
MOU = PartnershipFacts(
    reference="MOU-1",
    party_institution_ids=(UUID(int=1), UUID(int=2)),
    programme=Programme.DUAL_EDUCATION,
    state=PartnershipState.ACTIVE,
    signed_on=None,
    valid_from=date(2025, 5, 1),
    valid_to=date(2028, 4, 30),
    committee_id=None,
    provenance=PROVENANCE,
)


@pytest.mark.parametrize(
    ("course_category", "category"),
    [("CORE", "CORE"), ("VOC_BASIC", "VOC"), ("PRACTICUM", "VOC"), ("FREE", "FREE"), ("ACTIVITY", None), ("", None)],
)
def test_course_counts_in_its_own_category_or_the_one_around_it(course_category: str, category: str | None) -> None:
    assert category_for(PWC, course_category, within=CATEGORY_WITHIN) == category


def test_category_of_its_own_comes_before_the_one_around_it() -> None:
    finer = replace(PWC, category_minima={"VOC": 5_000, "VOC_BASIC": 2_100})
    assert category_for(finer, "VOC_BASIC", within=CATEGORY_WITHIN) == "VOC_BASIC"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": ""}, "code"),
        ({"total_min_hundredths": 0}, "total_min_hundredths"),
        ({"category_minima": {}}, "category_minima"),
        ({"category_minima": {"CORE": -1}}, "category_minima"),
        ({"category_minima": {"CORE": 10_400}}, "category_minima"),
        ({"counts_together_with": frozenset({"PWC-2562"})}, "counts_together_with"),
    ],
)
def test_impossible_qualification_is_explained(changes: dict[str, Any], field: str) -> None:
    fault = qualification_fault(replace(PWC, **changes))
    assert fault is not None
    assert fault[0] == field


def test_good_ones_have_no_fault() -> None:
    assert (qualification_fault(PWC), committee_fault(COMMITTEE), partnership_fault(MOU)) == (None, None, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"members": COMMITTEE.members[:2]}, "members"),
        ({"members": (*COMMITTEE.members, COMMITTEE.members[0])}, "members"),
        ({"members": tuple(replace(member, is_chair=False) for member in COMMITTEE.members)}, "members"),
        ({"members": tuple(replace(member, is_chair=True) for member in COMMITTEE.members)}, "members"),
        ({"quorum": 0}, "quorum"),
        ({"quorum": 4}, "quorum"),
        ({"mandates": frozenset()}, "mandates"),
        ({"order_no": ""}, "order_no"),
        ({"valid_to": date(2025, 4, 30)}, "valid_to"),
    ],
)
def test_impossible_committee_is_explained(changes: dict[str, Any], field: str) -> None:
    fault = committee_fault(replace(COMMITTEE, **changes))
    assert fault is not None
    assert fault[0] == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"party_institution_ids": (UUID(int=1),)}, "party_institution_ids"),
        ({"party_institution_ids": (UUID(int=1), UUID(int=1))}, "party_institution_ids"),
        ({"reference": ""}, "reference"),
        ({"valid_to": date(2025, 4, 30)}, "valid_to"),
    ],
)
def test_impossible_partnership_is_explained(changes: dict[str, Any], field: str) -> None:
    fault = partnership_fault(replace(MOU, **changes))
    assert fault is not None
    assert fault[0] == field


def test_partnership_has_one_key_whatever_the_order_of_its_parties() -> None:
    assert MOU.natural_key == replace(MOU, party_institution_ids=(UUID(int=2), UUID(int=1))).natural_key
    assert MOU.natural_key != replace(MOU, party_institution_ids=(UUID(int=2), UUID(int=3))).natural_key


@pytest.mark.parametrize(
    ("changes", "day", "is_active"),
    [
        ({}, date(2025, 5, 1), True),
        ({}, date(2028, 4, 30), True),
        ({}, date(2025, 4, 30), False),
        ({}, date(2028, 5, 1), False),
        ({"valid_from": None, "valid_to": None}, date(2030, 1, 1), True),
        ({"state": PartnershipState.SUSPENDED}, date(2026, 1, 1), False),
    ],
)
def test_partnership_is_in_force_between_its_days(changes: dict[str, Any], day: date, is_active: bool) -> None:
    assert Partnership(UUID(int=9), replace(MOU, **changes)).is_active_on(day) is is_active


def test_end_of_a_partnership_is_for_ever_and_every_state_has_its_ways() -> None:
    assert set(TRANSITIONS) == set(PartnershipState)
    assert not TRANSITIONS[PartnershipState.ENDED]
    assert PartnershipState.ACTIVE in TRANSITIONS[PartnershipState.SUSPENDED]
