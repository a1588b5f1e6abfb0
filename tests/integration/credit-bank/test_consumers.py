"""The registry's events become copies, and ours leave in the order of the chain, over a real broker."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from chassis.auth import subject_hash
from chassis.ids import date_to_pb, time_to_pb
from chassis.service import Running, running
from credit_bank import consumers
from credit_bank.app import SERVICE
from credit_bank.catalogue.events import TOPIC as CATALOGUE
from credit_bank.config import Settings
from credit_bank.people import store as people
from credit_bank.recording.events import TOPIC as LEDGER
from nuaikit.credit_bank.v1 import events_pb2 as own
from nuaikit.student_registry.v1 import events_pb2 as registry
from nuaikit.student_registry.v1 import institutions_pb2 as registry_institutions
from pydantic import SecretStr

from tests.support import kafka
from tests.support.credit_calls import get, posted, record, result, result_json
from tests.support.credit_world import Person, World, ids_of
from tests.support.events import Emitter
from tests.support.identity import SUBJECT_HASH_KEY
from tests.support.kafka import Broker, eventually
from tests.support.telemetry import RecordedTelemetry

NEIGHBOURS = (consumers.LEARNERS, consumers.INSTITUTIONS, consumers.ASSIGNMENTS)
COPIES = (
    "institution_copy",
    "institution_parent_copy",
    "learner_copy",
    "enrolment_copy",
    "assignment_copy",
    "share_grant_copy",
)
NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
Begin = Callable[..., Awaitable[Running[Settings]]]


@pytest.fixture
async def begin(world: World, broker: Broker, topics: Any, telemetry: RecordedTelemetry) -> AsyncIterator[Begin]:
    """`await begin("consume", "relay")` starts parts beside the serving process, as on a cluster."""
    async with AsyncExitStack() as stack:
        await topics.create(*NEIGHBOURS, LEDGER, CATALOGUE, partitions=2)

        async def start(*parts: str, group: str = "bank") -> Running[Settings]:
            options: dict[str, Any] = {
                name.removeprefix("P_").lower(): value for name, value in broker.settings("P_").items()
            }
            options["kafka_password"] = SecretStr(options["kafka_password"]) if "kafka_password" in options else None
            options |= {"topic_prefix": topics.prefix, "consumer_group": f"{topics.prefix}{group}"}
            settings = world.service._resources.settings.model_copy(update=options)
            return await stack.enter_async_context(
                running(SERVICE, settings, parts=frozenset(parts), telemetry=telemetry.of("credit-bank"))
            )

        yield start


@pytest.fixture
def emitter(broker: Broker, topics: Any) -> Emitter:
    return Emitter(broker, topics.prefix)


def enrolment(learner_id: UUID, institution_id: UUID, **changes: Any) -> registry.EnrolmentChanged:
    values: dict[str, Any] = {
        "enrolment_id": str(uuid4()),
        "learner_id": str(learner_id),
        "institution_id": str(institution_id),
        "role": "ENROLMENT_ROLE_PRIMARY",
        "delivery_system": "DELIVERY_SYSTEM_DUAL_EDUCATION",
        "grade_label": "M.4",
        "status": "ENROLMENT_STATUS_STUDYING",
        "valid_from": date_to_pb(date(2025, 5, 16)),
    }
    return registry.EnrolmentChanged(**values | changes)


async def copies(world: World) -> dict[str, list[tuple[Any, ...]]]:
    return {name: [tuple(row) for row in await world.fetch(f"SELECT * FROM {name} ORDER BY 1")] for name in COPIES}


async def arrived(world: World, count: int) -> None:
    async def are_there() -> bool:
        return await world.fetchval("SELECT count(*) FROM consumed_event") >= count

    await eventually(are_there, timeout_s=30, what=f"{count} events to be applied")


async def tell_everything(world: World, emitter: Emitter) -> tuple[UUID, UUID, int]:
    """A new school with a recorder and a learner, told by events alone; the learner's enrolment changes once."""
    school, learner_id, assignment_id = uuid4(), uuid4(), uuid4()
    enrolment_id = str(uuid4())
    status = "RULE_STATUS_DEMONSTRATION"
    await emitter.emit(
        consumers.INSTITUTIONS,
        str(school),
        registry.InstitutionChanged(
            institution_id=str(school),
            kind="INSTITUTION_KIND_SCHOOL",
            name_th="โรงเรียนใหม่",
            local_alias="new-school",
            parent_institution_id=str(world.school),
            parents=[
                registry_institutions.InstitutionParent(tree="administration", parent_institution_id=str(world.school)),
                registry_institutions.InstitutionParent(
                    tree="province",
                    parent_institution_id=str(world.college),
                    valid_from=date_to_pb(date(2020, 5, 1)),
                    valid_to=date_to_pb(date(2024, 4, 30)),
                ),
            ],
            data_status=status,
        ),
    )
    await emitter.emit(
        consumers.ASSIGNMENTS,
        str(school),
        registry.AssignmentChanged(
            assignment_id=str(assignment_id),
            subject_hash=subject_hash("ครูใหม่", SUBJECT_HASH_KEY.encode()),
            institution_id=str(school),
            role="school_recorder",
            permissions=["credit.record", "credit.read"],
            permission_version="2569.1",
            valid_from=date_to_pb(date(2025, 5, 1)),
        ),
    )
    learner = str(learner_id)
    registered = registry.LearnerRegistered(
        learner_id=learner,
        registrar_institution_id=str(school),
        registered_at=time_to_pb(datetime(2025, 5, 16, tzinfo=UTC)),
        data_status=status,
    )
    await emitter.emit(consumers.LEARNERS, learner, registered)
    first = enrolment(learner_id, school, enrolment_id=enrolment_id, grade_label="M.3")
    await emitter.emit(consumers.LEARNERS, learner, first)
    await emitter.emit(consumers.LEARNERS, learner, registry.IdentifierChanged(learner_id=learner))
    await emitter.emit(consumers.LEARNERS, learner, enrolment(learner_id, school, enrolment_id=enrolment_id))
    granted = registry.ShareGrantChanged(
        grant_id=str(uuid4()),
        learner_id=learner,
        recipient_institution_id=str(world.stranger),
        scope="TRANSCRIPT",
        valid_to=date_to_pb(date(2027, 5, 1)),
    )
    await emitter.emit(consumers.LEARNERS, learner, granted)
    return learner_id, assignment_id, 7


async def test_where_an_institution_stands_is_kept_in_every_tree(world: World, begin: Begin, emitter: Emitter) -> None:
    await begin("consume")
    _, _, count = await tell_everything(world, emitter)
    await arrived(world, count)
    async with world.pool.acquire() as connection:
        [school] = await people.below(connection, world.school, on=date(2026, 5, 1))
        assert await people.below(connection, world.college, on=date(2024, 4, 30)) == [school]
        assert await people.below(connection, world.college, on=date(2024, 5, 1)) == []
    moved = registry.InstitutionChanged(
        institution_id=str(school),
        kind="INSTITUTION_KIND_SCHOOL",
        name_th="โรงเรียนใหม่",
        local_alias="new-school",
        parent_institution_id=str(world.stranger),
        data_status="RULE_STATUS_DEMONSTRATION",
    )
    await emitter.emit(consumers.INSTITUTIONS, str(school), moved)
    await arrived(world, count + 1)
    async with world.pool.acquire() as connection:
        assert await people.below(connection, world.stranger, on=date(2026, 5, 1)) == [school]
        assert await people.below(connection, world.school, on=date(2026, 5, 1)) == [], "what is told is all there is"


async def test_recording_works_on_copies_alone_while_the_registry_is_away(
    world: World, begin: Begin, emitter: Emitter
) -> None:
    await begin("consume")
    learner_id, assignment_id, count = await tell_everything(world, emitter)
    await arrived(world, count)
    await world.registry.stop()
    actor = replace(world.staff["school-recorder"].actor, assignment_id=assignment_id)
    teacher = Person(world.issuer.person("ครูใหม่"), actor)
    found = await posted(world, "entries", {"results": [result_json(learner_id)]}, teacher)
    assert found[0]["problem"] is None
    page = await get(world, "entries", teacher)
    assert (page.status_code, page.json()["total"]) == (httpx.codes.OK, 1)


async def test_assignment_that_ended_by_event_acts_no_longer(world: World, begin: Begin, emitter: Emitter) -> None:
    await begin("consume")
    person = world.staff["school-recorder"]
    ended = registry.AssignmentChanged(
        assignment_id=str(person.actor.assignment_id),
        subject_hash=person.actor.subject_hash,
        institution_id=str(world.school),
        role="school_recorder",
        permissions=["credit.record", "credit.read"],
        permission_version="2569.1",
        valid_from=date_to_pb(date(2025, 5, 1)),
        valid_to=date_to_pb(date(2025, 5, 2)),
    )
    assert (await get(world, "entries", person)).status_code == httpx.codes.OK
    await emitter.emit(consumers.ASSIGNMENTS, str(world.school), ended)
    await arrived(world, 1)
    await world.registry.stop()
    # The copy says no more than that it does not know him now; only the registry may say why, and it is away.
    assert (await get(world, "entries", person)).status_code == httpx.codes.SERVICE_UNAVAILABLE


async def test_copies_are_made_again_from_the_topics_and_are_the_same(
    world: World, begin: Begin, emitter: Emitter
) -> None:
    for name in COPIES:
        await world.execute(f"DELETE FROM {name}")
    await begin("consume")
    learner_id, _, count = await tell_everything(world, emitter)
    await arrived(world, count)
    told = await copies(world)
    assert [len(rows) for rows in told.values()] == [1, 2, 1, 1, 1, 1]
    assert "M.4" in told["enrolment_copy"][0], "the newest fact stands"
    assert learner_id in told["learner_copy"][0]

    for name in (*COPIES, "consumed_event", "consumed_position"):
        await world.execute(f"DELETE FROM {name}")
    await begin("consume", group="again")
    await arrived(world, count)
    assert await copies(world) == told


async def test_event_five_times_changes_nothing_more(world: World, begin: Begin, emitter: Emitter, topics: Any) -> None:
    await begin("consume")
    learner_id = uuid4()
    first = await emitter.emit(consumers.LEARNERS, str(learner_id), enrolment(learner_id, world.school))
    for _ in range(4):
        await kafka.produce(
            emitter.broker,
            topics.prefix + consumers.LEARNERS,
            value=first.value,
            key=first.key,
            headers=first.headers,
        )
    await emitter.emit(consumers.LEARNERS, str(learner_id), enrolment(learner_id, world.college))
    await arrived(world, 2)
    assert await world.fetchval("SELECT count(*) FROM enrolment_copy WHERE learner_id = $1", learner_id) == 2


async def test_events_leave_in_the_order_of_the_chain_and_name_nobody(
    world: World, begin: Begin, broker: Broker, topics: Any
) -> None:
    learner_id = await world.learner()
    await begin("relay")
    results = [result(learner_id), result(learner_id, "ค31101"), result(learner_id, "ก31901", "ผ")]
    entries = ids_of(await record(world, *results))
    await world.verify(entries)
    counts = [
        {"entry_id": str(entry_id), "qualification_code": "M6-OBEC", "qualification_version": "2551R60"}
        for entry_id in entries[:2]
    ]
    await posted(world, "counts", {"entries": counts}, "school-registrar")

    async def are_published() -> bool:
        return not await world.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL")

    await eventually(are_published, timeout_s=30, what="the outbox to be empty")
    records = await kafka.read_all(broker, topics.prefix + LEDGER)
    assert {record_.key for record_ in records} == {str(learner_id)}
    kinds = {kind.DESCRIPTOR.full_name: kind for kind in (own.CreditRecorded, own.CreditVerified, own.CreditCounted)}
    messages = [kinds[record_.headers["ce_type"]].FromString(record_.value) for record_ in records]
    assert [message.journal_seq for message in messages] == list(range(1, 9))
    assert [int(record_.headers["ce_sequence"]) for record_ in records] == list(range(1, 9))
    assert all(record_.headers["ce_source"] == "/credit-bank" for record_ in records)
    for record_ in records:
        assert "สมมติ".encode() not in record_.value, "no name of a learner leaves"
    catalogue = await kafka.read_all(broker, topics.prefix + CATALOGUE)
    assert {record_.key for record_ in catalogue} == {"national", str(world.college), str(world.school)}


async def test_merge_and_its_undoing_arrive_once_however_often_they_are_told(
    world: World, begin: Begin, emitter: Emitter
) -> None:
    """Over the broker, the moved enrolment before the merge itself, and every event twice."""
    kept, other = await world.learner(), await world.learner()
    await world.results([kept, other], ("ท31101", "3"))
    await begin("consume")
    moved = enrolment(kept, world.school)
    ids = {"merge_id": str(uuid4()), "surviving_learner_id": str(kept), "merged_learner_id": str(other)}
    for _ in range(2):
        await emitter.emit(consumers.LEARNERS, str(kept), moved)
        await emitter.emit(consumers.LEARNERS, str(other), registry.LearnersMerged(merged_at=time_to_pb(NOW), **ids))
    await arrived(world, 4)
    assert await world.fetchval("SELECT count(*) FROM learner_merge_copy WHERE NOT is_undone") == 1
    assert await world.fetchval("SELECT count(*) FROM journal WHERE type = 'learner.merged'") == 2
    for _ in range(2):
        message = registry.LearnersUnmerged(unmerged_at=time_to_pb(NOW), **ids)
        await emitter.emit(consumers.LEARNERS, str(other), message)
    await arrived(world, 6)
    assert await world.fetchval("SELECT count(*) FROM learner_merge_copy WHERE NOT is_undone") == 0
    assert await world.fetchval("SELECT count(*) FROM journal WHERE type = 'learner.unmerged'") == 2
