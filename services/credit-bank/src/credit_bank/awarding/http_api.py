"""Awarding over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from chassis.auth import Actor
from chassis.http import CurrentActor, RequestId, item_results
from chassis.messages import Messages
from chassis.pg import Pool
from fastapi import APIRouter, Depends, Header, Query
from pydantic import BaseModel, Field

from credit_bank import limits
from credit_bank.actors import freshest_actor
from credit_bank.awarding import auditing, listing, redeeming, taking_back
from credit_bank.awarding.auditing import AuditReport, Target
from credit_bank.awarding.domain import Finding, Redemption
from credit_bank.awarding.taking_back import UnredeemReason
from credit_bank.calendar_th import utc_now
from credit_bank.clients import Registry
from credit_bank.json_models import Body, ListResult, ProvenanceBody

Number = Annotated[str, Field(min_length=1, max_length=redeeming.NUMBER_CHARACTERS_MAX)]


class TargetBody(Body):
    """One qualification of one institution."""

    qualification_code: Annotated[str, Field(min_length=1, examples=["M6-OBEC"])]
    qualification_version: Annotated[str, Field(min_length=1, examples=["2551R60"])]
    awarding_institution_id: UUID

    def to_domain(self) -> Target:
        """As the use case knows it."""
        return Target(self.qualification_code, self.qualification_version, self.awarding_institution_id)

    @classmethod
    def of(cls, target: Target) -> TargetBody:
        """As shown."""
        return cls(
            qualification_code=target.code,
            qualification_version=target.version,
            awarding_institution_id=target.institution_id,
        )


class FindingOut(BaseModel):
    """One condition: what is asked for, what is there, what is missing."""

    code: str
    type: str
    title_th: str
    is_met: bool
    required: str
    have: str
    missing: str
    entry_ids: list[UUID]
    line_ids: list[UUID]
    provenance: ProvenanceBody

    @classmethod
    def of(cls, finding: Finding) -> FindingOut:
        """As shown."""
        return cls(
            code=finding.code,
            type=finding.type,
            title_th=finding.title_th,
            is_met=finding.is_met,
            required=finding.required,
            have=finding.have,
            missing=finding.missing,
            entry_ids=list(finding.entry_ids),
            line_ids=list(finding.line_ids),
            provenance=ProvenanceBody.of(finding.provenance),
        )


class AuditOut(BaseModel):
    """A qualification held against an account."""

    target: TargetBody
    name_th: str
    account_state: str
    is_passed: bool
    conditions: list[FindingOut]
    open_flag_count: int
    unannounced: list[str]

    @classmethod
    def of(cls, report: AuditReport) -> AuditOut:
        """As shown."""
        return cls(
            target=TargetBody.of(report.target),
            name_th=report.qualification.name_th,
            account_state=report.state,
            is_passed=report.audit.is_passed,
            conditions=[FindingOut.of(finding) for finding in report.audit.findings],
            open_flag_count=report.open_flags,
            unannounced=list(report.unannounced),
        )


class AuditsOut(BaseModel):
    """Audits of one learner."""

    audits: list[AuditOut]
    is_double_completion: bool

    @classmethod
    def of(cls, reports: list[AuditReport]) -> AuditsOut:
        """As shown."""
        return cls(
            audits=[AuditOut.of(report) for report in reports],
            is_double_completion=auditing.is_double_completion(reports),
        )


class RedemptionBody(Body):
    """One award to make."""

    learner_id: UUID
    qualification_code: Annotated[str, Field(min_length=1)]
    qualification_version: Annotated[str, Field(min_length=1)]
    certificate_no: Number
    order_no: Number


class RedeemBody(Body):
    """Awards to make."""

    redemptions: Annotated[list[RedemptionBody], Field(min_length=1, max_length=redeeming.AWARDS_MAX)]


class UnredemptionBody(Body):
    """One award to take back."""

    redemption_id: UUID
    order_no: Number
    reason_code: UnredeemReason


class UnredeemBody(Body):
    """Awards to take back."""

    redemptions: Annotated[list[UnredemptionBody], Field(min_length=1, max_length=redeeming.AWARDS_MAX)]


class ClosingBody(Body):
    """One account to close, or to open again."""

    learner_id: UUID
    qualification_code: Annotated[str, Field(min_length=1)]
    qualification_version: Annotated[str, Field(min_length=1)]
    reopen: bool = False


class CloseBody(Body):
    """Accounts to close."""

    accounts: Annotated[list[ClosingBody], Field(min_length=1, max_length=limits.ITEMS_MAX)]


class RedemptionOut(BaseModel):
    """An award."""

    redemption_id: UUID
    learner_id: UUID
    target: TargetBody
    certificate_no: str
    order_no: str
    redeemed_at: datetime
    reversed_at: datetime | None
    audit_digest_hex: str
    completes_with_redemption_id: UUID | None

    @classmethod
    def of(cls, one: Redemption) -> RedemptionOut:
        """As shown."""
        return cls(
            redemption_id=one.redemption_id,
            learner_id=one.learner_id,
            target=TargetBody.of(Target(one.code, one.version, one.institution_id)),
            certificate_no=one.certificate_no,
            order_no=one.order_no,
            redeemed_at=one.redeemed_at,
            reversed_at=one.reversed_at,
            audit_digest_hex=one.audit_digest.hex(),
            completes_with_redemption_id=one.completes_with,
        )


class RedemptionsOut(BaseModel):
    """A page of awards, oldest first."""

    redemptions: list[RedemptionOut]
    next_page_token: str
    total: int


def router(pool: Pool, registry: Registry, messages: Messages) -> APIRouter:
    """The paths."""
    api = APIRouter(tags=["awarding"])

    @api.get("/v1/learners/{learner_id}/qualification-audits")
    async def audit_qualifications(
        *,
        learner_id: UUID,
        actor: Annotated[Actor, Depends(freshest_actor)],
        target: Annotated[
            list[str] | None, Query(description="CODE/VERSION/INSTITUTION; none: every account of the learner.")
        ] = None,
        nuaikit_purpose: Annotated[str, Header(description="Purpose code; not needed for the learner's own.")] = "",
    ) -> AuditsOut:
        """What is missing for qualifications, at any time; whoever else reads leaves an access row."""
        reports = await auditing.audit_qualifications(
            pool,
            registry,
            learner_id,
            [auditing.target_of(text) for text in target or []],
            purpose=nuaikit_purpose,
            actor=actor,
            now=utc_now(),
        )
        return AuditsOut.of(reports)

    @api.post("/v1/redemptions")
    async def redeem_qualifications(body: RedeemBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Award qualifications of the caller's institution whose audit passes."""
        command = redeeming.RedeemQualifications(
            request_id,
            tuple(
                redeeming.RedemptionInput(
                    item.learner_id,
                    item.qualification_code,
                    item.qualification_version,
                    item.certificate_no,
                    item.order_no,
                )
                for item in body.redemptions
            ),
        )
        outcomes = await redeeming.redeem_qualifications(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/v1/redemptions/reverse")
    async def unredeem_qualifications(body: UnredeemBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Take awards back by an order of the awarding institution."""
        command = taking_back.UnredeemQualifications(
            request_id,
            tuple(
                taking_back.UnredemptionInput(item.redemption_id, item.order_no, item.reason_code)
                for item in body.redemptions
            ),
        )
        outcomes = await taking_back.unredeem_qualifications(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/v1/qualification-accounts/close")
    async def close_accounts(body: CloseBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Close accounts of learners who left, or open them again."""
        command = taking_back.CloseAccounts(
            request_id,
            tuple(
                taking_back.AccountClosing(
                    item.learner_id, item.qualification_code, item.qualification_version, item.reopen
                )
                for item in body.accounts
            ),
        )
        outcomes = await taking_back.close_accounts(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.get("/v1/redemptions")
    async def list_redemptions(
        *,
        actor: CurrentActor,
        learner_id: Annotated[list[UUID] | None, Query(description="Only of these learners.")] = None,
        qualification_code: str = "",
        page_size: int = 0,
        page_token: str = "",
    ) -> RedemptionsOut:
        """Awards of the caller's institution, those that were taken back among them."""
        page = await listing.list_redemptions(
            pool,
            learner_ids=learner_id or [],
            qualification_code=qualification_code,
            page_size=page_size,
            page_token=page_token,
            actor=actor,
        )
        return RedemptionsOut(
            redemptions=[RedemptionOut.of(one) for one in page.redemptions],
            next_page_token=page.next_page_token,
            total=page.total,
        )

    return api
