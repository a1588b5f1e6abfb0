"""Nothing personal reaches a log line, a span, an error, an event or the request table, whatever is sent."""

import json
from uuid import uuid4

import grpc.aio
import pytest
from nuaikit.student_registry.v1 import learners_pb2 as pb

from tests.support import kafka

GIVEN, FAMILY = "ชนกานต์พิเศษ", "วงศ์ทดสอบลับ"


async def readable(world, statement):
    """Every value of the rows, bytes as text as far as they are."""
    return "".join(
        value.decode(errors="replace") if isinstance(value, bytes) else str(value)
        for row in await world.rows(statement)
        for value in row.values()
    )


@pytest.fixture
async def recorder(own_world):
    return await own_world.staff("school_registrar", "demo-school")


async def test_no_personal_value_is_left_anywhere_but_in_its_own_columns(own_world, build, recorder, logs):
    world, school = own_world, own_world.institutions["demo-school"]
    number, wrong, g_code, passport = build.citizen_id(), "1999910011111", build.g_code(), "ZX9876543"
    subject = f"secret-subject-{uuid4().hex}"
    people = [
        build.learner(
            school,
            given=GIVEN,
            family=FAMILY,
            identifiers=[
                build.identifier("CITIZEN_ID", number),
                build.identifier("G_CODE", g_code),
                build.identifier("PASSPORT", passport, country="MMR"),
            ],
            enrolments=[build.enrolment(school)],
            subject=subject,
        ),
        build.learner(school, given=GIVEN, identifiers=[build.identifier("CITIZEN_ID", wrong)]),
        build.learner(
            school, given="คนอื่น", family=FAMILY, birth=None, identifiers=[build.identifier("CITIZEN_ID", number)]
        ),
    ]
    outcomes = list(await world.register(*people, by=recorder))
    answers = [str(outcomes)]
    request = pb.ChangeIdentifierRequest(
        request_id=str(uuid4()),
        learner_id=outcomes[0].id,
        ends_kind="IDENTIFIER_KIND_G_CODE",
        identifier=build.identifier("CITIZEN_ID", wrong),
    )
    try:
        await world.call("ChangeIdentifier", request, recorder)
    except grpc.aio.AioRpcError as exc:
        answers.append(f"{exc.details()} {exc.trailing_metadata()}")
    for body in ({"learners": [{"name": {"given_name_th": GIVEN}, "nationality": number}]}, {"learners": number}):
        answer = await world.http.post(
            "/v1/learners", json=body, headers=recorder.headers | {"Idempotency-Key": str(uuid4())}
        )
        assert answer.status_code == 422
        answers.append(answer.text)
    header = "เลขประจำตัวนักเรียน,เลขประจำตัวประชาชน,ชื่อ,นามสกุล,บทบาท,วันเริ่มเรียน (พ.ศ.)"
    lines = [f"1,{wrong},{GIVEN},{FAMILY},หลัก,16/05/2568", f"2,{number},คนอื่น,{FAMILY}จริง,หลัก,{GIVEN}"]
    answer = await world.http.post(
        "/v1/learner-imports",
        headers=recorder.headers | {"Idempotency-Key": str(uuid4())},
        files={"file": ("learners.csv", "\n".join([header, *lines]).encode())},
    )
    assert answer.json()["rejected"] == 2
    answers.append(json.dumps([{**row, "title_th": ""} for row in answer.json()["rows"]], ensure_ascii=False))

    spans = json.dumps([[span.name, dict(span.attributes or {}), str(span.status)] for span in world.telemetry.spans])
    requests = await readable(world, "SELECT caller, answer FROM request")
    outbox = await readable(world, "SELECT key, payload FROM outbox")
    reports = await readable(world, "SELECT column_name, masked_value, reason FROM learner_import_fault")
    for where, text in {
        "answers": "".join(answers), "logs": "".join(logs.texts), "spans": spans,
        "requests": requests, "outbox": outbox, "reports": reports,
    }.items():  # fmt: skip
        for personal in (number, wrong, g_code, passport, FAMILY, subject):
            assert personal not in text, where
        assert GIVEN not in text, where


async def test_database_that_fails_leaks_nothing(own_world, build, recorder, logs):
    """A CHECK that fails names the whole row in PostgreSQL's message; neither caller nor log may see it."""
    world, school = own_world, own_world.institutions["demo-school"]
    await world.rows("ALTER TABLE learner_name ADD CONSTRAINT never CHECK (given_name = '') NOT VALID")
    request = pb.RegisterLearnersRequest(
        request_id=str(uuid4()), learners=[build.learner(school, given=GIVEN, family=FAMILY)]
    )
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await world.call("RegisterLearners", request, recorder)
    assert failed.value.code() is grpc.StatusCode.INTERNAL
    assert GIVEN not in f"{failed.value.details()} {failed.value.trailing_metadata()}"
    assert logs.saying("Call failed")
    assert GIVEN not in "".join(logs.texts)
    assert await world.value("SELECT count(*) FROM learner") == 0


async def test_database_that_is_away_is_unavailable_and_nothing_is_lost(own_world, build, recorder):
    world, school = own_world, own_world.institutions["demo-school"]
    request = pb.RegisterLearnersRequest(request_id=str(uuid4()), learners=[build.learner(school)])
    await world.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    seen = set()

    async def is_registered():
        try:
            answer = await world.call("RegisterLearners", request, recorder)
        except grpc.aio.AioRpcError as exc:
            seen.add(exc.code())
            return False
        return bool(answer.outcomes[0].id)

    await kafka.eventually(is_registered, timeout_s=10, what="the pool to connect again")
    assert seen <= {grpc.StatusCode.UNAVAILABLE}
    assert await world.value("SELECT count(*) FROM learner") == 1
