"""Typed calls to the services, for the person who looks: each call carries the person's token."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx
from chassis.auth import Actor
from chassis.errors import PermissionMissing, ServiceError, Unauthenticated, Unavailable
from chassis.grpc_client import Peer
from chassis.telemetry import current_traceparent
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from nuaikit.common.v1 import access_pb2 as common_access_pb2
from nuaikit.common.v1 import credit_pb2, provenance_pb2
from nuaikit.credit_bank.v1 import access_pb2 as bank_access_pb2
from nuaikit.credit_bank.v1 import access_pb2_grpc as bank_access_grpc
from nuaikit.credit_bank.v1 import (
    ledger_pb2,
    ledger_pb2_grpc,
    recording_pb2,
    recording_pb2_grpc,
    transcripts_pb2,
    transcripts_pb2_grpc,
    transfers_pb2,
    transfers_pb2_grpc,
)
from nuaikit.guidance.v1 import access_pb2 as guidance_access_pb2
from nuaikit.guidance.v1 import access_pb2_grpc as guidance_access_grpc
from nuaikit.guidance.v1 import activities_pb2, records_pb2, records_pb2_grpc, screenings_pb2
from nuaikit.student_registry.v1 import access_pb2 as registry_access_pb2
from nuaikit.student_registry.v1 import access_pb2_grpc as registry_access_grpc
from nuaikit.student_registry.v1 import (
    assignments_pb2,
    assignments_pb2_grpc,
    enrolments_pb2,
    institutions_pb2,
    institutions_pb2_grpc,
    learners_pb2,
    learners_pb2_grpc,
)
from pydantic import BaseModel, ValidationError

from portal.sessions import Acting
from portal.status.domain import (
    Access,
    Account,
    Activity,
    Amount,
    Assignment,
    Case,
    CaseLine,
    Enrolment,
    GuidanceRecord,
    Indicator,
    IndicatorReport,
    Learner,
    LearnerPage,
    RecognisedLearning,
    Result,
    Screening,
)

CASES_MAX = 100
RESULTS_MAX = 200
ACCESS_MAX = 50
NAME_KEPT_S = 300.0
"""How long an institution's name is remembered."""

_NAMES_MAX = 5_000


@dataclass(frozen=True, slots=True)
class Viewer:
    """On whose behalf calls are made."""

    token: str
    acting: Acting | None = None

    @property
    def actor(self) -> Actor:
        """As the chassis carries it; the services resolve everything but the token and the assignment themselves."""
        assignment_id = self.acting.assignment_id if self.acting else ""
        return Actor(
            subject_hash="",
            role="",
            institution_id=None,
            assignment_id=UUID(assignment_id) if assignment_id else None,
            classroom="",
            permissions=frozenset(),
            permission_version="",
            token=self.token,
        )


class Registry:
    """The parts of student-registry that pages show."""

    def __init__(self, peer: Peer, as_person: Peer) -> None:
        """Ask `peer`; ask `as_person`, which shows the person's token alone, what the person may do.

        Resolving other people is a scope of services (`registry.resolve`) that would also open every learner's
        enrolments. A web server does not need it: everybody may resolve himself.
        """
        self._peer = peer
        self._as_person = as_person
        self._assignments = assignments_pb2_grpc.AssignmentServiceStub(peer.channel)
        self._own = assignments_pb2_grpc.AssignmentServiceStub(as_person.channel)
        self._learners = learners_pb2_grpc.LearnerServiceStub(peer.channel)
        self._institutions = institutions_pb2_grpc.InstitutionServiceStub(peer.channel)
        self._access = registry_access_grpc.AccessServiceStub(peer.channel)
        self._names: dict[str, tuple[float, str]] = {}

    async def assignments(self, viewer: Viewer) -> list[Assignment]:
        """The person's assignments valid today."""
        answer = await self._peer.call(
            self._assignments.ListOwnAssignments, assignments_pb2.ListOwnAssignmentsRequest(), actor=viewer.actor
        )
        return [
            Assignment(item.assignment_id, item.institution_id, item.institution_name_th, item.role, item.classroom)
            for item in answer.assignments
        ]

    async def resolve(self, viewer: Viewer, assignment: Assignment | None) -> Acting:
        """What the person may do under an assignment, or for himself."""
        acting_id = assignment.assignment_id if assignment else ""
        answer = await self._as_person.call(
            self._own.ResolveActor,
            assignments_pb2.ResolveActorRequest(acting_assignment_id=acting_id),
            actor=Viewer(viewer.token, _asking(assignment)).actor,
        )
        return Acting(
            assignment_id=answer.assignment_id,
            institution_id=answer.institution_id,
            institution_name_th=assignment.institution_name_th if assignment else "",
            role=answer.role,
            classroom=answer.classroom,
            permissions=tuple(sorted(answer.permissions)),
            learner_id=answer.learner_id,
        )

    async def learners(
        self, viewer: Viewer, institution_id: str, *, purpose: str, page_size: int, page_token: str
    ) -> LearnerPage:
        """A page of the learners of the person's institution, in Thai dictionary order."""
        request = learners_pb2.ListLearnersRequest(
            institution_id=institution_id, purpose=purpose, page_size=page_size, page_token=page_token
        )
        answer = await self._peer.call(self._learners.ListLearners, request, actor=viewer.actor)
        return LearnerPage([_learner(item) for item in answer.learners], answer.next_page_token, answer.total)

    async def learner(self, viewer: Viewer, learner_id: str, *, purpose: str) -> Learner | None:
        """One learner; None when he does not exist for the person."""
        request = learners_pb2.BatchGetLearnersRequest(learner_ids=[learner_id], purpose=purpose)
        answer = await self._peer.call(self._learners.BatchGetLearners, request, actor=viewer.actor)
        return _learner(answer.learners[0]) if answer.learners else None

    async def own_learner(self, viewer: Viewer) -> Learner:
        """The signed-in learner's own record."""
        answer = await self._peer.call(
            self._learners.GetOwnLearner, learners_pb2.GetOwnLearnerRequest(), actor=viewer.actor
        )
        return _learner(answer.learner)

    async def access(self, viewer: Viewer, learner_id: str) -> list[Access]:
        """Who read the learner's data in the registry."""
        request = registry_access_pb2.ListAccessRequest(learner_id=learner_id, page_size=ACCESS_MAX)
        answer = await self._peer.call(self._access.ListAccess, request, actor=viewer.actor)
        return [_access("student-registry", record) for record in answer.records]

    async def institution_name(self, viewer: Viewer, institution_id: str) -> str:
        """Thai name of an institution, remembered for some minutes."""
        kept_until, name = self._names.get(institution_id, (0.0, ""))
        if time.monotonic() < kept_until:
            return name
        request = institutions_pb2.GetInstitutionRequest(institution_id=institution_id)
        answer = await self._peer.call(self._institutions.GetInstitution, request, actor=viewer.actor)
        if len(self._names) >= _NAMES_MAX:
            self._names.clear()
        self._names[institution_id] = (time.monotonic() + NAME_KEPT_S, answer.institution.name_th)
        return answer.institution.name_th


class CreditBank:
    """The parts of credit-bank that pages show."""

    def __init__(self, peer: Peer) -> None:
        """Ask `peer`."""
        self._peer = peer
        self._ledger = ledger_pb2_grpc.LedgerServiceStub(peer.channel)
        self._recording = recording_pb2_grpc.RecordingServiceStub(peer.channel)
        self._transcripts = transcripts_pb2_grpc.TranscriptServiceStub(peer.channel)
        self._transfers = transfers_pb2_grpc.TransferServiceStub(peer.channel)
        self._access = bank_access_grpc.AccessServiceStub(peer.channel)

    async def accounts(self, viewer: Viewer, learner_id: str, *, purpose: str) -> list[Account]:
        """A learner's accounts with their balances."""
        request = ledger_pb2.GetStatementRequest(learner_id=learner_id, purpose=purpose)
        answer = await self._peer.call(self._ledger.GetStatement, request, actor=viewer.actor)
        return [_account(account) for account in answer.accounts]

    async def cases(self, viewer: Viewer, learner_ids: Sequence[str] = ()) -> list[Case]:
        """Transfer cases that the person may see, newest first; of some learners, or of all."""
        request = transfers_pb2.ListTransferCasesRequest(learner_ids=learner_ids, page_size=CASES_MAX)
        answer = await self._peer.call(self._transfers.ListTransferCases, request, actor=viewer.actor)
        return [_case(case) for case in answer.transfer_cases]

    async def transcript(self, viewer: Viewer, learner_id: str, *, purpose: str) -> list[Result]:
        """Verified results of a learner, as a transcript shows them."""
        request = transcripts_pb2.GetTranscriptRequest(learner_id=learner_id, purpose=purpose)
        answer = await self._peer.call(self._transcripts.GetTranscript, request, actor=viewer.actor)
        return [_result(row.entry) for row in answer.transcript.rows]

    async def entries(self, viewer: Viewer, learner_id: str) -> list[Result]:
        """Verified results that the person's institution issued for a learner."""
        request = recording_pb2.ListEntriesRequest(
            learner_ids=[learner_id], state=recording_pb2.ENTRY_STATE_VERIFIED, page_size=RESULTS_MAX
        )
        answer = await self._peer.call(self._recording.ListEntries, request, actor=viewer.actor)
        return [_result(entry) for entry in answer.entries]

    async def access(self, viewer: Viewer, learner_id: str) -> list[Access]:
        """Who read the learner's data in the credit bank."""
        request = bank_access_pb2.ListAccessRequest(learner_id=learner_id, page_size=ACCESS_MAX)
        answer = await self._peer.call(self._access.ListAccess, request, actor=viewer.actor)
        return [_access("credit-bank", record) for record in answer.records]


class Guidance:
    """The parts of guidance that pages show."""

    def __init__(self, peer: Peer) -> None:
        """Ask `peer`."""
        self._peer = peer
        self._records = records_pb2_grpc.GuidanceRecordServiceStub(peer.channel)
        self._access = guidance_access_grpc.AccessServiceStub(peer.channel)

    async def record(self, viewer: Viewer, learner_id: str, *, purpose: str) -> GuidanceRecord:
        """A learner's guidance record; the read is logged there."""
        request = records_pb2.GetGuidanceRecordRequest(learner_id=learner_id, purpose=purpose)
        answer = await self._peer.call(self._records.GetGuidanceRecord, request, actor=viewer.actor)
        return GuidanceRecord(
            [_recognised(item) for item in answer.recognised_learning],
            [_screening(item) for item in answer.screenings],
            [_activity(item) for item in answer.activities],
        )

    async def access(self, viewer: Viewer, learner_id: str) -> list[Access]:
        """Who read the learner's guidance data."""
        request = guidance_access_pb2.ListAccessRequest(learner_id=learner_id, page_size=ACCESS_MAX)
        answer = await self._peer.call(self._access.ListAccess, request, actor=viewer.actor)
        return [_access("guidance", record) for record in answer.records]


class _IndicatorJson(BaseModel):
    code: str
    title_th: str
    counts: str
    numerator: int | None
    denominator: int | None
    percentage: str | None
    is_withheld: bool
    numerator_th: str
    population_th: str
    population_by_data_status: dict[str, int] | None


class _ReportJson(BaseModel):
    year_be: int
    as_of: datetime
    rule_version: str
    rule_status: str
    small_cell_note_th: str
    indicators: list[_IndicatorJson]


class Indicators:
    """The indicators' HTTP interface."""

    def __init__(self, base_url: str, http: httpx.AsyncClient) -> None:
        """Ask under `base_url`."""
        self._url = f"{base_url.rstrip('/')}/v1/indicators"
        self._http = http

    async def report(self, viewer: Viewer, year_be: int) -> IndicatorReport:
        """C1 to C3 of an academic year.

        Raises:
            ServiceError: Not allowed, or no usable answer.
        """
        body = await self._get(viewer, {"year_be": str(year_be)})
        try:
            report = _ReportJson.model_validate_json(body)
        except ValidationError as exc:
            raise ServiceError("The indicators gave another answer than agreed.") from exc
        return IndicatorReport(
            report.year_be,
            report.as_of,
            report.rule_version,
            report.rule_status,
            report.small_cell_note_th,
            [_indicator(item) for item in report.indicators],
        )

    async def csv(self, viewer: Viewer, year_be: int) -> bytes:
        """The same figures for a spreadsheet.

        Raises:
            ServiceError: Not allowed, or no usable answer.
        """
        return await self._get(viewer, {"year_be": str(year_be), "format": "csv"})

    async def _get(self, viewer: Viewer, query: Mapping[str, str]) -> bytes:
        headers = {"Authorization": f"Bearer {viewer.token}"}
        if viewer.acting and viewer.acting.assignment_id:
            headers["Nuaikit-Assignment"] = viewer.acting.assignment_id
        traceparent = current_traceparent()
        if traceparent:
            headers["traceparent"] = traceparent
        try:
            response = await self._http.get(self._url, params=query, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as exc:
            raise Unavailable("The indicators do not answer.", cause=type(exc).__name__) from exc
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            raise Unauthenticated
        if response.status_code == HTTPStatus.FORBIDDEN:
            raise PermissionMissing(permission="report.read", role="")
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Unavailable("The indicators do not answer.", status=response.status_code)
        if response.status_code != HTTPStatus.OK:
            raise ServiceError("The indicators gave no report.", status=response.status_code)
        return response.content


def _asking(assignment: Assignment | None) -> Acting | None:
    if assignment is None:
        return None
    return Acting(
        assignment_id=assignment.assignment_id,
        institution_id=assignment.institution_id,
        institution_name_th=assignment.institution_name_th,
        role=assignment.role,
        classroom=assignment.classroom,
        permissions=(),
    )


def _learner(item: learners_pb2.Learner) -> Learner:
    name = item.name
    full_name = f"{name.title_th}{name.given_name_th} {name.family_name_th}".strip()
    return Learner(
        learner_id=item.learner_id,
        full_name_th=full_name,
        enrolments=[
            Enrolment(
                institution_id=enrolment.facts.institution_id,
                role=_name(enrolments_pb2.EnrolmentRole, enrolment.facts.role, "ENROLMENT_ROLE_"),
                delivery_system=_name(
                    enrolments_pb2.DeliverySystem, enrolment.facts.delivery_system, "DELIVERY_SYSTEM_"
                ),
                grade_label=enrolment.facts.grade_label,
                classroom=enrolment.facts.classroom,
            )
            for enrolment in item.enrolments
        ],
        data_status=_status(item.provenance.status),
        identity_state=_name(learners_pb2.VerificationState, item.identity_state, "VERIFICATION_STATE_"),
    )


def _account(account: ledger_pb2.Account) -> Account:
    amounts: dict[str, list[Amount]] = {}
    for balance in account.balances:
        amounts.setdefault(balance.bucket, []).append(_amount(balance.amount))
    return Account(account.qualification_code, account.awarding_institution_id, amounts)


def _case(case: transfers_pb2.TransferCase) -> Case:
    return Case(
        case_id=case.case_id,
        learner_id=case.learner_id,
        institution_id=case.institution_id,
        state=_name(transfers_pb2.CaseState, case.state, "CASE_STATE_"),
        result=case.result,
        qualification_code=case.qualification_code,
        requested_on=_day(case.requested_on) if case.HasField("requested_on") else None,
        due_on=_day(case.due_on) if case.HasField("due_on") else None,
        lines=[
            CaseLine(
                target_code=line.input.target.code,
                state=_name(transfers_pb2.LineState, line.state, "LINE_STATE_"),
                credits=_amount(line.credits) if line.HasField("credits") else None,
                reason_th=line.reason_th,
                rule_status=_status(line.rule_provenance.status) if line.HasField("rule_provenance") else "",
            )
            for line in case.lines
        ],
    )


def _result(entry: recording_pb2.Entry) -> Result:
    return Result(
        course_code=entry.course.key.code,
        course_title_th=entry.course.title_th,
        credits=_amount(entry.credits_earned) if entry.HasField("credits_earned") else None,
        grade_label=entry.grade_label,
        year_be=entry.year_be,
        term=entry.term,
        data_status=_status(entry.provenance.status),
    )


def _recognised(item: records_pb2.RecognisedLearning) -> RecognisedLearning:
    return RecognisedLearning(
        kind=item.kind,
        course_code=item.course_code,
        course_title_th=item.course_title_th,
        credits=_amount(item.credits) if item.HasField("credits") else None,
        qualification_code=item.qualification_code,
        recognised_at=_moment(item.recognised_at),
    )


def _screening(item: screenings_pb2.Screening) -> Screening:
    return Screening(
        instrument_code=item.instrument_code,
        instrument_version=item.instrument_version,
        instrument_status=item.instrument_status,
        group=_name(screenings_pb2.CareGroup, item.group, "CARE_GROUP_"),
        group_source=_name(screenings_pb2.GroupSource, item.group_source, "GROUP_SOURCE_"),
        observed_on=_day(item.observed_on),
    )


def _activity(item: activities_pb2.Activity) -> Activity:
    return Activity(
        title_th=item.title_th,
        scope=_name(activities_pb2.GuidanceScope, item.scope, "GUIDANCE_SCOPE_"),
        held_on=_day(item.held_on),
        duration_minutes=item.duration_minutes,
    )


def _access(service: str, record: common_access_pb2.AccessRecord) -> Access:
    return Access(
        service=service,
        read_at=_moment(record.read_at),
        institution_id=record.institution_id,
        role=record.role,
        resource=record.resource,
        purpose=record.purpose,
        ground=record.ground,
    )


def _indicator(item: _IndicatorJson) -> Indicator:
    return Indicator(
        code=item.code,
        title_th=item.title_th,
        counts=item.counts,
        numerator=item.numerator,
        denominator=item.denominator,
        percentage=item.percentage,
        is_withheld=item.is_withheld,
        numerator_th=item.numerator_th,
        population_th=item.population_th,
        demonstration_count=(item.population_by_data_status or {}).get("demonstration", 0),
    )


def _amount(amount: credit_pb2.CreditAmount) -> Amount:
    return Amount(amount.credit_hundredths, _name(credit_pb2.CreditUnit, amount.unit, "CREDIT_UNIT_"))


def _status(value: provenance_pb2.RuleStatus) -> str:
    return _name(provenance_pb2.RuleStatus, value, "RULE_STATUS_").lower()


def _name(enum: Any, value: int, prefix: str) -> str:
    """Name of a value without its prefix; a value of a newer release is shown by its number."""
    try:
        return str(enum.Name(value)).removeprefix(prefix)
    except ValueError:
        return str(value)


def _day(value: Date) -> date:
    return date(value.year, value.month, value.day)


def _moment(stamp: Timestamp) -> datetime:
    return stamp.ToDatetime(tzinfo=UTC)
