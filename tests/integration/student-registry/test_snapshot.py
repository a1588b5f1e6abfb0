"""A new copy from the topics alone, and one from a snapshot that then follows them, hold the same."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import credit_bank.consumers
import guidance.consumers
import indicators.consumers
import pytest
from chassis import inbox
from chassis.consumer import Runner
from chassis.envelope import Envelope
from chassis.kafka import KafkaAccess
from chassis.pg import create_pool, transaction
from nuaikit.student_registry.v1 import consents_pb2, matching_pb2, movements_pb2, snapshot_pb2

from tests.support import kafka
from tests.support.telemetry import RecordedTelemetry

COPIES = {
    "credit-bank": (
        credit_bank.consumers,
        "institution_copy learner_copy enrolment_copy assignment_copy share_grant_copy",
    ),
    "guidance": (guidance.consumers, "institution_copy enrolment_copy assignment_copy"),
    "indicators": (indicators.consumers, "institution_copy learner_copy enrolment_copy assignment_copy"),
}


@dataclass
class Followers:
    """The topics of a registry of this test, for consumers of databases of their own."""

    broker: Any
    topics: Any
    database: Any


@pytest.fixture
async def followers(database, broker, topics, serve):
    """Topics to follow."""
    await topics.create(*serve.topics)
    return Followers(broker, topics, database)


@pytest.fixture
async def relayed(followers, database, issuer, serve):
    """A registry whose outbox is sent to topics of this test."""
    prefix = followers.topics.prefix
    async with serve(database("student-registry"), issuer, followers.broker, topic_prefix=prefix) as world:
        yield world


async def live(world, build, registrar, partner, count):
    """Register learners, some at two institutions, change one's number, and share and unshare."""
    school, college = await world.institution("demo-school"), await world.institution("demo-college", "COLLEGE")
    for n in range(count):
        code = build.g_code()
        (made,) = await world.register(
            build.learner(
                school,
                given=f"สมชาย{n}",
                identifiers=[build.identifier("G_CODE", code)],
                enrolments=[build.enrolment(school, system="DUAL_EDUCATION")],
                subject=f"learner-{code}",
            ),
            by=registrar,
        )
        await world.register(
            build.learner(
                college,
                given=f"สมชาย{n}",
                identifiers=[build.identifier("G_CODE", code)],
                enrolments=[
                    build.enrolment(college, "PARTNER", programme="PWC", valid_to=date(2025, 6, 1) if n else None)
                ],
            ),
            by=partner,
        )
        grant = consents_pb2.GrantShareRequest(
            request_id=str(uuid4()),
            learner_id=made.id,
            recipient_institution_id=college,
            scope="TRANSCRIPT",
            purpose="ADMISSION",
            valid_to=build.date((datetime.now(UTC) + timedelta(days=30)).date()),
        )
        given = (await world.call("GrantShare", grant, world.person(f"learner-{code}"))).grant
        if n % 2:
            end = consents_pb2.EndShareGrantRequest(request_id=str(uuid4()), grant_id=given.grant_id)
            await world.call("EndShareGrant", end, world.person(f"learner-{code}"))


async def upheaval(world, build):
    """Somebody moves with his record, and two records prove to be one person's, for a while or for good."""
    await world.institution("area", "AREA_OFFICE_SECONDARY")
    places = [await world.institution(alias, parent="area") for alias in ("below-1", "below-2")]
    one, other = [await world.staff("school_registrar", alias) for alias in ("below-1", "below-2")]

    async def pupil(place, by, *, role="PRIMARY", **more):
        (made,) = await world.register(build.learner(place, enrolments=[build.enrolment(place, role)], **more), by=by)
        assert not made.HasField("problem"), made
        return made.id

    async def done(method, by, request):
        answer = await world.call(method, request, by)
        assert not answer.outcomes[0].HasField("problem"), answer
        return answer.outcomes[0].id

    mover = await pupil(places[0], one)
    asked = movements_pb2.MovementInput(
        learner_id=mover,
        to_institution_id=places[1],
        requested_on=build.date(date(2025, 9, 20)),
        papers=("GUARDIAN_REQUEST", "ID_COPIES", "HOUSE_REGISTRATION", "HAND_OVER_LETTER"),
        reason_code="FAMILY_MOVED",
        provenance=build.provenance,
    )
    movement_id = await done(
        "RequestMovements", one, movements_pb2.RequestMovementsRequest(request_id=str(uuid4()), movements=[asked])
    )
    let_go = movements_pb2.MovementRelease(movement_id=movement_id, last_day=build.date(date(2025, 9, 30)))
    await done("ReleaseMovements", one, movements_pb2.ReleaseMovementsRequest(request_id=str(uuid4()), items=[let_go]))
    taken = movements_pb2.MovementAcceptance(
        movement_id=movement_id,
        first_day=build.date(date(2025, 10, 1)),
        delivery_system="DELIVERY_SYSTEM_FORMAL",
        grade_label="M.4",
        provenance=build.provenance,
    )
    await done("AcceptMovements", other, movements_pb2.AcceptMovementsRequest(request_id=str(uuid4()), items=[taken]))
    reviewer, merger = await world.staff("area_officer", "area"), await world.staff("area_registrar", "area")
    for is_undone in (False, True):
        kept = await pupil(places[0], one)
        gone = await pupil(places[1], other, role="PARTNER", subject=f"gone-{uuid4().hex[:8]}")
        for scope in ("TRANSCRIPT", "TRANSCRIPT"):
            grant = consents_pb2.GrantShareRequest(
                request_id=str(uuid4()),
                learner_id=gone,
                recipient_institution_id=places[0],
                scope=scope,
                purpose="ADMISSION",
                valid_to=build.date((datetime.now(UTC) + timedelta(days=30)).date()),
            )
            await world.call("GrantShare", grant, other)
        pair = matching_pb2.ReportedPair(one_learner_id=kept, other_learner_id=gone)
        report = matching_pb2.ReportCandidatesRequest(request_id=str(uuid4()), pairs=[pair])
        decision = matching_pb2.CandidateDecision(
            candidate_id=await done("ReportCandidates", reviewer, report),
            state="CANDIDATE_STATE_SAME",
            reason_code="HOUSE_REGISTER",
        )
        decide = matching_pb2.DecideCandidatesRequest(request_id=str(uuid4()), decisions=[decision])
        await done("DecideCandidates", reviewer, decide)
        item = matching_pb2.MergeInput(surviving_learner_id=kept, merged_learner_id=gone, reason_code="HOUSE_REGISTER")
        merge_id = await done(
            "MergeLearners", merger, matching_pb2.MergeLearnersRequest(request_id=str(uuid4()), merges=[item])
        )
        if is_undone:
            back = matching_pb2.UnmergeInput(merge_id=merge_id, reason_code="WRONGLY_MERGED")
            await done(
                "UnmergeLearners", merger, matching_pb2.UnmergeLearnersRequest(request_id=str(uuid4()), merges=[back])
            )


async def sent(world):
    """Wait until the relay has sent everything."""

    async def is_sent():
        return await world.value("SELECT count(*) FROM outbox WHERE published_at IS NULL") == 0

    await kafka.eventually(is_sent, timeout_s=30, what="the outbox to be sent")


@asynccontextmanager
async def following(dsn, followers, subscription, *, group):
    """A consumer of this database that reads the topics of this test from their start."""
    recorded = RecordedTelemetry()
    pool = await create_pool(dsn, size_max=3, application_name="test")
    access = KafkaAccess(followers.broker.options(), followers.topics.prefix)
    # Only the registry's topics exist in this test.
    own = subscription.__class__(
        frozenset(topic for topic in subscription.topics if "student-registry" in topic), subscription.handlers
    )
    runner = Runner(pool, access, own, group=f"{followers.topics.prefix}{group}", telemetry=recorded.of("test"))
    task = asyncio.create_task(runner.run())
    try:
        yield pool
    finally:
        runner.stop()
        await task
        await pool.close()
        recorded.shutdown()


async def adopted(world, dsn, subscription):
    """Build a copy from the snapshot: each page's facts and positions in one transaction."""
    service = world.service_itself("registry.snapshot.read")
    begun = await world.call("GetSnapshotStart", snapshot_pb2.GetSnapshotStartRequest(), service)
    pool = await create_pool(dsn, size_max=2, application_name="test")
    for topic in begun.topics:
        token = ""
        while True:
            request = snapshot_pb2.ReadSnapshotRequest(topic=topic, page_size=2, page_token=token)
            page = await world.call("ReadSnapshot", request, service)
            async with transaction(pool) as connection:
                for key in page.keys:
                    for fact in key.facts:
                        handler = subscription.handlers.get(fact.message.TypeName())
                        if handler is None:
                            continue
                        message = handler.message()
                        assert fact.message.Unpack(message)
                        envelope = Envelope(
                            event_id=uuid4(),
                            type=fact.message.TypeName(),
                            source="/student-registry",
                            time=fact.told_at.ToDatetime(tzinfo=UTC),
                            topic=topic,
                            key=key.key,
                            sequence=key.sequence,
                            traceparent=None,
                        )
                        await handler.apply(connection, message, envelope)
                await inbox.adopt(connection, topic, {key.key: key.sequence for key in page.keys if key.sequence})
            token = page.next_page_token
            if not token:
                break
    await pool.close()


async def held(pool, tables):
    """Everything in the copies but when it was told: an event is told a moment after its fact was recorded."""
    return {
        table: sorted(
            str({name: value for name, value in row.items() if name != "told_at"})
            for row in await pool.fetch(f"SELECT * FROM {table}")  # tables of this test's own list
        )
        for table in tables.split()
    }


@pytest.mark.parametrize("service", COPIES)
async def test_copy_from_a_snapshot_is_the_copy_from_the_topics(relayed, followers, build, service):
    world = relayed
    await world.institution("demo-school")
    await world.institution("demo-college", "COLLEGE")
    registrar = await world.staff("school_registrar", "demo-school")
    partner = await world.staff("college_registrar", "demo-college", valid_to=date(2030, 1, 1))
    await live(world, build, registrar, partner, 3)
    await upheaval(world, build)
    consumers, tables = COPIES[service]
    from_topics, from_snapshot = followers.database(service), followers.database(service)
    await adopted(world, from_snapshot, consumers.subscription())
    # What happens after the snapshot reaches both the same way.
    await live(world, build, registrar, partner, 2)
    await world.staff("school_director", "demo-school")
    await sent(world)
    total = await world.value("SELECT sum(last) FROM outbox_sequence")
    async with (
        following(from_topics, followers, consumers.subscription(), group="a") as one,
        following(from_snapshot, followers, consumers.subscription(), group="b") as other,
    ):

        async def is_read():
            sums = [await pool.fetchval("SELECT sum(last_sequence) FROM consumed_position") for pool in (one, other)]
            return sums == [total, total]

        await kafka.eventually(is_read, timeout_s=60, what="both copies to have read the topics")
        assert [await pool.fetchval("SELECT count(*) FROM parked_event") for pool in (one, other)] == [0, 0]
        expected = await held(one, tables)
        assert all(expected.values()), {table: len(rows) for table, rows in expected.items()}
        assert await held(other, tables) == expected


async def test_snapshot_is_for_services_with_its_scope(world):
    registrar = await world.staff("school_registrar", "demo-school")
    request = snapshot_pb2.ReadSnapshotRequest(topic="nuaikit.student-registry.learners.v1")
    for caller in (registrar, world.admin, world.service_itself("registry.resolve")):
        assert (await world.refused("ReadSnapshot", request, caller))[0] == "PERMISSION_DENIED"
        assert (await world.refused("GetSnapshotStart", snapshot_pb2.GetSnapshotStartRequest(), caller))[0] == (
            "PERMISSION_DENIED"
        )
    service = world.service_itself("registry.snapshot.read")
    request.topic = "nuaikit.credit-bank.ledger.v1"
    assert await world.refused("ReadSnapshot", request, service) == ("INVALID_ARGUMENT", "TOPIC_UNKNOWN")


async def test_snapshot_tells_no_name_number_or_birth_date(world, build):
    registrar = await world.staff("school_registrar", "demo-school")
    school = world.institutions["demo-school"]
    number = build.citizen_id()
    (made,) = await world.register(
        build.learner(
            school,
            given="ลับเฉพาะ",
            identifiers=[build.identifier("CITIZEN_ID", number)],
            enrolments=[build.enrolment(school)],
        ),
        by=registrar,
    )
    before = str(UUID(int=UUID(made.id).int - 1))
    request = snapshot_pb2.ReadSnapshotRequest(
        topic="nuaikit.student-registry.learners.v1", page_size=1, page_token=before
    )
    page = await world.call("ReadSnapshot", request, world.service_itself("registry.snapshot.read"))
    (key,) = page.keys
    assert key.key == made.id
    assert [fact.message.TypeName().rpartition(".")[2] for fact in key.facts] == [
        "LearnerRegistered",
        "EnrolmentChanged",
    ]
    assert key.sequence == 2
    raw = page.SerializeToString()
    assert "ลับเฉพาะ".encode() not in raw
    assert number.encode() not in raw
