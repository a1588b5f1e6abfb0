"""InstitutionService: contract messages to commands and back."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from chassis.auth import Identifier
from chassis.errors import InvalidField
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import parse_uuid, time_to_pb
from chassis.outcomes import outcomes_to_pb
from grpc.aio import ServicerContext
from nuaikit.student_registry.v1 import institutions_pb2 as pb
from nuaikit.student_registry.v1 import institutions_pb2_grpc as pb_grpc

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.institutions import use_cases
from student_registry.institutions.changing import (
    ChangeInstitutions,
    Move,
    MoveInstitutions,
    StatedChange,
    change_institutions,
    move_institutions,
)
from student_registry.institutions.domain import (
    Alias,
    AliasKind,
    ChangeKind,
    ChangeRecord,
    Institution,
    InstitutionFacts,
    InstitutionKind,
    Parent,
    Tree,
)
from student_registry.institutions.events import parent_to_pb
from student_registry.wire import (
    date_or_none_to_pb,
    enum_from_pb,
    optional_date,
    provenance_from_pb,
    provenance_to_pb,
    required_date,
)

_PREFIX = "INSTITUTION_KIND_"
_ALIAS_PREFIX = "INSTITUTION_ALIAS_KIND_"
_CHANGE_PREFIX = "INSTITUTION_CHANGE_KIND_"


def facts_from_pb(message: pb.Institution, *, field: str) -> InstitutionFacts:
    """Facts of an institution.

    Raises:
        InvalidField: A field has no usable value.
    """
    return InstitutionFacts(
        kind=enum_from_pb(InstitutionKind, pb.InstitutionKind, message.kind, prefix=_PREFIX, field=f"{field}.kind"),
        name_th=message.name_th,
        name_en=message.name_en if message.HasField("name_en") else None,
        official_code=message.official_code if message.HasField("official_code") else None,
        local_alias=message.local_alias,
        parent_institution_id=optional_uuid(message, "parent_institution_id", field=f"{field}.parent_institution_id"),
        provenance=provenance_from_pb(message, field=f"{field}.provenance"),
        parents=tuple(_parent_from_pb(item, field=f"{field}.parents[{n}]") for n, item in enumerate(message.parents)),
        aliases=tuple(_alias_from_pb(item, field=f"{field}.aliases[{n}]") for n, item in enumerate(message.aliases)),
        province_code=message.province_code if message.HasField("province_code") else None,
        opened_on=optional_date(message, "opened_on", field=f"{field}.opened_on"),
        closed_on=optional_date(message, "closed_on", field=f"{field}.closed_on"),
        merged_into_institution_id=optional_uuid(
            message, "merged_into_institution_id", field=f"{field}.merged_into_institution_id"
        ),
    )


def new_facts_from_pb(message: pb.Institution, *, field: str) -> InstitutionFacts:
    """Facts of an institution to register.

    Raises:
        InvalidField: A field has no usable value, or the id is stated.
    """
    if message.HasField("institution_id"):
        # Ids are ours: a caller who could choose them could also choose another's.
        raise InvalidField(field=f"{field}.institution_id", expected="absent: the registry gives ids")
    return facts_from_pb(message, field=field)


def optional_uuid(message: Any, name: str, *, field: str) -> UUID | None:
    """A UUID field that may be absent.

    Raises:
        InvalidField: It is set and no UUID.
    """
    return parse_uuid(getattr(message, name), field=field) if message.HasField(name) else None


def tree_of(text: str, *, field: str) -> Tree:
    """A tree by name; empty: the administration.

    Raises:
        InvalidField: There is no such tree.
    """
    try:
        return Tree(text or Tree.ADMINISTRATION)
    except ValueError:
        raise InvalidField(field=field, expected=f"one of {', '.join(Tree)}") from None


def _parent_from_pb(message: pb.InstitutionParent, *, field: str) -> Parent:
    return Parent(
        tree=tree_of(message.tree, field=f"{field}.tree"),
        parent_institution_id=parse_uuid(message.parent_institution_id, field=f"{field}.parent_institution_id"),
        valid_from=optional_date(message, "valid_from", field=f"{field}.valid_from"),
        valid_to=optional_date(message, "valid_to", field=f"{field}.valid_to"),
    )


def _alias_from_pb(message: pb.InstitutionAlias, *, field: str) -> Alias:
    return Alias(
        kind=enum_from_pb(
            AliasKind, pb.InstitutionAliasKind, message.kind, prefix=_ALIAS_PREFIX, field=f"{field}.kind"
        ),
        value=message.value,
        register=message.register,
        valid_from=optional_date(message, "valid_from", field=f"{field}.valid_from"),
        valid_to=optional_date(message, "valid_to", field=f"{field}.valid_to"),
    )


def _alias_to_pb(alias: Alias) -> pb.InstitutionAlias:
    return pb.InstitutionAlias(
        kind=f"{_ALIAS_PREFIX}{alias.kind}",
        value=alias.value,
        register=alias.register,
        valid_from=date_or_none_to_pb(alias.valid_from),
        valid_to=date_or_none_to_pb(alias.valid_to),
        is_expected_form=alias.is_expected_form,
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
        parents=[parent_to_pb(item) for item in facts.parents],
        aliases=[_alias_to_pb(item) for item in facts.aliases],
        opened_on=date_or_none_to_pb(facts.opened_on),
        closed_on=date_or_none_to_pb(facts.closed_on),
        merged_into_institution_id=str(facts.merged_into_institution_id) if facts.merged_into_institution_id else None,
        province_code=facts.province_code,
        revision=institution.revision,
        affiliation_code=facts.affiliation_code,
    )


def _change_from_pb(message: pb.InstitutionChange, *, field: str) -> StatedChange:
    kind = enum_from_pb(
        ChangeKind, pb.InstitutionChangeKind, message.kind, prefix=_CHANGE_PREFIX, field=f"{field}.kind"
    )
    if kind is ChangeKind.REGISTERED:
        raise InvalidField(field=f"{field}.kind", expected="CHANGED or CORRECTED")
    return StatedChange(
        institution_id=parse_uuid(message.institution.institution_id, field=f"{field}.institution_id"),
        revision=message.institution.revision,
        kind=kind,
        facts=facts_from_pb(message.institution, field=f"{field}.institution"),
    )


def _move_from_pb(message: pb.InstitutionMove, *, field: str) -> Move:
    return Move(
        institution_id=parse_uuid(message.institution_id, field=f"{field}.institution_id"),
        tree=tree_of(message.tree, field=f"{field}.tree"),
        parent_institution_id=optional_uuid(message, "parent_institution_id", field=f"{field}.parent_institution_id"),
        valid_from=required_date(message, "valid_from", field=f"{field}.valid_from"),
        provenance=provenance_from_pb(message, field=f"{field}.provenance"),
    )


def _record_to_pb(record: ChangeRecord) -> pb.InstitutionChangeRecord:
    return pb.InstitutionChangeRecord(
        change_id=str(record.change_id),
        kind=f"{_CHANGE_PREFIX}{record.kind}",
        recorded_at=time_to_pb(record.recorded_at),
        provenance=provenance_to_pb(record.provenance),
        before_json=None if record.before is None else json.dumps(record.before, ensure_ascii=False),
        after_json=json.dumps(record.after, ensure_ascii=False),
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
            tuple(new_facts_from_pb(item, field=f"institutions[{n}]") for n, item in enumerate(request.institutions)),
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
            parent_institution_id=optional_uuid(request, "parent_institution_id", field="parent_institution_id"),
            codes=tuple(request.codes),
            on_date=optional_date(request, "on_date", field="on_date"),
            page_size=request.page_size,
            after=parse_uuid(request.page_token, field="page_token") if request.page_token else None,
            tree=tree_of(request.tree, field="tree"),
            within_institution_id=optional_uuid(request, "within_institution_id", field="within_institution_id"),
            text=request.text,
            province_code=request.province_code,
            is_open_only=request.is_open_only,
        )
        page, after = await use_cases.list_institutions(self._deps, query, now=now_utc())
        return pb.ListInstitutionsResponse(
            institutions=[institution_to_pb(institution) for institution in page],
            next_page_token=str(after) if after else "",
        )

    async def ChangeInstitutions(  # noqa: N802  # named by the contract
        self, request: pb.ChangeInstitutionsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ChangeInstitutionsResponse:
        """Change or correct institutions."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = ChangeInstitutions(
            parse_uuid(request.request_id, field="request_id"),
            tuple(_change_from_pb(item, field=f"changes[{n}]") for n, item in enumerate(request.changes)),
        )
        outcomes, closed = await change_institutions(self._deps, command, actor=actor, now=now_utc())
        return pb.ChangeInstitutionsResponse(
            outcomes=outcomes_to_pb(outcomes),
            closed=[
                pb.ClosedInstitution(
                    institution_id=str(item.institution_id),
                    open_enrolments=item.open_enrolments,
                    open_assignments=item.open_assignments,
                    open_children=item.open_children,
                )
                for item in closed
            ],
        )

    async def MoveInstitutions(  # noqa: N802  # named by the contract
        self, request: pb.MoveInstitutionsRequest, context: ServicerContext[Any, Any]
    ) -> pb.MoveInstitutionsResponse:
        """Give institutions another parent."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = MoveInstitutions(
            parse_uuid(request.request_id, field="request_id"),
            tuple(_move_from_pb(item, field=f"moves[{n}]") for n, item in enumerate(request.moves)),
        )
        outcomes = await move_institutions(self._deps, command, actor=actor, now=now_utc())
        return pb.MoveInstitutionsResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListAncestors(  # noqa: N802  # named by the contract
        self, request: pb.ListAncestorsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListAncestorsResponse:
        """List what stands above an institution."""
        await actor_of(context, self._identifier)
        found = await use_cases.list_ancestors(
            self._deps,
            parse_uuid(request.institution_id, field="institution_id"),
            tree=tree_of(request.tree, field="tree"),
            on_date=optional_date(request, "on_date", field="on_date"),
            now=now_utc(),
        )
        return pb.ListAncestorsResponse(institutions=[institution_to_pb(item) for item in found])

    async def ListInstitutionChanges(  # noqa: N802  # named by the contract
        self, request: pb.ListInstitutionChangesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListInstitutionChangesResponse:
        """List what an institution was before each change."""
        await actor_of(context, self._identifier)
        page, after = await use_cases.list_changes(
            self._deps,
            parse_uuid(request.institution_id, field="institution_id"),
            asked_page_size=request.page_size,
            after=parse_uuid(request.page_token, field="page_token") if request.page_token else None,
        )
        return pb.ListInstitutionChangesResponse(
            changes=[_record_to_pb(record) for record in page], next_page_token=str(after) if after else ""
        )

    async def ListAffiliations(  # noqa: N802  # named by the contract
        self, request: pb.ListAffiliationsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListAffiliationsResponse:
        """List affiliations."""
        await actor_of(context, self._identifier)
        return pb.ListAffiliationsResponse(
            affiliations=[
                pb.Affiliation(
                    affiliation_code=item.affiliation_code,
                    name_th=item.name_th,
                    name_en=item.name_en,
                    partner_kinds=[f"{_PREFIX}{kind}" for kind in item.partner_kinds],
                    provenance=provenance_to_pb(item.provenance),
                )
                for item in await use_cases.list_affiliations(self._deps)
            ]
        )


def servicer(deps: Deps, identifier: Identifier) -> Servicer:
    """InstitutionService, ready to be served."""
    serving = InstitutionServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["InstitutionService"].full_name,
        lambda server: pb_grpc.add_InstitutionServiceServicer_to_server(serving, server),
    )
