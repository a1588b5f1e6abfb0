"""The indicators service in this process, and the events of its neighbours."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from chassis.auth import subject_hash
from chassis.ids import date_to_pb, time_to_pb
from chassis.service import running
from indicators.app import SERVICE
from indicators.config import Settings
from nuaikit.credit_bank.v1 import events_pb2 as credit_events
from nuaikit.student_registry.v1 import events_pb2 as registry_events

from tests.support.events import Emitter
from tests.support.http import tls
from tests.support.identity import SUBJECT_HASH_KEY, TokenIssuer, token_issuer
from tests.support.kafka import Broker, eventually
from tests.support.telemetry import RecordedTelemetry

LEARNERS = "nuaikit.student-registry.learners.v1"
INSTITUTIONS = "nuaikit.student-registry.institutions.v1"
ASSIGNMENTS = "nuaikit.student-registry.assignments.v1"
LEDGER = "nuaikit.credit-bank.ledger.v1"
CATALOGUE = "nuaikit.credit-bank.catalogue.v1"
TOPICS = [LEARNERS, INSTITUTIONS, ASSIGNMENTS, LEDGER, CATALOGUE]
AT = datetime(2025, 10, 1, 3, tzinfo=UTC)
READER_ASSIGNMENT = uuid4()


@dataclass
class World:
    """The running service, its database, and what its neighbours announce."""

    issuer: TokenIssuer
    dsn: str
    http: httpx.AsyncClient
    emitter: Emitter

    @property
    def reader(self) -> dict[str, str]:
        """Headers of the report reader."""
        token = self.issuer.person("reader")
        return {"Authorization": f"Bearer {token}", "Nuaikit-Assignment": str(READER_ASSIGNMENT)}

    async def fetch(self, query: str) -> list[asyncpg.Record]:
        """Rows of the service's own database."""
        connection = await asyncpg.connect(self.dsn)
        try:
            return await connection.fetch(query)
        finally:
            await connection.close()

    async def execute(self, script: str) -> None:
        """Run a script on the service's own database."""
        connection = await asyncpg.connect(self.dsn)
        try:
            await connection.execute(script)
        finally:
            await connection.close()

    async def arrive(self, table: str, rows: int) -> None:
        """Wait until the consumer has written."""

        async def are_there() -> bool:
            return (await self.fetch(f"SELECT count(*) AS n FROM {table}"))[0]["n"] == rows

        await eventually(are_there, timeout_s=20, what=f"{rows} rows in {table}")

    async def reader_is_assigned(self) -> None:
        """The registry announces the report reader."""
        event = registry_events.AssignmentChanged(
            assignment_id=str(READER_ASSIGNMENT),
            subject_hash=subject_hash("reader", SUBJECT_HASH_KEY.encode()),
            institution_id=str(uuid4()),
            role="report_reader",
            permissions=["report.read"],
            permission_version="2569.1",
            valid_from=date_to_pb(date(2025, 5, 1)),
        )
        await self.emitter.emit(ASSIGNMENTS, event.institution_id, event)
        await self.arrive("assignment_copy", 1)

    async def institution(self, *, kind: str = "SCHOOL", status: str = "DEMONSTRATION") -> UUID:
        """A new institution."""
        institution_id = uuid4()
        event = registry_events.InstitutionChanged(
            institution_id=str(institution_id),
            kind=f"INSTITUTION_KIND_{kind}",
            name_th="สถานศึกษาตัวอย่าง (สมมติ)",
            local_alias=str(institution_id),
            data_status=f"RULE_STATUS_{status}",
        )
        await self.emitter.emit(INSTITUTIONS, str(institution_id), event)
        return institution_id

    async def partnership(
        self,
        *parties: UUID,
        programme: str = "DUAL_EDUCATION",
        state: str = "ACTIVE",
        since: date | None = date(2025, 5, 1),
        until: date | None = None,
    ) -> None:
        """A new partnership."""
        event = credit_events.PartnershipChanged(
            partnership_id=str(uuid4()),
            party_institution_ids=[str(party) for party in parties],
            programme=programme,
            state=f"PARTNERSHIP_STATE_{state}",
            data_status="RULE_STATUS_DEMONSTRATION",
        )
        if since:
            event.valid_from.CopyFrom(date_to_pb(since))
        if until:
            event.valid_to.CopyFrom(date_to_pb(until))
        await self.emitter.emit(CATALOGUE, str(parties[0]), event)

    async def learner(
        self,
        school: UUID,
        *,
        system: str = "DUAL_EDUCATION",
        since: date = date(2025, 5, 16),
        until: date | None = None,
    ) -> UUID:
        """A new learner enrolled at a school."""
        learner_id = uuid4()
        registered = registry_events.LearnerRegistered(
            learner_id=str(learner_id),
            registrar_institution_id=str(school),
            registered_at=time_to_pb(AT),
            data_status="RULE_STATUS_DEMONSTRATION",
        )
        await self.emitter.emit(LEARNERS, str(learner_id), registered)
        enrolment = registry_events.EnrolmentChanged(
            enrolment_id=str(uuid4()),
            learner_id=str(learner_id),
            institution_id=str(school),
            role="ENROLMENT_ROLE_PRIMARY",
            delivery_system=f"DELIVERY_SYSTEM_{system}",
            grade_label="M.4",
            status="ENROLMENT_STATUS_ENDED" if until else "ENROLMENT_STATUS_STUDYING",
            valid_from=date_to_pb(since),
        )
        if until:
            enrolment.valid_to.CopyFrom(date_to_pb(until))
        await self.emitter.emit(LEARNERS, str(learner_id), enrolment)
        return learner_id

    async def verifies(self, school: UUID, learner_id: UUID, *, year_be: int = 2568) -> UUID:
        """A school verifies a result of a learner."""
        entry_id = uuid4()
        event = credit_events.CreditVerified(
            entry_id=str(entry_id),
            learner_id=str(learner_id),
            issuer_institution_id=str(school),
            year_be=year_be,
            term=1,
            verified_at=time_to_pb(AT),
        )
        await self.emitter.emit(LEDGER, str(learner_id), event)
        return entry_id

    async def posts(self, learner_id: UUID, *entry_ids: UUID) -> None:
        """A line that rests on entries is posted."""
        event = credit_events.TransferPosted(
            case_id=str(uuid4()),
            line_id=str(uuid4()),
            learner_id=str(learner_id),
            awarding_institution_id=str(uuid4()),
            source_entry_ids=[str(entry_id) for entry_id in entry_ids],
            posted_at=time_to_pb(AT),
        )
        await self.emitter.emit(LEDGER, str(learner_id), event)

    async def report(self, year_be: int = 2568) -> dict[str, Any]:
        """The report as the reader sees it."""
        response = await self.http.get("/v1/indicators", params={"year_be": year_be}, headers=self.reader)
        assert response.status_code == 200, response.text
        return response.json()

    async def figures(self, year_be: int = 2568) -> dict[str, tuple[int | None, int | None, str | None]]:
        """Numerator, denominator and percentage by code."""
        report = await self.report(year_be)
        return {
            item["code"]: (item["numerator"], item["denominator"], item["percentage"]) for item in report["indicators"]
        }


Started = Callable[..., Any]


@pytest.fixture
async def started(
    database: Callable[..., str], broker: Broker, topics: Any, telemetry: RecordedTelemetry
) -> AsyncIterator[Started]:
    """`async with started() as world:` runs the service until the block ends; all blocks share database and topics."""
    await topics.create(*TOPICS, partitions=2)
    dsn = database("indicators")
    emitter = Emitter(broker, topics.prefix)
    options: dict[str, Any] = {
        name.removeprefix("INDICATORS_").lower(): value for name, value in broker.settings("INDICATORS_").items()
    }
    async with AsyncExitStack() as stack:
        issuer = await stack.enter_async_context(token_issuer())

        @asynccontextmanager
        async def start(*, group: str = "first") -> AsyncIterator[World]:
            settings = Settings(
                database_dsn=dsn,  # pyright: ignore[reportArgumentType]  # settings make their own type of the text
                topic_prefix=topics.prefix,
                consumer_group=f"{topics.prefix}{group}",
                oidc_issuer=issuer.url,
                subject_hash_key=SUBJECT_HASH_KEY,  # pyright: ignore[reportArgumentType]  # settings make their own type of the text
                **options,
            )
            parts = frozenset({"serve", "consume"})
            async with (
                running(SERVICE, settings, parts=parts, telemetry=telemetry.of("indicators")) as service,
                httpx.AsyncClient(
                    base_url=f"http://127.0.0.1:{service.http_port}", verify=tls(), trust_env=False
                ) as http,
            ):
                yield World(issuer, dsn, http, emitter)

        yield start


@pytest.fixture
async def world(started: Started) -> AsyncIterator[World]:
    """The running service, with a report reader."""
    async with started() as running_world:
        await running_world.reader_is_assigned()
        yield running_world
