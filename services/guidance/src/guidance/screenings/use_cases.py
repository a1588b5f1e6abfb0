"""Records screenings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import ServiceError, Unavailable
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer, outcomes_to_answer
from chassis.pg import Connection, Pool, transaction

from guidance.clients import Registry
from guidance.copies.use_cases import Enrolments, enrolments_at
from guidance.instruments.definitions import Catalogue
from guidance.screenings import domain, store
from guidance.screenings.domain import NewScreening, RecordScreenings, Screening
from guidance.screenings.errors import ClassroomMissing, FormMismatch, FormRepeated
from guidance.screenings.events import screening_submitted
from guidance.screenings.sealing import Sealer
from guidance.screenings.store import KnownForm, SealedScreening
from guidance.thai_time import thai_date

PERMISSION = "screening.record"
HOMEROOM = "homeroom_teacher"

Indexed = tuple[int, NewScreening]


@dataclass(frozen=True, slots=True)
class Screenings:
    """What recording needs: database, registry for learners without a copy, instruments, key of the answers."""

    pool: Pool
    registry: Registry
    catalogue: Catalogue
    sealer: Sealer


async def record_screenings(
    deps: Screenings, command: RecordScreenings, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Keep the good forms of a call, once each, and say what became of every one.

    A form is known by the device's id: sent again it is the same screening, whatever request carries it. When an item
    failed only because the registry was away, the request stays open: the same request id may be sent again.

    Raises:
        PermissionMissing: The role may not screen, or acts for no institution.
        ClassroomMissing: A homeroom teacher without a classroom.
        RequestMismatch: The request id was used for other content.
    """
    actor.require(PERMISSION)
    institution_id = actor.at()
    if actor.role == HOMEROOM and not actor.classroom:
        raise ClassroomMissing
    check_size(command.screenings, domain.SCREENINGS_MAX, field="screenings")
    learner_ids = {form.learner_id for form in command.screenings}
    enrolments = await enrolments_at(deps.pool, deps.registry, learner_ids, institution_id=institution_id)
    content = deps.sealer.mac(idempotency.fingerprint(command))
    async with transaction(deps.pool) as connection:
        answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
        if answer is not None:
            return outcomes_from_answer(answer)
        good, outcomes = _sort_out(deps, command, enrolments, actor=actor, now=now)
        outcomes += await _keep(deps, connection, good, actor=actor, now=now)
        if any(_is_passing(outcome) for outcome in outcomes):
            await idempotency.release(connection, command.request_id, caller=actor.caller)
        else:
            await idempotency.finish(
                connection, command.request_id, caller=actor.caller, answer=outcomes_to_answer(outcomes)
            )
    return outcomes


def _is_passing(outcome: Outcome) -> bool:
    return outcome.problem is not None and outcome.problem.kind == Unavailable.kind


def _sort_out(
    deps: Screenings, command: RecordScreenings, enrolments: Enrolments, *, actor: Actor, now: datetime
) -> tuple[list[Indexed], list[Outcome]]:
    """The forms that may be kept, and the outcomes of the others."""
    today = thai_date(now)
    good: list[Indexed] = []
    failed: list[Outcome] = []
    seen: set[UUID] = set()
    for number, form in enumerate(command.screenings):
        problem: ServiceError | None = FormRepeated(field="client_id") if form.client_id in seen else None
        seen.add(form.client_id)
        problem = (
            problem
            or enrolments.refusal(actor, form.learner_id, on=form.observed_on)
            or domain.refusal(form, deps.catalogue, today=today)
        )
        if problem is None:
            good.append((number, form))
        else:
            failed.append(Outcome.failed(number, problem))
    return good, failed


async def _keep(
    deps: Screenings, connection: Connection, good: Sequence[Indexed], *, actor: Actor, now: datetime
) -> list[Outcome]:
    institution_id, assignment_id = actor.at(), actor.assignment_id
    assert assignment_id is not None, "who acts at an institution acts under an assignment"
    client_ids = [form.client_id for _, form in good]
    known = await store.known_forms(connection, institution_id, client_ids)
    sealed = {
        form.client_id: _seal(deps, form, institution_id=institution_id, now=now)
        for _, form in good
        if form.client_id not in known
    }
    kept_ids = await store.insert(
        connection,
        institution_id,
        list(sealed.values()),
        key_id=deps.sealer.key_id,
        recorded_by=actor.subject_hash,
        assignment_id=assignment_id,
    )
    if len(kept_ids) < len(sealed):
        # Another call kept the same form between our look and our insert; it is visible now.
        known |= await store.known_forms(connection, institution_id, client_ids)
    kept = {key: item.screening for key, item in sealed.items() if item.screening.screening_id in kept_ids}
    outcomes = [
        Outcome(number, id=str(kept[form.client_id].screening_id))
        if form.client_id in kept
        else _outcome_of_known(deps, number, form, known[form.client_id])
        for number, form in good
    ]
    await outbox.add(
        connection, [screening_submitted(kept[form.client_id]) for _, form in good if form.client_id in kept]
    )
    return outcomes


def _seal(deps: Screenings, form: NewScreening, *, institution_id: UUID, now: datetime) -> SealedScreening:
    instrument = deps.catalogue[form.instrument_key]
    computed = domain.computed_group(form, instrument)
    screening = Screening(
        screening_id=uuid7(),
        institution_id=institution_id,
        learner_id=form.learner_id,
        instrument_code=form.instrument_code,
        instrument_version=form.instrument_version,
        instrument_status=instrument.status,
        norm_version=computed and computed.norm_version,
        informant=form.informant,
        year_be=form.year_be,
        term=form.term,
        observed_on=form.observed_on,
        answered_item_count=len(form.answers),
        judged_group=form.judged_group,
        computed_group=computed and computed.group,
        submitted_at=now,
    )
    return SealedScreening(
        screening,
        form.client_id,
        deps.sealer.seal(form.answers, screening_id=screening.screening_id),
        deps.sealer.mac(idempotency.fingerprint(form)),
    )


def _outcome_of_known(deps: Screenings, number: int, form: NewScreening, known: KnownForm) -> Outcome:
    if known.content_mac != deps.sealer.mac(idempotency.fingerprint(form)):
        return Outcome.failed(number, FormMismatch(field="client_id", screening_id=known.screening_id))
    return Outcome(number, id=str(known.screening_id), already_done=True)


async def screenings_of(
    connection: Connection, records: Sequence[UUID], *, institution_id: UUID | None, limit: int
) -> list[Screening]:
    """Screenings of the records of one person without answers, newest first.

    The caller has checked the reader and logs the read.
    """
    return await store.of_learner(connection, records, institution_id=institution_id, limit=limit)
