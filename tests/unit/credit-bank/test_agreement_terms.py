"""Terms of agreements: what is kept of a version says all of it, and what is agreed changes with all parties only."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from credit_bank.catalogue.domain import CodeSystem, CourseKey
from credit_bank.partnerships.domain import (
    Confirmation,
    OutsideParty,
    OutsidePartyKind,
    Partnership,
    PartnershipFacts,
    PartnershipState,
    Programme,
    Signatory,
    confirmed,
    facts_of_document,
    partnership_document,
    partnership_fault,
    restated,
)
from credit_bank.provenance import Provenance
from hypothesis import given
from hypothesis import strategies as st

AT = datetime(2026, 11, 21, tzinfo=UTC)
ONE, OTHER, THIRD = (UUID(int=n) for n in (1, 2, 3))

days = st.none() | st.dates(date(2020, 1, 1), date(2040, 1, 1))
texts = st.text(alphabet="กขคงabc 1/", min_size=1, max_size=8)
outside = st.lists(
    st.builds(OutsideParty, st.sampled_from(OutsidePartyKind), texts, texts | st.just("")),
    max_size=3,
    unique_by=lambda party: party.name_th,
)
keys = st.builds(CourseKey, st.sampled_from(CodeSystem), texts, texts, st.none() | st.uuids())
signatories = st.builds(Signatory, texts, st.none() | st.uuids(), texts | st.just(""), days)
facts_of_any_kind = st.builds(
    PartnershipFacts,
    reference=texts,
    party_institution_ids=st.just((ONE, OTHER)),
    programme=st.sampled_from(Programme),
    state=st.sampled_from(PartnershipState),
    signed_on=days,
    valid_from=days,
    valid_to=days,
    committee_id=st.none() | st.uuids(),
    provenance=st.builds(Provenance, texts, st.just("assumed"), days, st.none() | texts),
    outside_parties=outside.map(tuple),
    courses=st.lists(keys, max_size=3).map(tuple),
    signatories=st.lists(signatories, max_size=3).map(tuple),
    file_sha256=st.none() | st.binary(min_size=32, max_size=32),
)


@given(facts_of_any_kind)
def test_what_is_kept_of_a_version_says_all_of_it(facts: PartnershipFacts) -> None:
    read = facts_of_document(
        partnership_document(facts), reference=facts.reference, party_institution_ids=facts.party_institution_ids
    )
    assert replace(read, outside_parties=()) == replace(facts, outside_parties=())
    assert set(read.outside_parties) == set(facts.outside_parties), "their order says nothing"


def test_two_outside_parties_have_two_names() -> None:
    same = tuple(OutsideParty(kind, "สำนักงานเดียวกัน") for kind in list(OutsidePartyKind)[:2])
    fault = partnership_fault(replace(terms(), outside_parties=same))
    assert fault is not None
    assert fault[0] == "outside_parties"


def terms(**changes: object) -> PartnershipFacts:
    found = PartnershipFacts(
        reference="MOU",
        party_institution_ids=(ONE, OTHER, THIRD),
        programme=Programme.DUAL_EDUCATION,
        state=PartnershipState.ACTIVE,
        signed_on=None,
        valid_from=None,
        valid_to=date(2028, 4, 30),
        committee_id=None,
        provenance=Provenance("tests", "demonstration"),
    )
    return replace(found, **changes)  # type: ignore[arg-type]


def says(party: UUID, version: int = 1) -> Confirmation:
    return Confirmation(party, version, uuid4(), AT, confirmed_by=f"person of {party}")


def in_force() -> Partnership:
    found = restated(uuid4(), None, terms(), mine=says(ONE))
    for party in (OTHER, THIRD):
        found = confirmed(found, says(party))
    assert found.facts.state is PartnershipState.ACTIVE
    return found


@given(
    st.lists(
        st.tuples(
            st.sampled_from([ONE, OTHER, THIRD]), st.sampled_from(["propose", "confirm"]), st.integers(2029, 2032)
        ),
        max_size=12,
    )
)
def test_an_agreement_in_force_says_at_any_time_what_all_its_parties_confirmed(
    acts: list[tuple[UUID, str, int]],
) -> None:
    """Whoever proposes and confirms what, in whatever order."""
    found, agreed = in_force(), date(2028, 4, 30)
    asked: tuple[date, set[UUID]] | None = None
    for party, act, year in acts:
        until = date(year, 4, 30)
        if act == "propose":
            is_longer = until > agreed
            before = found.last_version
            found = restated(found.partnership_id, found, terms(valid_to=until), mine=says(party))
            assert found.last_version == before + 1
            asked = (until, {party}) if is_longer else None
            agreed = agreed if is_longer else until
        elif asked is not None and found.proposal is not None and party not in asked[1]:
            found = confirmed(found, says(party, found.proposal.version))
            asked[1].add(party)
            if len(asked[1]) == 3:  # all of them
                agreed, asked = asked[0], None
        assert found.facts.state is PartnershipState.ACTIVE
        assert found.facts.valid_to == agreed
        assert not found.awaited
        assert (found.proposal is not None) == (asked is not None)
        if found.proposal is not None and asked is not None:
            assert set(found.proposal.awaited) == {ONE, OTHER, THIRD} - asked[1]
