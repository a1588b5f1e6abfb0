"""Registering the people of a census: known ones stay as they are, the others become learners without a school."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.outcomes import Outcome
from chassis.pg import Connection

from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.importing import nuaikit_census_1 as layout
from student_registry.importing import store
from student_registry.learners.domain import Registration
from student_registry.learners.use_cases import register_all
from student_registry.matching.use_cases import surviving
from student_registry.statuses.census import Met, state_census


class StatusRefusedError(Exception):
    """What follows from a checked row was refused: a fault of ours, which undoes the part."""


async def register(
    deps: Deps,
    connection: Connection,
    stated: Sequence[Registration],
    cells: Sequence[Mapping[str, str]],
    *,
    actor: Actor,
    now: datetime,
) -> list[Outcome]:
    """Register census rows, in the caller's transaction; nobody is ever matched by a name.

    A row without any number is remembered by a keyed hash of what it says, so that the same row sent again is the same
    person; two different people of one office who share name, birth date and sex need a number to be told apart. Of
    those who are enrolled nowhere it is stated that they are in no school, and what they do there.
    """
    institution_id = actor.at()
    hashes = {
        place: deps.keyring.blind_index("CENSUS", str(institution_id), *layout.statement_of(item))
        for place, item in enumerate(stated)
        if not item.identifiers
    }
    known = await store.census_known(connection, institution_id, list(hashes.values()))
    now_as = await surviving(connection, list(known.values()))
    outcomes: dict[int, Outcome] = {}
    for place, value in hashes.items():
        if value in known:
            outcomes[place] = Outcome(place, str(now_as[known[value]]), already_done=True)
    asked = [place for place in range(len(stated)) if place not in outcomes]
    for outcome in await register_all(deps, connection, [stated[place] for place in asked], actor=actor, now=now):
        place = asked[outcome.index]
        outcomes[place] = Outcome(place, outcome.id, already_done=outcome.already_done, problem=outcome.problem)
    added = {
        value: UUID(outcomes[place].id or "")
        for place, value in hashes.items()
        if value not in known and outcomes[place].problem is None
    }
    if added:
        await store.add_census(connection, institution_id, added, now=now)
    today = today_in_thailand(now)
    met = {
        place: Met(
            UUID(outcome.id),
            min(layout.seen_on(cells[place]) or today, today),
            layout.activity(cells[place]),
            stated[place].provenance,
        )
        for place, outcome in outcomes.items()
        if outcome.problem is None and outcome.id
    }
    for outcome in await state_census(connection, met, actor=actor, now=now):
        before = outcomes[outcome.index]
        if outcome.problem is not None:
            raise StatusRefusedError(outcome.problem.reason)
        outcomes[outcome.index] = replace(before, already_done=before.already_done and outcome.already_done)
    return [outcomes[place] for place in range(len(stated))]
