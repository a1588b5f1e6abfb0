"""Profiles for any input: values survive sealing, a score stays a score, refusals carry no value."""

import base64
from datetime import date
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from chassis.errors import ServiceError
from hypothesis import given
from hypothesis import strategies as st
from student_registry.keyring import Keyring, SealBrokenError
from student_registry.profiles import domain, sealing
from student_registry.profiles.domain import (
    Address,
    Coded,
    Photo,
    Presence,
    ProfileKind,
    Reach,
    Relative,
    Schooling,
    Stated,
)
from student_registry.provenance import DataStatus

RING = Keyring.of(base64.b64encode(bytes(32)).decode(), version=1, previous=None, index_key="index-key-of-tests")
DEPS = SimpleNamespace(keyring=RING)
TEXT = st.text(max_size=40)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1))
VALUES = {
    Coded: st.builds(Coded, TEXT, TEXT),
    Reach: st.builds(Reach, TEXT, TEXT),
    Address: st.builds(Address, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT),
    Relative: st.builds(Relative, TEXT, TEXT, TEXT, TEXT, TEXT, st.none() | st.booleans()),
    Schooling: st.builds(Schooling, st.uuids(), DAYS, st.none() | st.uuids(), TEXT, TEXT, st.none() | DAYS, TEXT),
    Photo: st.builds(Photo, TEXT, TEXT, st.integers(0, 2**31), st.none() | DAYS),
}


def stated(kind, value):
    return Stated(UUID(int=1), kind, value, "test", DataStatus.ASSUMED)


@given(st.data(), st.sampled_from(ProfileKind))
def test_value_is_after_sealing_and_opening_what_it_was(data, kind):
    value = data.draw(VALUES[domain.VALUE_TYPES[kind]])
    fact_id = uuid4()
    fact = sealing.seal(DEPS, fact_id, stated(kind, value), learner_id=UUID(int=1))
    assert sealing.value_of(RING, fact_id, kind, fact.sealed) == value
    assert (fact.code_index is not None) == (kind in domain.RESTRICTED_KINDS)
    with pytest.raises(SealBrokenError):
        sealing.value_of(RING, uuid4(), kind, fact.sealed)


@given(st.data(), st.sampled_from(ProfileKind))
def test_any_value_is_stored_in_a_final_form_or_refused_without_being_told(data, kind):
    value = data.draw(st.one_of(*VALUES.values()))
    refusal = None
    try:
        once = domain.checked(stated(kind, value), today=date(2026, 11, 21))
    except ServiceError as error:
        refusal = error
    if refusal is None:
        assert domain.checked(once, today=date(2026, 11, 21)) == once
    else:
        texts = [text for text in (getattr(value, "value", ""), getattr(value, "line", "")) if len(text) > 3]
        assert not any(text in str(refusal) or text in refusal.metadata.values() for text in texts)


@given(
    st.dictionaries(
        st.sampled_from(["IDENTIFIER", "BIRTH_DATE", "SEX", "CONTACT_FRESH", *ProfileKind]), st.integers(1, 50)
    ),
    st.sets(st.sampled_from(ProfileKind)),
    st.booleans(),
    st.none() | DAYS,
)
def test_score_is_between_0_and_100_and_full_exactly_when_nothing_is_missing(weights, kinds, there, confirmed_on):
    presence = Presence(frozenset(kinds), there, there, there, confirmed_on)
    found = domain.completeness(presence, weights=weights, today=date(2026, 11, 21), stale_days=365)
    assert 0 <= found.score <= 100
    assert (found.score == 100) == (not found.missing)
    more = Presence(frozenset(ProfileKind), True, True, True, date(2026, 11, 21))
    assert domain.completeness(more, weights=weights, today=date(2026, 11, 21), stale_days=365).score == 100
