"""HTTP paths of consents."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from chassis.http import CurrentActor, FreshActor, RequestId
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from student_registry.calendar_th import now_utc, today_in_thailand
from student_registry.consents import use_cases
from student_registry.consents.domain import (
    AgeRule,
    Agreement,
    Channel,
    Consent,
    ConsentState,
    ConsentText,
    Giver,
    Need,
    Purpose,
)
from student_registry.deps import Deps
from student_registry.json_models import Input, ProvenanceJson


class AgreementInput(Input):
    """Who agrees and how; a learner who is signed in agrees for himself, online, today, which is what absent means."""

    giver: Giver = Giver.LEARNER
    relation: Annotated[str, Field(max_length=32, examples=["MOTHER"], description="Of a guardian.")] = ""
    channel: Channel = Channel.ONLINE
    given_on: Annotated[date | None, Field(description="Today when absent.")] = None

    def to_domain(self, *, today: date) -> Agreement:
        """As the use case knows it."""
        return Agreement(self.giver, self.relation, self.channel, self.given_on or today)


class GiveConsentBody(Input):
    """A consent to give."""

    learner_id: UUID
    purpose: Annotated[str, Field(max_length=64, examples=["HEALTH_SCREENING"])]
    text_version: Annotated[str, Field(max_length=64, examples=["2569.1"], description="Text that was read.")]
    agreement: AgreementInput = AgreementInput()
    valid_to: Annotated[date | None, Field(description="Last day; absent: until withdrawn.")] = None


class WithdrawConsentBody(Input):
    """Who withdraws a consent."""

    withdrawn_by: Giver = Giver.LEARNER


class AgreementJson(BaseModel):
    """One giver's agreement."""

    giver: Giver
    relation: str
    channel: Channel
    given_on: date


class ConsentJson(BaseModel):
    """One consent; it waits while the other giver's agreement is missing."""

    consent_id: UUID
    learner_id: UUID
    purpose: str
    text_version: str
    state: ConsentState
    need: Need
    age_rule_version: str
    agreements: list[AgreementJson]
    valid_from: date | None
    valid_to: date | None
    withdrawn_at: datetime | None
    withdrawn_by: Giver | None

    @classmethod
    def of(cls, consent: Consent) -> ConsentJson:
        """As shown."""
        return cls(
            consent_id=consent.consent_id,
            learner_id=consent.learner_id,
            purpose=consent.purpose,
            text_version=consent.text_version,
            state=consent.state,
            need=consent.need,
            age_rule_version=consent.age_rule_version,
            agreements=[
                AgreementJson(giver=item.giver, relation=item.relation, channel=item.channel, given_on=item.given_on)
                for item in consent.agreements
            ],
            valid_from=consent.valid_from,
            valid_to=consent.valid_to,
            withdrawn_at=consent.withdrawn_at,
            withdrawn_by=consent.withdrawn_by,
        )


class ConsentsJson(BaseModel):
    """A learner's consents, newest first."""

    consents: list[ConsentJson]


class ConsentTextJson(BaseModel):
    """A text that is read before agreeing."""

    version: str
    text_th: str
    effective_from: date
    provenance: ProvenanceJson

    @classmethod
    def of(cls, text: ConsentText) -> ConsentTextJson:
        """As shown."""
        return cls(
            version=text.version,
            text_th=text.text_th,
            effective_from=text.effective_from,
            provenance=ProvenanceJson.of(text.provenance),
        )


class AgeRuleJson(BaseModel):
    """Who has to agree from one age on and below another."""

    age_from: int
    age_below: int | None
    need: Need

    @classmethod
    def of(cls, rule: AgeRule) -> AgeRuleJson:
        """As shown."""
        return cls(age_from=rule.age_from, age_below=rule.age_below, need=rule.need)


class PurposeJson(BaseModel):
    """A purpose with its texts, newest first, and who has to agree to it."""

    purpose: str
    name_th: str
    is_sensitive: bool
    texts: list[ConsentTextJson]
    age_rules: list[AgeRuleJson]
    age_rule_version: str
    age_rule_provenance: ProvenanceJson

    @classmethod
    def of(cls, purpose: Purpose) -> PurposeJson:
        """As shown."""
        return cls(
            purpose=purpose.purpose,
            name_th=purpose.name_th,
            is_sensitive=purpose.is_sensitive,
            texts=[ConsentTextJson.of(text) for text in purpose.texts],
            age_rules=[AgeRuleJson.of(rule) for rule in purpose.age_rules],
            age_rule_version=purpose.age_rule_version,
            age_rule_provenance=ProvenanceJson.of(purpose.age_rule_provenance),
        )


class PurposesJson(BaseModel):
    """Purposes of consents, by code."""

    purposes: list[PurposeJson]


def router(deps: Deps) -> APIRouter:
    """Paths of consents."""
    api = APIRouter(prefix="/v1", tags=["consents"])

    @api.get("/consent-purposes")
    async def list_consent_purposes(
        _actor: CurrentActor,
        on_date: Annotated[date | None, Query(description="Day whose age rules are asked for; today.")] = None,
    ) -> PurposesJson:
        """List what consent is asked for, with the texts and who has to agree at which age."""
        found = await use_cases.list_purposes(deps, on_date=on_date, now=now_utc())
        return PurposesJson(purposes=[PurposeJson.of(purpose) for purpose in found])

    @api.post("/consents")
    async def give_consent(body: GiveConsentBody, actor: FreshActor, request_id: RequestId) -> ConsentJson:
        """Give a consent, or add the other giver's agreement where a purpose needs two."""
        now = now_utc()
        command = use_cases.GiveConsent(
            request_id=request_id,
            learner_id=body.learner_id,
            purpose=body.purpose,
            text_version=body.text_version,
            agreement=body.agreement.to_domain(today=today_in_thailand(now)),
            valid_to=body.valid_to,
        )
        return ConsentJson.of(await use_cases.give_consent(deps, command, actor=actor, now=now))

    @api.post("/consents/{consent_id}/withdraw")
    async def withdraw_consent(
        consent_id: UUID, body: WithdrawConsentBody, actor: FreshActor, request_id: RequestId
    ) -> ConsentJson:
        """Withdraw a consent at once."""
        command = use_cases.WithdrawConsent(request_id, consent_id, body.withdrawn_by)
        return ConsentJson.of(await use_cases.withdraw_consent(deps, command, actor=actor, now=now_utc()))

    @api.get("/learners/{learner_id}/consents")
    async def list_consents(learner_id: UUID, actor: FreshActor) -> ConsentsJson:
        """List a learner's consents, withdrawn ones too."""
        found = await use_cases.list_consents(deps, learner_id, actor=actor, now=now_utc())
        return ConsentsJson(consents=[ConsentJson.of(consent) for consent in found])

    return api
