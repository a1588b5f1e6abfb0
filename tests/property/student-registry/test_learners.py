"""However often, in whatever order and by whomever people are stated: one person stays one learner."""

import hashlib
from collections import defaultdict
from datetime import date
from uuid import UUID, uuid4

from chassis.errors import ServiceError
from hypothesis import given
from hypothesis import strategies as st
from student_registry.enrolments.domain import DeliverySystem, EnrolmentFacts, EnrolmentRole
from student_registry.identifiers.domain import Identifier, IdentifierFacts, IdentifierKind
from student_registry.learners.domain import PersonName, Registration, Roll, StatedIdentifier, Statement, person_of
from student_registry.matching.domain import BirthDate, Precision
from student_registry.provenance import DataStatus, Provenance

PLACES = [UUID(int=n) for n in (1, 2)]
TODAY = date(2026, 11, 21)
PEOPLE = st.integers(0, 4)
STATEMENTS = st.lists(
    st.tuples(
        PEOPLE,
        st.sets(st.sampled_from(["citizen", "g", "student"]), min_size=1),
        st.sampled_from(PLACES),
        st.sampled_from(EnrolmentRole),
        st.integers(0, 2),
    ),
    max_size=25,
)


def statement(person, kinds, place, role, year):
    """A true statement about one of five people, who differ in everything."""
    values = {
        "citizen": IdentifierFacts(IdentifierKind.CITIZEN_ID, f"citizen {person}"),
        "g": IdentifierFacts(IdentifierKind.G_CODE, f"g {person}"),
        "student": IdentifierFacts(IdentifierKind.STUDENT_NO, f"number {person}", institution_id=place),
    }
    stated = [
        StatedIdentifier(facts, hashlib.sha256("|".join(facts.index_parts).encode()).digest(), TODAY)
        for kind, facts in values.items()
        if kind in kinds
    ]
    name = PersonName("", f"ชื่อ{'กขคงจ'[person] * 5}", f"สกุล{'ชซญดต'[person] * 5}")
    birth = BirthDate(date(2009, 1, 1 + person), Precision.DAY)
    start = date(2024 + year, 5, 16)
    enrolment = EnrolmentFacts(place, role, DeliverySystem.FORMAL, "M.4", "1", "", start, date(2025 + year, 3, 31))
    provenance = Provenance("test", DataStatus.DEMONSTRATION)
    registration = Registration(name, birth, None, (), place, (enrolment,), provenance)
    return Statement(registration, person_of(name, birth), tuple(stated), None)


@given(STATEMENTS)
def test_true_statements_never_mix_two_people_and_hold_every_enrolment_rule(stated):
    roll = Roll([])
    people: dict[UUID, set[int]] = defaultdict(set)
    enrolments = defaultdict(dict)
    for one in stated:
        said = statement(*one)
        place = said.registration.registrar_institution_id
        try:
            decision = roll.decide(
                said, acting_for=place, new_learner_id=uuid4(), new_enrolment_ids=[uuid4()], today=TODAY
            )
        except ServiceError:
            continue
        made = [
            Identifier(
                uuid4(), decision.learner_id, item.facts.kind, item.blind_index, 9, "", None,
                item.facts.institution_id, item.facts.state, item.valid_from, None,
            )
            for item in decision.added
        ]  # fmt: skip
        roll.take(said, decision, made)
        people[decision.learner_id].add(one[0])
        for item in (*decision.new_enrolments, *decision.changed_enrolments):
            enrolments[decision.learner_id][item.enrolment_id] = item.facts
        again = roll.decide(said, acting_for=place, new_learner_id=uuid4(), new_enrolment_ids=[uuid4()], today=TODAY)
        assert again.changes_nothing
        assert again.learner_id == decision.learner_id
    assert all(len(who) == 1 for who in people.values())
    for facts in enrolments.values():
        primaries = [item for item in facts.values() if item.role is EnrolmentRole.PRIMARY]
        assert not any(a.overlaps(b) for n, a in enumerate(primaries) for b in primaries[n + 1 :])
