"""Rules of institutions: codes, parents in several trees, moves, circles."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from student_registry.institutions.domain import (
    Alias,
    AliasKind,
    Institution,
    InstitutionFacts,
    InstitutionKind,
    Parent,
    Tree,
    check_affiliation,
    checked,
    circle,
    codes_after,
    is_same,
    moved,
    other_codes,
)
from student_registry.institutions.errors import (
    AffiliationUnknown,
    AliasFormat,
    InstitutionPeriodInvalid,
    ParentPeriodInvalid,
    ProvinceCodeFormat,
)
from student_registry.provenance import DataStatus, Provenance

A, B, C, D = (UUID(int=number) for number in range(1, 5))
DAY = date(2026, 5, 16)
EVE = DAY - timedelta(days=1)
ADMINISTRATION = Tree.ADMINISTRATION


def facts(**more):
    stated = {
        "kind": InstitutionKind.SCHOOL,
        "name_th": "โรงเรียนบ้านตัวอย่าง",
        "name_en": None,
        "official_code": "1010720039",
        "local_alias": "ban-tuayang",
        "parent_institution_id": None,
        "provenance": Provenance("test", DataStatus.DEMONSTRATION),
    }
    return InstitutionFacts(**stated | more)


def registered(**more):
    right = checked(facts(**more))
    return Institution(A, right, codes_after(right, None, since=date.min, is_correction=False))


def test_examples_of_the_brief_give_affiliation_and_province():
    obec, ovec = checked(facts()), checked(facts(official_code="1310100892"))
    assert (obec.affiliation_code, obec.province_code) == ("10", "10")
    assert (ovec.affiliation_code, ovec.province_code) == ("13", "10")
    check_affiliation(obec, {"10", "13"})
    with pytest.raises(AffiliationUnknown):
        check_affiliation(checked(facts(official_code="9910720039")), {"10", "13"})


def test_smis_code_of_an_unexpected_form_is_kept_and_marked():
    odd = checked(facts(aliases=(Alias(AliasKind.SMIS, "๗๐๐๑-๒"),))).aliases[0]
    assert (odd.value, odd.is_expected_form) == ("7001-2", False)
    assert Alias(AliasKind.SMIS, "70010002").is_expected_form


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"aliases": (Alias(AliasKind.SMIS, " "),)}, AliasFormat),
        ({"aliases": (Alias(AliasKind.OTHER, "11223"),)}, AliasFormat),
        ({"aliases": (Alias(AliasKind.SMIS, "70010002", register="hcode"),)}, AliasFormat),
        ({"aliases": (Alias(AliasKind.OFFICIAL_CODE, "1010720040"),)}, AliasFormat),
        ({"aliases": (Alias(AliasKind.SMIS, "70010002", valid_from=DAY, valid_to=EVE),)}, AliasFormat),
        ({"province_code": "70"}, ProvinceCodeFormat),
        ({"official_code": None, "province_code": "7"}, ProvinceCodeFormat),
        ({"opened_on": DAY, "closed_on": EVE}, InstitutionPeriodInvalid),
        ({"merged_into_institution_id": B}, InstitutionPeriodInvalid),
        ({"parents": (Parent(ADMINISTRATION, A), Parent(ADMINISTRATION, B, DAY))}, ParentPeriodInvalid),
        ({"parents": (Parent(ADMINISTRATION, A, DAY, EVE),)}, ParentPeriodInvalid),
    ],
)
def test_wrong_facts_are_refused(wrong, error):
    with pytest.raises(error):
        checked(facts(**wrong))


def test_several_trees_have_a_parent_each():
    right = checked(facts(parents=(Parent(Tree.NETWORK, B), Parent(ADMINISTRATION, C), Parent(Tree.DISTRICT, D, DAY))))
    assert right.parent_in(ADMINISTRATION, EVE) == C
    assert right.parent_in(Tree.NETWORK, EVE) == B
    assert right.parent_in(Tree.DISTRICT, EVE) is None
    assert right.parent_in(Tree.DISTRICT, DAY) == D


def test_statement_that_leaves_things_out_denies_nothing():
    known = checked(
        facts(opened_on=DAY, aliases=(Alias(AliasKind.SMIS, "70010002"),), parents=(Parent(Tree.NETWORK, B, DAY),))
    )
    assert is_same(checked(facts()), known, today=DAY)
    assert is_same(checked(facts(parents=(Parent(Tree.NETWORK, B),))), known, today=DAY)
    assert not is_same(checked(facts(parents=(Parent(Tree.NETWORK, C),))), known, today=DAY)
    assert not is_same(checked(facts(opened_on=EVE)), known, today=DAY)
    assert not is_same(checked(facts(name_th="โรงเรียนอื่น")), known, today=DAY)


def test_replaced_code_ends_the_day_before_and_a_corrected_one_never_held():
    before = registered(opened_on=date(1957, 1, 1))
    after = checked(facts(official_code="1010720040"))
    changed = codes_after(after, before, since=DAY, is_correction=False)
    assert Alias(AliasKind.OFFICIAL_CODE, "1010720039", "", date(1957, 1, 1), EVE) in changed
    assert Alias(AliasKind.OFFICIAL_CODE, "1010720040", "", DAY) in changed
    assert [code.value for code in other_codes(changed)] == ["1010720039"]
    corrected = codes_after(after, before, since=DAY, is_correction=True)
    assert [(code.value, code.valid_from) for code in corrected if code.kind is AliasKind.OFFICIAL_CODE] == [
        ("1010720040", date(1957, 1, 1))
    ]


def test_move_keeps_the_days_before():
    parents = (Parent(ADMINISTRATION, A, None, None), Parent(Tree.NETWORK, C))
    after = moved(parents, ADMINISTRATION, B, valid_from=DAY)
    assert after == (
        Parent(ADMINISTRATION, A, None, EVE),
        Parent(ADMINISTRATION, B, DAY),
        Parent(Tree.NETWORK, C),
    )
    assert moved(after, ADMINISTRATION, B, valid_from=DAY) == after
    assert moved(after, ADMINISTRATION, A, valid_from=DAY) == parents
    assert moved(after, Tree.NETWORK, None, valid_from=DAY)[-1] == Parent(Tree.NETWORK, C, None, EVE)


PLACES = st.sampled_from([A, B, C, D])
DAYS = st.dates(date(2020, 1, 1), date(2020, 1, 30))


@given(st.lists(st.tuples(PLACES, DAYS)), PLACES, DAYS)
def test_after_any_moves_there_is_one_parent_a_day_and_only_days_from_the_move_on_differ(moves, parent, day):
    before: tuple[Parent, ...] = ()
    for place, first in moves:
        before = moved(before, ADMINISTRATION, place, valid_from=first)
    after = replace(facts(), parents=moved(before, ADMINISTRATION, parent, valid_from=day))
    was = replace(facts(), parents=before)
    for offset in range(-2, 35):
        on = date(2020, 1, 1) + timedelta(days=offset)
        expected = parent if on >= day else was.parent_in(ADMINISTRATION, on)
        assert after.parent_in(ADMINISTRATION, on) == expected


def test_circle_is_found_only_where_days_and_tree_meet():
    above = {B: [Parent(ADMINISTRATION, C)], C: [Parent(ADMINISTRATION, A, DAY)]}
    assert circle(A, [Parent(ADMINISTRATION, B)], above) is ADMINISTRATION
    assert circle(A, [Parent(ADMINISTRATION, B, None, EVE)], above) is None
    assert circle(A, [Parent(Tree.NETWORK, B)], above) is None
    assert circle(A, [Parent(ADMINISTRATION, A)], {}) is ADMINISTRATION
    # A circle that is there already does not keep the search going for ever.
    assert circle(uuid4(), [Parent(ADMINISTRATION, B)], above | {A: [Parent(ADMINISTRATION, B)]}) is None
