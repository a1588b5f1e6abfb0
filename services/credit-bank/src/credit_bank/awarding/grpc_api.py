"""AwardingService: contract messages to commands and back."""

from __future__ import annotations

from typing import Any

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import parse_uuid, time_to_pb
from chassis.outcomes import outcomes_to_pb
from chassis.pg import Pool
from grpc.aio import ServicerContext
from nuaikit.credit_bank.v1 import awarding_pb2 as pb
from nuaikit.credit_bank.v1 import awarding_pb2_grpc as pb_grpc

from credit_bank import wire
from credit_bank.actors import freshest_actor_of
from credit_bank.awarding import auditing, listing, redeeming, taking_back
from credit_bank.awarding.auditing import AuditReport, Target
from credit_bank.awarding.domain import Finding, Redemption
from credit_bank.calendar_th import utc_now
from credit_bank.clients import Registry


def _target_to_pb(target: Target) -> pb.QualificationTarget:
    return pb.QualificationTarget(
        qualification_code=target.code,
        qualification_version=target.version,
        awarding_institution_id=str(target.institution_id),
    )


def _audit_to_pb(report: AuditReport) -> pb.QualificationAudit:
    return pb.QualificationAudit(
        target=_target_to_pb(report.target),
        name_th=report.qualification.name_th,
        account_state=report.state,
        is_passed=report.audit.is_passed,
        conditions=[_finding_to_pb(finding) for finding in report.audit.findings],
        open_flag_count=report.open_flags,
        unannounced=report.unannounced,
    )


def _finding_to_pb(finding: Finding) -> pb.ConditionFinding:
    return pb.ConditionFinding(
        code=finding.code,
        type=finding.type,
        title_th=finding.title_th,
        is_met=finding.is_met,
        required=finding.required,
        have=finding.have,
        missing=finding.missing,
        entry_ids=[str(entry_id) for entry_id in finding.entry_ids],
        line_ids=[str(line_id) for line_id in finding.line_ids],
        provenance=wire.provenance_to_pb(finding.provenance),
    )


def _redemption_to_pb(one: Redemption) -> pb.Redemption:
    return pb.Redemption(
        redemption_id=str(one.redemption_id),
        learner_id=str(one.learner_id),
        target=_target_to_pb(Target(one.code, one.version, one.institution_id)),
        certificate_no=one.certificate_no,
        order_no=one.order_no,
        redeemed_at=time_to_pb(one.redeemed_at),
        reversed_at=None if one.reversed_at is None else time_to_pb(one.reversed_at),
        audit_digest_hex=one.audit_digest.hex(),
        completes_with_redemption_id=None if one.completes_with is None else str(one.completes_with),
    )


class AwardingServicer(pb_grpc.AwardingServiceServicer):
    """Awarding over gRPC."""

    def __init__(self, pool: Pool, registry: Registry, identifier: Identifier) -> None:
        """Serve from `pool`; callers are identified by `identifier`."""
        self._pool = pool
        self._registry = registry
        self._identifier = identifier

    async def CheckQualifications(  # noqa: N802  # named by the contract
        self, request: pb.CheckQualificationsRequest, context: ServicerContext[Any, Any]
    ) -> pb.CheckQualificationsResponse:
        """What is missing for qualifications."""
        actor = await freshest_actor_of(context, self._identifier)
        reports = await auditing.audit_qualifications(
            self._pool,
            self._registry,
            parse_uuid(request.learner_id, field="learner_id"),
            [
                Target(
                    one.qualification_code,
                    one.qualification_version,
                    parse_uuid(one.awarding_institution_id, field="awarding_institution_id"),
                )
                for one in request.targets
            ],
            purpose=request.purpose,
            actor=actor,
            now=utc_now(),
        )
        return pb.CheckQualificationsResponse(
            audits=[_audit_to_pb(report) for report in reports],
            is_double_completion=auditing.is_double_completion(reports),
        )

    async def RedeemQualifications(  # noqa: N802  # named by the contract
        self, request: pb.RedeemQualificationsRequest, context: ServicerContext[Any, Any]
    ) -> pb.RedeemQualificationsResponse:
        """Award qualifications."""
        actor = await actor_of(context, self._identifier)
        command = redeeming.RedeemQualifications(
            parse_uuid(request.request_id, field="request_id"),
            tuple(
                redeeming.RedemptionInput(
                    parse_uuid(item.learner_id, field="learner_id"),
                    item.qualification_code,
                    item.qualification_version,
                    item.certificate_no,
                    item.order_no,
                )
                for item in request.redemptions
            ),
        )
        outcomes = await redeeming.redeem_qualifications(self._pool, command, actor=actor, now=utc_now())
        return pb.RedeemQualificationsResponse(outcomes=outcomes_to_pb(outcomes))

    async def UnredeemQualifications(  # noqa: N802  # named by the contract
        self, request: pb.UnredeemQualificationsRequest, context: ServicerContext[Any, Any]
    ) -> pb.UnredeemQualificationsResponse:
        """Take awards back."""
        actor = await actor_of(context, self._identifier)
        command = taking_back.UnredeemQualifications(
            parse_uuid(request.request_id, field="request_id"),
            tuple(
                taking_back.UnredemptionInput(
                    parse_uuid(item.redemption_id, field="redemption_id"),
                    item.order_no,
                    wire.enum_from_text(taking_back.UnredeemReason, item.reason_code, field="reason_code"),
                )
                for item in request.redemptions
            ),
        )
        outcomes = await taking_back.unredeem_qualifications(self._pool, command, actor=actor, now=utc_now())
        return pb.UnredeemQualificationsResponse(outcomes=outcomes_to_pb(outcomes))

    async def CloseQualificationAccounts(  # noqa: N802  # named by the contract
        self, request: pb.CloseQualificationAccountsRequest, context: ServicerContext[Any, Any]
    ) -> pb.CloseQualificationAccountsResponse:
        """Close accounts, or open them again."""
        actor = await actor_of(context, self._identifier)
        command = taking_back.CloseAccounts(
            parse_uuid(request.request_id, field="request_id"),
            tuple(
                taking_back.AccountClosing(
                    parse_uuid(item.learner_id, field="learner_id"),
                    item.qualification_code,
                    item.qualification_version,
                    item.reopen,
                )
                for item in request.accounts
            ),
        )
        outcomes = await taking_back.close_accounts(self._pool, command, actor=actor, now=utc_now())
        return pb.CloseQualificationAccountsResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListRedemptions(  # noqa: N802  # named by the contract
        self, request: pb.ListRedemptionsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListRedemptionsResponse:
        """Awards of the caller's institution."""
        actor = await actor_of(context, self._identifier)
        page = await listing.list_redemptions(
            self._pool,
            learner_ids=[parse_uuid(text, field="learner_ids") for text in request.learner_ids],
            qualification_code=request.qualification_code,
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
        )
        return pb.ListRedemptionsResponse(
            redemptions=[_redemption_to_pb(one) for one in page.redemptions],
            next_page_token=page.next_page_token,
            total=page.total,
        )


def servicer(pool: Pool, registry: Registry, identifier: Identifier) -> Servicer:
    """AwardingService, ready to be served."""
    serving = AwardingServicer(pool, registry, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["AwardingService"].full_name,
        lambda server: pb_grpc.add_AwardingServiceServicer_to_server(serving, server),
    )
