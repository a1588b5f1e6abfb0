"""HTTP paths of the review queue and of merges."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from chassis.http import FreshActor, Purpose, RequestId, item_results
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.identifiers.domain import IdentifierKind
from student_registry.json_models import Input, ListResult, ProvenanceJson
from student_registry.limits import PAGE_SIZE_MAX
from student_registry.matching import merges, review
from student_registry.matching.domain import Precision
from student_registry.matching.merging import Merge, Side
from student_registry.matching.reviewing import Candidate, Compared, Origin, State
from student_registry.matching.weights import WEIGHTS

ReasonCode = Annotated[str, Field(max_length=64, examples=["SAME_HOUSE_REGISTER"])]


class FindCandidatesBody(Input):
    """Whom to compare: the learners of an institution, or those named."""

    institution_id: UUID | None = None
    learner_ids: Annotated[list[UUID], Field(default_factory=list[UUID], max_length=review.COMPARED_MAX)]
    page_token: UUID | None = None


class FoundJson(BaseModel):
    """What comparing found; no token: everybody was compared."""

    compared: int
    found: int
    next_page_token: str | None


class PairBody(Input):
    """A pair that somebody believes to be one person."""

    one_learner_id: UUID
    other_learner_id: UUID


class ReportCandidatesBody(Input):
    """Pairs for the queue."""

    pairs: Annotated[list[PairBody], Field(min_length=1, max_length=review.DECISIONS_MAX)]


class ContributionJson(BaseModel):
    """What one comparison added to the score."""

    comparison: str
    outcome: str
    points: float
    comparison_th: str
    outcome_th: str


class CandidateJson(BaseModel):
    """A pair of learners who may be one person."""

    candidate_id: UUID
    one_learner_id: UUID
    other_learner_id: UUID
    origin: Origin
    score: float
    is_strong: bool
    weights_version: str
    contributions: list[ContributionJson]
    state: State
    found_at: datetime
    decided_at: datetime | None

    @classmethod
    def of(cls, candidate: Candidate) -> CandidateJson:
        """As shown."""
        return cls(
            candidate_id=candidate.candidate_id,
            one_learner_id=candidate.low_learner_id,
            other_learner_id=candidate.high_learner_id,
            origin=candidate.origin,
            score=candidate.score / 100,
            is_strong=candidate.is_strong,
            weights_version=candidate.weights_version,
            contributions=[
                ContributionJson(
                    comparison=part.comparison,
                    outcome=part.outcome,
                    points=part.points / 100,
                    comparison_th=WEIGHTS.names_th.get(part.comparison, part.comparison),
                    outcome_th=WEIGHTS.outcomes_th.get(part.outcome, part.outcome),
                )
                for part in candidate.contributions
            ],
            state=candidate.state,
            found_at=candidate.found_at,
            decided_at=candidate.decided_at,
        )


class CandidatesPage(BaseModel):
    """A page of the queue, the most alike first; no token: the last page."""

    candidates: list[CandidateJson]
    next_page_token: str | None
    total: int
    weights: ProvenanceJson


class ComparedIdentifierJson(BaseModel):
    """An identifier, masked."""

    kind: IdentifierKind
    masked_value: str
    valid_from: date
    valid_to: date | None


class ComparedJson(BaseModel):
    """One learner of a pair as a reviewer sees him."""

    learner_id: UUID
    title_th: str
    given_name_th: str
    family_name_th: str
    birth_date: date | None
    birth_year: int | None
    sex: str | None
    registrar_institution_id: UUID
    institution_ids: list[UUID]
    identifiers: list[ComparedIdentifierJson]

    @classmethod
    def of(cls, learner: Compared) -> ComparedJson:
        """As shown."""
        birth = learner.birth
        return cls(
            learner_id=learner.learner_id,
            title_th=learner.title,
            given_name_th=learner.given,
            family_name_th=learner.family,
            birth_date=birth.value if birth and birth.precision is Precision.DAY else None,
            birth_year=birth.value.year if birth else None,
            sex=learner.sex,
            registrar_institution_id=learner.registrar_institution_id,
            institution_ids=list(learner.institution_ids),
            identifiers=[
                ComparedIdentifierJson(
                    kind=item.kind, masked_value=item.masked, valid_from=item.valid_from, valid_to=item.valid_to
                )
                for item in learner.identifiers
            ],
        )


class CandidateWithLearners(BaseModel):
    """A pair side by side."""

    candidate: CandidateJson
    learners: list[ComparedJson]


class DecisionBody(Input):
    """A decision about one pair."""

    candidate_id: UUID
    state: State
    reason_code: ReasonCode


class DecideCandidatesBody(Input):
    """Decisions about pairs."""

    decisions: Annotated[list[DecisionBody], Field(min_length=1, max_length=review.DECISIONS_MAX)]


class MergeBody(Input):
    """Two learners to merge."""

    surviving_learner_id: UUID
    merged_learner_id: UUID
    right_citizen_id: Annotated[
        Side | None, Field(description="Whose citizen ID is right, where both have a valid one; the other ends.")
    ] = None
    reason_code: ReasonCode
    document_no: Annotated[str, Field(max_length=60, examples=["ศธ 04001/123"])] = ""

    def to_domain(self) -> merges.MergeItem:
        """As the use cases know it."""
        return merges.MergeItem(
            surviving_learner_id=self.surviving_learner_id,
            merged_learner_id=self.merged_learner_id,
            right_citizen_id=self.right_citizen_id,
            reason_code=self.reason_code,
            document_no=self.document_no,
        )


class MergeLearnersBody(Input):
    """Pairs to merge, in this order."""

    merges: Annotated[list[MergeBody], Field(min_length=1, max_length=merges.ITEMS_MAX)]


class UnmergeBody(Input):
    """A merge to undo."""

    merge_id: UUID
    reason_code: ReasonCode


class UnmergeLearnersBody(Input):
    """Merges to undo, in this order."""

    merges: Annotated[list[UnmergeBody], Field(min_length=1, max_length=merges.ITEMS_MAX)]


class MergeJson(BaseModel):
    """A merge as it is kept."""

    merge_id: UUID
    surviving_learner_id: UUID
    merged_learner_id: UUID
    reason_code: str
    document_no: str
    merged_at: datetime
    undone_at: datetime | None

    @classmethod
    def of(cls, merge: Merge) -> MergeJson:
        """As shown."""
        return cls(
            merge_id=merge.merge_id,
            surviving_learner_id=merge.surviving_learner_id,
            merged_learner_id=merge.merged_learner_id,
            reason_code=merge.reason_code,
            document_no=merge.document_no,
            merged_at=merge.merged_at,
            undone_at=merge.undone_at,
        )


class MergesJson(BaseModel):
    """Merges of one learner, newest first."""

    merges: list[MergeJson]


def router(deps: Deps) -> APIRouter:
    """Paths of the review queue and of merges."""
    api = APIRouter(prefix="/v1", tags=["matching"])
    _add_review(api, deps)
    _add_merges(api, deps)
    return api


def _add_review(api: APIRouter, deps: Deps) -> None:
    @api.post("/match-candidates/find")
    async def find_candidates(body: FindCandidatesBody, actor: FreshActor, request_id: RequestId) -> FoundJson:
        """Compare learners with everybody who might be the same, and put probable pairs into the queue."""
        command = review.FindCandidates(request_id, body.institution_id, tuple(body.learner_ids), body.page_token)
        found = await review.find_candidates(deps, command, actor=actor, now=now_utc())
        return FoundJson(
            compared=found.compared, found=found.found, next_page_token=str(found.after) if found.after else None
        )

    @api.post("/match-candidates")
    async def report_candidates(
        body: ReportCandidatesBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """Put pairs into the queue that somebody believes to be one person each."""
        pairs = tuple((pair.one_learner_id, pair.other_learner_id) for pair in body.pairs)
        command = review.ReportCandidates(request_id, pairs)
        outcomes = await review.report_candidates(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.get("/match-candidates")
    async def list_candidates(
        actor: FreshActor,
        state: Annotated[list[State] | None, Query()] = None,
        institution_id: UUID | None = None,
        page_size: Annotated[int, Query(ge=0, le=PAGE_SIZE_MAX)] = 0,
        page_token: UUID | None = None,
    ) -> CandidatesPage:
        """List the review queue, the most alike first; no name is shown."""
        query = review.ListCandidates(tuple(state or ()), institution_id, page_size, page_token)
        page = await review.list_candidates(deps, query, actor=actor, now=now_utc())
        return CandidatesPage(
            candidates=[CandidateJson.of(item) for item in page.candidates],
            next_page_token=str(page.after) if page.after else None,
            total=page.total,
            weights=ProvenanceJson.of(WEIGHTS.provenance),
        )

    @api.get("/match-candidates/{candidate_id}")
    async def get_candidate(candidate_id: UUID, actor: FreshActor, purpose: Purpose) -> CandidateWithLearners:
        """Read one pair side by side; the read is noted for both learners."""
        candidate, learners = await review.get_candidate(
            deps, candidate_id, purpose=purpose, actor=actor, now=now_utc()
        )
        return CandidateWithLearners(
            candidate=CandidateJson.of(candidate), learners=[ComparedJson.of(item) for item in learners]
        )

    @api.post("/match-candidates/decide")
    async def decide_candidates(
        body: DecideCandidatesBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """Decide about pairs: one person, two persons, or later."""
        stated = tuple(review.Decision(item.candidate_id, item.state, item.reason_code) for item in body.decisions)
        command = review.DecideCandidates(request_id, stated)
        outcomes = await review.decide_candidates(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))


def _add_merges(api: APIRouter, deps: Deps) -> None:
    @api.post("/learner-merges")
    async def merge_learners(
        body: MergeLearnersBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """Merge learners whom another person reviewed and found to be one."""
        command = merges.MergeLearners(request_id, tuple(item.to_domain() for item in body.merges))
        outcomes = await merges.merge_learners(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.post("/learner-merges/undo")
    async def unmerge_learners(
        body: UnmergeLearnersBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """Undo merges: each learner has again what was his, with what changed about it since."""
        items = tuple(merges.UnmergeItem(item.merge_id, item.reason_code) for item in body.merges)
        command = merges.UnmergeLearners(request_id, items)
        outcomes = await merges.unmerge_learners(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.get("/learners/{learner_id}/merges")
    async def list_merges(learner_id: UUID, actor: FreshActor) -> MergesJson:
        """List merges of one learner, newest first, undone ones too."""
        found = await merges.list_merges(deps, learner_id, actor=actor, now=now_utc())
        return MergesJson(merges=[MergeJson.of(item) for item in found])
