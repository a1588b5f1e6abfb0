"""Trees of institutions at a date."""

from datetime import date
from uuid import UUID, uuid4

import asyncpg
import pytest
from nuaikit.student_registry.v1 import institutions_pb2
from student_registry.institutions.use_cases import subtree

TODAY = date(2026, 11, 21)


@pytest.fixture
async def connection(world):
    connection = await asyncpg.connect(world.dsn)
    yield connection
    await connection.close()


async def hang(connection, child, parent, *, tree="administration", since=None, until=None):
    await connection.execute(
        "INSERT INTO institution_parent (institution_id, tree, parent_institution_id, valid_during)"
        " VALUES ($1, $2, $3, daterange($4, $5, '[]'))",
        UUID(child),
        tree,
        UUID(parent),
        since,
        until,
    )


async def test_subtree_holds_the_top_and_everything_below_on_the_day(world, connection):
    top, middle, leaf, other = [await world.institution(f"tree-{name}") for name in ("top", "middle", "leaf", "other")]
    await hang(connection, middle, top, since=date(2026, 1, 1))
    await hang(connection, leaf, middle)
    await hang(connection, other, top, tree="network")
    day = {"tree": "administration", "on_date": TODAY}
    assert {str(found) for found in await subtree(connection, UUID(top), **day)} == {top, middle, leaf}
    assert {str(found) for found in await subtree(connection, UUID(leaf), **day)} == {leaf}
    earlier = await subtree(connection, UUID(top), tree="administration", on_date=date(2025, 12, 31))
    assert [str(found) for found in earlier] == [top]
    network = await subtree(connection, UUID(top), tree="network", on_date=TODAY)
    assert {str(found) for found in network} == {top, other}
    assert await subtree(connection, uuid4(), **day) == []


async def test_subtree_of_a_circle_ends(world, connection):
    a, b = await world.institution("circle-a"), await world.institution("circle-b")
    await hang(connection, a, b)
    await hang(connection, b, a)
    found = await subtree(connection, UUID(a), tree="administration", on_date=TODAY)
    assert {str(item) for item in found} == {a, b}


async def test_home_school_family_stands_under_an_area_office_only(world):
    await world.institution("area", "AREA_OFFICE_PRIMARY")
    family = await world.institution("family", "HOME_SCHOOL", parent="area")
    home = await world.institution("home", "HOME_SCHOOL", parent="family")
    assert family != home
    item = institutions_pb2.Institution(
        kind="INSTITUTION_KIND_HOME_SCHOOL",
        name_th="บ้านเรียนใต้ร่มไม้",
        local_alias=world.alias("stray-family"),
        parent_institution_id=world.institutions["demo-school"],
        provenance={"source": "test", "status": "RULE_STATUS_DEMONSTRATION"},
    )
    request = institutions_pb2.RegisterInstitutionsRequest(request_id=str(uuid4()), institutions=[item])
    (outcome,) = (await world.call("RegisterInstitutions", request, world.admin)).outcomes
    assert outcome.problem.reason == "PARENT_KIND_WRONG"
