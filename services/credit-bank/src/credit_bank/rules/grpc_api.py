"""PolicyRuleService: contract messages to commands and back."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from chassis.auth import Identifier
from chassis.errors import InvalidField
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import parse_uuid
from chassis.outcomes import outcomes_to_pb
from chassis.pg import Pool
from grpc.aio import ServicerContext
from nuaikit.credit_bank.v1 import rules_pb2 as pb
from nuaikit.credit_bank.v1 import rules_pb2_grpc as pb_grpc

from credit_bank import wire
from credit_bank.calendar_th import utc_now
from credit_bank.canonical import digest
from credit_bank.rules import use_cases
from credit_bank.rules.domain import EducationForm, EducationLevel, Rule
from credit_bank.rules.events import policy_rule_to_pb

NEW = UUID(int=0)
"""Id of a rule that has none yet."""


def rule_from_pb(message: pb.PolicyRule) -> Rule:
    """A rule to publish.

    Raises:
        InvalidField: A field has no usable value.
    """
    try:
        value = json.loads(message.value_json)
        digest({"value": value})
    except (ValueError, RecursionError):
        raise InvalidField(field="value_json", expected="JSON") from None
    return Rule(
        rule_id=NEW,
        key=message.key,
        reference=message.reference.strip(),
        title_th=message.title_th.strip(),
        value=value,
        forms=frozenset(wire.enum_from_text(EducationForm, form, field="forms") for form in message.forms),
        levels=frozenset(wire.enum_from_text(EducationLevel, level, field="levels") for level in message.levels),
        provenance=wire.provenance_from_pb(message),
        is_repeal=message.is_repeal,
    )


class PolicyRuleServicer(pb_grpc.PolicyRuleServiceServicer):
    """Policy rules over gRPC."""

    def __init__(self, pool: Pool, identifier: Identifier) -> None:
        """Serve from `pool`; callers are identified by `identifier`."""
        self._pool = pool
        self._identifier = identifier

    async def ListPolicyRules(  # noqa: N802  # named by the contract
        self, request: pb.ListPolicyRulesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListPolicyRulesResponse:
        """A page of the rules."""
        actor = await actor_of(context, self._identifier)
        page = await use_cases.list_policy_rules(
            self._pool,
            key=request.key,
            form=request.form,
            level=request.level,
            on=wire.optional_date(request, "on_date"),
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
        )
        return pb.ListPolicyRulesResponse(
            rules=[policy_rule_to_pb(rule) for rule in page.rules], next_page_token=page.next_page_token
        )

    async def FindPolicyRules(  # noqa: N802  # named by the contract
        self, request: pb.FindPolicyRulesRequest, context: ServicerContext[Any, Any]
    ) -> pb.FindPolicyRulesResponse:
        """The rule that answers each question."""
        actor = await actor_of(context, self._identifier)
        rules = await use_cases.find_policy_rules(
            self._pool,
            [use_cases.PolicyQuestion(item.key, item.form, item.level) for item in request.questions],
            on=wire.optional_date(request, "on_date"),
            actor=actor,
            now=utc_now(),
        )
        return pb.FindPolicyRulesResponse(
            answers=[
                pb.PolicyAnswer(question=question, rule=None if rule is None else policy_rule_to_pb(rule))
                for question, rule in zip(request.questions, rules, strict=True)
            ]
        )

    async def PublishPolicyRules(  # noqa: N802  # named by the contract
        self, request: pb.PublishPolicyRulesRequest, context: ServicerContext[Any, Any]
    ) -> pb.PublishPolicyRulesResponse:
        """Publish new versions of rules."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.PublishPolicyRules(
            parse_uuid(request.request_id, field="request_id"), tuple(rule_from_pb(rule) for rule in request.rules)
        )
        outcomes = await use_cases.publish_policy_rules(self._pool, command, actor=actor, now=utc_now())
        return pb.PublishPolicyRulesResponse(outcomes=outcomes_to_pb(outcomes))


def servicer(pool: Pool, identifier: Identifier) -> Servicer:
    """PolicyRuleService, ready to be served."""
    serving = PolicyRuleServicer(pool, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["PolicyRuleService"].full_name,
        lambda server: pb_grpc.add_PolicyRuleServiceServicer_to_server(serving, server),
    )
