"""PopulationService: contract messages to queries and back."""

from __future__ import annotations

from typing import Any

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid
from grpc.aio import ServicerContext
from nuaikit.student_registry.v1 import enrolments_pb2, institutions_pb2
from nuaikit.student_registry.v1 import population_pb2 as pb
from nuaikit.student_registry.v1 import population_pb2_grpc as pb_grpc

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.enrolments.domain import EnrolmentRole
from student_registry.institutions.domain import InstitutionKind
from student_registry.population import use_cases
from student_registry.population.domain import SOURCE_TH, Dimension, Population
from student_registry.wire import enum_from_pb, optional_date


def query_from_pb(request: pb.CountPopulationRequest) -> use_cases.CountPopulation:
    """What to count.

    Raises:
        InvalidField: A field has no usable value.
    """
    return use_cases.CountPopulation(
        institution_id=parse_uuid(request.institution_id, field="institution_id"),
        tree=request.tree,
        dimensions=tuple(
            enum_from_pb(
                Dimension, pb.PopulationDimension, item, prefix="POPULATION_DIMENSION_", field=f"dimensions[{n}]"
            )
            for n, item in enumerate(request.dimensions)
        ),
        roles=tuple(
            enum_from_pb(EnrolmentRole, enrolments_pb2.EnrolmentRole, item, prefix="ENROLMENT_ROLE_", field="roles")
            for item in request.roles
        ),
        kinds=tuple(
            enum_from_pb(
                InstitutionKind,
                institutions_pb2.InstitutionKind,
                item,
                prefix="INSTITUTION_KIND_",
                field="institution_kinds",
            )
            for item in request.institution_kinds
        ),
        on_date=optional_date(request, "on_date", field="on_date"),
        with_unenrolled=request.with_unenrolled,
    )


def population_to_pb(population: Population) -> pb.CountPopulationResponse:
    """As the contracts carry it."""
    return pb.CountPopulationResponse(
        institution_id=str(population.institution_id),
        tree=population.tree,
        on_date=date_to_pb(population.on_date),
        total=population.total,
        cells=[
            pb.PopulationCell(values=cell.values, count=cell.count, is_hidden=cell.count is None)
            for cell in population.cells
        ],
        suppression=pb.SuppressionRule(
            smallest_shown=population.rule.smallest_shown,
            version=population.rule.version,
            source=population.rule.source,
            status=population.rule.status,
        ),
        institutions=population.institutions,
        is_withheld=population.is_withheld,
        numerator_th=population.numerator_th,
        denominator_th=population.denominator_th,
        source_th=SOURCE_TH,
        data_statuses=population.data_statuses,
    )


class PopulationServicer(pb_grpc.PopulationServiceServicer):
    """Counts over gRPC."""

    def __init__(self, deps: Deps, identifier: Identifier) -> None:
        """Serve from `deps`; callers are identified by `identifier`."""
        self._deps = deps
        self._identifier = identifier

    async def CountPopulation(  # noqa: N802  # named by the contract
        self, request: pb.CountPopulationRequest, context: ServicerContext[Any, Any]
    ) -> pb.CountPopulationResponse:
        """Count learners."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        query = query_from_pb(request)
        return population_to_pb(await use_cases.count_population(self._deps, query, actor=actor, now=now_utc()))


def servicer(deps: Deps, identifier: Identifier) -> Servicer:
    """PopulationService, ready to be served."""
    serving = PopulationServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["PopulationService"].full_name,
        lambda server: pb_grpc.add_PopulationServiceServicer_to_server(serving, server),
    )
