"""What others are told: every fact's first event on creation, in order per key, and nothing personal."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from nuaikit.student_registry.v1 import consents_pb2, events_pb2
from nuaikit.student_registry.v1 import learners_pb2 as pb

from tests.support import kafka


def today():
    return (datetime.now(UTC) + timedelta(hours=7)).date()


@pytest.fixture
async def relayed(database, issuer, broker, topics, serve):
    """A registry whose outbox is sent to topics of this test."""
    await topics.create(*serve.topics)
    async with serve(database("student-registry"), issuer, broker, topic_prefix=topics.prefix) as world:
        yield world


async def events_of(world, broker, topics, serve):
    """Every event as a new reader finds it, once the outbox is empty: message, key and headers."""

    async def is_sent():
        return await world.value("SELECT count(*) FROM outbox WHERE published_at IS NULL") == 0

    await kafka.eventually(is_sent, timeout_s=20, what="the outbox to be sent")
    records = await kafka.read_all(broker, *[topics.prefix + name for name in serve.topics])
    found = []
    for record in records:
        name = record.headers["ce_type"].removeprefix("nuaikit.student_registry.v1.")
        message = getattr(events_pb2, name).FromString(record.value)
        found.append(
            (record.topic.removeprefix(topics.prefix).split(".")[2], name, record.key, message, record.headers)
        )
    return found


async def test_new_reader_of_the_topics_gets_every_fact(relayed, build, broker, topics, serve):
    world = relayed
    school, college = await world.institution("demo-school"), await world.institution("demo-college", "COLLEGE")
    registrar = await world.staff("school_registrar", "demo-school", subject="registrar")
    partner = await world.staff("college_registrar", "demo-college", subject="partner")
    g_code, number = build.g_code(), build.citizen_id()
    (learner,) = await world.register(
        build.learner(
            school,
            identifiers=[build.identifier("G_CODE", g_code)],
            enrolments=[build.enrolment(school, system="DUAL_EDUCATION", classroom="1")],
            subject="himself",
        ),
        by=registrar,
    )
    await world.register(
        build.learner(
            college,
            identifiers=[build.identifier("G_CODE", g_code)],
            enrolments=[
                build.enrolment(college, "PARTNER", system="DUAL_EDUCATION", grade="PWC.1", programme="PWC-2562")
            ],
        ),
        by=partner,
    )
    change = pb.ChangeIdentifierRequest(
        request_id=str(uuid4()),
        learner_id=learner.id,
        ends_kind="IDENTIFIER_KIND_G_CODE",
        identifier=build.identifier("CITIZEN_ID", number),
    )
    await world.call("ChangeIdentifier", change, registrar)
    grant = consents_pb2.GrantShareRequest(
        request_id=str(uuid4()),
        learner_id=learner.id,
        recipient_institution_id=college,
        scope="TRANSCRIPT",
        purpose="ADMISSION",
        valid_to=build.date(today()),
    )
    made = (await world.call("GrantShare", grant, world.person("himself"))).grant
    end = consents_pb2.EndShareGrantRequest(request_id=str(uuid4()), grant_id=made.grant_id)
    await world.call("EndShareGrant", end, world.person("himself"))

    events = await events_of(world, broker, topics, serve)
    by_topic = {}
    for topic, name, key, message, headers in events:
        by_topic.setdefault(topic, []).append((name, key, message, headers))
    assert {(name, key) for name, key, _, _ in by_topic["institutions"]} == {
        ("InstitutionChanged", school),
        ("InstitutionChanged", college),
    }
    assigned = {message.role: (key, message) for _, key, message, _ in by_topic["assignments"]}
    key, message = assigned["school_registrar"]
    assert key == message.institution_id == school
    assert message.assignment_id == registrar.assignment_id
    assert "registry.identifier.change" in message.permissions
    assert message.permission_version == "2569.3"

    assert [name for name, _, _, _ in by_topic["learners"]] == [
        "LearnerRegistered",
        "EnrolmentChanged",
        "EnrolmentChanged",
        "IdentifierChanged",
        "ShareGrantChanged",
        "ShareGrantChanged",
    ]
    assert {key for _, key, _, _ in by_topic["learners"]} == {learner.id}
    assert [headers["ce_sequence"] for _, _, _, headers in by_topic["learners"]] == ["1", "2", "3", "4", "5", "6"]
    registered, at_school, at_college, _, granted, ended = [message for _, _, message, _ in by_topic["learners"]]
    assert registered.registrar_institution_id == school
    assert at_school == events_pb2.EnrolmentChanged(
        enrolment_id=at_school.enrolment_id,
        learner_id=learner.id,
        institution_id=school,
        level="UPPER_SECONDARY",
        role="ENROLMENT_ROLE_PRIMARY",
        delivery_system="DELIVERY_SYSTEM_DUAL_EDUCATION",
        grade_label="M.4",
        classroom="1",
        status="ENROLMENT_STATUS_STUDYING",
        valid_from=build.date(date(2025, 5, 16)),
    )
    assert (at_college.institution_id, at_college.programme_code) == (college, "PWC-2562")
    assert (granted.grant_id, granted.is_ended, ended.is_ended) == (made.grant_id, False, True)

    everything = b"".join(message.SerializeToString() for _, _, _, message, _ in events).decode(errors="replace")
    everything += "".join(str(headers) for *_, headers in events)
    for personal in (g_code, number, number[9:], "กมลชนก", "ใจดี", "himself", "registrar\n", "2009"):
        assert personal not in everything


async def test_repeated_statements_tell_nobody_anything(relayed, build, broker, topics, serve):
    world = relayed
    school = await world.institution("demo-school")
    recorder = await world.staff("school_recorder", "demo-school")
    stated = build.learner(
        school,
        identifiers=[build.identifier("CITIZEN_ID", build.citizen_id())],
        enrolments=[build.enrolment(school)],
    )
    refused = build.learner(school, given=" ")
    for _ in range(3):
        await world.register(stated, refused, by=recorder)
    names = [name for topic, name, *_ in await events_of(world, broker, topics, serve) if topic == "learners"]
    assert names == ["LearnerRegistered", "EnrolmentChanged"]


async def test_ended_enrolment_is_told_as_ended(relayed, build, broker, topics, serve):
    world = relayed
    school = await world.institution("demo-school")
    recorder = await world.staff("school_recorder", "demo-school")
    numbers = [build.identifier("CITIZEN_ID", build.citizen_id())]
    for end in (None, date(2026, 3, 31)):
        stated = build.learner(school, identifiers=numbers, enrolments=[build.enrolment(school, valid_to=end)])
        await world.register(stated, by=recorder)
    told = [
        message
        for _, name, _, message, _ in await events_of(world, broker, topics, serve)
        if name == "EnrolmentChanged"
    ]
    assert [message.HasField("valid_to") for message in told] == [False, True]
    assert told[1].status == 2
    assert told[0].enrolment_id == told[1].enrolment_id


async def test_trace_of_the_request_goes_on_in_the_event(relayed, build, broker, topics, serve):
    world = relayed
    await world.institution("demo-school")
    _, _, _, _, headers = (await events_of(world, broker, topics, serve))[0]
    server = world.telemetry.span("nuaikit.student_registry.v1.InstitutionService/RegisterInstitutions")
    assert headers["traceparent"].split("-")[1] == format(server.get_span_context().trace_id, "032x")
