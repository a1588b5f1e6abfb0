"""Identifiers on the database: new kinds, who verified them, approval by the area, rotation of both keys."""

import asyncio
import base64
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from chassis.auth import Actor
from chassis.errors import PermissionMissing
from chassis.pg import create_pool, transaction
from nuaikit.student_registry.v1 import learners_pb2 as pb
from student_registry.deps import Deps
from student_registry.identifiers import use_cases as identifiers
from student_registry.identifiers.domain import IdentifierFacts, IdentifierKind
from student_registry.identifiers.domain import checked as checked_identifier
from student_registry.keyring import Keyring, SealBrokenError
from student_registry.learners import queries, use_cases
from student_registry.learners.domain import PersonName, Registration
from student_registry.profiles import queries as profile_queries
from student_registry.profiles import use_cases as profiles
from student_registry.profiles.domain import Coded, ProfileKind, Reach, Stated
from student_registry.provenance import DataStatus, Provenance
from student_registry.resealing import reseal

OLD_KEY, NEW_KEY = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
OLD_INDEX, NEW_INDEX = "index-key-of-tests-1", "index-key-of-tests-2"


def old_ring():
    return Keyring.of(OLD_KEY, version=1, previous=None, index_key=OLD_INDEX)


def both_rings():
    return Keyring.of(
        NEW_KEY,
        version=2,
        previous=f"1:{OLD_KEY}",
        index_key=NEW_INDEX,
        index_version=2,
        previous_index_keys=f"1:{OLD_INDEX}",
    )


def new_ring():
    return Keyring.of(NEW_KEY, version=2, previous=None, index_key=NEW_INDEX, index_version=2)


def actor(institution_id, *permissions, role="school_registrar"):
    return Actor(
        subject_hash=uuid4().hex * 2,
        role=role,
        institution_id=UUID(institution_id),
        assignment_id=uuid4(),
        classroom="",
        permissions=frozenset(permissions),
        permission_version="test",
    )


def now():
    return datetime.now(UTC)


@asynccontextmanager
async def deps_of(world, keyring):
    pool = await create_pool(world.dsn, size_max=5, application_name="tests")
    try:
        yield Deps(
            pool=pool,
            keyring=keyring,
            subject_hash_key=b"key",
            bootstrap_subject_hash=None,
            import_rows_max=1_000,
        )
    finally:
        await pool.close()


def registration(school, *facts, given="กมลชนก"):
    return Registration(
        name=PersonName("", given, "ใจดี"),
        birth=None,
        sex=None,
        identifiers=facts,
        registrar_institution_id=UUID(school),
        enrolments=(),
        provenance=Provenance("test", DataStatus.DEMONSTRATION),
    )


async def register(deps, by, *registrations):
    command = use_cases.RegisterLearners(uuid4(), registrations)
    outcomes = await use_cases.register_learners(deps, command, actor=by, now=now())
    assert all(item.problem is None for item in outcomes), outcomes
    return outcomes


@pytest.fixture
async def registrar(world):
    return await world.staff("school_registrar", "demo-school")


async def test_vocational_number_and_transcript_are_of_their_institution_and_shown_whole_to_it(world, build):
    college = await world.staff("college_registrar", "demo-college")
    place, number = world.institutions["demo-college"], f"642{uuid4().int % 10**8:08d}"
    stated = [
        build.identifier(
            "VOCATIONAL_STUDENT_NO", f"{number[:2]} {number[2]} {number[3:7]} {number[7:]}", institution_id=place
        ),
        build.identifier("TRANSCRIPT_SERIES", "๐๐๑๒๓ / 045678", institution_id=place),
    ]
    partner = build.enrolment(place, "PARTNER", grade="PWC.1")
    (first,) = await world.register(build.learner(place, identifiers=stated, enrolments=[partner]), by=college)
    (again,) = await world.register(build.learner(place, identifiers=stated[1:]), by=college)
    assert (again.id, again.already_done) == (first.id, True)
    request = pb.BatchGetLearnersRequest(learner_ids=[first.id], purpose="TEST")
    (found,) = (await world.call("BatchGetLearners", request, college)).learners
    assert [item.masked_value for item in found.identifiers] == [number, "00123/045678"]
    assert found.identity_state == pb.VERIFICATION_STATE_UNVERIFIED
    find = pb.FindLearnersRequest(institution_id=place, student_nos=[number])
    assert [item.learner_id for item in (await world.call("FindLearners", find, college)).matches] == [first.id]


async def test_other_institution_sees_only_the_end_of_such_numbers(world, build, registrar):
    college = await world.staff("college_registrar", "demo-college")
    school, place, citizen = world.institutions["demo-school"], world.institutions["demo-college"], build.citizen_id()
    known = build.identifier("CITIZEN_ID", citizen)
    series = build.identifier("TRANSCRIPT_SERIES", "00123/045678", institution_id=school)
    (first,) = await world.register(build.learner(school, identifiers=[known, series]), by=registrar)
    partner = build.enrolment(place, "PARTNER", grade="PWC.1")
    await world.register(build.learner(place, identifiers=[known], enrolments=[partner]), by=college)
    request = pb.BatchGetLearnersRequest(learner_ids=[first.id], purpose="TEST")
    (found,) = (await world.call("BatchGetLearners", request, college)).learners
    assert [item.masked_value for item in found.identifiers] == ["•" * 9 + citizen[9:], "•" * 8 + "5678"]


async def test_state_tells_who_stated_it_when_and_on_what(world, build, registrar):
    school = world.institutions["demo-school"]
    typed, seen = build.identifier("CITIZEN_ID", build.citizen_id()), build.citizen_id()
    (first,) = await world.register(build.learner(school, identifiers=[typed]), by=registrar)
    (second,) = await world.register(
        build.learner(school, identifiers=[build.identifier("CITIZEN_ID", seen, state="VERIFIED")]), by=registrar
    )
    request = pb.BatchGetLearnersRequest(learner_ids=[first.id, second.id], purpose="TEST")
    unstated, stated = (await world.call("BatchGetLearners", request, registrar)).learners
    assert not unstated.identifiers[0].HasField("state_statement")
    statement = stated.identifiers[0].state_statement
    assert (statement.basis, statement.role, statement.institution_id) == ("DOCUMENT", "school_registrar", school)
    assert statement.stated_at.seconds > 0


async def test_area_office_approves_the_g_codes_of_its_schools_and_of_no_others(own_world, build):
    world = own_world
    await world.institution("area", "AREA_OFFICE_SECONDARY")
    school = await world.institution("school-of-area", parent="area")
    elsewhere, area = world.institutions["other-school"], world.institutions["area"]
    office = actor(area, "registry.area_desk.approve", role="area_officer")
    by = {place: actor(place, use_cases.REGISTER) for place in (school, elsewhere)}
    async with deps_of(world, old_ring()) as deps:
        for place, given in ((school, "มะลิ"), (school, "จันทร์"), (elsewhere, "ดาว")):
            await register(
                deps,
                by[place],
                registration(place, IdentifierFacts(IdentifierKind.G_CODE, build.g_code()), given=given),
            )
        async with transaction(deps.pool) as connection:
            everywhere, _, total = await identifiers.waiting_for_approval(connection, None, after=None, limit=10)
            assert (len(everywhere), total) == (3, 3)
            page, after, total = await identifiers.waiting_for_approval(connection, [UUID(school)], after=None, limit=1)
            rest, end, _ = await identifiers.waiting_for_approval(connection, [UUID(school)], after=after, limit=1)
        assert (total, end) == (2, None)
        mine = [item.identifier_id for item in page + rest]
        (foreign,) = {item.identifier_id for item in everywhere} - set(mine)
        assert all(item.masked_value.startswith("•••••••••") for item in page)
        command = identifiers.ApproveGCodes(uuid4(), (*mine, foreign, mine[0]))
        outcomes = await identifiers.approve(deps, command, actor=office, now=now())
        assert [(item.already_done, item.problem and item.problem.reason) for item in outcomes] == [
            (False, None),
            (False, None),
            (False, "IDENTIFIER_NOT_FOUND"),
            (True, None),
        ]
        assert await identifiers.approve(deps, command, actor=office, now=now()) == outcomes
        with pytest.raises(PermissionMissing):
            await identifiers.approve(deps, command, actor=by[school], now=now())
        async with transaction(deps.pool) as connection:
            (left,), _, _ = await identifiers.waiting_for_approval(connection, None, after=None, limit=10)
        assert left.identifier_id == foreign
    statements = await world.rows("SELECT basis, stated_by_role, institution_id FROM learner_identifier_verification")
    assert [tuple(row) for row in statements] == [("AREA_APPROVAL", "area_officer", UUID(area))] * 2
    told = "SELECT count(*) FROM outbox WHERE type LIKE '%IdentifierChanged'"
    assert await world.value(told) == 2


async def test_both_keys_are_rotated_while_people_register_and_everyone_is_still_found(own_world, build):
    world, school = own_world, own_world.institutions["demo-school"]
    by = actor(school, use_cases.REGISTER, "registry.learners.read")
    people = [
        (
            IdentifierFacts(IdentifierKind.CITIZEN_ID, build.citizen_id()),
            IdentifierFacts(IdentifierKind.STUDENT_NO, str(68_000 + n), institution_id=UUID(school)),
        )
        for n in range(25)
    ]
    async with deps_of(world, old_ring()) as deps:
        before = await register(deps, by, *[registration(school, *facts) for facts in people])
    async with deps_of(world, both_rings()) as deps:
        # Known under the old index, and nobody becomes two people while only half is moved.
        again = await register(deps, by, *[registration(school, facts[0]) for facts in people[:5]])
        assert [item.id for item in again] == [item.id for item in before[:5]]
        assert all(item.already_done for item in again)
        async with transaction(deps.pool) as connection:
            assert await identifiers.reseal_chunk(deps, connection, after=UUID(int=0), limit=7) is not None
            assert await identifiers.count_old_seals(deps, connection) == 43
        new = IdentifierFacts(IdentifierKind.CITIZEN_ID, build.citizen_id())
        done, outcomes = await asyncio.gather(
            reseal(deps),
            register(deps, by, *[registration(school, facts[0]) for facts in people], registration(school, new)),
        )
        assert [item.id for item in outcomes[:-1]] == [item.id for item in before]
        assert done.is_complete
        assert (await reseal(deps)).chunks["learner_identifier"] == 0
    async with deps_of(world, new_ring()) as deps:
        after = await register(deps, by, *[registration(school, *facts) for facts in people])
        assert [item.id for item in after] == [item.id for item in before]
        found = await queries.find_learners(deps, UUID(school), ["68003"], actor=by, now=now())
        assert str(found["68003"]) == before[3].id
        async with transaction(deps.pool) as connection:
            assert await identifiers.drift(deps, connection) == (51, 0)
    assert await world.value("SELECT count(*) FROM learner_identifier_history") == 0
    async with deps_of(world, old_ring()) as deps, transaction(deps.pool) as connection:
        held = await identifiers.of_learners(connection, [UUID(before[0].id)])
        with pytest.raises(SealBrokenError):
            await identifiers.opened(deps, connection, held[UUID(before[0].id)])


async def test_profiles_and_photographs_are_sealed_anew_too_and_groups_counted_in_between(own_world):
    world, school = own_world, own_world.institutions["demo-school"]
    by = actor(school, use_cases.REGISTER, "registry.learners.read", profiles.WRITE, profiles.WRITE_RESTRICTED)
    picture = b"\xff\xd8\xff" + bytes(1_000)

    def stated(learner_id, kind, value):
        return Stated(learner_id, kind, value, "test", DataStatus.DEMONSTRATION)

    async def count(deps):
        indexes = profiles.group_indexes(deps, ProfileKind.SPECIAL_TARGET, "POOR")
        return await world.value("SELECT count(*) FROM profile_fact WHERE code_index = ANY($1::bytea[])", indexes)

    async with deps_of(world, old_ring()) as deps:
        outcomes = await register(deps, by, *[registration(school) for _ in range(6)])
        learners = [UUID(item.id) for item in outcomes]
        facts = [stated(item, ProfileKind.SPECIAL_TARGET, Coded("POOR")) for item in learners]
        facts += [stated(item, ProfileKind.PHONE, Reach("0812345678")) for item in learners]
        command = profiles.RecordFacts(uuid4(), tuple(facts))
        before = await profiles.record_facts(deps, command, actor=by, now=now())
        assert all(item.problem is None for item in before)
        photo = profiles.RecordPhoto(uuid4(), learners[0], picture, None, "test", DataStatus.DEMONSTRATION)
        await profiles.record_photo(deps, photo, actor=by, now=now())
        assert await count(deps) == 6
    async with deps_of(world, both_rings()) as deps:
        assert await count(deps) == 6
        async with transaction(deps.pool) as connection:
            assert await profiles.reseal_chunk(deps, connection, after=UUID(int=0), limit=3) is not None
        assert await count(deps) == 6
        done = await reseal(deps)
        assert done.is_complete
        assert done.chunks["profile_photo"] == 1
    async with deps_of(world, new_ring()) as deps:
        assert await count(deps) == 6
        command = profiles.RecordFacts(uuid4(), tuple(facts))
        again = await profiles.record_facts(deps, command, actor=by, now=now())
        assert [(item.id, item.already_done) for item in again] == [(item.id, True) for item in before]
        _, content = await profile_queries.get_photo(deps, learners[0], purpose="TEST", actor=by, now=now())
        assert content == picture


async def test_same_new_person_stated_under_two_index_keys_at_once_is_one_learner(own_world, build):
    world, school = own_world, own_world.institutions["demo-school"]
    by = actor(school, use_cases.REGISTER)
    facts = checked_identifier(IdentifierFacts(IdentifierKind.CITIZEN_ID, build.citizen_id()))
    still_old = Keyring.of(
        OLD_KEY,
        version=1,
        previous=f"2:{NEW_KEY}",
        index_key=OLD_INDEX,
        index_version=1,
        previous_index_keys=f"2:{NEW_INDEX}",
    )
    async with deps_of(world, still_old) as old, deps_of(world, both_rings()) as new:
        outcomes = await asyncio.gather(
            *[register(deps, by, registration(school, facts)) for deps in (old, new, old, new)]
        )
    assert len({outcome.id for (outcome,) in outcomes}) == 1
    assert await world.value("SELECT count(*) FROM learner_identifier") == 1
