"""Reading a learner through the whole service beside the raw read, in alternating slices (performance.md T5).

    TEST_POSTGRES_DSN=... python -m bench registry_read [--seconds 2] [--rounds 3]

A: one connection, the learner's name and facts by id with asyncpg, prepared.
B: `GET /v1/learners/{id}` over HTTP: token checked, assignment resolved, rows of the own institution only, identifiers
and enrolments too. One caller each, p50 of every call.
C: `BatchGetLearners` of 100 over gRPC by the same caller: calls and learners a second.
"""

import argparse
import asyncio
import base64
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import asyncpg
import grpc.aio
from chassis.auth import Actor
from chassis.pg import create_pool, transaction
from chassis.service import running
from nuaikit.student_registry.v1 import learners_pb2, learners_pb2_grpc
from student_registry.app import SERVICE
from student_registry.config import Settings
from student_registry.deps import Deps
from student_registry.enrolments.domain import DeliverySystem, EnrolmentFacts, EnrolmentRole
from student_registry.identifiers.domain import IdentifierFacts, IdentifierKind
from student_registry.keyring import Keyring
from student_registry.learners.domain import PersonName, Registration, Sex
from student_registry.learners.use_cases import REGISTER, register_all
from student_registry.matching.domain import BirthDate, Precision
from student_registry.provenance import DataStatus, Provenance

from tests.support.databases import Databases
from tests.support.identity import token_issuer
from tests.support.infrastructure import start

LEARNERS = 1_000
BATCH = 100
SQL_RAW = """
    SELECT l.learner_id, l.birth_date, l.birth_date_precision, l.sex, n.title, n.given_name, n.family_name
      FROM learner l JOIN learner_name n ON n.learner_id = l.learner_id AND n.language = 'th' AND n.ended_at IS NULL
     WHERE l.learner_id = $1
"""
Call = Callable[[int], Awaitable[object]]


class Line:
    """One kept connection, by hand: a client library would cost more than the service."""

    def __init__(self, port: int) -> None:
        """Not connected yet."""
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    def close(self) -> None:
        """Hang up."""
        if self._streams:
            self._streams[1].close()
        self._streams = None

    async def get(self, path: str, headers: str) -> bytes:
        """The body of an answer; the server hangs up on a line that was quiet for some seconds."""
        for _ in range(2):
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port)
            reader, writer = self._streams
            writer.write(f"GET {path} HTTP/1.1\r\n{headers}".encode())
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                self.close()
                continue
            assert head.startswith(b"HTTP/1.1 200"), head[:40]
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            return await reader.readexactly(length)
        raise ConnectionError("the service hung up twice")


async def furnished(deps: Deps, subject: str) -> tuple[UUID, list[UUID]]:
    """An institution, somebody who works there, and learners; the assignment and the learners."""
    institution_id, assignment_id = uuid4(), uuid4()
    provenance = Provenance("bench", DataStatus.DEMONSTRATION)
    async with transaction(deps.pool) as connection:
        await connection.execute(
            "INSERT INTO institution (institution_id, kind, name_th, local_alias, source, data_status, registered_at) "
            "VALUES ($1, 'SCHOOL', 'โรงเรียนตัวอย่าง', 'bench', 'bench', 'demonstration', now())",
            institution_id,
        )
        await connection.execute(
            "INSERT INTO staff_assignment (assignment_id, subject_hash, institution_id, role, valid_from, source, "
            "data_status, assigned_at, assigned_by) "
            "VALUES ($1, $2, $3, 'school_registrar', '2020-01-01', 'bench', 'demonstration', now(), 'bench')",
            assignment_id,
            deps.hash_subject(subject),
            institution_id,
        )
        actor = Actor(
            subject_hash=deps.hash_subject(subject),
            role="school_registrar",
            institution_id=institution_id,
            assignment_id=assignment_id,
            classroom="",
            permissions=frozenset({REGISTER}),
            permission_version="bench",
        )
        learners = [
            Registration(
                name=PersonName("เด็กชาย", "จิรายุ", f"ตัวอย่าง{number}"),
                birth=BirthDate(date(2009, 6, 15), Precision.DAY),
                sex=Sex.MALE,
                identifiers=(
                    IdentifierFacts(IdentifierKind.STUDENT_NO, f"{number + 1}", institution_id=institution_id),
                ),
                registrar_institution_id=institution_id,
                enrolments=(
                    EnrolmentFacts(
                        institution_id,
                        EnrolmentRole.PRIMARY,
                        DeliverySystem.FORMAL,
                        "M.4",
                        "1",
                        "",
                        date(2026, 5, 16),
                        None,
                    ),
                ),
                provenance=provenance,
            )
            for number in range(LEARNERS)
        ]
        outcomes = await register_all(deps, connection, learners, actor=actor, now=datetime.now(UTC))
    return assignment_id, [UUID(outcome.id or "") for outcome in outcomes]


async def slice_of(call: Call, seconds: float) -> list[float]:
    """Seconds of each call."""
    taken: list[float] = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        begun = time.perf_counter()
        await call(len(taken))
        taken.append(time.perf_counter() - begun)
    return taken


async def compare(dsn: str, *, seconds: float, rounds: int) -> None:
    """Alternate the sides, order flipped each round, and print them."""
    async with AsyncExitStack() as stack:
        issuer = await stack.enter_async_context(token_issuer())
        key, index_key, hash_key = base64.b64encode(os.urandom(32)).decode(), "index key of the bench", "hash key of it"
        settings = Settings(
            database_dsn=dsn,
            kafka_bootstrap="127.0.0.1:1",
            oidc_issuer=issuer.url,
            subject_hash_key=hash_key,
            identifier_key=key,
            identifier_index_key=index_key,
            grpc_address="127.0.0.1:0",
            log_level="WARNING",
        )
        service = await stack.enter_async_context(running(SERVICE, settings, parts=frozenset({"serve"})))
        pool = await create_pool(dsn, size_max=1, application_name="bench")
        stack.push_async_callback(pool.close)
        keyring = Keyring.of(key, version=1, previous=None, index_key=index_key)
        deps = Deps(pool, keyring, hash_key.encode(), bootstrap_subject_hash=None, import_rows_max=1)
        subject = f"bench-{uuid4().hex}"
        assignment_id, learner_ids = await furnished(deps, subject)
        token = issuer.person(subject)
        line = Line(service.http_port)
        stack.callback(line.close)
        channel = await stack.enter_async_context(grpc.aio.insecure_channel(f"127.0.0.1:{service.grpc_port}"))
        stub = learners_pb2_grpc.LearnerServiceStub(channel)
        raw = await asyncpg.connect(dsn)
        stack.push_async_callback(raw.close)
        statement = await raw.prepare(SQL_RAW)
        headers = (
            f"Host: bench\r\nAuthorization: Bearer {token}\r\n"
            f"Nuaikit-Assignment: {assignment_id}\r\nNuaikit-Purpose: bench\r\n\r\n"
        )
        metadata = (("authorization", f"Bearer {token}"), ("nuaikit-assignment", str(assignment_id)))

        async def raw_read(number: int) -> object:
            return await statement.fetchrow(learner_ids[number % LEARNERS])

        async def over_http(number: int) -> object:
            return await line.get(f"/v1/learners/{learner_ids[number % LEARNERS]}", headers)

        async def batch(number: int) -> object:
            first = number * BATCH % LEARNERS
            request = learners_pb2.BatchGetLearnersRequest(
                learner_ids=[str(item) for item in learner_ids[first : first + BATCH]], purpose="bench"
            )
            answer = await stub.BatchGetLearners(request, metadata=metadata, timeout=20)
            assert len(answer.learners) == BATCH
            return answer

        sides: dict[str, Call] = {"A": raw_read, "B": over_http, "C": batch}
        for call in sides.values():
            await slice_of(call, 0.3)
        taken: dict[str, list[list[float]]] = {name: [] for name in sides}
        load = os.getloadavg()[0]
        for number in range(rounds):
            for name in ("ABC", "CBA")[number % 2]:
                taken[name].append(await slice_of(sides[name], seconds))
    report(taken, load)


def report(taken: dict[str, list[list[float]]], load: float) -> None:
    """Print the median of the rounds' p50, and the ratio."""
    p50 = {name: [statistics.median(each) * 1e3 for each in rounds] for name, rounds in taken.items()}
    ratios = [b / a for a, b in zip(p50["A"], p50["B"], strict=True)]
    print(f"service, issuer and caller in one process, PostgreSQL beside it, load {load:.1f}")
    print(f"A raw asyncpg               p50 {statistics.median(p50['A']):7.2f} ms")
    print(f"B HTTP, token and scope     p50 {statistics.median(p50['B']):7.2f} ms")
    print(
        f"ratio B / A                     {statistics.median(ratios):7.2f} ({min(ratios):.2f} to {max(ratios):.2f}), "
        "target 3.0 or less"
    )
    calls = statistics.median([len(each) / sum(each) for each in taken["C"]])
    print(f"C BatchGetLearners of {BATCH}   p50 {statistics.median(p50['C']):7.2f} ms")
    print(f"                                {calls:7.1f} calls/s, {calls * BATCH:.0f} learners/s")


def main() -> None:
    """Run on the test infrastructure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with start() as servers:
        databases = Databases(servers)
        try:
            dsn = databases.create("student-registry")
            asyncio.run(compare(dsn, seconds=options.seconds, rounds=options.rounds))
        finally:
            databases.drop_everything()


if __name__ == "__main__":
    main()
