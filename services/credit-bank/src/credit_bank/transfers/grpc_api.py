"""TransferService over gRPC."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import grpc.aio
from chassis.auth import Identifier
from chassis.errors import InvalidField
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid, time_to_pb
from chassis.outcomes import outcomes_to_pb
from chassis.pg import Pool
from nuaikit.credit_bank.v1 import transfers_pb2, transfers_pb2_grpc

from credit_bank.calendar_th import utc_now
from credit_bank.clients import Registry
from credit_bank.transfers import reading, use_cases
from credit_bank.transfers.domain import (
    REASON_CHARACTERS_MAX,
    Applicant,
    CaseLine,
    CaseState,
    Ground,
    RejectionReason,
    TransferCase,
    Vote,
)
from credit_bank.transfers.opening import CaseProposal, LineProposal
from credit_bank.wire import (
    amount_to_pb,
    course_key_from_pb,
    course_key_to_pb,
    enum_from_pb,
    enum_from_text,
    optional_uuid,
    provenance_to_pb,
    required_date,
)

FULL_NAME = transfers_pb2.DESCRIPTOR.services_by_name["TransferService"].full_name

Context = grpc.aio.ServicerContext[Any, Any]


def proposal_from_pb(message: transfers_pb2.CaseInput) -> CaseProposal:
    """A case to open.

    Raises:
        InvalidField: An id, a date, a course key or a word is not what it must be.
    """
    return CaseProposal(
        learner_id=parse_uuid(message.learner_id, field="learner_id"),
        ground=enum_from_pb(
            Ground, transfers_pb2.TransferGround, message.ground, prefix="TRANSFER_GROUND_", field="ground"
        ),
        partnership_id=optional_uuid(message, "partnership_id"),
        committee_id=parse_uuid(message.committee_id, field="committee_id"),
        requested_on=required_date(message, "requested_on"),
        requested_by=enum_from_text(Applicant, message.requested_by, field="requested_by"),
        qualification_code=message.qualification_code,
        qualification_version=message.qualification_version,
        lines=tuple(line_from_pb(line) for line in message.lines),
    )


def line_from_pb(message: transfers_pb2.LineInput) -> LineProposal:
    """A line to open.

    Raises:
        InvalidField: An id or the target is not what it must be.
    """
    return LineProposal(
        source_entry_ids=tuple(parse_uuid(text, field="source_entry_ids") for text in message.source_entry_ids),
        target=course_key_from_pb(message.target),
    )


def vote_from_pb(message: transfers_pb2.LineVote) -> Vote:
    """A vote; what an accepting vote says of reasons is left out.

    Raises:
        InvalidField: The line is no UUID, or the reason code is unknown or the sentence too long.
    """
    line_id = parse_uuid(message.line_id, field="line_id")
    if len(message.reason_th) > REASON_CHARACTERS_MAX:
        raise InvalidField(field="reason_th", expected=f"at most {REASON_CHARACTERS_MAX} characters")
    if message.is_accepted:
        return Vote(line_id, is_accepted=True, reason_code=None, reason_th="")
    code = enum_from_text(RejectionReason, message.reason_code, field="reason_code") if message.reason_code else None
    return Vote(line_id, is_accepted=False, reason_code=code, reason_th=message.reason_th.strip())


def state_from_pb(number: int) -> CaseState | None:
    """The state of a filter; None for unspecified.

    Raises:
        InvalidField: The state is unknown.
    """
    if number == transfers_pb2.CASE_STATE_UNSPECIFIED:
        return None
    return enum_from_pb(CaseState, transfers_pb2.CaseState, number, prefix="CASE_STATE_", field="state")


def line_to_pb(line: CaseLine) -> transfers_pb2.CaseLine:
    """A line as the contract carries it."""
    return transfers_pb2.CaseLine(
        line_id=str(line.line_id),
        input=transfers_pb2.LineInput(
            source_entry_ids=[str(entry_id) for entry_id in line.source_entry_ids],
            target=course_key_to_pb(line.target),
        ),
        state=f"LINE_STATE_{line.state}",
        rule_id=None if line.rule is None else str(line.rule.rule_id),
        rule_version=None if line.rule is None else line.rule.version,
        rule_provenance=None if line.rule is None else provenance_to_pb(line.rule.provenance),
        hours_pct=line.hours_pct,
        credits=amount_to_pb(line.credit_hundredths, line.unit),
        reason_code=line.reason_code,
        reason_th=line.reason_th,
        journal_id=None if line.journal_id is None else str(line.journal_id),
    )


def case_to_pb(case: TransferCase) -> transfers_pb2.TransferCase:
    """A case as the contract carries it."""
    return transfers_pb2.TransferCase(
        case_id=str(case.case_id),
        learner_id=str(case.learner_id),
        institution_id=str(case.institution_id),
        ground=f"TRANSFER_GROUND_{case.ground}",
        partnership_id=None if case.partnership_id is None else str(case.partnership_id),
        committee_id=str(case.committee_id),
        state=f"CASE_STATE_{case.state}",
        result=str(case.result or ""),
        requested_on=date_to_pb(case.requested_on),
        submitted_at=time_to_pb(case.submitted_at),
        due_on=date_to_pb(case.due_on),
        lines=[line_to_pb(line) for line in case.lines],
        qualification_code=case.qualification_code,
        qualification_version=case.qualification_version,
    )


def _ids(texts: Any, *, field: str) -> tuple[UUID, ...]:
    return tuple(parse_uuid(text, field=field) for text in texts)


class TransferServicer(transfers_pb2_grpc.TransferServiceServicer):
    """Reads the messages, calls the use cases, writes the answers."""

    def __init__(self, pool: Pool, registry: Registry, identifier: Identifier) -> None:
        """Serve from `pool`; ask `registry` where a fresh answer is needed."""
        self._pool = pool
        self._registry = registry
        self._identifier = identifier

    async def OpenTransferCases(  # noqa: N802  # named by the contract
        self, request: transfers_pb2.OpenTransferCasesRequest, context: Context
    ) -> transfers_pb2.OpenTransferCasesResponse:
        """Open and submit cases."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.OpenTransferCases(
            parse_uuid(request.request_id, field="request_id"),
            tuple(proposal_from_pb(case) for case in request.cases),
        )
        outcomes = await use_cases.open_transfer_cases(self._pool, self._registry, command, actor=actor, now=utc_now())
        return transfers_pb2.OpenTransferCasesResponse(outcomes=outcomes_to_pb(outcomes))

    async def BeginReviews(  # noqa: N802  # named by the contract
        self, request: transfers_pb2.BeginReviewsRequest, context: Context
    ) -> transfers_pb2.BeginReviewsResponse:
        """Accept cases for review."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.BeginReviews(
            parse_uuid(request.request_id, field="request_id"), _ids(request.case_ids, field="case_ids")
        )
        outcomes = await use_cases.begin_reviews(self._pool, command, actor=actor, now=utc_now())
        return transfers_pb2.BeginReviewsResponse(outcomes=outcomes_to_pb(outcomes))

    async def CastVotes(  # noqa: N802  # named by the contract
        self, request: transfers_pb2.CastVotesRequest, context: Context
    ) -> transfers_pb2.CastVotesResponse:
        """Cast the caller's votes."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.CastVotes(
            parse_uuid(request.request_id, field="request_id"), tuple(vote_from_pb(vote) for vote in request.votes)
        )
        outcomes = await use_cases.cast_votes(self._pool, command, actor=actor, now=utc_now())
        return transfers_pb2.CastVotesResponse(outcomes=outcomes_to_pb(outcomes))

    async def DecideCases(  # noqa: N802  # named by the contract
        self, request: transfers_pb2.DecideCasesRequest, context: Context
    ) -> transfers_pb2.DecideCasesResponse:
        """Close the vote."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.DecideCases(
            parse_uuid(request.request_id, field="request_id"), _ids(request.case_ids, field="case_ids")
        )
        outcomes = await use_cases.decide_cases(self._pool, command, actor=actor, now=utc_now())
        return transfers_pb2.DecideCasesResponse(outcomes=outcomes_to_pb(outcomes))

    async def PostCases(  # noqa: N802  # named by the contract
        self, request: transfers_pb2.PostCasesRequest, context: Context
    ) -> transfers_pb2.PostCasesResponse:
        """Post accepted lines; needs the registry."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.PostCases(
            parse_uuid(request.request_id, field="request_id"), _ids(request.case_ids, field="case_ids")
        )
        outcomes = await use_cases.post_cases(self._pool, self._registry, command, actor=actor, now=utc_now())
        return transfers_pb2.PostCasesResponse(outcomes=outcomes_to_pb(outcomes))

    async def GetTransferCase(  # noqa: N802  # named by the contract
        self, request: transfers_pb2.GetTransferCaseRequest, context: Context
    ) -> transfers_pb2.GetTransferCaseResponse:
        """Read one case."""
        actor = await actor_of(context, self._identifier)
        case_id = parse_uuid(request.case_id, field="case_id")
        case = await reading.get_transfer_case(self._pool, case_id, actor=actor, now=utc_now())
        return transfers_pb2.GetTransferCaseResponse(transfer_case=case_to_pb(case))

    async def ListTransferCases(  # noqa: N802  # named by the contract
        self, request: transfers_pb2.ListTransferCasesRequest, context: Context
    ) -> transfers_pb2.ListTransferCasesResponse:
        """Read a page of cases."""
        actor = await actor_of(context, self._identifier)
        page = await reading.list_transfer_cases(
            self._pool,
            reading.filter_of(state_from_pb(request.state), _ids(request.learner_ids, field="learner_ids")),
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
            now=utc_now(),
        )
        return transfers_pb2.ListTransferCasesResponse(
            transfer_cases=[case_to_pb(case) for case in page.cases],
            next_page_token=page.next_page_token,
            total=page.total,
        )


def servicer(pool: Pool, registry: Registry, identifier: Identifier) -> Servicer:
    """The servicer and how it is added to a server."""
    serving = TransferServicer(pool, registry, identifier)
    return Servicer(FULL_NAME, lambda server: transfers_pb2_grpc.add_TransferServiceServicer_to_server(serving, server))
