"""InstitutionService: contract messages to commands and back."""

from __future__ import annotations

from typing import Any

from chassis.auth import Identifier
from chassis.errors import InvalidField
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import parse_uuid
from chassis.outcomes import outcomes_to_pb
from grpc.aio import ServicerContext
from nuaikit.student_registry.v1 import institutions_pb2 as pb
from nuaikit.student_registry.v1 import institutions_pb2_grpc as pb_grpc

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.institutions import use_cases
from student_registry.institutions.domain import Institution, InstitutionFacts, InstitutionKind
from student_registry.wire import enum_from_pb, optional_date, provenance_from_pb, provenance_to_pb

_PREFIX = "INSTITUTION_KIND_"


def facts_from_pb(message: pb.Institution, *, field: str) -> InstitutionFacts:
    """Facts of an institution to register.

    Raises:
        InvalidField: A field has no usable value.
    """
    if message.HasField("institution_id"):
        # Ids are ours: a caller who could choose them could also choose another's.
        raise InvalidField(field=f"{field}.institution_id", expected="absent: the registry gives ids")
    return InstitutionFacts(
        kind=enum_from_pb(InstitutionKind, pb.InstitutionKind, message.kind, prefix=_PREFIX, field=f"{field}.kind"),
        name_th=message.name_th,
        name_en=message.name_en if message.HasField("name_en") else None,
        official_code=message.official_code if message.HasField("official_code") else None,
        local_alias=message.local_alias,
        parent_institution_id=parse_uuid(message.parent_institution_id, field=f"{field}.parent_institution_id")
        if message.HasField("parent_institution_id")
        else None,
        provenance=provenance_from_pb(message, field=f"{field}.provenance"),
    )


def institution_to_pb(institution: Institution) -> pb.Institution:
    """As the contracts carry it."""
    facts = institution.facts
    return pb.Institution(
        institution_id=str(institution.institution_id),
        kind=f"{_PREFIX}{facts.kind}",
        name_th=facts.name_th,
        name_en=facts.name_en,
        official_code=facts.official_code,
        local_alias=facts.local_alias,
        parent_institution_id=str(facts.parent_institution_id) if facts.parent_institution_id else None,
        provenance=provenance_to_pb(facts.provenance),
    )


class InstitutionServicer(pb_grpc.InstitutionServiceServicer):
    """The register of institutions over gRPC."""

    def __init__(self, deps: Deps, identifier: Identifier) -> None:
        """Serve from `deps`; callers are identified by `identifier`."""
        self._deps = deps
        self._identifier = identifier

    async def RegisterInstitutions(  # noqa: N802  # named by the contract
        self, request: pb.RegisterInstitutionsRequest, context: ServicerContext[Any, Any]
    ) -> pb.RegisterInstitutionsResponse:
        """Add institutions."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.RegisterInstitutions(
            parse_uuid(request.request_id, field="request_id"),
            tuple(facts_from_pb(item, field=f"institutions[{n}]") for n, item in enumerate(request.institutions)),
        )
        outcomes = await use_cases.register_institutions(self._deps, command, actor=actor, now=now_utc())
        return pb.RegisterInstitutionsResponse(outcomes=outcomes_to_pb(outcomes))

    async def GetInstitution(  # noqa: N802  # named by the contract
        self, request: pb.GetInstitutionRequest, context: ServicerContext[Any, Any]
    ) -> pb.GetInstitutionResponse:
        """Read one institution."""
        await actor_of(context, self._identifier)
        institution_id = parse_uuid(request.institution_id, field="institution_id")
        institution = await use_cases.get_institution(self._deps, institution_id, now=now_utc())
        return pb.GetInstitutionResponse(institution=institution_to_pb(institution))

    async def ListInstitutions(  # noqa: N802  # named by the contract
        self, request: pb.ListInstitutionsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListInstitutionsResponse:
        """List institutions in Thai dictionary order."""
        await actor_of(context, self._identifier)
        query = use_cases.ListInstitutions(
            kinds=tuple(
                enum_from_pb(InstitutionKind, pb.InstitutionKind, kind, prefix=_PREFIX, field="kinds")
                for kind in request.kinds
            ),
            parent_institution_id=parse_uuid(request.parent_institution_id, field="parent_institution_id")
            if request.HasField("parent_institution_id")
            else None,
            codes=tuple(request.codes),
            on_date=optional_date(request, "on_date", field="on_date"),
            page_size=request.page_size,
            after=parse_uuid(request.page_token, field="page_token") if request.page_token else None,
        )
        page, after = await use_cases.list_institutions(self._deps, query, now=now_utc())
        return pb.ListInstitutionsResponse(
            institutions=[institution_to_pb(institution) for institution in page],
            next_page_token=str(after) if after else "",
        )


def servicer(deps: Deps, identifier: Identifier) -> Servicer:
    """InstitutionService, ready to be served."""
    serving = InstitutionServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["InstitutionService"].full_name,
        lambda server: pb_grpc.add_InstitutionServiceServicer_to_server(serving, server),
    )
