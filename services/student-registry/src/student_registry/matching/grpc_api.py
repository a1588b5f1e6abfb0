"""MatchingService: contract messages to commands and back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import parse_uuid, time_to_pb
from chassis.outcomes import outcomes_to_pb
from grpc.aio import ServicerContext
from nuaikit.student_registry.v1 import learners_pb2
from nuaikit.student_registry.v1 import matching_pb2 as pb
from nuaikit.student_registry.v1 import matching_pb2_grpc as pb_grpc

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.learners.grpc_api import birth_to_pb, identifier_to_pb
from student_registry.matching import merges, review
from student_registry.matching.merging import Merge, Side
from student_registry.matching.reviewing import Candidate, Compared, State
from student_registry.matching.weights import WEIGHTS
from student_registry.wire import enum_from_pb, optional_enum_from_pb, provenance_to_pb

_STATE = "CANDIDATE_STATE_"


def _optional_id(text: str, *, field: str) -> UUID | None:
    return parse_uuid(text, field=field) if text else None


def _state(number: int, *, field: str) -> State:
    return enum_from_pb(State, pb.CandidateState, number, prefix=_STATE, field=field)


def candidate_to_pb(candidate: Candidate) -> pb.MatchCandidate:
    """As the contracts carry it."""
    return pb.MatchCandidate(
        candidate_id=str(candidate.candidate_id),
        one_learner_id=str(candidate.low_learner_id),
        other_learner_id=str(candidate.high_learner_id),
        origin=f"CANDIDATE_ORIGIN_{candidate.origin}",
        score_hundredths=candidate.score,
        is_strong=candidate.is_strong,
        weights_version=candidate.weights_version,
        contributions=[
            pb.MatchContribution(
                comparison=part.comparison,
                outcome=part.outcome,
                points_hundredths=part.points,
                comparison_th=WEIGHTS.names_th.get(part.comparison, part.comparison),
                outcome_th=WEIGHTS.outcomes_th.get(part.outcome, part.outcome),
            )
            for part in candidate.contributions
        ],
        state=f"{_STATE}{candidate.state}",
        found_at=time_to_pb(candidate.found_at),
        decided_at=time_to_pb(candidate.decided_at) if candidate.decided_at else None,
    )


def compared_to_pb(learner: Compared) -> pb.ComparedLearner:
    """As the contracts carry it."""
    return pb.ComparedLearner(
        learner_id=str(learner.learner_id),
        name=learners_pb2.PersonName(
            title_th=learner.title, given_name_th=learner.given, family_name_th=learner.family
        ),
        birth_date=birth_to_pb(learner.birth) if learner.birth else None,
        birth_date_precision=f"DATE_PRECISION_{learner.birth.precision}" if learner.birth else None,
        sex=f"SEX_{learner.sex}" if learner.sex else None,
        identifiers=[identifier_to_pb(item, None) for item in learner.identifiers],
        registrar_institution_id=str(learner.registrar_institution_id),
        institution_ids=[str(institution_id) for institution_id in learner.institution_ids],
    )


def merge_to_pb(merge: Merge) -> pb.LearnerMerge:
    """As the contracts carry it."""
    return pb.LearnerMerge(
        merge_id=str(merge.merge_id),
        surviving_learner_id=str(merge.surviving_learner_id),
        merged_learner_id=str(merge.merged_learner_id),
        reason_code=merge.reason_code,
        document_no=merge.document_no,
        merged_at=time_to_pb(merge.merged_at),
        undone_at=time_to_pb(merge.undone_at) if merge.undone_at else None,
    )


def merge_from_pb(message: pb.MergeInput, *, field: str) -> merges.MergeItem:
    """Two learners to merge.

    Raises:
        InvalidField: A field has no usable value.
    """
    return merges.MergeItem(
        surviving_learner_id=parse_uuid(message.surviving_learner_id, field=f"{field}.surviving_learner_id"),
        merged_learner_id=parse_uuid(message.merged_learner_id, field=f"{field}.merged_learner_id"),
        right_citizen_id=optional_enum_from_pb(
            Side, pb.MergeSide, message.right_citizen_id, prefix="MERGE_SIDE_", field=f"{field}.right_citizen_id"
        ),
        reason_code=message.reason_code,
        document_no=message.document_no,
    )


class MatchingServicer(pb_grpc.MatchingServiceServicer):
    """The review queue and merges over gRPC."""

    def __init__(self, deps: Deps, identifier: Identifier) -> None:
        """Serve from `deps`; callers are identified by `identifier`."""
        self._deps = deps
        self._identifier = identifier

    async def FindCandidates(  # noqa: N802  # named by the contract
        self, request: pb.FindCandidatesRequest, context: ServicerContext[Any, Any]
    ) -> pb.FindCandidatesResponse:
        """Compare learners with everybody."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = review.FindCandidates(
            request_id=parse_uuid(request.request_id, field="request_id"),
            institution_id=_optional_id(request.institution_id, field="institution_id"),
            learner_ids=tuple(parse_uuid(item, field="learner_ids") for item in request.learner_ids),
            after=_optional_id(request.page_token, field="page_token"),
        )
        found = await review.find_candidates(self._deps, command, actor=actor, now=now_utc())
        return pb.FindCandidatesResponse(
            compared=found.compared, found=found.found, next_page_token=str(found.after) if found.after else ""
        )

    async def ReportCandidates(  # noqa: N802  # named by the contract
        self, request: pb.ReportCandidatesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ReportCandidatesResponse:
        """Put reported pairs into the queue."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = review.ReportCandidates(
            parse_uuid(request.request_id, field="request_id"),
            tuple(
                (
                    parse_uuid(pair.one_learner_id, field=f"pairs[{n}].one_learner_id"),
                    parse_uuid(pair.other_learner_id, field=f"pairs[{n}].other_learner_id"),
                )
                for n, pair in enumerate(request.pairs)
            ),
        )
        outcomes = await review.report_candidates(self._deps, command, actor=actor, now=now_utc())
        return pb.ReportCandidatesResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListCandidates(  # noqa: N802  # named by the contract
        self, request: pb.ListCandidatesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListCandidatesResponse:
        """Show a page of the queue."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        query = review.ListCandidates(
            states=tuple(_state(number, field="states") for number in request.states),
            institution_id=_optional_id(request.institution_id, field="institution_id"),
            page_size=request.page_size,
            after=_optional_id(request.page_token, field="page_token"),
        )
        page = await review.list_candidates(self._deps, query, actor=actor, now=now_utc())
        return pb.ListCandidatesResponse(
            candidates=[candidate_to_pb(item) for item in page.candidates],
            next_page_token=str(page.after) if page.after else "",
            total=page.total,
            weights=provenance_to_pb(WEIGHTS.provenance),
        )

    async def GetCandidate(  # noqa: N802  # named by the contract
        self, request: pb.GetCandidateRequest, context: ServicerContext[Any, Any]
    ) -> pb.GetCandidateResponse:
        """Show one pair side by side."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        candidate_id = parse_uuid(request.candidate_id, field="candidate_id")
        candidate, learners = await review.get_candidate(
            self._deps, candidate_id, purpose=request.purpose, actor=actor, now=now_utc()
        )
        return pb.GetCandidateResponse(
            candidate=candidate_to_pb(candidate), learners=[compared_to_pb(item) for item in learners]
        )

    async def DecideCandidates(  # noqa: N802  # named by the contract
        self, request: pb.DecideCandidatesRequest, context: ServicerContext[Any, Any]
    ) -> pb.DecideCandidatesResponse:
        """Decide about pairs."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = review.DecideCandidates(
            parse_uuid(request.request_id, field="request_id"),
            tuple(
                review.Decision(
                    parse_uuid(item.candidate_id, field=f"decisions[{n}].candidate_id"),
                    _state(item.state, field=f"decisions[{n}].state"),
                    item.reason_code,
                )
                for n, item in enumerate(request.decisions)
            ),
        )
        outcomes = await review.decide_candidates(self._deps, command, actor=actor, now=now_utc())
        return pb.DecideCandidatesResponse(outcomes=outcomes_to_pb(outcomes))

    async def MergeLearners(  # noqa: N802  # named by the contract
        self, request: pb.MergeLearnersRequest, context: ServicerContext[Any, Any]
    ) -> pb.MergeLearnersResponse:
        """Merge learners."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = merges.MergeLearners(
            parse_uuid(request.request_id, field="request_id"),
            tuple(merge_from_pb(item, field=f"merges[{n}]") for n, item in enumerate(request.merges)),
        )
        outcomes = await merges.merge_learners(self._deps, command, actor=actor, now=now_utc())
        return pb.MergeLearnersResponse(outcomes=outcomes_to_pb(outcomes))

    async def UnmergeLearners(  # noqa: N802  # named by the contract
        self, request: pb.UnmergeLearnersRequest, context: ServicerContext[Any, Any]
    ) -> pb.UnmergeLearnersResponse:
        """Undo merges."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = merges.UnmergeLearners(
            parse_uuid(request.request_id, field="request_id"),
            tuple(
                merges.UnmergeItem(parse_uuid(item.merge_id, field=f"merges[{n}].merge_id"), item.reason_code)
                for n, item in enumerate(request.merges)
            ),
        )
        outcomes = await merges.unmerge_learners(self._deps, command, actor=actor, now=now_utc())
        return pb.UnmergeLearnersResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListMerges(  # noqa: N802  # named by the contract
        self, request: pb.ListMergesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListMergesResponse:
        """Show the merges of one learner."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        learner_id = parse_uuid(request.learner_id, field="learner_id")
        found = await merges.list_merges(self._deps, learner_id, actor=actor, now=now_utc())
        return pb.ListMergesResponse(merges=[merge_to_pb(item) for item in found])


def servicer(deps: Deps, identifier: Identifier) -> Servicer:
    """MatchingService, ready to be served."""
    serving = MatchingServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["MatchingService"].full_name,
        lambda server: pb_grpc.add_MatchingServiceServicer_to_server(serving, server),
    )
