"""ConsentService: contract messages to commands and back."""

from __future__ import annotations

from typing import Any

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid, time_to_pb
from grpc.aio import ServicerContext
from nuaikit.student_registry.v1 import consents_pb2 as pb
from nuaikit.student_registry.v1 import consents_pb2_grpc as pb_grpc

from student_registry.calendar_th import now_utc
from student_registry.consents import use_cases
from student_registry.consents.domain import Agreement, Channel, Consent, Giver, Purpose
from student_registry.deps import Deps
from student_registry.wire import (
    date_or_none_to_pb,
    enum_from_pb,
    optional_date,
    provenance_to_pb,
    required_date,
)


def giver_from_pb(number: int, *, field: str) -> Giver:
    """Who agrees or withdraws.

    Raises:
        InvalidField: Unspecified or unknown.
    """
    return enum_from_pb(Giver, pb.ConsentGiver, number, prefix="CONSENT_GIVER_", field=field)


def agreement_from_pb(message: pb.ConsentAgreement) -> Agreement:
    """One giver's agreement.

    Raises:
        InvalidField: A field has no usable value.
    """
    return Agreement(
        giver=giver_from_pb(message.giver, field="agreement.giver"),
        relation=message.relation,
        channel=enum_from_pb(
            Channel, pb.ConsentChannel, message.channel, prefix="CONSENT_CHANNEL_", field="agreement.channel"
        ),
        given_on=required_date(message, "given_on", field="agreement.given_on"),
    )


def consent_to_pb(consent: Consent) -> pb.Consent:
    """As the contracts carry it."""
    return pb.Consent(
        consent_id=str(consent.consent_id),
        learner_id=str(consent.learner_id),
        purpose=consent.purpose,
        text_version=consent.text_version,
        state=f"CONSENT_STATE_{consent.state}",
        need=f"CONSENT_NEED_{consent.need}",
        age_rule_version=consent.age_rule_version,
        agreements=[
            pb.ConsentAgreement(
                giver=f"CONSENT_GIVER_{item.giver}",
                relation=item.relation,
                channel=f"CONSENT_CHANNEL_{item.channel}",
                given_on=date_to_pb(item.given_on),
            )
            for item in consent.agreements
        ],
        valid_from=date_or_none_to_pb(consent.valid_from),
        valid_to=date_or_none_to_pb(consent.valid_to),
        withdrawn_at=None if consent.withdrawn_at is None else time_to_pb(consent.withdrawn_at),
        withdrawn_by=None if consent.withdrawn_by is None else f"CONSENT_GIVER_{consent.withdrawn_by}",
    )


def purpose_to_pb(purpose: Purpose) -> pb.ConsentPurpose:
    """As the contracts carry it."""
    return pb.ConsentPurpose(
        purpose=purpose.purpose,
        name_th=purpose.name_th,
        is_sensitive=purpose.is_sensitive,
        texts=[
            pb.ConsentText(
                version=text.version,
                text_th=text.text_th,
                effective_from=date_to_pb(text.effective_from),
                provenance=provenance_to_pb(text.provenance),
            )
            for text in purpose.texts
        ],
        age_rules=[
            pb.ConsentAgeRule(age_from=rule.age_from, age_below=rule.age_below, need=f"CONSENT_NEED_{rule.need}")
            for rule in purpose.age_rules
        ],
        age_rule_version=purpose.age_rule_version,
        age_rule_provenance=provenance_to_pb(purpose.age_rule_provenance),
    )


class ConsentServicer(pb_grpc.ConsentServiceServicer):
    """Consents over gRPC."""

    def __init__(self, deps: Deps, identifier: Identifier) -> None:
        """Serve from `deps`; callers are identified by `identifier`."""
        self._deps = deps
        self._identifier = identifier

    async def GiveConsent(  # noqa: N802  # named by the contract
        self, request: pb.GiveConsentRequest, context: ServicerContext[Any, Any]
    ) -> pb.GiveConsentResponse:
        """Give a consent."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.GiveConsent(
            request_id=parse_uuid(request.request_id, field="request_id"),
            learner_id=parse_uuid(request.learner_id, field="learner_id"),
            purpose=request.purpose,
            text_version=request.text_version,
            agreement=agreement_from_pb(request.agreement),
            valid_to=optional_date(request, "valid_to", field="valid_to"),
        )
        consent = await use_cases.give_consent(self._deps, command, actor=actor, now=now_utc())
        return pb.GiveConsentResponse(consent=consent_to_pb(consent))

    async def WithdrawConsent(  # noqa: N802  # named by the contract
        self, request: pb.WithdrawConsentRequest, context: ServicerContext[Any, Any]
    ) -> pb.WithdrawConsentResponse:
        """Withdraw a consent."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.WithdrawConsent(
            parse_uuid(request.request_id, field="request_id"),
            parse_uuid(request.consent_id, field="consent_id"),
            giver_from_pb(request.withdrawn_by, field="withdrawn_by"),
        )
        consent = await use_cases.withdraw_consent(self._deps, command, actor=actor, now=now_utc())
        return pb.WithdrawConsentResponse(consent=consent_to_pb(consent))

    async def ListConsents(  # noqa: N802  # named by the contract
        self, request: pb.ListConsentsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListConsentsResponse:
        """List a learner's consents."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        learner_id = parse_uuid(request.learner_id, field="learner_id")
        found = await use_cases.list_consents(self._deps, learner_id, actor=actor, now=now_utc())
        return pb.ListConsentsResponse(consents=[consent_to_pb(consent) for consent in found])

    async def ListConsentsInForce(  # noqa: N802  # named by the contract
        self, request: pb.ListConsentsInForceRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListConsentsInForceResponse:
        """List consents that hold."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        found = await use_cases.list_consents_in_force(
            self._deps,
            tuple(parse_uuid(item, field="learner_ids") for item in request.learner_ids),
            purpose=request.purpose,
            on_date=optional_date(request, "on_date", field="on_date"),
            actor=actor,
            now=now_utc(),
        )
        return pb.ListConsentsInForceResponse(consents=[consent_to_pb(consent) for consent in found])

    async def ListConsentPurposes(  # noqa: N802  # named by the contract
        self, request: pb.ListConsentPurposesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListConsentPurposesResponse:
        """List purposes."""
        await actor_of(context, self._identifier)
        on_date = optional_date(request, "on_date", field="on_date")
        found = await use_cases.list_purposes(self._deps, on_date=on_date, now=now_utc())
        return pb.ListConsentPurposesResponse(purposes=[purpose_to_pb(purpose) for purpose in found])


def servicer(deps: Deps, identifier: Identifier) -> Servicer:
    """ConsentService, ready to be served."""
    serving = ConsentServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["ConsentService"].full_name,
        lambda server: pb_grpc.add_ConsentServiceServicer_to_server(serving, server),
    )
