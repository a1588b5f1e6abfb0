"""The portal with neighbours that answer over real gRPC and HTTP, and a real issuer with a real sign-in page.

The neighbours know what the test told them and can be stopped one by one, so that a page can be seen whole, empty and
with any part of it away. What the real services answer is proven by the end-to-end tests.
"""

import asyncio
import base64
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import grpc
import grpc.aio
import uvicorn
from chassis.ids import date_to_pb
from chassis.service import running
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from google.protobuf.timestamp_pb2 import Timestamp
from nuaikit.common.v1 import access_pb2 as common_access
from nuaikit.common.v1 import credit_pb2, provenance_pb2
from nuaikit.credit_bank.v1 import (
    access_pb2 as bank_access,
)
from nuaikit.credit_bank.v1 import (
    access_pb2_grpc as bank_access_grpc,
)
from nuaikit.credit_bank.v1 import (
    catalogue_pb2,
    ledger_pb2,
    ledger_pb2_grpc,
    recording_pb2,
    recording_pb2_grpc,
    transcripts_pb2,
    transcripts_pb2_grpc,
    transfers_pb2,
    transfers_pb2_grpc,
)
from nuaikit.guidance.v1 import access_pb2 as guidance_access
from nuaikit.guidance.v1 import access_pb2_grpc as guidance_access_grpc
from nuaikit.guidance.v1 import activities_pb2, records_pb2, records_pb2_grpc, screenings_pb2
from nuaikit.student_registry.v1 import (
    access_pb2 as registry_access,
)
from nuaikit.student_registry.v1 import (
    access_pb2_grpc as registry_access_grpc,
)
from nuaikit.student_registry.v1 import (
    assignments_pb2,
    assignments_pb2_grpc,
    enrolments_pb2,
    institutions_pb2,
    institutions_pb2_grpc,
    learners_pb2,
    learners_pb2_grpc,
)
from nuaikit_local import issuer_store
from nuaikit_local.accounts import CLIENT_READER, PASSWORD_READER, Account, Client, Directory
from nuaikit_local.issuer_app import Issuer, create_app
from nuaikit_local.vault import Vault
from portal.app import SERVICE
from portal.config import Settings

from tests.support.kafka import eventually
from tests.support.platform import free_port
from tests.support.telemetry import RecordedTelemetry

SPACE = UUID("0192f0c4-7b1e-7000-8000-000000000000")
SCHOOL, COLLEGE, AGENCY = (str(uuid5(SPACE, name)) for name in ("school", "college", "agency"))
NAMES = {
    SCHOOL: "โรงเรียนทวิศึกษาตัวอย่าง (สมมติ)",
    COLLEGE: "วิทยาลัยอาชีวศึกษาตัวอย่าง (สมมติ)",
    AGENCY: "หน่วยงานกลางตัวอย่าง (สมมติ)",
}
LEARNER = str(uuid5(SPACE, "learner 1"))
"""The first learner, who also has an account."""

GIVEN = ["กมล", "ขวัญใจ", "คำแพง", "จันทร์", "ชาติ", "ณัฐ", "ดาว", "ต้นกล้า", "ทับทิม", "ธาร", "นภา", "บัว"]
FAMILY = ["ตัวอย่าง", "สมมติ", "สาธิต"]


@dataclass(frozen=True)
class Role:
    """An account's role at an institution."""

    role: str
    institution_id: str
    permissions: tuple[str, ...]
    classroom: str = ""


REGISTRAR = ("credit.verify", "credit.read", "transcript.read", "registry.learners.read", "transfer.read")
ROLES: dict[str, list[Role]] = {
    "registrar": [Role("school_registrar", SCHOOL, REGISTRAR)],
    "college": [Role("college_registrar", COLLEGE, REGISTRAR)],
    "homeroom": [
        Role("homeroom_teacher", SCHOOL, ("screening.record", "guidance.read", "registry.learners.read"), "M.4/1")
    ],
    "member": [Role("committee_member", COLLEGE, ("transfer.vote", "transfer.read", "transcript.read"))],
    "reader": [Role("report_reader", AGENCY, ("report.read",))],
    "publisher": [Role("agency_publisher", AGENCY, ("catalogue.publish",))],
    "two-hats": [
        Role("school_registrar", SCHOOL, REGISTRAR),
        Role("report_reader", AGENCY, ("report.read",)),
    ],
    "learner": [],
    "nobody": [],
}


def assignment_id(username: str, number: int) -> str:
    """Id of an account's assignment, counted from 0."""
    return str(uuid5(SPACE, f"{username} {number}"))


def stamp(day: int, hour: int = 3) -> Timestamp:
    """An instant of October 2026."""
    value = Timestamp()
    value.FromJsonString(f"2026-10-{day:02d}T{hour:02d}:00:00Z")
    return value


def obec(hundredths: int) -> credit_pb2.CreditAmount:
    """School credits."""
    return credit_pb2.CreditAmount(credit_hundredths=hundredths, unit="CREDIT_UNIT_CR_OBEC")


def ovec(hundredths: int) -> credit_pb2.CreditAmount:
    """Vocational credits."""
    return credit_pb2.CreditAmount(credit_hundredths=hundredths, unit="CREDIT_UNIT_CR_OVEC")


def learner(number: int) -> learners_pb2.Learner:
    """A synthetic learner of the school, partner of the college."""
    given, family = GIVEN[(number - 1) % len(GIVEN)], FAMILY[(number - 1) // len(GIVEN) % len(FAMILY)]
    return learners_pb2.Learner(
        learner_id=str(uuid5(SPACE, f"learner {number}")),
        name=learners_pb2.PersonName(title_th="นางสาว", given_name_th=given, family_name_th=family),
        enrolments=[
            enrolments_pb2.Enrolment(
                facts=enrolments_pb2.EnrolmentInput(
                    institution_id=institution_id,
                    role=role,
                    delivery_system="DELIVERY_SYSTEM_DUAL_EDUCATION",
                    grade_label=grade,
                    classroom="1",
                )
            )
            for institution_id, role, grade in (
                (SCHOOL, "ENROLMENT_ROLE_PRIMARY", "M.4"),
                (COLLEGE, "ENROLMENT_ROLE_PARTNER", "PWC.1"),
            )
        ],
        provenance=provenance_pb2.Provenance(source="tests", status="RULE_STATUS_DEMONSTRATION"),
    )


def case() -> transfers_pb2.TransferCase:
    """A decided case with one posted and one rejected line."""
    return transfers_pb2.TransferCase(
        case_id=str(uuid5(SPACE, "case")),
        learner_id=LEARNER,
        institution_id=COLLEGE,
        state="CASE_STATE_POSTED",
        result="PARTLY_ACCEPTED",
        requested_on=date_to_pb(date(2026, 10, 1)),
        due_on=date_to_pb(date(2026, 10, 31)),
        qualification_code="PWC-2562",
        lines=[
            transfers_pb2.CaseLine(
                input=transfers_pb2.LineInput(target=catalogue_pb2.CourseKey(code="20000-1101")),
                state="LINE_STATE_POSTED",
                credits=ovec(100),
                rule_provenance=provenance_pb2.Provenance(status="RULE_STATUS_ASSUMED"),
            ),
            transfers_pb2.CaseLine(
                input=transfers_pb2.LineInput(target=catalogue_pb2.CourseKey(code="20000-1201")),
                state="LINE_STATE_REJECTED",
                reason_th="เนื้อหาครอบคลุมไม่ถึงเกณฑ์ <ตรวจที่ข้อ 3>",
            ),
        ],
    )


def accounts() -> list[ledger_pb2.Account]:
    """The same learning, once in the bank, counted in M.6 and in PWC."""
    return [
        ledger_pb2.Account(
            kind="ACCOUNT_KIND_BANK",
            balances=[
                ledger_pb2.BucketBalance(bucket="AVAILABLE", amount=obec(250)),
                ledger_pb2.BucketBalance(bucket="PENDING", amount=obec(50)),
                ledger_pb2.BucketBalance(bucket="VOID", amount=obec(900)),
            ],
        ),
        ledger_pb2.Account(
            kind="ACCOUNT_KIND_QUALIFICATION",
            qualification_code="M6-OBEC",
            balances=[ledger_pb2.BucketBalance(bucket="COUNTED:BASIC", amount=obec(100))],
        ),
        ledger_pb2.Account(
            kind="ACCOUNT_KIND_QUALIFICATION",
            qualification_code="PWC-2562",
            balances=[ledger_pb2.BucketBalance(bucket="COUNTED:CORE", amount=ovec(100))],
        ),
    ]


def guidance_record() -> records_pb2.GetGuidanceRecordResponse:
    """One of everything."""
    return records_pb2.GetGuidanceRecordResponse(
        recognised_learning=[
            records_pb2.RecognisedLearning(
                kind="POSTED",
                course_code="20000-1101",
                course_title_th="ภาษาไทยพื้นฐาน",
                credits=ovec(100),
                qualification_code="PWC-2562",
                recognised_at=stamp(3),
            ),
            records_pb2.RecognisedLearning(
                kind="VERIFIED", course_code="RB-SHORT-1", course_title_th="ช่างเดินสายไฟฟ้า", recognised_at=stamp(2)
            ),
        ],
        screenings=[
            screenings_pb2.Screening(
                instrument_code="9S",
                instrument_version="0.1",
                instrument_status="PROVISIONAL",
                observed_on=date_to_pb(date(2026, 7, 14)),
            )
        ],
        activities=[
            activities_pb2.Activity(
                title_th="แนะแนวเส้นทาง ม.6 ควบ ปวช.",
                scope="GUIDANCE_SCOPE_CAREER",
                held_on=date_to_pb(date(2026, 7, 18)),
                duration_minutes=50,
            )
        ],
    )


def access_record(role: str, institution_id: str, purpose: str, day: int) -> common_access.AccessRecord:
    """A read of the learner's data."""
    record = common_access.AccessRecord(
        learner_id=LEARNER, read_at=stamp(day), role=role, resource="X", purpose=purpose, ground="OWN_INSTITUTION"
    )
    if institution_id:
        record.institution_id = institution_id
    return record


def report(year_be: int) -> dict[str, Any]:
    """What the indicators service answers."""
    rows = [("C1", "SCHOOL", 1, 1, "100.00"), ("C2", "LEARNER", 24, 32, "75.00"), ("C3", "LEARNER", None, None, None)]
    return {
        "year_be": year_be,
        "as_of": "2026-10-05T03:00:00Z",
        "newest_fact_at": None,
        "rule_version": "C-2569.1",
        "rule_status": "assumed",
        "rule_source": "tests",
        "small_cell_min": 5,
        "small_cell_note_th": "ประชากรน้อยกว่า 5 คน จึงไม่แสดงตัวเลข",
        "small_cell_note_en": "",
        "indicators": [
            {
                "code": code,
                "title_th": f"ตัวชี้วัด {code}",
                "title_en": code,
                "counts": counts,
                "numerator": numerator,
                "denominator": denominator,
                "percentage": percentage,
                "is_withheld": numerator is None,
                "numerator_th": "ผู้ที่นับ",
                "numerator_en": "",
                "population_th": "ประชากรทั้งหมดของระบบนี้",
                "population_en": "",
                "formula": "",
                "population_by_data_status": None
                if denominator is None
                else {"confirmed": 0, "assumed": 0, "demonstration": denominator},
            }
            for code, counts, numerator, denominator, percentage in rows
        ],
    }


@dataclass
class Told:
    """What the neighbours answer; tests change it. `calls` is who asked what, under which assignment."""

    learners: list[learners_pb2.Learner] = field(default_factory=lambda: [learner(number) for number in range(1, 24)])
    accounts: list[ledger_pb2.Account] = field(default_factory=accounts)
    cases: list[transfers_pb2.TransferCase] = field(default_factory=lambda: [case()])
    record: records_pb2.GetGuidanceRecordResponse = field(default_factory=guidance_record)
    reads: dict[str, list[common_access.AccessRecord]] = field(
        default_factory=lambda: {
            "student-registry": [access_record("school_registrar", SCHOOL, "STUDENT_RECORD", 4)],
            "credit-bank": [access_record("college_registrar", COLLEGE, "TRANSFER_ASSESSMENT", 5)],
            "guidance": [access_record("homeroom_teacher", SCHOOL, "GUIDANCE", 3)],
        }
    )
    refuse: dict[str, grpc.StatusCode] = field(default_factory=dict)
    csv: bytes = b"\xef\xbb\xbf" + "รหัส,ร้อยละ\r\nC1,100.00\r\n".encode()
    calls: list[tuple[str, str, str]] = field(default_factory=list)


class _Asked:
    """Common to all fakes: who asks, and refusals that a test wishes."""

    def __init__(self, told: Told) -> None:
        self.told = told

    async def caller(self, context: Any, method: str) -> tuple[str, str]:
        """Username and assignment of the person for whom the portal asks."""
        metadata = dict(context.invocation_metadata())
        own = metadata["authorization"].removeprefix("Bearer ")
        if method == "ResolveActor":
            person = own
            assert "nuaikit-actor-token" not in metadata, "everybody resolves himself; the portal resolves nobody"
        else:
            person = metadata["nuaikit-actor-token"]
            assert _claims(own)["client_id"] == "portal", "the portal shows its own token beside the person's"
        username, assignment = _claims(person)["sub"], metadata.get("nuaikit-assignment", "")
        self.told.calls.append((method, username, assignment))
        if method in self.told.refuse:
            await context.abort(self.told.refuse[method], "refused by the test")
        return username, assignment

    async def role(self, context: Any, method: str) -> Role | None:
        """The person's role under the assignment of the call; None for himself."""
        username, assignment = await self.caller(context, method)
        for number, role in enumerate(ROLES[username]):
            if assignment_id(username, number) == assignment:
                return role
        return None

    async def require(self, context: Any, method: str, permission: str) -> Role | None:
        """Refuse as the real service would."""
        role = await self.role(context, method)
        if role is not None and permission not in role.permissions:
            await context.abort(grpc.StatusCode.PERMISSION_DENIED, permission)
        return role


def _claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


class _Assignments(_Asked, assignments_pb2_grpc.AssignmentServiceServicer):
    async def ListOwnAssignments(self, request: Any, context: Any) -> Any:  # noqa: N802  # named by the contract
        username, _ = await self.caller(context, "ListOwnAssignments")
        return assignments_pb2.ListOwnAssignmentsResponse(
            assignments=[
                assignments_pb2.Assignment(
                    assignment_id=assignment_id(username, number),
                    institution_id=role.institution_id,
                    institution_name_th=NAMES[role.institution_id],
                    role=role.role,
                    classroom=role.classroom,
                )
                for number, role in enumerate(ROLES[username])
            ]
        )

    async def ResolveActor(self, request: Any, context: Any) -> Any:  # noqa: N802  # named by the contract
        username, assignment = await self.caller(context, "ResolveActor")
        assert assignment == request.acting_assignment_id
        for number, role in enumerate(ROLES[username]):
            if assignment_id(username, number) == assignment:
                return assignments_pb2.ResolveActorResponse(
                    assignment_id=assignment,
                    institution_id=role.institution_id,
                    role=role.role,
                    classroom=role.classroom,
                    permissions=role.permissions,
                )
        if username == "learner":
            return assignments_pb2.ResolveActorResponse(
                role="learner", permissions=["own.read", "own.grant"], learner_id=LEARNER
            )
        return assignments_pb2.ResolveActorResponse(role="unassigned")


class _Learners(_Asked, learners_pb2_grpc.LearnerServiceServicer):
    async def ListLearners(self, request: Any, context: Any) -> Any:  # noqa: N802  # named by the contract
        role = await self.require(context, "ListLearners", "registry.learners.read")
        assert role is not None
        assert role.institution_id == request.institution_id
        assert request.purpose
        start = int(request.page_token or 0)
        rows = self.told.learners[start : start + request.page_size]
        after = start + len(rows)
        token = str(after) if after < len(self.told.learners) else ""
        return learners_pb2.ListLearnersResponse(learners=rows, next_page_token=token, total=len(self.told.learners))

    async def BatchGetLearners(self, request: Any, context: Any) -> Any:  # noqa: N802  # named by the contract
        await self.require(context, "BatchGetLearners", "registry.learners.read")
        found = [one for one in self.told.learners if one.learner_id in request.learner_ids]
        return learners_pb2.BatchGetLearnersResponse(learners=found)

    async def GetOwnLearner(self, request: Any, context: Any) -> Any:  # noqa: N802  # named by the contract
        await self.caller(context, "GetOwnLearner")
        return learners_pb2.GetOwnLearnerResponse(learner=self.told.learners[0])


class _Institutions(_Asked, institutions_pb2_grpc.InstitutionServiceServicer):
    async def GetInstitution(self, request: Any, context: Any) -> Any:  # noqa: N802  # named by the contract
        await self.caller(context, "GetInstitution")
        institution = institutions_pb2.Institution(
            institution_id=request.institution_id, name_th=NAMES[request.institution_id]
        )
        return institutions_pb2.GetInstitutionResponse(institution=institution)


class _RegistryAccess(_Asked, registry_access_grpc.AccessServiceServicer):
    async def ListAccess(self, request: Any, context: Any) -> Any:  # noqa: N802  # named by the contract
        await self.caller(context, "registry.ListAccess")
        return registry_access.ListAccessResponse(records=self.told.reads["student-registry"])


class _Ledger(_Asked, ledger_pb2_grpc.LedgerServiceServicer):
    async def GetStatement(self, request: Any, context: Any) -> Any:  # noqa: N802  # named by the contract
        await self.require(context, "GetStatement", "credit.read")
        assert request.purpose
        return ledger_pb2.GetStatementResponse(accounts=self.told.accounts)


class _Recording(_Asked, recording_pb2_grpc.RecordingServiceServicer):
    async def ListEntries(self, request: Any, context: Any) -> Any:  # noqa: N802  # named by the contract
        await self.require(context, "ListEntries", "credit.read")
        return recording_pb2.ListEntriesResponse()


class _Transcripts(_Asked, transcripts_pb2_grpc.TranscriptServiceServicer):
    async def GetTranscript(self, request: Any, context: Any) -> Any:  # noqa: N802  # named by the contract
        await self.require(context, "GetTranscript", "transcript.read")
        entry = recording_pb2.Entry(
            course=catalogue_pb2.Course(key=catalogue_pb2.CourseKey(code="ท31101"), title_th="ภาษาไทย"),
            year_be=2569,
            term=1,
            grade_label="3.5",
            credits_earned=obec(100),
            provenance=provenance_pb2.Provenance(status="RULE_STATUS_DEMONSTRATION"),
        )
        return transcripts_pb2.GetTranscriptResponse(
            transcript=transcripts_pb2.Transcript(rows=[transcripts_pb2.TranscriptRow(entry=entry)])
        )


class _Transfers(_Asked, transfers_pb2_grpc.TransferServiceServicer):
    async def ListTransferCases(self, request: Any, context: Any) -> Any:  # noqa: N802  # named by the contract
        await self.require(context, "ListTransferCases", "transfer.read")
        wanted = set(request.learner_ids)
        found = [one for one in self.told.cases if not wanted or one.learner_id in wanted]
        return transfers_pb2.ListTransferCasesResponse(transfer_cases=found, total=len(found))


class _BankAccess(_Asked, bank_access_grpc.AccessServiceServicer):
    async def ListAccess(self, request: Any, context: Any) -> Any:  # noqa: N802  # named by the contract
        await self.caller(context, "bank.ListAccess")
        return bank_access.ListAccessResponse(records=self.told.reads["credit-bank"])


class _Records(_Asked, records_pb2_grpc.GuidanceRecordServiceServicer):
    async def GetGuidanceRecord(self, request: Any, context: Any) -> Any:  # noqa: N802  # named by the contract
        await self.require(context, "GetGuidanceRecord", "guidance.read")
        assert request.purpose
        return self.told.record


class _GuidanceAccess(_Asked, guidance_access_grpc.AccessServiceServicer):
    async def ListAccess(self, request: Any, context: Any) -> Any:  # noqa: N802  # named by the contract
        await self.caller(context, "guidance.ListAccess")
        return guidance_access.ListAccessResponse(records=self.told.reads["guidance"])


def _registry(told: Told, server: grpc.aio.Server) -> None:
    assignments_pb2_grpc.add_AssignmentServiceServicer_to_server(_Assignments(told), server)
    learners_pb2_grpc.add_LearnerServiceServicer_to_server(_Learners(told), server)
    institutions_pb2_grpc.add_InstitutionServiceServicer_to_server(_Institutions(told), server)
    registry_access_grpc.add_AccessServiceServicer_to_server(_RegistryAccess(told), server)


def _bank(told: Told, server: grpc.aio.Server) -> None:
    ledger_pb2_grpc.add_LedgerServiceServicer_to_server(_Ledger(told), server)
    recording_pb2_grpc.add_RecordingServiceServicer_to_server(_Recording(told), server)
    transcripts_pb2_grpc.add_TranscriptServiceServicer_to_server(_Transcripts(told), server)
    transfers_pb2_grpc.add_TransferServiceServicer_to_server(_Transfers(told), server)
    bank_access_grpc.add_AccessServiceServicer_to_server(_BankAccess(told), server)


def _guidance(told: Told, server: grpc.aio.Server) -> None:
    records_pb2_grpc.add_GuidanceRecordServiceServicer_to_server(_Records(told), server)
    guidance_access_grpc.add_AccessServiceServicer_to_server(_GuidanceAccess(told), server)


def _indicators(told: Told) -> FastAPI:
    app = FastAPI()

    @app.get("/v1/indicators")
    async def indicators(request: Request, year_be: int, format: str = "json") -> Response:  # noqa: A002  # the query parameter of the real one
        token = request.headers["authorization"].removeprefix("Bearer ")
        username, assignment = _claims(token)["sub"], request.headers.get("nuaikit-assignment", "")
        told.calls.append(("indicators", username, assignment))
        roles = [role for number, role in enumerate(ROLES[username]) if assignment_id(username, number) == assignment]
        if not roles or "report.read" not in roles[0].permissions:
            return JSONResponse({}, 403)
        if format == "csv":
            return Response(told.csv, media_type="text/csv; charset=utf-8")
        return JSONResponse(report(year_be))

    return app


@dataclass
class GrpcNeighbour:
    """A fake service at an address that stays the same when it is stopped and started."""

    add: Callable[[Told, grpc.aio.Server], None]
    told: Told
    port: int = field(default_factory=free_port)
    _server: grpc.aio.Server | None = None

    async def start(self) -> None:
        """Answer."""
        self._server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
        self.add(self.told, self._server)
        self._server.add_insecure_port(f"127.0.0.1:{self.port}")
        await self._server.start()

    async def stop(self) -> None:
        """Be away."""
        if self._server:
            await self._server.stop(None)
            self._server = None


class _Quiet(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        """Leave the signals to pytest."""


@dataclass
class HttpNeighbour:
    """An application at an address that stays the same when it is stopped and started."""

    app: FastAPI
    port: int = field(default_factory=free_port)
    _server: uvicorn.Server | None = None
    _task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Answer."""
        config = uvicorn.Config(self.app, host="127.0.0.1", port=self.port, log_config=None)
        server = _Quiet(config)
        # Not `serve()`, which takes the signals.
        self._server, self._task = server, asyncio.create_task(server._serve())

        async def is_started() -> bool:
            return server.started

        await eventually(is_started, timeout_s=10, what="a neighbour over HTTP", every_s=0.01)

    async def stop(self) -> None:
        """Be away."""
        if self._server and self._task:
            self._server.should_exit = True
            await self._task
            self._server = None


@dataclass
class PortalWorld:
    """The running portal, its neighbours, and how to sign in."""

    url: str
    told: Told
    password: str
    neighbours: dict[str, GrpcNeighbour | HttpNeighbour]
    settings: Settings

    async def stop(self, *names: str) -> None:
        """Take neighbours away."""
        for name in names:
            await self.neighbours[name].stop()

    async def start(self, *names: str) -> None:
        """Bring neighbours back."""
        for name in names:
            await self.neighbours[name].start()


@asynccontextmanager
async def portal_world(
    folder: Path, *, telemetry: RecordedTelemetry | None = None, **changes: Any
) -> AsyncIterator[PortalWorld]:
    """Start everything; `changes` replace settings of the portal."""
    told, port = Told(), free_port()
    url = f"http://127.0.0.1:{port}"
    directory = Directory(
        tuple(Account(name, name, f"บัญชีทดสอบ {name}", name) for name in ROLES),
        (Client("portal", "เว็บหน่วยกิต", "portal", ("act-on-behalf",), ("/callback",)),),
    )
    for name in ("issuer", "vault"):
        (folder / name).mkdir()
    vault = Vault(folder / "vault")
    issuer_store.prepare(folder / "issuer", directory, vault)
    issuer_port = free_port()
    issuer_url = f"http://127.0.0.1:{issuer_port}"
    issuer = Issuer(issuer_url, issuer_store.load(folder / "issuer"), portal_url=url)
    neighbours: dict[str, GrpcNeighbour | HttpNeighbour] = {
        "issuer": HttpNeighbour(create_app(issuer), issuer_port),
        "student-registry": GrpcNeighbour(_registry, told),
        "credit-bank": GrpcNeighbour(_bank, told),
        "guidance": GrpcNeighbour(_guidance, told),
        "indicators": HttpNeighbour(_indicators(told)),
    }
    values: dict[str, Any] = {
        "http_address": f"127.0.0.1:{port}",
        "oidc_issuer": issuer_url,
        "client_id": "portal",
        "client_secret": vault.get(CLIENT_READER, "portal"),
        "registry_address": f"127.0.0.1:{neighbours['student-registry'].port}",
        "credit_bank_address": f"127.0.0.1:{neighbours['credit-bank'].port}",
        "guidance_address": f"127.0.0.1:{neighbours['guidance'].port}",
        "indicators_url": f"http://127.0.0.1:{neighbours['indicators'].port}",
        "public_url": url,
        "session_key": base64.b64encode(os.urandom(32)).decode(),
        "rpc_timeout_ms": 2_000,
    }
    settings = Settings(**values | changes)
    async with AsyncExitStack() as stack:
        for neighbour in neighbours.values():
            await neighbour.start()
            stack.push_async_callback(neighbour.stop)
        own = telemetry.of("portal") if telemetry else None
        await stack.enter_async_context(running(SERVICE, settings, parts=frozenset({"serve"}), telemetry=own))
        yield PortalWorld(url, told, vault.get(PASSWORD_READER, "password"), neighbours, settings)
