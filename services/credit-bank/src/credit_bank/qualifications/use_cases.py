"""Publishing and reading qualifications."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import InvalidField
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Connection, Pool, transaction

from credit_bank import limits, settled
from credit_bank.canonical import digest
from credit_bank.qualifications import events, store
from credit_bank.qualifications.domain import (
    Qualification,
    QualificationKey,
    qualification_document,
    qualification_fault,
)
from credit_bank.qualifications.errors import QualificationExistsDifferent, QualificationInvalid
from credit_bank.qualifications.structures import shipped_qualifications


@dataclass(frozen=True, slots=True)
class PublishQualifications:
    """Qualifications to publish."""

    request_id: UUID
    qualifications: tuple[Qualification, ...]


async def publish_shipped_qualifications(
    pool: Pool, request_id: UUID, codes: Sequence[str], *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Publish qualifications that the program brings along; what is published already stays as it is.

    Args:
        pool: Connections.
        request_id: Of the request.
        codes: Those that are meant; none: all.
        actor: Needs `qualification.publish`.
        now: UTC.

    Raises:
        PermissionMissing: The role publishes no qualifications.
        InvalidField: A code that is not brought along.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("qualification.publish")
    shipped = shipped_qualifications()
    known = [qualification.code for qualification in shipped]
    if not set(codes) <= set(known):
        raise InvalidField(field="codes", expected=", ".join(known))
    meant = tuple(item for item in shipped if not codes or item.code in codes)
    return await publish_qualifications(pool, PublishQualifications(request_id, meant), actor=actor, now=now)


async def publish_qualifications(
    pool: Pool, command: PublishQualifications, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Publish qualifications. The figures of a published version never change; other figures are another version.

    Args:
        pool: Connections.
        command: At most 100 qualifications.
        actor: Needs `qualification.publish`.
        now: UTC.

    Raises:
        PermissionMissing: The role publishes no qualifications.
        TooManyItems: More than 100.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("qualification.publish")
    check_size(command.qualifications, limits.FEW_ITEMS_MAX, field="qualifications")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        keys = sorted({qualification.key for qualification in command.qualifications})
        await store.lock_keys(connection, keys)
        known = {key: content for key, (_, content) in (await store.read_qualifications(connection, keys)).items()}
        outcomes: list[Outcome] = []
        new: list[tuple[Qualification, bytes]] = []
        for index, qualification in enumerate(command.qualifications):
            content = digest(qualification_document(qualification))
            name = "/".join(qualification.key)
            fault = qualification_fault(qualification)
            if known.get(qualification.key) == content:
                outcomes.append(Outcome(index, name, already_done=True))
            elif qualification.key in known:
                outcomes.append(Outcome.failed(index, QualificationExistsDifferent(qualification=name)))
            elif fault:
                outcomes.append(Outcome.failed(index, QualificationInvalid(field=fault[0], expected=fault[1])))
            else:
                known[qualification.key] = content
                new.append((qualification, content))
                outcomes.append(Outcome(index, name))
        await store.insert_qualifications(connection, new, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(connection, [events.qualification_changed(qualification) for qualification, _ in new])
    return outcomes


async def read_qualifications(
    connection: Connection, keys: Iterable[QualificationKey]
) -> Mapping[QualificationKey, Qualification]:
    """Those of the qualifications that exist, by code and version."""
    found = await store.read_qualifications(connection, sorted(set(keys)))
    return {key: qualification for key, (qualification, _) in found.items()}


@dataclass(frozen=True, slots=True)
class QualificationPage:
    """A page of qualifications; the token is empty on the last one."""

    qualifications: list[Qualification]
    next_page_token: str


async def list_qualifications(
    pool: Pool, *, code: str, page_size: int = 0, page_token: str = "", actor: Actor
) -> QualificationPage:
    """A page of qualifications with their conditions, which are public to whoever is signed in.

    Raises:
        InvalidField: Page size or token.
    """
    del actor  # being somebody is all that is needed
    limit = limits.page_size(page_size)
    after_code, separator, after_version = page_token.rpartition("/")
    if page_token and not (separator and after_code):
        raise InvalidField(field="page_token", expected="the token of the page before")
    async with pool.acquire(timeout=10) as connection:
        found = await store.page_qualifications(
            connection, code=code, after=(after_code, after_version), limit=limit + 1
        )
    has_more = len(found) > limit
    found = found[:limit]
    return QualificationPage(found, "/".join(found[-1].key) if has_more else "")
