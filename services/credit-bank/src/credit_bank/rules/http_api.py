"""Policy rules over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from chassis.errors import InvalidField
from chassis.http import CurrentActor, RequestId, item_results
from chassis.messages import Messages
from chassis.pg import Pool
from fastapi import APIRouter
from pydantic import BaseModel, Field

from credit_bank import limits
from credit_bank.calendar_th import utc_now
from credit_bank.canonical import digest
from credit_bank.json_models import Body, ListResult, ProvenanceBody
from credit_bank.rules import use_cases
from credit_bank.rules.domain import EducationForm, EducationLevel, Rule
from credit_bank.rules.grpc_api import NEW


class PolicyRuleBody(Body):
    """A policy rule to publish."""

    key: Annotated[str, Field(examples=["MIN_GRADE"])]
    reference: Annotated[str, Field(examples=["R9"])]
    title_th: str
    value: Any = Field(examples=[200])
    forms: frozenset[EducationForm]
    levels: frozenset[EducationLevel]
    provenance: ProvenanceBody
    is_repeal: Annotated[bool, Field(description="From the first day no rule holds; value null.")] = False

    def to_domain(self) -> Rule:
        """As the use cases know it.

        Raises:
            InvalidField: The value cannot be hashed: a number beyond what JSON carries exactly.
        """
        try:
            digest({"value": self.value})
        except ValueError:
            raise InvalidField(field="value", expected="numbers that JSON carries exactly") from None
        return Rule(
            rule_id=NEW,
            key=self.key,
            reference=self.reference.strip(),
            title_th=self.title_th.strip(),
            value=self.value,
            forms=self.forms,
            levels=self.levels,
            provenance=self.provenance.to_domain(),
            is_repeal=self.is_repeal,
        )


class PolicyRuleOut(BaseModel):
    """A policy rule, with where it comes from and how far it may be trusted."""

    rule_id: UUID
    key: str
    reference: str
    title_th: str
    value: Any
    forms: list[EducationForm]
    levels: list[EducationLevel]
    provenance: ProvenanceBody
    is_repeal: bool

    @classmethod
    def of(cls, rule: Rule) -> PolicyRuleOut:
        """As shown."""
        return cls(
            rule_id=rule.rule_id,
            key=rule.key,
            reference=rule.reference,
            title_th=rule.title_th,
            value=rule.value,
            forms=sorted(rule.forms),
            levels=sorted(rule.levels),
            provenance=ProvenanceBody.of(rule.provenance),
            is_repeal=rule.is_repeal,
        )


class PolicyRulePageOut(BaseModel):
    """A page of rules; `next_page_token` is empty on the last one."""

    rules: list[PolicyRuleOut]
    next_page_token: str


class QuestionBody(Body):
    """What is asked of the rules."""

    key: str
    form: str
    level: str


class FindPolicyRulesBody(Body):
    """Questions."""

    questions: Annotated[list[QuestionBody], Field(min_length=1, max_length=limits.FEW_ITEMS_MAX)]
    on_date: date | None = None


class AnswerOut(BaseModel):
    """The rule that holds; without one, `explanation_th` says that none was announced."""

    question: QuestionBody
    rule: PolicyRuleOut | None
    explanation_th: str


class AnswersOut(BaseModel):
    """Answers in the order of the questions."""

    answers: list[AnswerOut]


class PublishPolicyRulesBody(Body):
    """Rules to publish."""

    rules: Annotated[list[PolicyRuleBody], Field(min_length=1, max_length=limits.FEW_ITEMS_MAX)]


def router(pool: Pool, messages: Messages) -> APIRouter:
    """The paths."""
    api = APIRouter(tags=["policy rules"])

    @api.get("/v1/policy-rules")
    async def list_policy_rules(
        actor: CurrentActor,
        *,
        key: str = "",
        form: str = "",
        level: str = "",
        on_date: date | None = None,
        page_size: int = 0,
        page_token: str = "",
    ) -> PolicyRulePageOut:
        """A page of the rules with source and status."""
        page = await use_cases.list_policy_rules(
            pool,
            key=key,
            form=form,
            level=level,
            on=on_date,
            page_size=page_size,
            page_token=page_token,
            actor=actor,
        )
        return PolicyRulePageOut(
            rules=[PolicyRuleOut.of(rule) for rule in page.rules], next_page_token=page.next_page_token
        )

    @api.post("/v1/policy-rules/find")
    async def find_policy_rules(body: FindPolicyRulesBody, actor: CurrentActor) -> AnswersOut:
        """The rule that holds for each form and level asked about; none is borrowed from another form."""
        rules = await use_cases.find_policy_rules(
            pool,
            [use_cases.PolicyQuestion(item.key, item.form, item.level) for item in body.questions],
            on=body.on_date,
            actor=actor,
            now=utc_now(),
        )
        return AnswersOut(
            answers=[
                AnswerOut(
                    question=question,
                    rule=None if rule is None else PolicyRuleOut.of(rule),
                    explanation_th=messages.sentence("NO_ANNOUNCED_RULE") if rule is None else rule.title_th,
                )
                for question, rule in zip(body.questions, rules, strict=True)
            ]
        )

    @api.post("/v1/policy-rules")
    async def publish_policy_rules(
        body: PublishPolicyRulesBody, request_id: RequestId, actor: CurrentActor
    ) -> ListResult:
        """Publish new versions of rules; what was published stays."""
        command = use_cases.PublishPolicyRules(request_id, tuple(rule.to_domain() for rule in body.rules))
        outcomes = await use_cases.publish_policy_rules(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    return api
