"""EquivalenceService: contract messages to commands and back."""

from __future__ import annotations

from typing import Any, cast

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import parse_uuid, time_to_pb
from chassis.messages import Messages
from chassis.outcomes import outcomes_to_pb
from chassis.pg import Pool
from grpc.aio import ServicerContext
from nuaikit.credit_bank.v1 import catalogue_pb2
from nuaikit.credit_bank.v1 import equivalences_pb2 as pb
from nuaikit.credit_bank.v1 import equivalences_pb2_grpc as pb_grpc

from credit_bank import wire
from credit_bank.actors import freshest_actor_of
from credit_bank.calendar_th import utc_now
from credit_bank.clients import Registry
from credit_bank.equivalences import accrediting, moving, proposing, searching
from credit_bank.equivalences.accreditation import AccreditationKind, AccreditationState
from credit_bank.equivalences.asking import preview_transfer
from credit_bank.equivalences.domain import RuleDirection, RuleState
from credit_bank.equivalences.events import accreditation_to_pb, rule_to_pb
from credit_bank.equivalences.messages_pb import body_from_pb, rule_from_pb
from credit_bank.equivalences.preview_pb import accreditation_from_pb, ask_from_pb, preview_to_pb

_STATE = "RULE_STATE_"
_DIRECTION = "RULE_DIRECTION_"


def _state(number: int, *, field: str) -> RuleState:
    return wire.enum_from_pb(RuleState, catalogue_pb2.RuleState, number, prefix=_STATE, field=field)


def move_from_pb(message: pb.RuleMove) -> moving.RuleMove:
    """One step of one rule.

    Raises:
        InvalidField: A field has no usable value.
    """
    return moving.RuleMove(
        parse_uuid(message.rule_id, field="rule_id"),
        _state(message.to_state, field="to_state"),
        message.reason_th,
        wire.optional_date(message, "last_day"),
        tuple(body_from_pb(body) for body in message.approving_bodies),
    )


class EquivalenceServicer(pb_grpc.EquivalenceServiceServicer):
    """The equivalence catalogue over gRPC."""

    def __init__(self, pool: Pool, registry: Registry, messages: Messages, identifier: Identifier) -> None:
        """Serve from `pool`; callers are identified by `identifier`, and previews explained by `messages`."""
        self._pool = pool
        self._registry = registry
        self._messages = messages
        self._identifier = identifier

    async def ProposeEquivalenceRules(  # noqa: N802  # named by the contract
        self, request: pb.ProposeEquivalenceRulesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ProposeEquivalenceRulesResponse:
        """Propose rules."""
        actor = await actor_of(context, self._identifier)
        command = proposing.ProposeRules(
            parse_uuid(request.request_id, field="request_id"), tuple(rule_from_pb(rule) for rule in request.rules)
        )
        outcomes = await proposing.propose_rules(self._pool, command, actor=actor, now=utc_now())
        return pb.ProposeEquivalenceRulesResponse(outcomes=outcomes_to_pb(outcomes))

    async def MoveEquivalenceRules(  # noqa: N802  # named by the contract
        self, request: pb.MoveEquivalenceRulesRequest, context: ServicerContext[Any, Any]
    ) -> pb.MoveEquivalenceRulesResponse:
        """Move rules on."""
        actor = await actor_of(context, self._identifier)
        command = moving.MoveRules(
            parse_uuid(request.request_id, field="request_id"), tuple(move_from_pb(move) for move in request.moves)
        )
        outcomes = await moving.move_rules(self._pool, command, actor=actor, now=utc_now())
        return pb.MoveEquivalenceRulesResponse(outcomes=outcomes_to_pb(outcomes))

    async def SearchEquivalenceRules(  # noqa: N802  # named by the contract
        self, request: pb.SearchEquivalenceRulesRequest, context: ServicerContext[Any, Any]
    ) -> pb.SearchEquivalenceRulesResponse:
        """Rules from either side."""
        actor = await actor_of(context, self._identifier)
        direction = (
            wire.enum_from_pb(
                RuleDirection, catalogue_pb2.RuleDirection, request.direction, prefix=_DIRECTION, field="direction"
            )
            if request.direction
            else None
        )
        search = searching.RuleSearch(
            tuple(request.source_codes),
            tuple(request.target_codes),
            direction,
            tuple(_state(number, field="states") for number in request.states),
            wire.optional_date(request, "on_date"),
        )
        found = await searching.search_rules(
            self._pool, search, page_size=request.page_size, page_token=request.page_token, actor=actor
        )
        return pb.SearchEquivalenceRulesResponse(
            rules=[rule_to_pb(rule) for rule in found.rules],
            next_page_token=found.next_page_token,
            codes_without_rule=found.codes_without_rule,
        )

    async def ListEquivalenceRuleSteps(  # noqa: N802  # named by the contract
        self, request: pb.ListEquivalenceRuleStepsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListEquivalenceRuleStepsResponse:
        """What was done with a rule."""
        actor = await actor_of(context, self._identifier)
        history = await searching.rule_history(self._pool, parse_uuid(request.rule_id, field="rule_id"), actor=actor)
        return pb.ListEquivalenceRuleStepsResponse(
            rule=rule_to_pb(history.rule),
            steps=[
                pb.RuleStep(
                    state=cast("Any", f"{_STATE}{step.state}"),
                    role=step.role,
                    institution_id=None if step.institution_id is None else str(step.institution_id),
                    reason_th=step.reason_th,
                    done_at=time_to_pb(step.done_at),
                )
                for step in history.steps
            ],
        )

    async def ProposeAccreditations(  # noqa: N802  # named by the contract
        self, request: pb.ProposeAccreditationsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ProposeAccreditationsResponse:
        """Propose accreditations."""
        actor = await actor_of(context, self._identifier)
        command = accrediting.ProposeAccreditations(
            parse_uuid(request.request_id, field="request_id"),
            tuple(accreditation_from_pb(item) for item in request.accreditations),
        )
        outcomes = await accrediting.propose_accreditations(self._pool, command, actor=actor, now=utc_now())
        return pb.ProposeAccreditationsResponse(outcomes=outcomes_to_pb(outcomes))

    async def DecideAccreditations(  # noqa: N802  # named by the contract
        self, request: pb.DecideAccreditationsRequest, context: ServicerContext[Any, Any]
    ) -> pb.DecideAccreditationsResponse:
        """Decide accreditations."""
        actor = await actor_of(context, self._identifier)
        command = accrediting.DecideAccreditations(
            parse_uuid(request.request_id, field="request_id"),
            tuple(
                accrediting.AccreditationDecision(
                    parse_uuid(item.accreditation_id, field="accreditation_id"),
                    _accreditation_state(item.to_state, field="to_state"),
                    item.reason_th,
                )
                for item in request.decisions
            ),
        )
        outcomes = await accrediting.decide_accreditations(self._pool, command, actor=actor, now=utc_now())
        return pb.DecideAccreditationsResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListAccreditations(  # noqa: N802  # named by the contract
        self, request: pb.ListAccreditationsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListAccreditationsResponse:
        """A page of accreditations."""
        actor = await actor_of(context, self._identifier)
        kind = (
            wire.enum_from_pb(
                AccreditationKind, pb.AccreditationKind, request.kind, prefix="ACCREDITATION_KIND_", field="kind"
            )
            if request.kind
            else None
        )
        page = await accrediting.list_accreditations(
            self._pool,
            kind=kind,
            state=_accreditation_state(request.state, field="state") if request.state else None,
            source_institution_id=wire.optional_uuid(request, "source_institution_id"),
            course_code=request.course_code,
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
        )
        return pb.ListAccreditationsResponse(
            accreditations=[accreditation_to_pb(item) for item in page.accreditations],
            next_page_token=page.next_page_token,
        )

    async def PreviewTransfer(  # noqa: N802  # named by the contract
        self, request: pb.PreviewTransferRequest, context: ServicerContext[Any, Any]
    ) -> pb.PreviewTransferResponse:
        """Whether learning will transfer."""
        actor = await freshest_actor_of(context, self._identifier)
        found = await preview_transfer(self._pool, self._registry, ask_from_pb(request), actor=actor, now=utc_now())
        return preview_to_pb(found, self._messages)


def _accreditation_state(number: int, *, field: str) -> AccreditationState:
    return wire.enum_from_pb(
        AccreditationState, pb.AccreditationState, number, prefix="ACCREDITATION_STATE_", field=field
    )


def servicer(pool: Pool, registry: Registry, messages: Messages, identifier: Identifier) -> Servicer:
    """EquivalenceService, ready to be served."""
    serving = EquivalenceServicer(pool, registry, messages, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["EquivalenceService"].full_name,
        lambda server: pb_grpc.add_EquivalenceServiceServicer_to_server(serving, server),
    )
