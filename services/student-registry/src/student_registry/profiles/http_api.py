"""HTTP paths of profiles."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from chassis.http import FreshActor, Purpose, RequestId, item_results
from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.json_models import ListResult
from student_registry.limits import PAGE_SIZE_MAX
from student_registry.profiles import queries, use_cases
from student_registry.profiles.domain import PHOTO_BYTES_MAX
from student_registry.profiles.json_models import (
    ConfirmContactsBody,
    EndFactsBody,
    FactJson,
    HistoryJson,
    PhotoRecordedJson,
    ProfileJson,
    RecordFactsBody,
    StalePageJson,
)
from student_registry.provenance import SOURCE_CHARACTERS_MAX, DataStatus

WithRestricted = Annotated[bool, Query(description="Restricted facts too; needs a permission of its own.")]


def router(deps: Deps) -> APIRouter:
    """Paths of profiles."""
    api = APIRouter(prefix="/v1", tags=["profiles"])

    @api.post("/profile-facts")
    async def record_facts(
        body: RecordFactsBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """Record facts of profiles; one known already is not recorded twice."""
        command = use_cases.RecordFacts(request_id, tuple(item.to_domain() for item in body.facts))
        outcomes = await use_cases.record_facts(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.post("/profile-facts/end")
    async def end_facts(body: EndFactsBody, request: Request, actor: FreshActor, request_id: RequestId) -> ListResult:
        """End facts that are over, or that were wrong; they stay in the history."""
        command = use_cases.EndFacts(request_id, tuple(item.to_domain() for item in body.facts))
        outcomes = await use_cases.end_facts(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.post("/profile-facts/confirm")
    async def confirm_contacts(
        body: ConfirmContactsBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """Say that contact data are still right."""
        command = use_cases.ConfirmContacts(
            request_id, tuple((item.fact_id, item.confirmed_on) for item in body.contacts)
        )
        outcomes = await use_cases.confirm_contacts(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.get("/learners/{learner_id}/profile")
    async def get_profile(
        learner_id: UUID,
        actor: FreshActor,
        purpose: Purpose,
        restricted: WithRestricted = False,
        on_date: date | None = None,
    ) -> ProfileJson:
        """What holds of a learner on a day, and how complete it is; restricted facts only when asked for."""
        query = queries.BatchGetProfiles((learner_id,), purpose, restricted, on_date)
        return ProfileJson.of(await queries.get_profile(deps, query, actor=actor, now=now_utc()))

    @api.get("/learners/{learner_id}/profile/history")
    async def get_history(
        learner_id: UUID, actor: FreshActor, purpose: Purpose, restricted: WithRestricted = False
    ) -> HistoryJson:
        """Everything that was ever recorded of a profile; for the keeper of the record and the learner himself."""
        query = queries.BatchGetProfiles((learner_id,), purpose, restricted)
        facts = await queries.get_history(deps, query, actor=actor, now=now_utc())
        return HistoryJson(facts=[FactJson.of(fact) for fact in facts])

    @api.put("/learners/{learner_id}/photo")
    async def record_photo(
        *,
        learner_id: UUID,
        actor: FreshActor,
        request_id: RequestId,
        photo: Annotated[UploadFile, File(description="JPEG, PNG or WebP, at most 512 KiB.")],
        source: Annotated[str, Form(min_length=1, max_length=SOURCE_CHARACTERS_MAX)],
        data_status: Annotated[DataStatus, Form()] = DataStatus.ASSUMED,
        taken_on: Annotated[date | None, Form()] = None,
    ) -> PhotoRecordedJson:
        """Record the photograph of a learner; it takes the place of the one before."""
        command = use_cases.RecordPhoto(
            request_id=request_id,
            learner_id=learner_id,
            content=await photo.read(PHOTO_BYTES_MAX + 1),
            taken_on=taken_on,
            source=source,
            status=data_status,
        )
        return PhotoRecordedJson(fact_id=await use_cases.record_photo(deps, command, actor=actor, now=now_utc()))

    @api.get("/learners/{learner_id}/photo", response_class=Response)
    async def get_photo(learner_id: UUID, actor: FreshActor, purpose: Purpose) -> Response:
        """The photograph of a learner."""
        photo, content = await queries.get_photo(deps, learner_id, purpose=purpose, actor=actor, now=now_utc())
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "ETag": f'"{photo.sha256}"'}
        return Response(content, media_type=photo.media_type, headers=headers)

    @api.get("/stale-contacts")
    async def list_stale_contacts(
        institution_id: UUID,
        actor: FreshActor,
        page_size: Annotated[int, Query(ge=0, le=PAGE_SIZE_MAX)] = 0,
        page_token: Annotated[str, Query(max_length=60)] = "",
    ) -> StalePageJson:
        """Learners of the caller's institution whose contact data must be confirmed again, longest first."""
        query = queries.ListStaleContacts(institution_id, page_size, page_token)
        return StalePageJson.of(await queries.list_stale_contacts(deps, query, actor=actor, now=now_utc()))

    return api
