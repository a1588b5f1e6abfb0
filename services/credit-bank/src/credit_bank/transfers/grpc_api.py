"""TransferService over gRPC."""

from __future__ import annotations

from typing import Any

import grpc.aio
from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import parse_uuid
from chassis.outcomes import outcomes_to_pb
from chassis.pg import Pool
from nuaikit.credit_bank.v1 import transfers_pb2 as pb
from nuaikit.credit_bank.v1 import transfers_pb2_grpc

from credit_bank.calendar_th import thai_date, utc_now
from credit_bank.clients import Registry
from credit_bank.transfers import batches, files, oversight, reading, use_cases
from credit_bank.transfers import messages_pb as wire
from credit_bank.wire import course_key_from_pb

FULL_NAME = pb.DESCRIPTOR.services_by_name["TransferService"].full_name

Context = grpc.aio.ServicerContext[Any, Any]


class TransferServicer(transfers_pb2_grpc.TransferServiceServicer):
    """Reads the messages, calls the use cases, writes the answers."""

    def __init__(self, pool: Pool, registry: Registry, identifier: Identifier) -> None:
        """Serve from `pool`; ask `registry` where a fresh answer is needed."""
        self._pool = pool
        self._registry = registry
        self._identifier = identifier
        self._poster = use_cases.posting_together(pool)

    async def OpenTransferCases(  # noqa: N802  # named by the contract
        self, request: pb.OpenTransferCasesRequest, context: Context
    ) -> pb.OpenTransferCasesResponse:
        """Open and submit cases."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.OpenTransferCases(
            parse_uuid(request.request_id, field="request_id"),
            tuple(wire.proposal_from_pb(case) for case in request.cases),
        )
        outcomes = await use_cases.open_transfer_cases(self._pool, self._registry, command, actor=actor, now=utc_now())
        return pb.OpenTransferCasesResponse(outcomes=outcomes_to_pb(outcomes))

    async def SaveTransferDrafts(  # noqa: N802  # named by the contract
        self, request: pb.SaveTransferDraftsRequest, context: Context
    ) -> pb.SaveTransferDraftsResponse:
        """Keep drafts."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.SaveDrafts(
            parse_uuid(request.request_id, field="request_id"),
            tuple(wire.draft_from_pb(draft) for draft in request.drafts),
        )
        outcomes = await use_cases.save_drafts(self._pool, command, actor=actor, now=utc_now())
        return pb.SaveTransferDraftsResponse(outcomes=outcomes_to_pb(outcomes))

    async def SubmitTransferDrafts(  # noqa: N802  # named by the contract
        self, request: pb.SubmitTransferDraftsRequest, context: Context
    ) -> pb.SubmitTransferDraftsResponse:
        """Submit drafts."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.SubmitDrafts(
            parse_uuid(request.request_id, field="request_id"), wire.ids_from_pb(request.draft_ids, field="draft_ids")
        )
        outcomes = await use_cases.submit_drafts(self._pool, self._registry, command, actor=actor, now=utc_now())
        return pb.SubmitTransferDraftsResponse(outcomes=outcomes_to_pb(outcomes))

    async def WithdrawCases(  # noqa: N802  # named by the contract
        self, request: pb.WithdrawCasesRequest, context: Context
    ) -> pb.WithdrawCasesResponse:
        """Withdraw drafts and cases."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.WithdrawCases(
            parse_uuid(request.request_id, field="request_id"),
            tuple(
                use_cases.Withdrawal(parse_uuid(item.case_id, field="case_id"), item.reason_th.strip())
                for item in request.withdrawals
            ),
        )
        outcomes = await use_cases.withdraw_cases(self._pool, command, actor=actor, now=utc_now())
        return pb.WithdrawCasesResponse(outcomes=outcomes_to_pb(outcomes))

    async def AssignCommittees(  # noqa: N802  # named by the contract
        self, request: pb.AssignCommitteesRequest, context: Context
    ) -> pb.AssignCommitteesResponse:
        """Name the committees of cases."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.AssignCommittees(
            parse_uuid(request.request_id, field="request_id"),
            tuple(
                use_cases.Assignment(
                    parse_uuid(item.case_id, field="case_id"), parse_uuid(item.committee_id, field="committee_id")
                )
                for item in request.assignments
            ),
        )
        outcomes = await use_cases.assign_committees(self._pool, command, actor=actor, now=utc_now())
        return pb.AssignCommitteesResponse(outcomes=outcomes_to_pb(outcomes))

    async def BeginReviews(  # noqa: N802  # named by the contract
        self, request: pb.BeginReviewsRequest, context: Context
    ) -> pb.BeginReviewsResponse:
        """Accept cases for review."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.BeginReviews(
            parse_uuid(request.request_id, field="request_id"), wire.ids_from_pb(request.case_ids, field="case_ids")
        )
        outcomes = await use_cases.begin_reviews(self._pool, command, actor=actor, now=utc_now())
        return pb.BeginReviewsResponse(outcomes=outcomes_to_pb(outcomes))

    async def RequestInformation(  # noqa: N802  # named by the contract
        self, request: pb.RequestInformationRequest, context: Context
    ) -> pb.RequestInformationResponse:
        """Ask applicants; the clocks stop."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.RequestInformation(
            parse_uuid(request.request_id, field="request_id"),
            tuple(
                use_cases.Question(parse_uuid(item.case_id, field="case_id"), item.question_th.strip())
                for item in request.questions
            ),
        )
        outcomes = await use_cases.request_information(self._pool, command, actor=actor, now=utc_now())
        return pb.RequestInformationResponse(outcomes=outcomes_to_pb(outcomes))

    async def AnswerInformation(  # noqa: N802  # named by the contract
        self, request: pb.AnswerInformationRequest, context: Context
    ) -> pb.AnswerInformationResponse:
        """Give what was asked for; the clocks go on."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.AnswerInformation(
            parse_uuid(request.request_id, field="request_id"),
            tuple(
                use_cases.Answer(
                    parse_uuid(item.case_id, field="case_id"), item.answer_th.strip(), tuple(item.document_nos)
                )
                for item in request.answers
            ),
        )
        outcomes = await use_cases.answer_information(self._pool, command, actor=actor, now=utc_now())
        return pb.AnswerInformationResponse(outcomes=outcomes_to_pb(outcomes))

    async def DeclareInterests(  # noqa: N802  # named by the contract
        self, request: pb.DeclareInterestsRequest, context: Context
    ) -> pb.DeclareInterestsResponse:
        """Declare the caller's interests."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.DeclareInterests(
            parse_uuid(request.request_id, field="request_id"),
            tuple(
                use_cases.Declaration(parse_uuid(item.case_id, field="case_id"), item.reason_th.strip())
                for item in request.declarations
            ),
        )
        outcomes = await use_cases.declare_interests(self._pool, command, actor=actor, now=utc_now())
        return pb.DeclareInterestsResponse(outcomes=outcomes_to_pb(outcomes))

    async def CastVotes(  # noqa: N802  # named by the contract
        self, request: pb.CastVotesRequest, context: Context
    ) -> pb.CastVotesResponse:
        """Cast the caller's votes."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.CastVotes(
            parse_uuid(request.request_id, field="request_id"), tuple(wire.vote_from_pb(vote) for vote in request.votes)
        )
        outcomes = await use_cases.cast_votes(self._pool, command, actor=actor, now=utc_now())
        return pb.CastVotesResponse(outcomes=outcomes_to_pb(outcomes))

    async def DecideCases(  # noqa: N802  # named by the contract
        self, request: pb.DecideCasesRequest, context: Context
    ) -> pb.DecideCasesResponse:
        """Close the vote."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.DecideCases(
            parse_uuid(request.request_id, field="request_id"), wire.ids_from_pb(request.case_ids, field="case_ids")
        )
        outcomes = await use_cases.decide_cases(self._pool, command, actor=actor, now=utc_now())
        return pb.DecideCasesResponse(outcomes=outcomes_to_pb(outcomes))

    async def RecordLineAssessments(  # noqa: N802  # named by the contract
        self, request: pb.RecordLineAssessmentsRequest, context: Context
    ) -> pb.RecordLineAssessmentsResponse:
        """Record results of assessments."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.RecordLineAssessments(
            parse_uuid(request.request_id, field="request_id"),
            tuple(wire.assessment_from_pb(item) for item in request.assessments),
        )
        outcomes = await use_cases.record_assessments(self._pool, command, actor=actor, now=utc_now())
        return pb.RecordLineAssessmentsResponse(outcomes=outcomes_to_pb(outcomes))

    async def AppealCases(  # noqa: N802  # named by the contract
        self, request: pb.AppealCasesRequest, context: Context
    ) -> pb.AppealCasesResponse:
        """Appeal against rejected lines."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.AppealCases(
            parse_uuid(request.request_id, field="request_id"),
            tuple(wire.appeal_from_pb(item) for item in request.appeals),
        )
        outcomes = await use_cases.appeal_cases(self._pool, command, actor=actor, now=utc_now())
        return pb.AppealCasesResponse(outcomes=outcomes_to_pb(outcomes))

    async def PostCases(  # noqa: N802  # named by the contract
        self, request: pb.PostCasesRequest, context: Context
    ) -> pb.PostCasesResponse:
        """Post accepted lines; needs the registry."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.PostCases(
            parse_uuid(request.request_id, field="request_id"), wire.ids_from_pb(request.case_ids, field="case_ids")
        )
        outcomes = await use_cases.post_cases(
            self._pool, self._registry, command, actor=actor, now=utc_now(), together=self._poster
        )
        return pb.PostCasesResponse(outcomes=outcomes_to_pb(outcomes))

    async def ReverseLines(  # noqa: N802  # named by the contract
        self, request: pb.ReverseLinesRequest, context: Context
    ) -> pb.ReverseLinesResponse:
        """Take posted lines back."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.ReverseLines(
            parse_uuid(request.request_id, field="request_id"),
            tuple(
                use_cases.LineReversal(
                    parse_uuid(item.line_id, field="line_id"), item.reason_code, item.reason_th.strip()
                )
                for item in request.reversals
            ),
        )
        outcomes = await use_cases.reverse_lines(self._pool, command, actor=actor, now=utc_now())
        return pb.ReverseLinesResponse(outcomes=outcomes_to_pb(outcomes))

    async def ResolveLineFlags(  # noqa: N802  # named by the contract
        self, request: pb.ResolveLineFlagsRequest, context: Context
    ) -> pb.ResolveLineFlagsResponse:
        """Decide what changed sources mean."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.ResolveLineFlags(
            parse_uuid(request.request_id, field="request_id"),
            tuple(
                use_cases.FlagDecision(parse_uuid(item.flag_id, field="flag_id"), item.is_kept, item.reason_th.strip())
                for item in request.resolutions
            ),
        )
        outcomes = await use_cases.resolve_line_flags(self._pool, command, actor=actor, now=utc_now())
        return pb.ResolveLineFlagsResponse(outcomes=outcomes_to_pb(outcomes))

    async def CloseCases(  # noqa: N802  # named by the contract
        self, request: pb.CloseCasesRequest, context: Context
    ) -> pb.CloseCasesResponse:
        """Close posted cases."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.CloseCases(
            parse_uuid(request.request_id, field="request_id"), wire.ids_from_pb(request.case_ids, field="case_ids")
        )
        outcomes = await use_cases.close_cases(self._pool, command, actor=actor, now=utc_now())
        return pb.CloseCasesResponse(outcomes=outcomes_to_pb(outcomes))

    async def GetTransferCase(  # noqa: N802  # named by the contract
        self, request: pb.GetTransferCaseRequest, context: Context
    ) -> pb.GetTransferCaseResponse:
        """Read one case."""
        actor = await actor_of(context, self._identifier)
        case_id = parse_uuid(request.case_id, field="case_id")
        case = await reading.get_transfer_case(self._pool, case_id, actor=actor, now=utc_now())
        return pb.GetTransferCaseResponse(transfer_case=wire.case_to_pb(case))

    async def ListTransferCases(  # noqa: N802  # named by the contract
        self, request: pb.ListTransferCasesRequest, context: Context
    ) -> pb.ListTransferCasesResponse:
        """Read a page of cases."""
        actor = await actor_of(context, self._identifier)
        page = await reading.list_transfer_cases(
            self._pool,
            reading.filter_of(
                wire.state_from_pb(request.state),
                wire.ids_from_pb(request.learner_ids, field="learner_ids"),
                ground=wire.ground_from_pb(request.ground),
                overdue_on=thai_date(utc_now()) if request.is_overdue_only else None,
            ),
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
            now=utc_now(),
        )
        return pb.ListTransferCasesResponse(
            transfer_cases=[wire.case_to_pb(case) for case in page.cases],
            next_page_token=page.next_page_token,
            total=page.total,
        )

    async def ListTransferDrafts(  # noqa: N802  # named by the contract
        self, request: pb.ListTransferDraftsRequest, context: Context
    ) -> pb.ListTransferDraftsResponse:
        """Read a page of drafts."""
        actor = await actor_of(context, self._identifier)
        page = await use_cases.list_drafts(
            self._pool, page_size=request.page_size, page_token=request.page_token, actor=actor
        )
        return pb.ListTransferDraftsResponse(
            drafts=[wire.draft_to_pb(draft) for draft in page.drafts], next_page_token=page.next_page_token
        )

    async def GetCaseFile(  # noqa: N802  # named by the contract
        self, request: pb.GetCaseFileRequest, context: Context
    ) -> pb.GetCaseFileResponse:
        """Read the whole case."""
        actor = await actor_of(context, self._identifier)
        case_id = parse_uuid(request.case_id, field="case_id")
        found = await files.get_case_file(self._pool, case_id, actor=actor, now=utc_now())
        return pb.GetCaseFileResponse(
            transfer_case=wire.case_to_pb(found.case),
            document_json=found.document,
            document_html=found.html,
            document_sha256=found.sha256,
        )

    async def GetDecisionLetter(  # noqa: N802  # named by the contract
        self, request: pb.GetDecisionLetterRequest, context: Context
    ) -> pb.GetDecisionLetterResponse:
        """Read what the letter about a decision says."""
        actor = await actor_of(context, self._identifier)
        case_id = parse_uuid(request.case_id, field="case_id")
        return wire.letter_to_pb(await files.get_decision_letter(self._pool, case_id, actor=actor, now=utc_now()))

    async def ListPrecedents(  # noqa: N802  # named by the contract
        self, request: pb.ListPrecedentsRequest, context: Context
    ) -> pb.ListPrecedentsResponse:
        """Read how the same question was decided."""
        actor = await actor_of(context, self._identifier)
        found = await files.list_precedents(
            self._pool,
            [course_key_from_pb(key) for key in request.sources],
            course_key_from_pb(request.target),
            page_size=request.page_size,
            actor=actor,
        )
        return wire.precedents_to_pb(found)

    async def StartCaseBatch(  # noqa: N802  # named by the contract
        self, request: pb.StartCaseBatchRequest, context: Context
    ) -> pb.StartCaseBatchResponse:
        """Begin cases for many learners."""
        actor = await actor_of(context, self._identifier)
        begun = await batches.start_case_batch(self._pool, wire.batch_from_pb(request), actor=actor, now=utc_now())
        return pb.StartCaseBatchResponse(
            batch_id=str(begun.batch_id), total=begun.total, already_done=begun.already_done
        )

    async def GetCaseBatch(  # noqa: N802  # named by the contract
        self, request: pb.GetCaseBatchRequest, context: Context
    ) -> pb.GetCaseBatchResponse:
        """Read how far a batch is."""
        actor = await actor_of(context, self._identifier)
        page = await batches.get_case_batch(
            self._pool,
            parse_uuid(request.batch_id, field="batch_id"),
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
        )
        return wire.batch_to_pb(page)

    async def ListCaseBatches(  # noqa: N802  # named by the contract
        self, request: pb.ListCaseBatchesRequest, context: Context
    ) -> pb.ListCaseBatchesResponse:
        """Batches of the caller's institution."""
        actor = await actor_of(context, self._identifier)
        page = await batches.list_case_batches(
            self._pool, page_size=request.page_size, page_token=request.page_token, actor=actor
        )
        return wire.batches_to_pb(page)

    async def ListLateCases(  # noqa: N802  # named by the contract
        self, request: pb.ListLateCasesRequest, context: Context
    ) -> pb.ListLateCasesResponse:
        """What is late below the caller's office."""
        actor = await actor_of(context, self._identifier)
        found = await oversight.list_late_cases(
            self._pool, page_size=request.page_size, page_token=request.page_token, actor=actor, now=utc_now()
        )
        return wire.late_cases_to_pb(found)


def servicer(pool: Pool, registry: Registry, identifier: Identifier) -> Servicer:
    """The servicer and how it is added to a server."""
    serving = TransferServicer(pool, registry, identifier)
    return Servicer(FULL_NAME, lambda server: transfers_pb2_grpc.add_TransferServiceServicer_to_server(serving, server))
