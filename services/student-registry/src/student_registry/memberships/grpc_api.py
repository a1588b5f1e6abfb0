"""MembershipService: contract messages to commands and back."""

from __future__ import annotations

from typing import Any

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid, time_to_pb
from chassis.outcomes import outcomes_to_pb
from grpc.aio import ServicerContext
from nuaikit.student_registry.v1 import memberships_pb2 as pb
from nuaikit.student_registry.v1 import memberships_pb2_grpc as pb_grpc

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.institutions.grpc_api import optional_uuid, tree_of
from student_registry.memberships import use_cases
from student_registry.memberships.domain import Membership, MembershipFacts, MembershipStatus, Statement
from student_registry.wire import (
    date_or_none_to_pb,
    enum_from_pb,
    optional_date,
    provenance_from_pb,
    provenance_to_pb,
    required_date,
)

_PREFIX = "MEMBERSHIP_STATUS_"


def _status_from_pb(number: int, *, field: str) -> MembershipStatus:
    return enum_from_pb(MembershipStatus, pb.MembershipStatus, number, prefix=_PREFIX, field=field)


def _facts_from_pb(message: pb.MembershipStatement, *, field: str) -> MembershipFacts:
    return MembershipFacts(
        institution_id=parse_uuid(message.institution_id, field=f"{field}.institution_id"),
        programme_code=message.programme_code,
        year_be=message.year_be,
        status=_status_from_pb(message.status, field=f"{field}.status"),
        band=message.band,
        valid_from=required_date(message, "valid_from", field=f"{field}.valid_from"),
        valid_to=optional_date(message, "valid_to", field=f"{field}.valid_to"),
        is_correction=message.is_correction,
        provenance=provenance_from_pb(message, field=f"{field}.provenance"),
    )


def _facts_to_pb(facts: MembershipFacts) -> pb.MembershipStatement:
    return pb.MembershipStatement(
        institution_id=str(facts.institution_id),
        programme_code=facts.programme_code,
        year_be=facts.year_be,
        status=f"{_PREFIX}{facts.status}",
        band=facts.band,
        valid_from=date_to_pb(facts.valid_from),
        valid_to=date_or_none_to_pb(facts.valid_to),
        is_correction=facts.is_correction,
        provenance=provenance_to_pb(facts.provenance),
    )


def _membership_to_pb(membership: Membership) -> pb.Membership:
    return pb.Membership(membership_id=str(membership.membership_id), statement=_facts_to_pb(membership.facts))


def _record_to_pb(statement: Statement) -> pb.MembershipRecord:
    return pb.MembershipRecord(
        statement=_facts_to_pb(statement.facts),
        recorded_at=time_to_pb(statement.recorded_at),
        superseded_at=None if statement.superseded_at is None else time_to_pb(statement.superseded_at),
    )


class MembershipServicer(pb_grpc.MembershipServiceServicer):
    """Programme memberships over gRPC."""

    def __init__(self, deps: Deps, identifier: Identifier) -> None:
        """Serve from `deps`; callers are identified by `identifier`."""
        self._deps = deps
        self._identifier = identifier

    async def ListProgrammes(  # noqa: N802  # named by the contract
        self, request: pb.ListProgrammesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListProgrammesResponse:
        """List programmes with their bands."""
        await actor_of(context, self._identifier)
        return pb.ListProgrammesResponse(
            programmes=[
                pb.Programme(
                    programme_code=item.programme_code,
                    name_th=item.name_th,
                    bands=[pb.ProgrammeBand(band=band, name_th=name) for band, name in item.bands],
                    provenance=provenance_to_pb(item.provenance),
                )
                for item in await use_cases.list_programmes(self._deps)
            ]
        )

    async def RecordMemberships(  # noqa: N802  # named by the contract
        self, request: pb.RecordMembershipsRequest, context: ServicerContext[Any, Any]
    ) -> pb.RecordMembershipsResponse:
        """State how far institutions are."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.RecordMemberships(
            parse_uuid(request.request_id, field="request_id"),
            tuple(_facts_from_pb(item, field=f"statements[{n}]") for n, item in enumerate(request.statements)),
        )
        outcomes = await use_cases.record_memberships(self._deps, command, actor=actor, now=now_utc())
        return pb.RecordMembershipsResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListMemberships(  # noqa: N802  # named by the contract
        self, request: pb.ListMembershipsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListMembershipsResponse:
        """List memberships as they stand on a day."""
        await actor_of(context, self._identifier)
        query = use_cases.ListMemberships(
            programme_codes=tuple(request.programme_codes),
            year_be=request.year_be,
            institution_id=optional_uuid(request, "institution_id", field="institution_id"),
            statuses=tuple(_status_from_pb(status, field="statuses") for status in request.statuses),
            tree=tree_of(request.tree, field="tree"),
            within_institution_id=optional_uuid(request, "within_institution_id", field="within_institution_id"),
            on_date=optional_date(request, "on_date", field="on_date"),
            page_size=request.page_size,
            after=parse_uuid(request.page_token, field="page_token") if request.page_token else None,
        )
        page, after, total = await use_cases.list_memberships(self._deps, query, now=now_utc())
        return pb.ListMembershipsResponse(
            memberships=[_membership_to_pb(item) for item in page],
            next_page_token=str(after) if after else "",
            total=total,
        )

    async def ListMembershipHistory(  # noqa: N802  # named by the contract
        self, request: pb.ListMembershipHistoryRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListMembershipHistoryResponse:
        """List everything that was stated about a membership."""
        await actor_of(context, self._identifier)
        found = await use_cases.list_history(self._deps, parse_uuid(request.membership_id, field="membership_id"))
        return pb.ListMembershipHistoryResponse(records=[_record_to_pb(item) for item in found])

    async def CountMemberships(  # noqa: N802  # named by the contract
        self, request: pb.CountMembershipsRequest, context: ServicerContext[Any, Any]
    ) -> pb.CountMembershipsResponse:
        """Count institutions by programme, year, status and band."""
        await actor_of(context, self._identifier)
        query = use_cases.ListMemberships(
            programme_codes=tuple(request.programme_codes),
            year_be=request.year_be,
            tree=tree_of(request.tree, field="tree"),
            within_institution_id=optional_uuid(request, "within_institution_id", field="within_institution_id"),
            on_date=optional_date(request, "on_date", field="on_date"),
        )
        counted = await use_cases.count_memberships(self._deps, query, now=now_utc())
        return pb.CountMembershipsResponse(
            counts=[
                pb.MembershipCount(
                    programme_code=item.programme_code,
                    year_be=item.year_be,
                    status=f"{_PREFIX}{item.status}",
                    band=item.band,
                    institutions=item.institutions,
                )
                for item in counted.counts
            ],
            population=[
                pb.InstitutionCount(kind=f"INSTITUTION_KIND_{kind}", institutions=number)
                for kind, number in counted.population.items()
            ],
            on_date=date_to_pb(counted.on_date),
        )


def servicer(deps: Deps, identifier: Identifier) -> Servicer:
    """MembershipService, ready to be served."""
    serving = MembershipServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["MembershipService"].full_name,
        lambda server: pb_grpc.add_MembershipServiceServicer_to_server(serving, server),
    )
