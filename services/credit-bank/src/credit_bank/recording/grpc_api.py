"""RecordingService: contract messages to commands and back."""

from __future__ import annotations

from typing import Any

from chassis.auth import Identifier
from chassis.errors import InvalidField
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import parse_uuid, time_to_pb
from chassis.outcomes import outcomes_to_pb
from chassis.pg import Pool
from grpc.aio import ServicerContext
from nuaikit.credit_bank.v1 import recording_pb2 as pb
from nuaikit.credit_bank.v1 import recording_pb2_grpc as pb_grpc

from credit_bank import wire
from credit_bank.calendar_th import utc_now
from credit_bank.catalogue.events import course_to_pb
from credit_bank.clients import Registry
from credit_bank.recording import use_cases
from credit_bank.recording.domain import Entry, EntryState, Evidence, ResultInput, ReturnReason, SourceMode, is_sha256

_STATE_PREFIX = "ENTRY_STATE_"
NONE = 0
"""Unspecified value of every enum."""


def evidence_from_pb(message: pb.Evidence) -> Evidence:
    """A piece of evidence.

    Raises:
        InvalidField: It names neither a file nor a document.
    """
    sha256_hex = message.sha256_hex.lower()
    if not message.kind or not (sha256_hex or message.document_no) or (sha256_hex and not is_sha256(sha256_hex)):
        raise InvalidField(field="evidence", expected="a kind, and a SHA-256 or a document number")
    return Evidence(message.kind, sha256_hex, message.document_no)


def result_from_pb(message: pb.ResultInput) -> ResultInput:
    """A result to record.

    Raises:
        InvalidField: A field has no usable value.
    """
    return ResultInput(
        learner_id=parse_uuid(message.learner_id, field="learner_id"),
        course=wire.course_key_from_pb(message.course),
        year_be=message.year_be,
        term=message.term,
        attempt=message.attempt or 1,
        grade_scheme=message.grade_scheme,
        grade_label=message.grade_label,
        source_mode=wire.enum_from_text(SourceMode, message.source_mode, field="source_mode"),
        taught_by_institution_id=wire.optional_uuid(message, "taught_by_institution_id"),
        offering_id=wire.optional_uuid(message, "offering_id"),
        evidence=tuple(evidence_from_pb(item) for item in message.evidence),
        provenance=wire.provenance_from_pb(message),
    )


def entry_to_pb(entry: Entry) -> pb.Entry:
    """An entry as the contracts carry it."""
    taught_by = entry.taught_by_institution_id
    return pb.Entry(
        entry_id=str(entry.entry_id),
        learner_id=str(entry.learner_id),
        issuer_institution_id=str(entry.issuer_institution_id),
        course=course_to_pb(entry.course),
        year_be=entry.year_be,
        term=entry.term,
        attempt=entry.attempt,
        grade_scheme=entry.grade.scheme,
        grade_code=entry.grade.code,
        grade_label=entry.grade.label,
        credits_attempted=wire.amount_to_pb(entry.attempted_hundredths, entry.unit),
        credits_earned=wire.amount_to_pb(entry.earned_hundredths, entry.unit),
        source_mode=str(entry.source_mode),
        taught_by_institution_id=None if taught_by is None else str(taught_by),
        state=f"{_STATE_PREFIX}{entry.state}",
        verified_at=None if entry.verified is None else time_to_pb(entry.verified.at),
        evidence=[
            pb.Evidence(kind=item.kind, sha256_hex=item.sha256_hex, document_no=item.document_no)
            for item in entry.evidence
        ],
        provenance=wire.provenance_to_pb(entry.provenance),
    )


class RecordingServicer(pb_grpc.RecordingServiceServicer):
    """Results over gRPC."""

    def __init__(self, pool: Pool, registry: Registry, identifier: Identifier) -> None:
        """Serve from `pool`; callers are identified by `identifier`."""
        self._pool = pool
        self._registry = registry
        self._identifier = identifier

    async def RecordResults(  # noqa: N802  # named by the contract
        self, request: pb.RecordResultsRequest, context: ServicerContext[Any, Any]
    ) -> pb.RecordResultsResponse:
        """Record results."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.RecordResults(
            parse_uuid(request.request_id, field="request_id"),
            tuple(result_from_pb(result) for result in request.results),
        )
        outcomes = await use_cases.record_results(self._pool, self._registry, command, actor=actor, now=utc_now())
        return pb.RecordResultsResponse(outcomes=outcomes_to_pb(outcomes))

    async def VerifyResults(  # noqa: N802  # named by the contract
        self, request: pb.VerifyResultsRequest, context: ServicerContext[Any, Any]
    ) -> pb.VerifyResultsResponse:
        """Verify submitted results."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.VerifyResults(
            parse_uuid(request.request_id, field="request_id"),
            tuple(parse_uuid(entry_id, field="entry_ids") for entry_id in request.entry_ids),
        )
        outcomes = await use_cases.verify_results(self._pool, command, actor=actor, now=utc_now())
        return pb.VerifyResultsResponse(outcomes=outcomes_to_pb(outcomes))

    async def ReturnResults(  # noqa: N802  # named by the contract
        self, request: pb.ReturnResultsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ReturnResultsResponse:
        """Send submitted results back."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.ReturnResults(
            parse_uuid(request.request_id, field="request_id"),
            tuple(parse_uuid(entry_id, field="entry_ids") for entry_id in request.entry_ids),
            wire.enum_from_text(ReturnReason, request.reason_code, field="reason_code"),
        )
        outcomes = await use_cases.return_results(self._pool, command, actor=actor, now=utc_now())
        return pb.ReturnResultsResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListEntries(  # noqa: N802  # named by the contract
        self, request: pb.ListEntriesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListEntriesResponse:
        """A page of the caller's institution's entries."""
        actor = await actor_of(context, self._identifier)
        state = (
            None
            if request.state == NONE
            else wire.enum_from_pb(EntryState, pb.EntryState, request.state, prefix=_STATE_PREFIX, field="state")
        )
        page = await use_cases.list_entries(
            self._pool,
            learner_ids=[parse_uuid(learner_id, field="learner_ids") for learner_id in request.learner_ids],
            state=state,
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
        )
        return pb.ListEntriesResponse(
            entries=[entry_to_pb(entry) for entry in page.entries],
            next_page_token=page.next_page_token,
            total=page.total,
        )


def servicer(pool: Pool, registry: Registry, identifier: Identifier) -> Servicer:
    """RecordingService, ready to be served."""
    serving = RecordingServicer(pool, registry, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["RecordingService"].full_name,
        lambda server: pb_grpc.add_RecordingServiceServicer_to_server(serving, server),
    )
