"""SearchService: contract messages to queries and back."""

from __future__ import annotations

from typing import Any

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid, time_to_pb
from grpc.aio import ServicerContext
from nuaikit.student_registry.v1 import enrolments_pb2, statuses_pb2
from nuaikit.student_registry.v1 import learners_pb2 as learner_pb
from nuaikit.student_registry.v1 import search_pb2 as pb
from nuaikit.student_registry.v1 import search_pb2_grpc as pb_grpc

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.enrolments.domain import DeliverySystem, EnrolmentRole
from student_registry.learners.domain import PersonName
from student_registry.learners.grpc_api import identifier_from_pb
from student_registry.search import use_cases
from student_registry.search.domain import (
    EnrolmentHeld,
    EnrolmentHit,
    History,
    LearnerHit,
    LearnerStatus,
    NameHeld,
    NameMatch,
    StatusHeld,
)
from student_registry.wire import date_or_none_to_pb, enum_from_pb, optional_date, optional_enum_from_pb

_ROLE, _SYSTEM, _STATUS = "ENROLMENT_ROLE_", "DELIVERY_SYSTEM_", "LEARNER_STATUS_"


def name_to_pb(name: PersonName) -> learner_pb.PersonName:
    """As the contracts carry it."""
    return learner_pb.PersonName(title_th=name.title, given_name_th=name.given, family_name_th=name.family)


def enrolment_to_pb(enrolment: EnrolmentHit) -> pb.EnrolmentHit:
    """As the contracts carry it."""
    return pb.EnrolmentHit(
        enrolment_id=str(enrolment.enrolment_id),
        institution_id=str(enrolment.institution_id),
        role=f"{_ROLE}{enrolment.role}",
        delivery_system=f"{_SYSTEM}{enrolment.delivery_system}",
        grade_label=enrolment.grade_label,
        classroom=enrolment.classroom,
        number_in_class=enrolment.number_in_class,
        student_no=enrolment.student_no,
    )


def hit_to_pb(hit: LearnerHit) -> pb.LearnerHit:
    """As the contracts carry it."""
    return pb.LearnerHit(
        learner_id=str(hit.learner_id),
        name=name_to_pb(hit.name),
        sex=f"SEX_{hit.sex}" if hit.sex else None,
        registrar_institution_id=str(hit.registrar_institution_id),
        enrolments=[enrolment_to_pb(item) for item in hit.enrolments],
        status=f"{_STATUS}{hit.status}" if hit.status else None,
    )


def search_from_pb(request: pb.SearchLearnersRequest) -> use_cases.SearchLearners:
    """What is looked for.

    Raises:
        InvalidField: A field has no usable value.
    """
    match = optional_enum_from_pb(NameMatch, pb.NameMatch, request.match, prefix="NAME_MATCH_", field="match")
    return use_cases.SearchLearners(
        name=request.name,
        match=match or NameMatch.PREFIX,
        student_no=request.student_no,
        institution_id=parse_uuid(request.institution_id, field="institution_id")
        if request.HasField("institution_id")
        else None,
        grade_label=request.grade_label,
        classroom=request.classroom,
        roles=tuple(
            enum_from_pb(EnrolmentRole, enrolments_pb2.EnrolmentRole, item, prefix=_ROLE, field="roles")
            for item in request.roles
        ),
        delivery_systems=tuple(
            enum_from_pb(DeliverySystem, enrolments_pb2.DeliverySystem, item, prefix=_SYSTEM, field="delivery_systems")
            for item in request.delivery_systems
        ),
        statuses=tuple(
            enum_from_pb(LearnerStatus, statuses_pb2.LearnerStatus, item, prefix=_STATUS, field="statuses")
            for item in request.statuses
        ),
        on_date=optional_date(request, "on_date", field="on_date"),
        purpose=request.purpose,
        page_size=request.page_size,
        after=parse_uuid(request.page_token, field="page_token") if request.page_token else None,
    )


def held_name_to_pb(held: NameHeld) -> pb.NameHeld:
    """As the contracts carry it."""
    return pb.NameHeld(
        language=held.language,
        name=name_to_pb(held.name),
        recorded_at=time_to_pb(held.recorded_at),
        ended_at=time_to_pb(held.ended_at) if held.ended_at else None,
        since=date_or_none_to_pb(held.since),
        until=date_or_none_to_pb(held.until),
    )


def held_enrolment_to_pb(held: EnrolmentHeld) -> pb.EnrolmentHeld:
    """As the contracts carry it."""
    return pb.EnrolmentHeld(
        enrolment_id=str(held.enrolment_id),
        institution_id=str(held.institution_id),
        role=f"{_ROLE}{held.role}",
        delivery_system=f"{_SYSTEM}{held.delivery_system}",
        grade_label=held.grade_label,
        classroom=held.classroom,
        programme_code=held.programme_code,
        number_in_class=held.number_in_class,
        valid_from=date_to_pb(held.valid_from),
        valid_to=date_or_none_to_pb(held.valid_to),
    )


def held_status_to_pb(held: StatusHeld) -> pb.StatusHeld:
    """As the contracts carry it."""
    return pb.StatusHeld(
        status=f"{_STATUS}{held.status}",
        reason_code=held.reason_code,
        valid_from=date_to_pb(held.valid_from),
        valid_to=date_or_none_to_pb(held.valid_to),
        stated_by_institution_id=str(held.stated_by_institution_id),
    )


def history_to_pb(history: History) -> pb.GetLearnerHistoryResponse:
    """As the contracts carry it."""
    return pb.GetLearnerHistoryResponse(
        learner_id=str(history.learner_id),
        names=[held_name_to_pb(item) for item in history.names],
        enrolments=[held_enrolment_to_pb(item) for item in history.enrolments],
        statuses=[held_status_to_pb(item) for item in history.statuses],
    )


class SearchServicer(pb_grpc.SearchServiceServicer):
    """Searches over gRPC."""

    def __init__(self, deps: Deps, identifier: Identifier) -> None:
        """Serve from `deps`; callers are identified by `identifier`."""
        self._deps = deps
        self._identifier = identifier

    async def ResolveLearners(  # noqa: N802  # named by the contract
        self, request: pb.ResolveLearnersRequest, context: ServicerContext[Any, Any]
    ) -> pb.ResolveLearnersResponse:
        """Find learners by number."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        query = use_cases.ResolveLearners(
            identifiers=tuple(
                identifier_from_pb(item, field=f"identifiers[{n}]") for n, item in enumerate(request.identifiers)
            ),
            purpose=request.purpose,
            ground=request.ground,
            ground_id=request.ground_id,
        )
        found = await use_cases.resolve_learners(self._deps, query, actor=actor, now=now_utc())
        return pb.ResolveLearnersResponse(
            matches=[
                pb.ResolveLearnersResponse.Match(index=index, learner_id=str(learner_id)) for index, learner_id in found
            ]
        )

    async def SearchLearners(  # noqa: N802  # named by the contract
        self, request: pb.SearchLearnersRequest, context: ServicerContext[Any, Any]
    ) -> pb.SearchLearnersResponse:
        """Find learners by name, number, class or status."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        query = search_from_pb(request)
        hits, after = await use_cases.search_learners(self._deps, query, actor=actor, now=now_utc())
        return pb.SearchLearnersResponse(
            learners=[hit_to_pb(hit) for hit in hits], next_page_token=str(after) if after else ""
        )

    async def ListClass(  # noqa: N802  # named by the contract
        self, request: pb.ListClassRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListClassResponse:
        """List one class."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        query = use_cases.ListClass(
            grade_label=request.grade_label,
            classroom=request.classroom,
            institution_id=parse_uuid(request.institution_id, field="institution_id")
            if request.HasField("institution_id")
            else None,
            on_date=optional_date(request, "on_date", field="on_date"),
            purpose=request.purpose,
        )
        hits, is_cut = await use_cases.list_class(self._deps, query, actor=actor, now=now_utc())
        return pb.ListClassResponse(learners=[hit_to_pb(hit) for hit in hits], is_cut=is_cut)

    async def GetLearnerHistory(  # noqa: N802  # named by the contract
        self, request: pb.GetLearnerHistoryRequest, context: ServicerContext[Any, Any]
    ) -> pb.GetLearnerHistoryResponse:
        """Read what a learner was."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        history = await use_cases.get_history(
            self._deps,
            parse_uuid(request.learner_id, field="learner_id"),
            on_date=optional_date(request, "on_date", field="on_date"),
            purpose=request.purpose,
            actor=actor,
            now=now_utc(),
        )
        return history_to_pb(history)


def servicer(deps: Deps, identifier: Identifier) -> Servicer:
    """SearchService, ready to be served."""
    serving = SearchServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["SearchService"].full_name,
        lambda server: pb_grpc.add_SearchServiceServicer_to_server(serving, server),
    )
