"""Equivalence rules over HTTP."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from chassis.http import CurrentActor, RequestId, item_results
from chassis.messages import Messages
from chassis.pg import Pool
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from credit_bank import limits
from credit_bank.calendar_th import utc_now
from credit_bank.equivalences import moving, proposing, searching, use_cases
from credit_bank.equivalences.checks import BODIES_MAX
from credit_bank.equivalences.domain import RuleDirection, RuleState
from credit_bank.equivalences.json_models import (
    ApprovingBodyBody,
    PublishRulesBody,
    RuleOut,
    RulePageOut,
)
from credit_bank.json_models import Body, ListResult


class RuleMoveBody(Body):
    """One step of one rule."""

    rule_id: UUID
    to_state: RuleState
    reason_th: Annotated[str, Field(description="Needed to retire or withdraw.")] = ""
    last_day: Annotated[date | None, Field(description="Of a rule that is retired; today when absent.")] = None
    approving_bodies: Annotated[tuple[ApprovingBodyBody, ...], Field(max_length=BODIES_MAX)] = ()

    def to_domain(self) -> moving.RuleMove:
        """As the use cases know it."""
        return moving.RuleMove(
            self.rule_id,
            self.to_state,
            self.reason_th,
            self.last_day,
            tuple(body.to_domain() for body in self.approving_bodies),
        )


class MoveRulesBody(Body):
    """Steps to take."""

    moves: Annotated[list[RuleMoveBody], Field(min_length=1, max_length=limits.ITEMS_MAX)]


class FoundRulesOut(BaseModel):
    """A page of rules. `codes_without_rule` are codes asked for without any rule at all."""

    rules: list[RuleOut]
    next_page_token: str
    codes_without_rule: list[str]


class RuleStepOut(BaseModel):
    """What somebody did with a rule."""

    state: RuleState
    role: str
    institution_id: UUID | None
    reason_th: str
    done_at: datetime


class RuleHistoryOut(BaseModel):
    """A rule and its steps, oldest first."""

    rule: RuleOut
    steps: list[RuleStepOut]


def router(pool: Pool, messages: Messages) -> APIRouter:
    """The paths."""
    api = APIRouter(tags=["equivalence rules"])

    @api.post("/v1/equivalence-rules")
    async def publish_rules(body: PublishRulesBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Publish equivalence rules; a higher version takes the place of the one before."""
        command = use_cases.PublishRules(request_id, tuple(rule.to_domain() for rule in body.rules))
        outcomes = await use_cases.publish_rules(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.get("/v1/equivalence-rules")
    async def list_rules(
        actor: CurrentActor,
        *,
        target_code: str = "",
        source_code: str = "",
        on_date: date | None = None,
        page_size: int = 0,
        page_token: str = "",
    ) -> RulePageOut:
        """A page of the rules in force on a day; an empty page says that there is no rule."""
        page = await use_cases.list_rules(
            pool,
            target_code=target_code,
            source_code=source_code,
            on=on_date,
            page_size=page_size,
            page_token=page_token,
            actor=actor,
            now=utc_now(),
        )
        return RulePageOut(rules=[RuleOut.of(rule) for rule in page.rules], next_page_token=page.next_page_token)

    @api.post("/v1/equivalence-rules/propose")
    async def propose_rules(body: PublishRulesBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Propose equivalence rules; nobody may decide by them yet, and versions are counted here."""
        command = proposing.ProposeRules(request_id, tuple(rule.to_domain() for rule in body.rules))
        outcomes = await proposing.propose_rules(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/v1/equivalence-rules/move")
    async def move_rules(body: MoveRulesBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Review, publish, retire or withdraw rules; whoever proposed one neither reviews nor publishes it."""
        command = moving.MoveRules(request_id, tuple(move.to_domain() for move in body.moves))
        outcomes = await moving.move_rules(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.get("/v1/equivalence-rules/search")
    async def search_rules(
        actor: CurrentActor,
        *,
        source_code: Annotated[list[str], Query()] = [],  # noqa: B006  # FastAPI copies it
        target_code: Annotated[list[str], Query()] = [],  # noqa: B006  # FastAPI copies it
        direction: RuleDirection | None = None,
        state: Annotated[list[RuleState], Query()] = [],  # noqa: B006  # FastAPI copies it
        on_date: date | None = None,
        page_size: int = 0,
        page_token: str = "",
    ) -> FoundRulesOut:
        """Rules from either side; codes without any rule are named."""
        search = searching.RuleSearch(tuple(source_code), tuple(target_code), direction, tuple(state), on_date)
        found = await searching.search_rules(pool, search, page_size=page_size, page_token=page_token, actor=actor)
        return FoundRulesOut(
            rules=[RuleOut.of(rule) for rule in found.rules],
            next_page_token=found.next_page_token,
            codes_without_rule=found.codes_without_rule,
        )

    @api.get("/v1/equivalence-rules/{rule_id}")
    async def rule_history(rule_id: UUID, actor: CurrentActor) -> RuleHistoryOut:
        """A rule and the steps that brought it where it stands."""
        history = await searching.rule_history(pool, rule_id, actor=actor)
        return RuleHistoryOut(
            rule=RuleOut.of(history.rule),
            steps=[
                RuleStepOut(
                    state=step.state,
                    role=step.role,
                    institution_id=step.institution_id,
                    reason_th=step.reason_th,
                    done_at=step.done_at,
                )
                for step in history.steps
            ],
        )

    return api
