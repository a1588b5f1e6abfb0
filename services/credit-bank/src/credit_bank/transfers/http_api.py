"""Transfer cases over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from chassis.http import CurrentActor, FreshActor, RequestId, item_results
from chassis.messages import Messages
from chassis.pg import Pool
from fastapi import APIRouter, Query

from credit_bank.calendar_th import thai_date, utc_now
from credit_bank.clients import Registry
from credit_bank.json_models import ListResult
from credit_bank.transfers import json_models, reading, use_cases
from credit_bank.transfers.domain import CaseState, Ground
from credit_bank.transfers.http_files import add_batches, add_files
from credit_bank.transfers.http_oversight import add_oversight


def router(pool: Pool, registry: Registry, messages: Messages) -> APIRouter:
    """The paths of transfer cases."""
    api = APIRouter(prefix="/v1/transfer-cases", tags=["transfers"])
    _add_steps(api, pool, registry, messages)
    _add_requests(api, pool, registry, messages)
    _add_judging(api, pool, messages)
    add_batches(api, pool, messages)
    add_files(api, pool)
    add_oversight(api, pool)

    @api.get("")
    async def list_cases(  # noqa: PLR0917  # FastAPI calls it by names
        actor: CurrentActor,
        state: CaseState | None = None,
        learner_id: Annotated[list[UUID] | None, Query(description="Only of these learners.")] = None,
        ground: Ground | None = None,
        is_overdue: Annotated[bool, Query(description="Only those past their due day and not decided.")] = False,
        page_size: int = 0,
        page_token: str = "",
    ) -> json_models.CasePageOut:
        """Cases of the caller's institution or committee, or the learner's own; newest first."""
        page = await reading.list_transfer_cases(
            pool,
            reading.filter_of(
                state,
                learner_id or [],
                ground=ground,
                overdue_on=thai_date(utc_now()) if is_overdue else None,
            ),
            page_size=page_size,
            page_token=page_token,
            actor=actor,
            now=utc_now(),
        )
        return json_models.CasePageOut(
            transfer_cases=[json_models.CaseOut.of(case) for case in page.cases],
            next_page_token=page.next_page_token,
            total=page.total,
        )

    @api.get("/{case_id}")
    async def get_case(case_id: UUID, actor: CurrentActor) -> json_models.CaseOut:
        """One case with its lines, their rules and their reasons."""
        return json_models.CaseOut.of(await reading.get_transfer_case(pool, case_id, actor=actor, now=utc_now()))

    return api


def _add_steps(api: APIRouter, pool: Pool, registry: Registry, messages: Messages) -> None:
    poster = use_cases.posting_together(pool)

    @api.post("")
    async def open_cases(body: json_models.CasesIn, actor: CurrentActor, request_id: RequestId) -> ListResult:
        """Open and submit cases on learners' dated requests; their source entries are reserved."""
        command = use_cases.OpenTransferCases(request_id, tuple(case.to_domain() for case in body.cases))
        outcomes = await use_cases.open_transfer_cases(pool, registry, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/begin-review")
    async def begin_review(body: json_models.CaseIdsIn, actor: CurrentActor, request_id: RequestId) -> ListResult:
        """Accept submitted cases for review by the committee."""
        command = use_cases.BeginReviews(request_id, tuple(body.case_ids))
        outcomes = await use_cases.begin_reviews(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/votes")
    async def cast_votes(body: json_models.VotesIn, actor: CurrentActor, request_id: RequestId) -> ListResult:
        """Cast the caller's votes as a member of the committee."""
        command = use_cases.CastVotes(request_id, tuple(vote.to_domain() for vote in body.votes))
        outcomes = await use_cases.cast_votes(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/decide")
    async def decide(body: json_models.CaseIdsIn, actor: CurrentActor, request_id: RequestId) -> ListResult:
        """Close the vote: quorum and majority on every line."""
        command = use_cases.DecideCases(request_id, tuple(body.case_ids))
        outcomes = await use_cases.decide_cases(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/post")
    async def post(body: json_models.CaseIdsIn, actor: FreshActor, request_id: RequestId) -> ListResult:
        """Post accepted lines into the learners' qualification accounts; needs student-registry to answer."""
        command = use_cases.PostCases(request_id, tuple(body.case_ids))
        outcomes = await use_cases.post_cases(pool, registry, command, actor=actor, now=utc_now(), together=poster)
        return ListResult(results=item_results(outcomes, messages))


def _add_requests(api: APIRouter, pool: Pool, registry: Registry, messages: Messages) -> None:
    """What applicants do, or staff for them."""

    @api.post("/drafts")
    async def save_drafts(body: json_models.DraftsIn, actor: CurrentActor, request_id: RequestId) -> ListResult:
        """Keep requests that are not submitted yet."""
        command = use_cases.SaveDrafts(request_id, tuple(draft.to_domain() for draft in body.drafts))
        outcomes = await use_cases.save_drafts(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.get("/drafts")
    async def list_drafts(actor: CurrentActor, page_size: int = 0, page_token: str = "") -> json_models.DraftPageOut:
        """The learner's own drafts, or those that staff of the institution entered; newest first."""
        page = await use_cases.list_drafts(pool, page_size=page_size, page_token=page_token, actor=actor)
        return json_models.DraftPageOut(
            drafts=[json_models.DraftOut.of(draft) for draft in page.drafts], next_page_token=page.next_page_token
        )

    @api.post("/drafts/submit")
    async def submit_drafts(body: json_models.DraftIdsIn, actor: CurrentActor, request_id: RequestId) -> ListResult:
        """Submit drafts: they are checked, and their source entries are reserved."""
        command = use_cases.SubmitDrafts(request_id, tuple(body.draft_ids))
        outcomes = await use_cases.submit_drafts(pool, registry, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/withdraw")
    async def withdraw(body: json_models.WithdrawalsIn, actor: CurrentActor, request_id: RequestId) -> ListResult:
        """Withdraw drafts and cases that are not decided."""
        command = use_cases.WithdrawCases(
            request_id, tuple(use_cases.Withdrawal(item.case_id, item.reason_th.strip()) for item in body.withdrawals)
        )
        outcomes = await use_cases.withdraw_cases(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/answer-information")
    async def answer_information(body: json_models.AnswersIn, actor: CurrentActor, request_id: RequestId) -> ListResult:
        """Give the information asked for; the clock goes on."""
        command = use_cases.AnswerInformation(
            request_id,
            tuple(
                use_cases.Answer(item.case_id, item.answer_th.strip(), tuple(item.document_nos))
                for item in body.answers
            ),
        )
        outcomes = await use_cases.answer_information(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/appeal")
    async def appeal(body: json_models.AppealsIn, actor: CurrentActor, request_id: RequestId) -> ListResult:
        """Appeal against rejected lines; others hear them."""
        command = use_cases.AppealCases(
            request_id,
            tuple(
                use_cases.Appeal(item.case_id, tuple(item.line_ids), item.reason_th.strip(), item.appealed_on)
                for item in body.appeals
            ),
        )
        outcomes = await use_cases.appeal_cases(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))


def _add_judging(api: APIRouter, pool: Pool, messages: Messages) -> None:
    """What committees and registrars do beside voting."""

    @api.post("/assign-committee")
    async def assign_committee(
        body: json_models.AssignmentsIn, actor: CurrentActor, request_id: RequestId
    ) -> ListResult:
        """Name the committee that decides a case, or hears its appeal."""
        command = use_cases.AssignCommittees(
            request_id, tuple(use_cases.Assignment(item.case_id, item.committee_id) for item in body.assignments)
        )
        outcomes = await use_cases.assign_committees(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/request-information")
    async def request_information(
        body: json_models.QuestionsIn, actor: CurrentActor, request_id: RequestId
    ) -> ListResult:
        """Ask the applicant for information; the clock stops."""
        command = use_cases.RequestInformation(
            request_id, tuple(use_cases.Question(item.case_id, item.question_th.strip()) for item in body.questions)
        )
        outcomes = await use_cases.request_information(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/declare-interest")
    async def declare_interest(
        body: json_models.DeclarationsIn, actor: CurrentActor, request_id: RequestId
    ) -> ListResult:
        """Declare an interest: the caller votes no more on the case."""
        command = use_cases.DeclareInterests(
            request_id, tuple(use_cases.Declaration(item.case_id, item.reason_th.strip()) for item in body.declarations)
        )
        outcomes = await use_cases.declare_interests(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/record-assessment")
    async def record_assessment(
        body: json_models.AssessmentsIn, actor: CurrentActor, request_id: RequestId
    ) -> ListResult:
        """Record the results of assessments on which acceptance depends."""
        command = use_cases.RecordLineAssessments(
            request_id,
            tuple(
                use_cases.AssessmentResult(
                    item.line_id,
                    item.is_passed,
                    item.method,
                    item.document_no.strip(),
                    item.assessed_on,
                    item.reason_th.strip(),
                )
                for item in body.assessments
            ),
        )
        outcomes = await use_cases.record_assessments(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/reverse")
    async def reverse(body: json_models.ReversalsIn, actor: CurrentActor, request_id: RequestId) -> ListResult:
        """Take posted lines back exactly, with a reason."""
        command = use_cases.ReverseLines(
            request_id,
            tuple(
                use_cases.LineReversal(item.line_id, item.reason_code, item.reason_th.strip())
                for item in body.reversals
            ),
        )
        outcomes = await use_cases.reverse_lines(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/resolve-flags")
    async def resolve_flags(
        body: json_models.FlagDecisionsIn, actor: CurrentActor, request_id: RequestId
    ) -> ListResult:
        """Decide what a changed source means for lines that rest on it."""
        command = use_cases.ResolveLineFlags(
            request_id,
            tuple(
                use_cases.FlagDecision(item.flag_id, item.is_kept, item.reason_th.strip()) for item in body.resolutions
            ),
        )
        outcomes = await use_cases.resolve_line_flags(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/close")
    async def close(body: json_models.CaseIdsIn, actor: CurrentActor, request_id: RequestId) -> ListResult:
        """Close posted cases."""
        command = use_cases.CloseCases(request_id, tuple(body.case_ids))
        outcomes = await use_cases.close_cases(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))
