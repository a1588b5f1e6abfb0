"""Policy rules as events and messages."""

from __future__ import annotations

import json

from chassis.envelope import NewEvent
from nuaikit.credit_bank.v1 import events_pb2, rules_pb2

from credit_bank.catalogue.events import NATIONAL, TOPIC
from credit_bank.rules.domain import Rule
from credit_bank.wire import provenance_to_pb


def rule_published(rule: Rule) -> NewEvent:
    """A policy rule was published."""
    return NewEvent(TOPIC, NATIONAL, events_pb2.PolicyRulePublished(rule=policy_rule_to_pb(rule)))


def policy_rule_to_pb(rule: Rule) -> rules_pb2.PolicyRule:
    """As the contracts carry it."""
    return rules_pb2.PolicyRule(
        rule_id=str(rule.rule_id),
        key=rule.key,
        reference=rule.reference,
        title_th=rule.title_th,
        value_json=json.dumps(rule.value, ensure_ascii=False),
        forms=sorted(rule.forms),
        levels=sorted(rule.levels),
        provenance=provenance_to_pb(rule.provenance),
        is_repeal=rule.is_repeal,
    )
