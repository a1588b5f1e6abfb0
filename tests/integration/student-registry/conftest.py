"""The registry in this process on real PostgreSQL, with an issuer beside it, and the people who call it."""

import base64
import importlib
import pkgutil
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import grpc.aio
import httpx
import pytest
from chassis.pg import set_codecs
from chassis.service import Running, running
from google.rpc import error_details_pb2, status_pb2
from google.type.date_pb2 import Date
from nuaikit.common.v1 import outcome_pb2, provenance_pb2
from nuaikit.student_registry import v1 as contracts
from nuaikit.student_registry.v1 import assignments_pb2, enrolments_pb2, institutions_pb2, learners_pb2
from student_registry.app import SERVICE
from student_registry.config import Settings

from tests.support.databases import Databases
from tests.support.http import tls
from tests.support.identity import SUBJECT_HASH_KEY, TokenIssuer, token_issuer
from tests.support.kafka import Broker
from tests.support.telemetry import RecordedTelemetry

IDENTIFIER_KEY = base64.b64encode(bytes(range(32))).decode()
INDEX_KEY = "key-of-indexes-in-tests"
ADMIN = "admin-of-tests"
TOPICS = (
    "nuaikit.student-registry.learners.v1",
    "nuaikit.student-registry.institutions.v1",
    "nuaikit.student-registry.assignments.v1",
)


def stubs() -> dict[str, Callable[..., Any]]:
    """The stub of every rpc of the registry, by the rpc's name; a new contract needs no line here."""
    found: dict[str, Callable[..., Any]] = {}
    for info in pkgutil.iter_modules(contracts.__path__, f"{contracts.__name__}."):
        if not info.name.endswith("_pb2_grpc"):
            continue
        code = importlib.import_module(info.name)
        messages = importlib.import_module(info.name.removesuffix("_grpc"))
        for name, service in messages.DESCRIPTOR.services_by_name.items():
            found |= dict.fromkeys((method.name for method in service.methods), getattr(code, f"{name}Stub"))
    return found


STUBS = stubs()
DEMONSTRATION = provenance_pb2.Provenance(source="test", status=provenance_pb2.RULE_STATUS_DEMONSTRATION)
SCHOOL_YEAR_START = date(2025, 5, 16)


@dataclass(frozen=True)
class Person:
    """Somebody with a token, and an assignment unless he acts for himself; perhaps through a service."""

    token: str
    assignment_id: str = ""
    service_token: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """For HTTP."""
        headers = {"Authorization": f"Bearer {self.service_token or self.token}"}
        return headers | ({"Nuaikit-Assignment": self.assignment_id} if self.assignment_id else {})

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """For gRPC."""
        pairs = [(name.lower(), value) for name, value in self.headers.items()]
        return tuple([*pairs, ("nuaikit-actor-token", self.token)] if self.service_token else pairs)


@dataclass
class World:
    """The running service, its database, and shorthand for what tests do.

    Attributes:
        name: Ends every alias, so that tests which share a registry do not meet.
        institutions: Ids by the alias without that ending.
    """

    service: Running[Settings]
    issuer: TokenIssuer
    dsn: str
    http: httpx.AsyncClient
    channel: grpc.aio.Channel
    telemetry: RecordedTelemetry
    name: str = ""
    institutions: dict[str, str] = field(default_factory=dict)

    @property
    def audit(self) -> Callable[[], Any]:
        """The service's own audit."""
        composition = SERVICE.compose(self.service._resources)
        assert composition.audit is not None
        return composition.audit

    def alias(self, alias: str) -> str:
        """An alias that no other test has."""
        return f"{alias}-{self.name}"

    @property
    def admin(self) -> Person:
        """The bootstrap subject."""
        return Person(self.issuer.person(ADMIN))

    def person(self, subject: str) -> Person:
        """Somebody signed in without an assignment."""
        return Person(self.issuer.person(subject))

    def service_itself(self, scope: str = "act-on-behalf registry.resolve registry.identity.read") -> Person:
        """A service calling for itself."""
        return Person(self.issuer.client("credit-bank", scope))

    def through(self, person: Person, scope: str = "act-on-behalf registry.resolve registry.identity.read") -> Person:
        """The same person, through a service."""
        return Person(person.token, person.assignment_id, self.issuer.client("credit-bank", scope))

    async def call(self, method: str, request: Any, person: Person) -> Any:
        """Call an rpc."""
        stub = STUBS[method](self.channel)
        return await getattr(stub, method)(request, metadata=person.metadata, timeout=10)

    async def refused(self, method: str, request: Any, person: Person | None) -> tuple[str, str]:
        """Call an rpc that is refused: status name and reason."""
        stub = STUBS[method](self.channel)
        try:
            await getattr(stub, method)(request, metadata=person.metadata if person else (), timeout=10)
        except grpc.aio.AioRpcError as exc:
            return exc.code().name, reason_of(exc)
        pytest.fail(f"{method} was not refused")

    async def institution(self, alias: str, kind: str = "SCHOOL", *, parent: str | None = None) -> str:
        """Register an institution once; gives its id."""
        if alias not in self.institutions:
            item = institutions_pb2.Institution(
                kind=f"INSTITUTION_KIND_{kind}",
                name_th=f"สถานศึกษา {alias}",
                local_alias=self.alias(alias),
                parent_institution_id=await self.institution(parent) if parent else None,
                provenance=DEMONSTRATION,
            )
            request = institutions_pb2.RegisterInstitutionsRequest(request_id=str(uuid4()), institutions=[item])
            answer = await self.call("RegisterInstitutions", request, self.admin)
            assert not answer.outcomes[0].HasField("problem"), answer
            self.institutions[alias] = answer.outcomes[0].id
        return self.institutions[alias]

    async def staff(
        self,
        role: str,
        at: str,
        *,
        subject: str | None = None,
        classroom: str = "",
        valid_from: date = date(2020, 1, 1),
        valid_to: date | None = None,
    ) -> Person:
        """Somebody assigned to an institution."""
        subject = subject or f"{role}-{at}-{uuid4().hex[:6]}"
        item = assignments_pb2.AssignmentInput(
            subject=subject,
            institution_id=self.institutions[at],
            role=role,
            classroom=classroom,
            valid_from=pb_date(valid_from),
            valid_to=pb_date(valid_to) if valid_to else None,
            provenance=DEMONSTRATION,
        )
        request = assignments_pb2.AssignStaffRequest(request_id=str(uuid4()), assignments=[item])
        answer = await self.call("AssignStaff", request, self.admin)
        assert not answer.outcomes[0].HasField("problem"), answer
        return Person(self.issuer.person(subject), answer.outcomes[0].id)

    async def register(
        self, *learners: learners_pb2.LearnerRegistration, by: Person, request_id: UUID | None = None
    ) -> Sequence[outcome_pb2.ItemOutcome]:
        """Register learners; gives the outcomes."""
        request = learners_pb2.RegisterLearnersRequest(request_id=str(request_id or uuid4()), learners=learners)
        return (await self.call("RegisterLearners", request, by)).outcomes

    async def rows(self, statement: str, *arguments: Any) -> list[asyncpg.Record]:
        """Look into the database."""
        connection = await asyncpg.connect(self.dsn)
        try:
            await set_codecs(connection)
            return await connection.fetch(statement, *arguments)
        finally:
            await connection.close()

    async def value(self, statement: str, *arguments: Any) -> Any:
        """One value of the database."""
        return (await self.rows(statement, *arguments))[0][0]


def reason_of(exc: grpc.aio.AioRpcError) -> str:
    """Machine-readable reason of a refused call."""
    raw = next(value for key, value in exc.trailing_metadata() or () if key == "grpc-status-details-bin")
    info = error_details_pb2.ErrorInfo()
    status_pb2.Status.FromString(raw).details[0].Unpack(info)
    return info.reason


def pb_date(value: date) -> Date:
    """A date of the contracts."""
    return Date(year=value.year, month=value.month, day=value.day)


def identifier(
    kind: str, value: str, *, institution_id: str | None = None, country: str | None = None, state: str = "UNVERIFIED"
) -> learners_pb2.IdentifierInput:
    """An identifier to register."""
    return learners_pb2.IdentifierInput(
        kind=f"IDENTIFIER_KIND_{kind}",
        value=value,
        institution_id=institution_id,
        country=country,
        verification_state=f"VERIFICATION_STATE_{state}",
    )


def enrolment(
    institution_id: str,
    role: str = "PRIMARY",
    *,
    system: str = "FORMAL",
    grade: str = "M.4",
    classroom: str = "1",
    programme: str = "",
    valid_from: date = SCHOOL_YEAR_START,
    valid_to: date | None = None,
) -> enrolments_pb2.EnrolmentInput:
    """An enrolment to register."""
    return enrolments_pb2.EnrolmentInput(
        institution_id=institution_id,
        role=f"ENROLMENT_ROLE_{role}",
        delivery_system=f"DELIVERY_SYSTEM_{system}",
        grade_label=grade,
        classroom=classroom,
        programme_code=programme,
        valid_from=pb_date(valid_from),
        valid_to=pb_date(valid_to) if valid_to else None,
    )


def g_code() -> str:
    """A new synthetic G-code of the province 99, which does not exist."""
    return f"G6999{next(_numbers):08d}"


def learner(
    registrar: str,
    *,
    given: str = "กมลชนก",
    family: str = "ใจดี",
    birth: date | int | None = date(2009, 1, 1),
    identifiers: Iterable[learners_pb2.IdentifierInput] = (),
    enrolments: Iterable[enrolments_pb2.EnrolmentInput] = (),
    subject: str | None = None,
) -> learners_pb2.LearnerRegistration:
    """A synthetic learner to register; `birth` as a number is a year only."""
    precision = "UNSPECIFIED" if birth is None else "YEAR" if isinstance(birth, int) else "DAY"
    stated = None if birth is None else Date(year=birth) if isinstance(birth, int) else pb_date(birth)
    return learners_pb2.LearnerRegistration(
        name=learners_pb2.PersonName(title_th="นางสาว", given_name_th=given, family_name_th=family),
        birth_date=stated,
        birth_date_precision=f"DATE_PRECISION_{precision}",
        sex="SEX_FEMALE",
        identifiers=identifiers,
        registrar_institution_id=registrar,
        enrolments=enrolments,
        provenance=DEMONSTRATION,
        subject=subject,
    )


_numbers = count(10_001)


def citizen_id() -> str:
    """A new synthetic citizen ID of the registration office 9999, which does not exist; its check digit is right."""
    number = next(_numbers)
    digits = f"19999{number:05d}{number % 90 + 10:02d}"
    total = sum(int(digit) * (13 - place) for place, digit in enumerate(digits))
    return f"{digits}{(11 - total % 11) % 10}"


class Build:
    """Builders of synthetic messages, by one fixture: the folder's name cannot be imported from."""

    date = staticmethod(pb_date)
    identifier = staticmethod(identifier)
    enrolment = staticmethod(enrolment)
    learner = staticmethod(learner)
    citizen_id = staticmethod(citizen_id)
    g_code = staticmethod(g_code)
    provenance = DEMONSTRATION
    year_start = SCHOOL_YEAR_START


def settings_for(dsn: str, issuer: TokenIssuer, broker: Broker | None, **more: Any) -> Settings:
    """Settings of a registry in a test; without a broker nothing is relayed."""
    kafka = {name.lower(): value for name, value in (broker.settings("") if broker else {}).items()}
    return Settings(
        database_dsn=dsn,
        **({"kafka_bootstrap": "127.0.0.1:1"} | kafka),
        oidc_issuer=issuer.url,
        subject_hash_key=SUBJECT_HASH_KEY,
        identifier_key=IDENTIFIER_KEY,
        identifier_index_key=INDEX_KEY,
        bootstrap_subject=ADMIN,
        grpc_address="127.0.0.1:0",
        **more,
    )


@asynccontextmanager
async def served(settings: Settings, issuer: TokenIssuer, dsn: str, parts: Iterable[str]) -> AsyncIterator[World]:
    """A running registry with clients of both transports."""
    recorded = RecordedTelemetry()
    async with AsyncExitStack() as stack:
        stack.callback(recorded.shutdown)
        telemetry = recorded.of("student-registry")
        service = await stack.enter_async_context(
            running(SERVICE, settings, parts=frozenset(parts), telemetry=telemetry)
        )
        http = await stack.enter_async_context(
            httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{service.http_port}", verify=tls(), trust_env=False, timeout=20
            )
        )
        channel = await stack.enter_async_context(grpc.aio.insecure_channel(f"127.0.0.1:{service.grpc_port}"))
        yield World(service, issuer, dsn, http, channel, recorded)


@pytest.fixture
def build() -> type[Build]:
    """Builders of synthetic messages."""
    return Build


class Serve:
    """Starts a registry whose relay runs too; by a fixture, like the builders."""

    topics = TOPICS

    def __call__(
        self, dsn: str, issuer: TokenIssuer, broker: Broker, **more: Any
    ) -> AbstractAsyncContextManager[World]:
        """A registry for the length of a block."""
        return served(settings_for(dsn, issuer, broker, **more), issuer, dsn, ["serve", "relay"])


@pytest.fixture
def serve() -> Serve:
    """Starts a registry whose relay runs too."""
    return Serve()


@pytest.fixture(scope="session")
async def issuer() -> AsyncIterator[TokenIssuer]:
    """One issuer for all tests."""
    async with token_issuer() as running_issuer:
        yield running_issuer


@pytest.fixture(scope="session")
async def shared_world(databases: Databases, issuer: TokenIssuer) -> AsyncIterator[World]:
    """One registry without Kafka for most tests: starting one takes longer than most of them."""
    dsn = databases.create("student-registry")
    async with served(settings_for(dsn, issuer, None), issuer, dsn, ["serve"]) as running_world:
        yield running_world
    databases.drop(dsn)


@pytest.fixture
async def world(shared_world: World) -> World:
    """The shared registry with a school, a college and another school that only this test knows."""
    return await with_places(replace(shared_world, name=uuid4().hex[:8], institutions={}))


@pytest.fixture
async def own_world(database: Callable[..., str], issuer: TokenIssuer) -> AsyncIterator[World]:
    """A registry of this test alone, for what concerns everybody in it."""
    dsn = database("student-registry")
    async with served(settings_for(dsn, issuer, None), issuer, dsn, ["serve"]) as running_world:
        yield await with_places(running_world)


async def with_places(world: World) -> World:
    """Register one school, one college and another school."""
    await world.institution("demo-school")
    await world.institution("demo-college", "COLLEGE")
    await world.institution("other-school")
    return world
