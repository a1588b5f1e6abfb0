"""The credit bank in this process, a registry beside it, and a school, a college and learners in both.

The registry is a fake on real gRPC: it says who people and learners are, knows grants, and can be stopped. What the
credit bank itself owns is made through its own use cases: courses, rules, qualifications, a committee, a partnership,
verified results.
"""

import base64
import json
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import grpc
import grpc.aio
import httpx
from chassis.auth import Actor, subject_hash
from chassis.grpc_client import Peer
from chassis.outcomes import Outcome
from chassis.pg import create_pool
from chassis.service import Running, running
from credit_bank.app import SERVICE
from credit_bank.calendar_th import thai_date
from credit_bank.catalogue.domain import CodeSystem, CourseFacts, CourseKey
from credit_bank.catalogue.use_cases import PublishCourses, publish_courses
from credit_bank.clients import Registry
from credit_bank.config import Settings
from credit_bank.equivalences.domain import RuleFacts, TransferMode
from credit_bank.equivalences.use_cases import PublishRules, publish_rules
from credit_bank.partnerships.confirming import ConfirmPartnerships, SeenVersion, confirm_partnerships
from credit_bank.partnerships.domain import (
    CommitteeFacts,
    Mandate,
    Member,
    PartnershipFacts,
    PartnershipState,
    Programme,
)
from credit_bank.partnerships.stating import RegisterPartnerships, register_partnerships
from credit_bank.partnerships.use_cases import (
    RegisterCommittees,
    register_committees,
)
from credit_bank.provenance import Provenance
from credit_bank.qualifications.domain import Qualification
from credit_bank.qualifications.use_cases import PublishQualifications, publish_qualifications
from credit_bank.recording.domain import Evidence, ResultInput, SourceMode
from credit_bank.recording.use_cases import RecordResults, VerifyResults, record_results, verify_results
from google.type.date_pb2 import Date
from nuaikit.student_registry.v1 import (
    assignments_pb2,
    assignments_pb2_grpc,
    consents_pb2,
    consents_pb2_grpc,
    enrolments_pb2,
    enrolments_pb2_grpc,
    institutions_pb2,
    institutions_pb2_grpc,
    learners_pb2,
    learners_pb2_grpc,
)

from tests.support.http import tls
from tests.support.identity import SUBJECT_HASH_KEY, TokenIssuer, token_issuer
from tests.support.kafka import eventually
from tests.support.telemetry import RecordedTelemetry

ROLES: dict[str, frozenset[str]] = {
    "agency_publisher": frozenset({"exchange.manage", "catalogue.publish", "qualification.publish", "rule.publish"}),
    "school_recorder": frozenset({"credit.record", "credit.assess", "credit.read"}),
    "school_registrar": frozenset(
        {
            "awarding.redeem",
            "credit.expire",
            "transfer.reverse",
            "credit.verify",
            "credit.correct",
            "credit.revoke",
            "credit.count",
            "credit.read",
            "transcript.read",
            "transfer.read",
            "offering.manage",
            "survey.manage",
            "catalogue.publish",
        }
    ),
    "school_director": frozenset(
        {
            "awarding.unredeem",
            "credit.approve",
            "credit.revoke",
            "partnership.manage",
            "committee.manage",
            "credit.read",
        }
    ),
    "college_recorder": frozenset({"credit.record", "credit.assess", "credit.read"}),
    "college_director": frozenset(
        {
            "awarding.unredeem",
            "credit.approve",
            "credit.revoke",
            "credit.read",
            "partnership.manage",
            "committee.manage",
            "rule.publish",
            "transfer.read",
        }
    ),
    "college_registrar": frozenset(
        {
            "awarding.redeem",
            "credit.expire",
            "transfer.reverse",
            "credit.verify",
            "credit.correct",
            "credit.revoke",
            "credit.count",
            "credit.read",
            "transcript.read",
            "transfer.open",
            "transfer.review",
            "transfer.post",
            "transfer.read",
            "offering.manage",
            "catalogue.publish",
        }
    ),
    "committee_member": frozenset({"transfer.vote", "transfer.read", "transcript.read"}),
    "committee_chair": frozenset(
        {"transfer.vote", "transfer.read", "transcript.read", "transfer.decide", "transfer.reverse"}
    ),
    "outside_assessor": frozenset({"credit.assess"}),
    "learner": frozenset({"own.read", "own.grant", "own.transfer", "own.survey"}),
    "auditor": frozenset({"access.read", "credit.read"}),
    "area_officer": frozenset({"registry.area_desk.read"}),
}
"""What roles may do, as far as these tests need it."""
for _role, _more in {
    "agency_publisher": {"catalogue.approve", "rule.propose", "rule.review", "committee.manage"},
    "school_registrar": {"rule.propose"},
    "school_director": {"catalogue.approve", "rule.review", "rule.publish"},
    "college_registrar": {"rule.propose"},
    "college_director": {"catalogue.approve", "rule.review"},
    "committee_chair": {"rule.propose", "rule.review"},
}.items():
    ROLES[_role] |= _more

DEMONSTRATION = Provenance("tests", "demonstration")


def course_key(code: str, owner: UUID | None = None) -> CourseKey:
    """A course by its code alone."""
    is_college = code[0].isdigit()
    system, version = (CodeSystem.OVEC, "PWC-2562") if is_college else (CodeSystem.OBEC, "OBEC-2551R60")
    return CourseKey(system, code, version, owner)


def grade_scheme(code: str) -> str:
    """The scheme in which a course is graded here; activities, whose codes begin with ก, are passed or not."""
    return "PASS_FAIL" if code[0] == "ก" else "OVEC_8_LEVEL" if code[0].isdigit() else "OBEC_8_LEVEL"


def to_pb(day: date) -> Date:
    """A day as the contracts carry it."""
    return Date(year=day.year, month=day.month, day=day.day)


@dataclass
class Person:
    """Somebody signed in, and the actor that services make of him."""

    token: str
    actor: Actor

    @property
    def headers(self) -> dict[str, str]:
        """For HTTP."""
        acting = self.actor.assignment_id
        return {"Authorization": f"Bearer {self.token}"} | ({"Nuaikit-Assignment": str(acting)} if acting else {})

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """For gRPC."""
        return tuple((name.lower(), value) for name, value in self.headers.items())


@dataclass
class FakeRegistry:
    """What student-registry would answer; `stop` makes it silent, `start` brings it back at the same address.

    Attributes:
        people: Answers of ResolveActor by subject and acting assignment.
        learners: By id, with the enrolments valid today.
        student_nos: Learner ids by institution and student number.
        institutions: By id.
        grants: Share grants valid today.
        merged: Of each learner who was merged, under whose id he is given.
        calls: Requests received, with the method.
        is_silent_about_learners: BatchGetLearners fails while the rest answers.
        before_identities: What happens elsewhere while BatchGetLearners is under way; once.
    """

    address: str = ""
    people: dict[tuple[str, str], assignments_pb2.ResolveActorResponse] = field(default_factory=dict)
    learners: dict[str, learners_pb2.Learner] = field(default_factory=dict)
    student_nos: dict[tuple[str, str], str] = field(default_factory=dict)
    institutions: dict[str, institutions_pb2.Institution] = field(default_factory=dict)
    grants: list[consents_pb2.ShareGrant] = field(default_factory=list)
    merged: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[str, Any]] = field(default_factory=list)
    is_silent_about_learners: bool = False
    before_identities: Callable[[], Awaitable[None]] | None = None
    _server: grpc.aio.Server | None = None

    async def start(self) -> None:
        """Serve."""
        server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
        assignments_pb2_grpc.add_AssignmentServiceServicer_to_server(_Assignments(self), server)
        enrolments_pb2_grpc.add_EnrolmentServiceServicer_to_server(_Enrolments(self), server)
        learners_pb2_grpc.add_LearnerServiceServicer_to_server(_Learners(self), server)
        consents_pb2_grpc.add_ShareGrantServiceServicer_to_server(_Grants(self), server)
        institutions_pb2_grpc.add_InstitutionServiceServicer_to_server(_Institutions(self), server)
        port = server.add_insecure_port(self.address or "127.0.0.1:0")
        await server.start()
        self.address, self._server = f"127.0.0.1:{port}", server

    async def stop(self) -> None:
        """Be away."""
        if self._server is not None:
            await self._server.stop(None)
            self._server = None

    def asked(self, method: str) -> list[Any]:
        """Requests of one method, in order."""
        return [request for name, request in self.calls if name == method]

    def given(self, learner_ids: Iterable[str]) -> list[learners_pb2.Learner]:
        """Learners who are known, in the order asked for; of a merged one the survivor, under that one's own id."""
        known_as = dict.fromkeys(self.merged.get(learner_id, learner_id) for learner_id in learner_ids)
        return [self.learners[learner_id] for learner_id in known_as if learner_id in self.learners]

    def person_of(self, context: Any) -> assignments_pb2.ResolveActorResponse | None:
        """Who calls; None for a service that calls for itself."""
        metadata = dict(context.invocation_metadata())
        token = metadata.get("nuaikit-actor-token") or metadata["authorization"].removeprefix("Bearer ")
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return self.people.get((claims["sub"], metadata.get("nuaikit-assignment", "")))


class _Assignments(assignments_pb2_grpc.AssignmentServiceServicer):
    def __init__(self, registry: FakeRegistry) -> None:
        self._registry = registry

    async def ResolveActor(self, request: Any, context: Any) -> Any:  # noqa: N802  # named by the contract
        self._registry.calls.append(("ResolveActor", request))
        answer = self._registry.person_of(context)
        if answer is None:
            await context.abort(grpc.StatusCode.PERMISSION_DENIED, "No such assignment.")
        return answer


class _Enrolments(enrolments_pb2_grpc.EnrolmentServiceServicer):
    def __init__(self, registry: FakeRegistry) -> None:
        self._registry = registry

    async def ListEnrolments(self, request: Any, _context: Any) -> Any:  # noqa: N802  # named by the contract
        self._registry.calls.append(("ListEnrolments", request))
        known = self._registry.given(request.learner_ids)
        return enrolments_pb2.ListEnrolmentsResponse(enrolments=[one for item in known for one in item.enrolments])


class _Learners(learners_pb2_grpc.LearnerServiceServicer):
    def __init__(self, registry: FakeRegistry) -> None:
        self._registry = registry

    async def BatchGetLearners(self, request: Any, context: Any) -> Any:  # noqa: N802  # named by the contract
        self._registry.calls.append(("BatchGetLearners", request))
        meanwhile, self._registry.before_identities = self._registry.before_identities, None
        if meanwhile is not None:
            await meanwhile()
        if self._registry.is_silent_about_learners:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "Not now.")
        if not request.purpose:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "A purpose is needed.")
        person = self._registry.person_of(context)
        found = self._registry.given(request.learner_ids)
        seen = [learner for learner in found if request.ground_id or _is_own(learner, person)]
        return learners_pb2.BatchGetLearnersResponse(learners=seen)

    async def FindLearners(self, request: Any, _context: Any) -> Any:  # noqa: N802  # named by the contract
        self._registry.calls.append(("FindLearners", request))
        found = {
            number: self._registry.student_nos.get((request.institution_id, number)) for number in request.student_nos
        }
        matches = [
            learners_pb2.FindLearnersResponse.Match(student_no=number, learner_id=learner_id)
            for number, learner_id in found.items()
            if learner_id
        ]
        return learners_pb2.FindLearnersResponse(matches=matches)


class _Institutions(institutions_pb2_grpc.InstitutionServiceServicer):
    def __init__(self, registry: FakeRegistry) -> None:
        self._registry = registry

    async def GetInstitution(self, request: Any, context: Any) -> Any:  # noqa: N802  # named by the contract
        self._registry.calls.append(("GetInstitution", request))
        found = self._registry.institutions.get(request.institution_id)
        if found is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, "No such institution.")
        return institutions_pb2.GetInstitutionResponse(institution=found)


def _is_own(learner: learners_pb2.Learner, person: assignments_pb2.ResolveActorResponse | None) -> bool:
    if person is None:
        return False
    return person.learner_id == learner.learner_id or any(
        enrolment.facts.institution_id == person.institution_id for enrolment in learner.enrolments
    )


class _Grants(consents_pb2_grpc.ShareGrantServiceServicer):
    def __init__(self, registry: FakeRegistry) -> None:
        self._registry = registry

    async def ListShareGrants(self, request: Any, _context: Any) -> Any:  # noqa: N802  # named by the contract
        self._registry.calls.append(("ListShareGrants", request))
        return consents_pb2.ListShareGrantsResponse(
            grants=[
                grant
                for grant in self._registry.grants
                if grant.learner_id in request.learner_ids
                and request.recipient_institution_id in ("", grant.recipient_institution_id)
            ]
        )


@dataclass
class World:
    """The running service with its neighbours, and the people and things in it.

    Attributes:
        school: OBEC school that issues results.
        college: College with the committee and the partnership.
        stranger: Another college, tied to nobody.
        staff: People by name.
        committee_id: Chair and two members, quorum 2.
        partnership_id: School and college, dual education.
        evidence: Folder of the evidence files.
        settings: Of the service.
    """

    service: Running[Settings]
    issuer: TokenIssuer
    registry: FakeRegistry
    dsn: str
    pool: Any
    bank_registry: Registry
    http: httpx.AsyncClient
    channel: grpc.aio.Channel
    telemetry: RecordedTelemetry
    school: UUID = field(default_factory=uuid4)
    college: UUID = field(default_factory=uuid4)
    stranger: UUID = field(default_factory=uuid4)
    staff: dict[str, Person] = field(default_factory=dict)
    committee_id: UUID = field(default_factory=uuid4)
    partnership_id: UUID = field(default_factory=uuid4)
    evidence: Path = field(default_factory=Path)
    settings: Settings | None = None

    # ---- people ----

    def person(
        self, name: str, role: str, institution_id: UUID | None = None, *, learner_id: UUID | None = None
    ) -> Person:
        """Somebody whom the registry knows."""
        assignment_id = uuid4() if institution_id else None
        hashed = subject_hash(name, SUBJECT_HASH_KEY.encode())
        answer = assignments_pb2.ResolveActorResponse(
            subject_hash=hashed,
            assignment_id=str(assignment_id or ""),
            institution_id=str(institution_id or ""),
            role=role,
            permissions=sorted(ROLES[role]),
            permission_version="test.1",
        )
        if learner_id:
            answer.learner_id = str(learner_id)
        self.registry.people[name, str(assignment_id or "")] = answer
        token = self.issuer.person(name)
        actor = Actor(
            hashed, role, institution_id, assignment_id, "", ROLES[role], "test.1", learner_id=learner_id, token=token
        )
        return Person(token, actor)

    async def employ(self, name: str, role: str, institution_id: UUID) -> Person:
        """Staff, known to the registry and to the credit bank's own copy."""
        person = self.person(name, role, institution_id)
        await self.execute(
            "INSERT INTO assignment_copy (assignment_id, subject_hash, institution_id, role, classroom, permissions,"
            " permission_version, valid_from) VALUES ($1, $2, $3, $4, '', $5, 'test.1', '2025-05-01')",
            person.actor.assignment_id,
            person.actor.subject_hash,
            institution_id,
            role,
            sorted(ROLES[role]),
        )
        self.staff[name] = person
        return person

    async def learner(
        self, *enrolments: tuple[UUID, str, str], is_copied: bool = True, state: str = "VERIFIED"
    ) -> UUID:
        """A learner with enrolments of today: institution, role, delivery system; dual education when none is named."""
        learner_id = uuid4()
        wanted = enrolments or (
            (self.school, "PRIMARY", "DUAL_EDUCATION"),
            (self.college, "PARTNER", "DUAL_EDUCATION"),
        )
        message = learners_pb2.Learner(
            learner_id=str(learner_id),
            name=learners_pb2.PersonName(title_th="นางสาว", given_name_th="สมมติ", family_name_th="ใจดี"),
            identifiers=[
                learners_pb2.IdentifierView(kind=learners_pb2.IDENTIFIER_KIND_CITIZEN_ID, masked_value="•••••••••0121")
            ],
            registrar_institution_id=str(wanted[0][0]),
            identity_state=f"VERIFICATION_STATE_{state}",
        )
        for institution_id, role, delivery_system in wanted:
            enrolment = enrolments_pb2.Enrolment(
                enrolment_id=str(uuid4()),
                learner_id=str(learner_id),
                status=enrolments_pb2.ENROLMENT_STATUS_STUDYING,
                facts=enrolments_pb2.EnrolmentInput(
                    institution_id=str(institution_id),
                    role=f"ENROLMENT_ROLE_{role}",
                    delivery_system=f"DELIVERY_SYSTEM_{delivery_system}",
                    grade_label="M.4",
                    valid_from=to_pb(date(2025, 5, 16)),
                ),
            )
            message.enrolments.append(enrolment)
            if is_copied:
                await self.execute(
                    "INSERT INTO enrolment_copy (enrolment_id, learner_id, institution_id, role, delivery_system,"
                    " grade_label, programme_code, status, valid_from)"
                    " VALUES ($1, $2, $3, $4, $5, 'M.4', '', 'STUDYING', '2025-05-16')",
                    UUID(enrolment.enrolment_id),
                    learner_id,
                    institution_id,
                    role,
                    delivery_system,
                )
        self.registry.learners[str(learner_id)] = message
        await self.execute(
            "INSERT INTO learner_copy (learner_id, registrar_institution_id, registered_at, data_status)"
            " VALUES ($1, $2, now(), 'demonstration')",
            learner_id,
            wanted[0][0],
        )
        return learner_id

    def signed_in(self, learner_id: UUID) -> Person:
        """The learner's own sign-in."""
        return self.person(f"ผู้เรียน {learner_id}", "learner", learner_id=learner_id)

    def grant(self, learner_id: UUID, recipient_id: UUID, *, valid_to: date | None = None) -> consents_pb2.ShareGrant:
        """A share grant that the registry knows."""
        grant = consents_pb2.ShareGrant(
            grant_id=str(uuid4()),
            learner_id=str(learner_id),
            recipient_institution_id=str(recipient_id),
            scope="TRANSCRIPT",
            purpose="ADMISSION",
            valid_from=to_pb(date(2025, 5, 1)),
            valid_to=to_pb(valid_to or thai_date(datetime.now(UTC))),
        )
        self.registry.grants.append(grant)
        return grant

    # ---- results ----

    async def results(
        self,
        learner_ids: Sequence[UUID],
        *courses: tuple[str, str],
        recorder: str = "school-recorder",
        verifier: str | None = "school-registrar",
        attempt: int = 1,
    ) -> list[list[UUID]]:
        """Verified results of learners: course code and grade label each; entry ids by learner."""
        inputs = [
            ResultInput(
                learner_id=learner_id,
                course=course_key(code),
                year_be=2569,
                term=1,
                attempt=attempt,
                grade_scheme=grade_scheme(code),
                grade_label=grade,
                source_mode=SourceMode.STUDY,
                taught_by_institution_id=None,
                offering_id=None,
                evidence=(Evidence("ASSESSMENT_SHEET", "", "ทดสอบ 1/2569"),),
                provenance=DEMONSTRATION,
            )
            for learner_id in learner_ids
            for code, grade in courses
        ]
        entry_ids: list[UUID] = []
        for start in range(0, len(inputs), 1_000):
            part = tuple(inputs[start : start + 1_000])
            recorded = await record_results(
                self.pool,
                self.bank_registry,
                RecordResults(uuid4(), part),
                actor=self.staff[recorder].actor,
                now=datetime.now(UTC),
            )
            entry_ids += ids_of(recorded)
        if verifier:
            await self.verify(entry_ids, verifier)
        width = len(courses)
        return [entry_ids[start : start + width] for start in range(0, len(entry_ids), width)]

    async def verify(self, entry_ids: Sequence[UUID], verifier: str = "school-registrar") -> None:
        """Have results verified."""
        for start in range(0, len(entry_ids), 1_000):
            command = VerifyResults(uuid4(), tuple(entry_ids[start : start + 1_000]))
            ids_of(await verify_results(self.pool, command, actor=self.staff[verifier].actor, now=datetime.now(UTC)))

    async def registry_returns(self) -> None:
        """Start the registry again and wait until the credit bank has found it."""
        await self.registry.start()
        headers = self.staff["college-registrar"].headers | {"Nuaikit-Purpose": "TRANSFER_ASSESSMENT"}

        async def is_found() -> bool:
            answer = await self.http.get(f"/v1/learners/{uuid4()}/transcript", headers=headers)
            return answer.status_code == httpx.codes.NOT_FOUND

        await eventually(is_found, timeout_s=20, what="the credit bank to find the registry again")

    # ---- database ----

    async def execute(self, query: str, *arguments: Any) -> None:
        """Run one statement."""
        async with self.pool.acquire() as connection:
            await connection.execute(query, *arguments)

    async def fetch(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        """Rows of the credit bank's own database."""
        async with self.pool.acquire() as connection:
            return await connection.fetch(query, *arguments)

    async def fetchval(self, query: str, *arguments: Any) -> Any:
        """One value."""
        async with self.pool.acquire() as connection:
            return await connection.fetchval(query, *arguments)


def succeeded(outcomes: Sequence[Outcome]) -> list[str]:
    """Ids of a list call in which nothing failed."""
    assert not [outcome.problem for outcome in outcomes if outcome.problem], outcomes
    return [outcome.id or "" for outcome in outcomes]


def ids_of(outcomes: Sequence[Outcome]) -> list[UUID]:
    """Ids of a list call in which nothing failed, where they are UUIDs."""
    return [UUID(found) for found in succeeded(outcomes)]


CourseRow = tuple[str, str, int, int, str, str]
"""Code, title, credits in 1/100, hours, category, subject type."""

COURSES: tuple[CourseRow, ...] = (
    ("ท31101", "ภาษาไทย", 100, 40, "BASIC", "01"),
    ("ค31101", "คณิตศาสตร์", 100, 40, "BASIC", "01"),
    ("พ31101", "สุขศึกษา", 50, 20, "BASIC", "01"),
    ("พ31102", "พลศึกษา", 50, 20, "BASIC", "01"),
    ("ศ31101", "ศิลปะ", 50, 20, "BASIC", "01"),
    ("ก31901", "กิจกรรมแนะแนว", 0, 20, "ACTIVITY", "08"),
    ("20000-1101", "ภาษาไทยพื้นฐาน", 100, 36, "CORE", ""),
    ("20000-1102", "ภาษาไทยเพื่ออาชีพ", 100, 36, "CORE", ""),
    ("20000-1501", "หน้าที่พลเมืองและศีลธรรม", 200, 36, "CORE", ""),
    ("20000-1601", "พลศึกษาเพื่อพัฒนาสุขภาพ", 100, 36, "CORE", ""),
)
RULES: tuple[tuple[tuple[str, ...], str], ...] = ((("ท31101",), "20000-1101"), (("พ31101", "พ31102"), "20000-1601"))
"""Source group and target."""


def _course(row: CourseRow) -> CourseFacts:
    code, title, hundredths, hours, category, subject_type = row
    key = course_key(code)
    unit = None if not hundredths else "CR_OVEC" if key.code_system is CodeSystem.OVEC else "CR_OBEC"
    return CourseFacts(
        key=key,
        title_th=title,
        title_en=None,
        unit=unit,
        credit_hundredths=hundredths or None,
        hours_total=hours,
        tpn=None,
        category=category,
        subject_type=subject_type,
        subject_group="",
        outcomes=("อธิบายหลักการของรายวิชาได้",),
        provenance=DEMONSTRATION,
    )


async def furnish(world: World) -> None:
    """Institutions, staff, catalogue, committee and partnership."""
    places = {world.school: "SCHOOL", world.college: "COLLEGE", world.stranger: "COLLEGE"}
    names = ("โรงเรียนทดสอบ", "วิทยาลัยทดสอบ", "วิทยาลัยอีกแห่ง")
    for (institution_id, kind), name in zip(places.items(), names, strict=True):
        await world.execute(
            "INSERT INTO institution_copy (institution_id, kind, name_th, local_alias, data_status)"
            " VALUES ($1, $2, $3, $4, 'demonstration')",
            institution_id,
            kind,
            name,
            f"{kind}-{institution_id}",
        )
    agency = uuid4()
    for name, role, place in (
        ("publisher", "agency_publisher", agency),
        ("school-recorder", "school_recorder", world.school),
        ("school-registrar", "school_registrar", world.school),
        ("college-registrar", "college_registrar", world.college),
        ("school-director", "school_director", world.school),
        ("college-recorder", "college_recorder", world.college),
        ("college-director", "college_director", world.college),
        ("chair", "committee_chair", world.college),
        ("member-1", "committee_member", world.college),
        ("member-2", "committee_member", world.college),
        ("stranger-registrar", "college_registrar", world.stranger),
        ("stranger-chair", "committee_chair", world.stranger),
        ("auditor", "auditor", agency),
    ):
        await world.employ(name, role, place)
    now = datetime.now(UTC)
    publisher = world.staff["publisher"].actor
    ids_of(
        await publish_courses(
            world.pool, PublishCourses(uuid4(), tuple(_course(row) for row in COURSES)), actor=publisher, now=now
        )
    )
    rules = tuple(
        RuleFacts(
            source_groups=(frozenset(course_key(code) for code in sources),),
            target=course_key(target),
            mode=TransferMode.TRANSFER,
            min_grade_hundredths=200,
            min_hours_pct=100,
            version=1,
            provenance=DEMONSTRATION,
        )
        for sources, target in RULES
    )
    ids_of(await publish_rules(world.pool, PublishRules(uuid4(), rules), actor=publisher, now=now))
    qualifications = (
        _qualification("M6-OBEC", "2551R60", "CR_OBEC", {"BASIC": 4100, "ADDITIONAL": 3600}, "PWC-2562"),
        _qualification("PWC-2562", "2562", "CR_OVEC", {"CORE": 2200, "VOC": 7100}, "M6-OBEC"),
        _qualification("PWC-2567", "2567", "CR_OVEC", {"CORE": 2000, "VOC": 7000}),
    )
    publishing = PublishQualifications(uuid4(), qualifications)
    succeeded(await publish_qualifications(world.pool, publishing, actor=publisher, now=now))
    await _agree(world, now)


def _qualification(code: str, version: str, unit: str, minima: dict[str, int], *together: str) -> Qualification:
    return Qualification(code, version, f"คุณวุฒิ {code}", unit, 10_300, minima, frozenset(together), DEMONSTRATION)


async def _agree(world: World, now: datetime) -> None:
    director = world.staff["college-director"].actor
    members = tuple(
        Member(assignment_id, is_chair=name == "chair")
        for name in ("chair", "member-1", "member-2")
        if (assignment_id := world.staff[name].actor.assignment_id)
    )
    committee = CommitteeFacts(
        institution_id=world.college,
        mandates=frozenset({Mandate.TRANSFER, Mandate.EQUATE}),
        order_no="คำสั่งทดสอบที่ 1/2569",
        quorum=2,
        members=members,
        valid_from=date(2025, 5, 1),
        valid_to=None,
        provenance=DEMONSTRATION,
    )
    [world.committee_id] = ids_of(
        await register_committees(world.pool, RegisterCommittees(uuid4(), (committee,)), actor=director, now=now)
    )
    partnership = PartnershipFacts(
        reference="MOU-TEST-2568",
        party_institution_ids=(world.school, world.college),
        programme=Programme.DUAL_EDUCATION,
        state=PartnershipState.ACTIVE,
        signed_on=None,
        valid_from=date(2025, 5, 1),
        valid_to=None,
        committee_id=world.committee_id,
        provenance=DEMONSTRATION,
    )
    [world.partnership_id] = ids_of(
        await register_partnerships(
            world.pool,
            world.bank_registry,
            RegisterPartnerships(uuid4(), (partnership,)),
            actor=director,
            now=now,
        )
    )
    agreed = ConfirmPartnerships(uuid4(), (SeenVersion(world.partnership_id, 1),))
    ids_of(await confirm_partnerships(world.pool, agreed, actor=world.staff["school-director"].actor, now=now))


@asynccontextmanager
async def credit_world(database: Callable[..., str], telemetry: RecordedTelemetry, **more: Any) -> AsyncIterator[World]:
    """The running credit bank, furnished.

    Args:
        database: Makes a migrated database of a service.
        telemetry: Where spans and metrics of the service go.
        more: Settings beside the usual ones.
    """
    async with AsyncExitStack() as stack:
        issuer = await stack.enter_async_context(token_issuer())
        registry = FakeRegistry()
        await registry.start()
        stack.push_async_callback(registry.stop)
        dsn = database("credit-bank")
        evidence = stack.enter_context(tempfile.TemporaryDirectory())
        settings = Settings(
            database_dsn=dsn,  # pyright: ignore[reportArgumentType]  # settings make their own type of the text
            kafka_bootstrap="127.0.0.1:9",
            http_address="127.0.0.1:0",
            grpc_address="127.0.0.1:0",
            oidc_issuer=issuer.url,
            client_id="credit-bank",
            client_secret="secret",  # pyright: ignore[reportArgumentType]  # settings make their own type of the text
            subject_hash_key=SUBJECT_HASH_KEY,  # pyright: ignore[reportArgumentType]  # settings make their own type of the text
            registry_address=registry.address,
            rpc_timeout_ms=5_000,  # of a busy machine; a registry that is away is refused at once
            database_pool_size_max=16,
            evidence_store_url=f"file://{evidence}",
            evidence_bytes_max=256 * 1024,
            **more,
        )
        service = await stack.enter_async_context(
            running(SERVICE, settings, parts=frozenset({"serve"}), telemetry=telemetry.of("credit-bank"))
        )
        pool = await create_pool(dsn, size_max=4, application_name="tests")
        stack.push_async_callback(pool.close)
        http = await stack.enter_async_context(
            httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{service.http_port}", verify=tls(), trust_env=False, timeout=30
            )
        )
        channel = await stack.enter_async_context(grpc.aio.insecure_channel(f"127.0.0.1:{service.grpc_port}"))
        world = World(
            service, issuer, registry, dsn, pool, _bank_registry(registry, telemetry), http, channel, telemetry
        )
        world.evidence, world.settings = Path(evidence), settings
        await furnish(world)
        yield world


def _bank_registry(registry: FakeRegistry, telemetry: RecordedTelemetry) -> Registry:
    return Registry(Peer(registry.address, telemetry=telemetry.of("credit-bank"), token=None))
