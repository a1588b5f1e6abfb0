"""Giving, withdrawing and reading consents."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.ids import uuid7
from chassis.pg import Connection, transaction

from student_registry.access.domain import Ground, GroundKind, Resource, Visible
from student_registry.access.errors import LearnerNotFound
from student_registry.access.use_cases import (
    READ_OWN,
    RESOLVE,
    hold_visible,
    record_reads,
    require_visible,
    visible_learners,
)
from student_registry.calendar_th import today_in_thailand
from student_registry.consents import events, store
from student_registry.consents.domain import (
    Agreement,
    Channel,
    Consent,
    ConsentState,
    Giver,
    Purpose,
    age_on,
    check_agreement,
)
from student_registry.consents.errors import (
    ConsentForAnother,
    ConsentNotFound,
    ConsentPurposeUnknown,
    ConsentTextUnknown,
)
from student_registry.deps import Deps
from student_registry.limits import check_ids
from student_registry.matching.use_cases import surviving

log = logging.getLogger(__name__)

GIVE_OWN = "own.consent"
MANAGE = "registry.consents.manage"
READ_PURPOSE = "CONSENT_CHECK"
"""Purpose of staff's look into consents; the calls have no field for another."""


@dataclass(frozen=True, slots=True)
class GiveConsent:
    """Somebody agrees to a purpose after reading a text."""

    request_id: UUID
    learner_id: UUID
    purpose: str
    text_version: str
    agreement: Agreement
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class WithdrawConsent:
    """A consent does not hold any more."""

    request_id: UUID
    consent_id: UUID
    withdrawn_by: Giver


async def give_consent(deps: Deps, command: GiveConsent, *, actor: Actor, now: datetime) -> Consent:
    """Give a consent, or add the other giver's agreement; what was agreed already stays as it is.

    Raises:
        PermissionMissing: The caller may neither consent nor enter consents.
        ConsentForAnother: A learner who agrees for somebody else, as a guardian, or not online and today.
        LearnerNotFound: The learner does not exist for the caller.
        ConsentAgreementInvalid: The agreement cannot be.
        ConsentPurposeUnknown: No such purpose.
        ConsentTextUnknown: No such text on the day of the agreement.
        ConsentGiverWrong: At this age somebody else agrees.
        ConsentPeriodInvalid: The last day lies before the agreement.
    """
    today = today_in_thailand(now)
    agreement = command.agreement
    if _acts_for_himself(actor):
        if agreement != Agreement(Giver.LEARNER, "", Channel.ONLINE, today):
            raise ConsentForAnother(field="agreement")
    else:
        actor.require(MANAGE)
    check_agreement(agreement, today=today)
    async with transaction(deps.pool) as connection:
        content = idempotency.fingerprint(command)
        answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
        if answer is not None:
            return await _kept(connection, UUID(bytes=answer))
        learner = await hold_visible(connection, actor, command.learner_id, now=now)
        purpose = await _purpose(connection, command)
        consent, is_new, is_changed = await _decide(connection, command, purpose, learner, today=today)
        if is_new:
            await store.insert(connection, consent)
        elif is_changed and consent.valid_from is not None:
            await store.complete(connection, consent)
        if is_changed:
            await store.insert_agreement(
                connection,
                consent.consent_id,
                agreement,
                now=now,
                recorded_by=actor.subject_hash,
                recorder_role=actor.role,
                institution_id=actor.institution_id,
            )
            if consent.state is ConsentState.GIVEN:
                await outbox.add(connection, [events.consent_changed(consent)])
        await idempotency.finish(connection, command.request_id, caller=actor.caller, answer=consent.consent_id.bytes)
    _tell("Gave a consent", consent, actor)
    return consent


async def _purpose(connection: Connection, command: GiveConsent) -> Purpose:
    """The purpose as it was on the day of the agreement."""
    day = command.agreement.given_on
    purpose = (await store.purposes(connection, on_date=day)).get(command.purpose)
    if purpose is None:
        raise ConsentPurposeUnknown(field="purpose")
    if not any(text.version == command.text_version and text.effective_from <= day for text in purpose.texts):
        raise ConsentTextUnknown(field="text_version")
    return purpose


async def _decide(
    connection: Connection, command: GiveConsent, purpose: Purpose, learner: Visible, *, today: date
) -> tuple[Consent, bool, bool]:
    """The consent after this agreement, whether it is a new one, and whether anything changed."""
    birth, is_year_only = await store.birth_of(connection, learner.learner_id)
    known = await store.open_one(
        connection, learner.learner_id, purpose=command.purpose, text_version=command.text_version, today=today
    )
    if known is not None and (
        known.state is ConsentState.GIVEN or any(item.giver is command.agreement.giver for item in known.agreements)
    ):
        return known, False, False
    age = age_on(command.agreement.given_on, birth, is_year_only=is_year_only)
    consent = known or Consent(
        consent_id=uuid7(),
        learner_id=learner.learner_id,
        purpose=command.purpose,
        text_version=command.text_version,
        need=purpose.need_at(age),
        age_rule_version=purpose.age_rule_version,
        agreements=(),
        valid_from=None,
        valid_to=command.valid_to,
    )
    return consent.with_agreement(command.agreement), known is None, True


async def withdraw_consent(deps: Deps, command: WithdrawConsent, *, actor: Actor, now: datetime) -> Consent:
    """Withdraw a consent at once; one that was withdrawn stays as it is. Nobody's age stands in the way.

    Raises:
        PermissionMissing: The caller may neither consent nor enter consents.
        ConsentForAnother: A learner who withdraws as a guardian.
        ConsentNotFound: There is no such consent for the caller.
    """
    if _acts_for_himself(actor):
        if command.withdrawn_by is not Giver.LEARNER:
            raise ConsentForAnother(field="withdrawn_by")
    else:
        actor.require(MANAGE)
    async with transaction(deps.pool) as connection:
        content = idempotency.fingerprint(command)
        answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
        if answer is not None:
            return await _kept(connection, UUID(bytes=answer))
        consent = await store.lock(connection, command.consent_id)
        if consent is None:
            raise ConsentNotFound
        try:
            await require_visible(connection, actor, consent.learner_id, now=now)
        except LearnerNotFound:
            raise ConsentNotFound from None
        if consent.state is not ConsentState.WITHDRAWN:
            await store.withdraw(
                connection, consent.consent_id, by=command.withdrawn_by, now=now, entered_by=actor.subject_hash
            )
            consent = replace(consent, withdrawn_at=now, withdrawn_by=command.withdrawn_by)
            if consent.valid_from is not None:
                await outbox.add(connection, [events.consent_changed(consent)])
        await idempotency.finish(connection, command.request_id, caller=actor.caller, answer=consent.consent_id.bytes)
    _tell("Withdrew a consent", consent, actor)
    return consent


async def list_consents(deps: Deps, learner_id: UUID, *, actor: Actor, now: datetime) -> list[Consent]:
    """Every consent of a learner, newest first, withdrawn ones too.

    Raises:
        PermissionMissing: The caller may read neither consents nor himself.
        LearnerNotFound: The learner does not exist for the caller.
    """
    if not _is_himself(actor):
        actor.require(MANAGE)
    async with transaction(deps.pool) as connection:
        learner = await require_visible(connection, actor, learner_id, now=now)
        found = await store.of_learner(connection, learner.learner_id)
        await _note_reads(connection, actor, [learner], now=now)
    return found


async def list_consents_in_force(
    deps: Deps, learner_ids: tuple[UUID, ...], *, purpose: str, on_date: date | None, actor: Actor, now: datetime
) -> list[Consent]:
    """Which of these learners have a consent to a purpose that holds on a day; others are left out.

    Those of a merged learner are the surviving one's.

    A service with scope `registry.resolve` sees what the events tell it anyway.

    Raises:
        TooManyItems: More than 1,000.
        PermissionMissing: The caller may read neither learners nor himself.
    """
    check_ids(learner_ids, field="learner_ids")
    today = today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        wanted = list((await surviving(connection, learner_ids)).values())
        if not (actor.service and actor.may(RESOLVE)):
            seen = await visible_learners(connection, actor, wanted, today=today)
            await _note_reads(connection, actor, list(seen.values()), now=now)
            wanted = [item.learner_id for item in seen.values()]
        return await store.of_purpose(connection, wanted, purpose=purpose, on_date=on_date or today)


async def list_purposes(deps: Deps, *, on_date: date | None, now: datetime) -> list[Purpose]:
    """Every purpose with its texts, and who has to agree on a day."""
    async with deps.pool.acquire() as connection:
        found = await store.purposes(connection, on_date=on_date or today_in_thailand(now))
    return [found[name] for name in sorted(found)]


async def of_learner(connection: Connection, learner_id: UUID) -> list[Consent]:
    """Every consent of a learner, for other packages inside their transaction."""
    return await store.of_learner(connection, learner_id)


async def _note_reads(connection: Connection, actor: Actor, seen: list[Visible], *, now: datetime) -> None:
    await record_reads(
        connection,
        actor,
        [item.learner_id for item in seen if not item.is_registrar],
        resource=Resource.CONSENTS,
        purpose=READ_PURPOSE,
        ground=Ground(GroundKind.OWN_INSTITUTION),
        now=now,
    )


def _acts_for_himself(actor: Actor) -> bool:
    return actor.learner_id is not None and actor.may(GIVE_OWN)


def _is_himself(actor: Actor) -> bool:
    return actor.learner_id is not None and actor.may(READ_OWN)


async def _kept(connection: Connection, consent_id: UUID) -> Consent:
    consent = await store.lock(connection, consent_id)
    assert consent is not None, "consents are never deleted"
    return consent


def _tell(sentence: str, consent: Consent, actor: Actor) -> None:
    fields = {"consent_id": str(consent.consent_id), "state": consent.state.value, "role": actor.role}
    log.info(sentence, extra={"fields": fields})
