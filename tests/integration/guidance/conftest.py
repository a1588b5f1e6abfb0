"""The guidance service in this process, with an issuer and a small registry beside it."""

import base64
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import grpc.aio
import httpx
import pytest
from chassis.pg import set_codecs
from chassis.service import Running, running
from google.type.date_pb2 import Date
from guidance.app import SERVICE
from guidance.config import Settings
from nuaikit.guidance.v1 import screenings_pb2
from nuaikit.student_registry.v1 import enrolments_pb2

from tests.support.events import Emitter
from tests.support.http import tls
from tests.support.identity import SUBJECT_HASH_KEY, SmallRegistry, TokenIssuer, small_registry, token_issuer
from tests.support.kafka import Broker
from tests.support.telemetry import RecordedTelemetry

ANSWER_KEY = base64.b64encode(bytes(range(32))).decode()
TOPICS = [
    "nuaikit.student-registry.learners.v1",
    "nuaikit.student-registry.institutions.v1",
    "nuaikit.student-registry.assignments.v1",
    "nuaikit.credit-bank.ledger.v1",
    "nuaikit.guidance.care.v1",
]
HOMEROOM = ("screening.record", "guidance.read", "registry.learners.read")
GUIDANCE_TEACHER = ("activity.record", *HOMEROOM)
SCHOOL, OTHER_SCHOOL = uuid4(), uuid4()


@dataclass
class Person:
    """Somebody with a token and, unless a learner, an assignment."""

    token: str
    assignment_id: UUID | None = None

    @property
    def headers(self) -> dict[str, str]:
        """For HTTP."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return headers | ({"Nuaikit-Assignment": str(self.assignment_id)} if self.assignment_id else {})

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """For gRPC."""
        return tuple((name.lower(), value) for name, value in self.headers.items())


@dataclass
class World:
    """The running service, its database and its neighbours."""

    service: Running[Settings]
    issuer: TokenIssuer
    registry: SmallRegistry
    dsn: str
    http: httpx.AsyncClient
    channel: grpc.aio.Channel
    telemetry: RecordedTelemetry
    people: dict[str, Person] = field(default_factory=dict)

    def teacher(
        self,
        name: str,
        *permissions: str,
        role: str = "homeroom_teacher",
        school: UUID = SCHOOL,
        classroom: str = "1",
    ) -> Person:
        """A teacher whom the registry knows."""
        assignment_id = uuid4()
        self.registry.knows(
            name, role, *permissions, assignment_id=assignment_id, institution_id=school, classroom=classroom
        )
        return Person(self.issuer.person(name), assignment_id)

    def learner(self, name: str, learner_id: UUID) -> Person:
        """A learner signed in."""
        self.registry.knows(name, "learner", "own.read", "own.grant", learner_id=learner_id)
        return Person(self.issuer.person(name))

    def enrols(
        self, *, school: UUID = SCHOOL, classroom: str = "1", since: date = date(2026, 5, 16), until: date | None = None
    ) -> UUID:
        """A new learner enrolled at a school, known to the registry only."""
        learner_id = uuid4()
        enrolment = enrolments_pb2.Enrolment(
            enrolment_id=str(uuid4()),
            learner_id=str(learner_id),
            status=enrolments_pb2.ENROLMENT_STATUS_ENDED if until else enrolments_pb2.ENROLMENT_STATUS_STUDYING,
            facts=enrolments_pb2.EnrolmentInput(
                institution_id=str(school),
                role=enrolments_pb2.ENROLMENT_ROLE_PRIMARY,
                delivery_system=enrolments_pb2.DELIVERY_SYSTEM_DUAL_EDUCATION,
                grade_label="M.4",
                classroom=classroom,
                valid_from=Date(year=since.year, month=since.month, day=since.day),
            ),
        )
        if until:
            enrolment.facts.valid_to.CopyFrom(Date(year=until.year, month=until.month, day=until.day))
        self.registry.enrolments.append(enrolment)
        return learner_id

    async def fetch(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        """Rows of the service's own database."""
        connection = await asyncpg.connect(self.dsn)
        try:
            await set_codecs(connection)
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()


Start = Callable[..., Any]


@pytest.fixture
async def start(
    database: Callable[..., str],
    broker: Broker,
    topics: Any,
    telemetry: RecordedTelemetry,
) -> AsyncIterator[Start]:
    """`await start("serve", "consume")` starts parts of the service; it is stopped at the end of the test."""
    async with AsyncExitStack() as stack:
        issuer = await stack.enter_async_context(token_issuer())
        registry = await stack.enter_async_context(small_registry())
        dsn = database("guidance")
        http = await stack.enter_async_context(httpx.AsyncClient(verify=tls(), trust_env=False, timeout=30))

        async def begin(*parts: str) -> World:
            if "relay" in parts or "consume" in parts:
                await topics.create(*TOPICS, partitions=2)
            options: dict[str, Any] = {
                name.removeprefix("GUIDANCE_").lower(): value for name, value in broker.settings("GUIDANCE_").items()
            }
            settings = Settings(
                database_dsn=dsn,  # pyright: ignore[reportArgumentType]  # settings make their own type of the text
                topic_prefix=topics.prefix,
                consumer_group=f"{topics.prefix}guidance",
                grpc_address="127.0.0.1:0",
                oidc_issuer=issuer.url,
                client_id="guidance",
                client_secret="secret",  # pyright: ignore[reportArgumentType]  # settings make their own type of the text
                subject_hash_key=SUBJECT_HASH_KEY,  # pyright: ignore[reportArgumentType]  # settings make their own type of the text
                registry_address=registry.address,
                answer_key=ANSWER_KEY,  # pyright: ignore[reportArgumentType]  # settings make their own type of the text
                rpc_timeout_ms=2_000,
                **options,
            )
            service = await stack.enter_async_context(
                running(SERVICE, settings, parts=frozenset(parts), telemetry=telemetry.of("guidance"))
            )
            http.base_url = httpx.URL(f"http://127.0.0.1:{service.http_port}")
            channel = await stack.enter_async_context(grpc.aio.insecure_channel(f"127.0.0.1:{service.grpc_port}"))
            return World(service, issuer, registry, dsn, http, channel, telemetry)

        yield begin


@pytest.fixture
async def world(start: Start) -> World:
    """The service serving HTTP and gRPC."""
    return await start("serve")


@pytest.fixture
def emitter(broker: Broker, topics: Any) -> Emitter:
    """Events of the neighbours."""
    return Emitter(broker, topics.prefix)


def form(learner_id: UUID, *, answered: Iterable[int] = range(1, 10), **changes: Any) -> dict[str, Any]:
    """A complete form of 9S as JSON; `changes` replace fields."""
    return {
        "learner_id": str(learner_id),
        "instrument_code": "9S",
        "instrument_version": "0.1",
        "informant": "TEACHER",
        "year_be": 2569,
        "term": 1,
        "observed_on": "2026-07-14",
        "answers": [{"item_no": no, "value": no % 2} for no in answered],
        "client_id": str(uuid4()),
    } | changes


def form_pb(values: dict[str, Any]) -> screenings_pb2.ScreeningInput:
    """The same form as the contracts carry it."""
    day = date.fromisoformat(values["observed_on"])
    return screenings_pb2.ScreeningInput(
        learner_id=values["learner_id"],
        instrument_code=values["instrument_code"],
        instrument_version=values["instrument_version"],
        informant=f"INFORMANT_{values['informant']}",
        year_be=values["year_be"],
        term=values["term"],
        observed_on=Date(year=day.year, month=day.month, day=day.day),
        answers=[screenings_pb2.Answer(**answer) for answer in values["answers"]],
        judged_group=f"CARE_GROUP_{values.get('judged_group') or 'UNSPECIFIED'}",
        client_id=values["client_id"],
    )
