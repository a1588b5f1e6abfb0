"""ImportService: contract messages to use cases and back."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import datetime
from typing import Any

from chassis.auth import Identifier
from chassis.errors import InvalidField
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid, time_to_pb
from chassis.outcomes import outcomes_to_pb
from google.protobuf.timestamp_pb2 import Timestamp
from grpc.aio import ServicerContext
from nuaikit.student_registry.v1 import imports_pb2 as pb
from nuaikit.student_registry.v1 import imports_pb2_grpc as pb_grpc

from student_registry.calendar_th import now_utc, today_in_thailand
from student_registry.deps import Deps
from student_registry.importing import layouts, rounds, use_cases
from student_registry.importing.domain import Difference, ImportReport, ImportState, ImportSummary
from student_registry.importing.mapping import LAYOUT_NAME, PublishedLayout
from student_registry.importing.round_facts import YEARS_BE, ImportRound, RoundStage
from student_registry.limits import page_size
from student_registry.wire import provenance_from_pb, provenance_to_pb

_STAGES_SET = (RoundStage.CONFIRMED, RoundStage.CERTIFIED, RoundStage.ACKNOWLEDGED)
_VERSION_CHARACTERS_MAX = 40


def _time(value: datetime | None) -> Timestamp | None:
    return None if value is None else time_to_pb(value)


def report_to_pb(report: ImportReport) -> pb.ImportReport:
    """As the contracts carry it."""
    return pb.ImportReport(
        import_id=str(report.import_id),
        institution_id=str(report.institution_id),
        layout=report.layout,
        encoding=report.encoding,
        is_dry_run=report.is_dry_run,
        row_count=report.row_count,
        accepted=report.accepted,
        already_known=report.already_known,
        rejected=report.rejected,
        imported_at=time_to_pb(report.imported_at),
        state=report.state,
        is_held=report.is_held,
        rows_done=report.rows_done,
        round_id=str(report.round_id) if report.round_id else None,
        failure_reason=report.failure_reason,
        differences=report.differences,
        fault_count=report.fault_count,
        ignored=report.ignored,
    )


def round_to_pb(found: ImportRound) -> pb.ImportRound:
    """As the contracts carry it."""
    return pb.ImportRound(
        round_id=str(found.round_id),
        institution_id=str(found.institution_id),
        academic_year_be=found.academic_year_be,
        kind=found.kind,
        kind_version=found.kind_version,
        reference_date=date_to_pb(found.reference_date),
        stage=found.stage,
        import_id=str(found.import_id) if found.import_id else None,
        learner_count=found.learner_count,
        opened_at=time_to_pb(found.opened_at),
        confirmed_at=_time(found.confirmed_at),
        certified_at=_time(found.certified_at),
        acknowledged_at=_time(found.acknowledged_at),
    )


def stage_of(text: str, among: tuple[RoundStage, ...]) -> RoundStage:
    """A stage of a round.

    Raises:
        InvalidField: Not one of these.
    """
    if text not in among:
        raise InvalidField(field="stage", expected=f"one of {', '.join(among)}")
    return RoundStage(text)


def year_of(year_be: int) -> int:
    """An academic year, Buddhist Era.

    Raises:
        InvalidField: None that can be.
    """
    if year_be not in YEARS_BE:
        raise InvalidField(field="academic_year_be", expected=f"{YEARS_BE.start} to {YEARS_BE.stop - 1}")
    return year_be


def _state(text: str) -> ImportState:
    try:
        return ImportState(text)
    except ValueError:
        raise InvalidField(field="states", expected=f"of {', '.join(ImportState)}") from None


def _summary_to_pb(summary: ImportSummary) -> pb.ImportSummary:
    """As the contracts carry it."""
    values: dict[str, Any] = {
        **asdict(summary),
        "import_id": str(summary.import_id),
        "round_id": str(summary.round_id) if summary.round_id else None,
        "imported_at": time_to_pb(summary.imported_at),
    }
    return pb.ImportSummary(**values)


def _after(value: int) -> int:
    if value < 0:
        raise InvalidField(field="after", expected="0 or more")
    return value


def layout_from_pb(message: pb.ImportLayout) -> PublishedLayout:
    """Another owner's layout.

    Raises:
        InvalidField: A field has no usable value.
    """
    provenance = provenance_from_pb(message, field="layout.provenance")
    if not re.fullmatch(LAYOUT_NAME, message.name):
        raise InvalidField(field="layout.name", expected=LAYOUT_NAME)
    if not 1 <= len(provenance.version or "") <= _VERSION_CHARACTERS_MAX:
        raise InvalidField(field="layout.provenance.version", expected=f"1 to {_VERSION_CHARACTERS_MAX} characters")
    if provenance.effective_from is None:
        raise InvalidField(field="layout.provenance.effective_from", expected="the first day")
    definition = {
        name: {key.name: dict(value) if key.name == "values" else value for key, value in column.ListFields()}
        for name, column in message.definition.items()
    }
    return PublishedLayout(message.name, message.base, definition, provenance)


def layout_to_pb(layout: PublishedLayout) -> pb.ImportLayout:
    """As the contracts carry it."""
    return pb.ImportLayout(
        name=layout.name,
        base=layout.base,
        definition={name: pb.ImportLayoutColumn(**rule) for name, rule in layout.definition.items()},
        provenance=provenance_to_pb(layout.provenance),
    )


class ImportServicer(pb_grpc.ImportServiceServicer):
    """Imports, rounds and layouts over gRPC."""

    def __init__(self, deps: Deps, identifier: Identifier) -> None:
        """Serve from `deps`; callers are identified by `identifier`."""
        self._deps = deps
        self._identifier = identifier

    async def GetImport(  # noqa: N802  # named by the contract
        self, request: pb.GetImportRequest, context: ServicerContext[Any, Any]
    ) -> pb.GetImportResponse:
        """Get a report."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        import_id = parse_uuid(request.import_id, field="import_id")
        return pb.GetImportResponse(report=report_to_pb(await use_cases.get_import(self._deps, import_id, actor=actor)))

    async def ListImports(  # noqa: N802  # named by the contract
        self, request: pb.ListImportsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListImportsResponse:
        """List earlier imports."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        query = use_cases.ListImports(
            tuple(_state(text) for text in request.states),
            request.page_size,
            parse_uuid(request.page_token, field="page_token") if request.page_token else None,
        )
        found, after, total = await use_cases.list_imports(self._deps, query, actor=actor)
        return pb.ListImportsResponse(
            imports=[_summary_to_pb(item) for item in found],
            next_page_token=str(after) if after else "",
            total=total,
        )

    async def ApplyImport(  # noqa: N802  # named by the contract
        self, request: pb.ApplyImportRequest, context: ServicerContext[Any, Any]
    ) -> pb.ApplyImportResponse:
        """Apply a held file."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        parse_uuid(request.request_id, field="request_id")
        import_id = parse_uuid(request.import_id, field="import_id")
        report = await use_cases.apply_import(self._deps, import_id, actor=actor, now=now_utc())
        return pb.ApplyImportResponse(report=report_to_pb(report))

    async def ListImportFaults(  # noqa: N802  # named by the contract
        self, request: pb.ListImportFaultsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListImportFaultsResponse:
        """List faults."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        found, next_after = await use_cases.list_faults(
            self._deps,
            parse_uuid(request.import_id, field="import_id"),
            after=_after(request.after),
            limit=page_size(request.page_size),
            actor=actor,
        )
        faults = [
            pb.ImportFault(
                row=item.row,
                column=item.column,
                masked_value=item.masked_value,
                reason=item.reason,
                file=item.file,
                referred_row=item.referred_row,
            )
            for item in found
        ]
        return pb.ListImportFaultsResponse(faults=faults, next_after=next_after)

    async def ListImportDifferences(  # noqa: N802  # named by the contract
        self, request: pb.ListImportDifferencesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListImportDifferencesResponse:
        """List differences."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        if request.kind not in tuple(Difference):
            raise InvalidField(field="kind", expected=f"one of {', '.join(Difference)}")
        found, next_after = await use_cases.list_differences(
            self._deps,
            parse_uuid(request.import_id, field="import_id"),
            Difference(request.kind),
            after=_after(request.after),
            limit=page_size(request.page_size),
            actor=actor,
        )
        differences = [
            pb.ImportDifference(
                kind=item.kind,
                position=item.position,
                learner_id=str(item.learner_id) if item.learner_id else None,
                changes=[pb.ImportChange(**change) for change in item.changes],
            )
            for item in found
        ]
        return pb.ListImportDifferencesResponse(differences=differences, next_after=next_after)

    async def OpenImportRound(  # noqa: N802  # named by the contract
        self, request: pb.OpenImportRoundRequest, context: ServicerContext[Any, Any]
    ) -> pb.OpenImportRoundResponse:
        """Open a round."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        parse_uuid(request.request_id, field="request_id")
        place = parse_uuid(request.institution_id, field="institution_id") if request.institution_id else actor.at()
        found = await rounds.open_round(
            self._deps,
            place,
            academic_year_be=year_of(request.academic_year_be),
            kind=request.kind,
            actor=actor,
            now=now_utc(),
        )
        return pb.OpenImportRoundResponse(round=round_to_pb(found))

    async def ListImportRounds(  # noqa: N802  # named by the contract
        self, request: pb.ListImportRoundsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListImportRoundsResponse:
        """List rounds."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        query = rounds.ListRounds(
            academic_year_be=year_of(request.academic_year_be) if request.academic_year_be else None,
            stage=stage_of(request.stage, tuple(RoundStage)) if request.stage else None,
            page_size=request.page_size,
            after=parse_uuid(request.page_token, field="page_token") if request.page_token else None,
        )
        found, after = await rounds.list_rounds(self._deps, query, actor=actor, now=now_utc())
        return pb.ListImportRoundsResponse(
            rounds=[round_to_pb(item) for item in found], next_page_token=str(after or "")
        )

    async def AdvanceImportRounds(  # noqa: N802  # named by the contract
        self, request: pb.AdvanceImportRoundsRequest, context: ServicerContext[Any, Any]
    ) -> pb.AdvanceImportRoundsResponse:
        """Advance rounds."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        parse_uuid(request.request_id, field="request_id")
        stage = stage_of(request.stage, _STAGES_SET)
        round_ids = [parse_uuid(item, field="round_ids") for item in request.round_ids]
        outcomes = await rounds.advance_rounds(self._deps, round_ids, stage, actor=actor, now=now_utc())
        return pb.AdvanceImportRoundsResponse(outcomes=outcomes_to_pb(outcomes))

    async def PublishImportLayout(  # noqa: N802  # named by the contract
        self, request: pb.PublishImportLayoutRequest, context: ServicerContext[Any, Any]
    ) -> pb.PublishImportLayoutResponse:
        """Publish a layout."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        parse_uuid(request.request_id, field="request_id")
        is_new = await layouts.publish(self._deps, layout_from_pb(request.layout), actor=actor, now=now_utc())
        return pb.PublishImportLayoutResponse(already_done=not is_new)

    async def ListImportLayouts(  # noqa: N802  # named by the contract
        self, request: pb.ListImportLayoutsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListImportLayoutsResponse:
        """List layouts."""
        await actor_of(context, self._identifier)
        found = await layouts.list_layouts(self._deps, on_date=today_in_thailand(now_utc()))
        return pb.ListImportLayoutsResponse(layouts=[layout_to_pb(item) for item in found])


def servicer(deps: Deps, identifier: Identifier) -> Servicer:
    """ImportService, ready to be served."""
    serving = ImportServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["ImportService"].full_name,
        lambda server: pb_grpc.add_ImportServiceServicer_to_server(serving, server),
    )
