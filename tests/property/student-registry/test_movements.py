"""Moves under whatever the two institutions do, one after the other and both at once.

`PureMoves` is the model: the domain's functions over one learner's moves. `StoredMoves` is the registry itself on real
PostgreSQL. After every step both must tell the same; of two steps taken at once the registry must have done what the
model does in one of the two orders. The laws that no step may break are looked at after each.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
from chassis.auth import Actor
from chassis.errors import ServiceError
from chassis.pg import create_pool
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from student_registry.deps import Deps
from student_registry.enrolments.domain import DeliverySystem
from student_registry.keyring import Keyring
from student_registry.movements import use_cases
from student_registry.movements.domain import (
    OPEN,
    Acceptance,
    Movement,
    MovementInput,
    MovementRules,
    MovementState,
    PapersSeen,
    Release,
    Stop,
    accepted,
    is_same_request,
    released,
    requested,
    stopped,
)
from student_registry.provenance import DataStatus, Provenance

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
TODAY = date(2026, 11, 21)
START = date(2026, 5, 16)
PROVENANCE = Provenance("test", DataStatus.DEMONSTRATION)
OLD, NEW = uuid4(), uuid4()
RULES = MovementRules(
    version="2569.1",
    release_days=15,
    accept_days=15,
    release_papers=frozenset({"GUARDIAN_REQUEST"}),
    accept_papers=frozenset({"HAND_OVER_LETTER"}),
    mid_term_papers=frozenset({"TIME_AND_MARK_CERTIFICATE"}),
)
DAYS = [TODAY - timedelta(days=2), TODAY - timedelta(days=1)]


@dataclass(frozen=True)
class Step:
    """Something that one of the two institutions does with the learner's newest move."""

    kind: str
    by: UUID
    day: date = DAYS[0]
    names_place: bool = True
    papers: tuple[str, ...] = ()


steps = st.one_of(
    st.builds(
        Step,
        kind=st.just("request"),
        by=st.sampled_from([OLD, OLD, NEW]),
        names_place=st.booleans(),
        papers=st.sampled_from([(), ("GUARDIAN_REQUEST",), ("GUARDIAN_REQUEST", "HAND_OVER_LETTER")]),
    ),
    st.builds(
        Step,
        kind=st.just("papers"),
        by=st.sampled_from([OLD, NEW]),
        papers=st.sampled_from([("GUARDIAN_REQUEST",), ("HAND_OVER_LETTER",)]),
    ),
    st.builds(
        Step,
        kind=st.just("release"),
        by=st.sampled_from([OLD, OLD, NEW]),
        names_place=st.booleans(),
        day=st.sampled_from(DAYS),
    ),
    st.builds(Step, kind=st.just("accept"), by=st.sampled_from([NEW, NEW, OLD]), day=st.sampled_from([*DAYS, TODAY])),
    st.builds(Step, kind=st.just("cancel"), by=st.sampled_from([OLD, NEW])),
    st.builds(Step, kind=st.just("refuse"), by=st.sampled_from([OLD, NEW])),
)


@dataclass(frozen=True)
class PureMoves:
    """The moves of one learner without a database, and where his primary enrolment is."""

    moves: tuple[Movement, ...] = ()
    place: UUID = OLD
    since: date = START

    def take(self, step: Step) -> "tuple[PureMoves, str]":
        """The moves after a step, and its reason where it is refused; a step already done has no reason."""
        try:
            return self._take(step), ""
        except ServiceError as error:
            return self, error.reason

    def _take(self, step: Step) -> "PureMoves":
        if step.kind == "request":
            return self._request(step)
        if not self.moves:
            raise use_cases.MovementNotFound
        move = self.moves[-1]
        self._check_own(move, step)
        if step.kind == "papers":
            after = replace(move, papers=move.papers | set(step.papers))
        elif step.kind == "release":
            if step.day < (START if step.by == OLD else self.since):
                raise use_cases.MovementDateInvalid
            after = released(
                move,
                Release(move.movement_id, NEW if step.names_place else None, step.day),
                RULES,
                today=TODAY,
                now=NOW,
            )
        elif step.kind == "accept":
            after = accepted(move, acceptance(move.movement_id, step.day), RULES, new_enrolment_id=uuid4(), now=NOW)
        else:
            state = MovementState.CANCELLED if step.kind == "cancel" else MovementState.REFUSED
            after = stopped(move, Stop(move.movement_id, "OTHER"), state, now=NOW)
        moves = (*self.moves[:-1], after)
        if step.kind == "accept":  # a paper that is seen afterwards changes no day
            return PureMoves(moves, NEW, step.day)
        return PureMoves(moves, self.place, self.since)

    def _request(self, step: Step) -> "PureMoves":
        if step.by != self.place:
            raise use_cases.LearnerNotFound
        stated = asked(uuid4(), step)
        known = self.moves[-1] if self.moves and self.moves[-1].state in OPEN else None
        if known is not None:
            if not is_same_request(known, stated):
                raise use_cases.MovementOpen
            return self
        move = requested(
            stated,
            movement_id=uuid4(),
            from_institution_id=step.by,
            old_enrolment_id=uuid4(),
            rules=RULES,
            today=TODAY,
            now=NOW,
        )
        return PureMoves((*self.moves, move), self.place, self.since)

    @staticmethod
    def _check_own(move: Movement, step: Step) -> None:
        leaves = step.by == move.from_institution_id
        known_there = move.state not in (MovementState.MOVE_OUT_REQUESTED, MovementState.CANCELLED)
        takes = step.by == move.to_institution_id and known_there
        allowed = {"papers": leaves or takes, "release": leaves, "cancel": leaves, "accept": takes, "refuse": takes}
        if not allowed[step.kind]:
            raise use_cases.MovementNotFound

    @property
    def told(self) -> tuple[tuple[object, ...], ...]:
        """What both sides are compared by."""
        return tuple(
            (item.state, item.to_institution_id, item.due_on, item.last_day, item.first_day, item.papers)
            for item in self.moves
        )


def acceptance(movement_id: UUID, day: date) -> Acceptance:
    """An acceptance of that day."""
    return Acceptance(movement_id, day, DeliverySystem.FORMAL, "M.4", "1", "", PROVENANCE)


def asked(learner_id: UUID, step: Step) -> MovementInput:
    """The request of a step."""
    place = NEW if step.names_place else None
    return MovementInput(learner_id, place, DAYS[0], False, "FAMILY_MOVED", step.papers, PROVENANCE)


@dataclass
class StoredMoves:
    """The registry's use cases with one learner."""

    deps: Deps
    connection: asyncpg.Connection
    learner_id: UUID = field(default_factory=uuid4)

    async def begin(self) -> None:
        """A learner with a primary enrolment at the old institution."""
        await self.connection.execute(
            "INSERT INTO learner (learner_id, registrar_institution_id, source, data_status, registered_at) "
            "VALUES ($1, $2, 'test', 'demonstration', now())",
            self.learner_id,
            OLD,
        )
        await self.connection.execute(
            "INSERT INTO enrolment (enrolment_id, learner_id, institution_id, role, delivery_system, grade_label, "
            "classroom, programme_code, valid_from, source, data_status, recorded_at, recorded_by) "
            "VALUES ($1, $2, $3, 'PRIMARY', 'FORMAL', 'M.4', '1', '', $4, 'test', 'demonstration', now(), 'test')",
            uuid4(),
            self.learner_id,
            OLD,
            START,
        )

    async def newest(self) -> UUID:
        """The learner's newest move; an unknown id where there is none."""
        found = await self.connection.fetchval(
            "SELECT movement_id FROM movement WHERE learner_id = $1 ORDER BY movement_id DESC LIMIT 1", self.learner_id
        )
        return found or uuid4()

    async def take(self, step: Step, movement_id: UUID) -> str:
        """Take a step; gives the reason where it is refused."""
        actor, request = acting_for(step.by), uuid4()
        if step.kind == "request":
            command = use_cases.RequestMovements(request, (asked(self.learner_id, step),))
            outcomes = await use_cases.request_movements(self.deps, command, actor=actor, now=NOW)
        elif step.kind == "papers":
            command = use_cases.RecordPapers(request, (PapersSeen(movement_id, step.papers, TODAY),))
            outcomes = await use_cases.record_papers(self.deps, command, actor=actor, now=NOW)
        elif step.kind == "release":
            item = Release(movement_id, NEW if step.names_place else None, step.day)
            command = use_cases.ReleaseMovements(request, (item,))
            outcomes = await use_cases.release_movements(self.deps, command, actor=actor, now=NOW)
        elif step.kind == "accept":
            command = use_cases.AcceptMovements(request, (acceptance(movement_id, step.day),))
            outcomes = await use_cases.accept_movements(self.deps, command, actor=actor, now=NOW)
        else:
            state = MovementState.CANCELLED if step.kind == "cancel" else MovementState.REFUSED
            command = use_cases.StopMovements(request, state, (Stop(movement_id, "OTHER"),))
            outcomes = await use_cases.stop_movements(self.deps, command, actor=actor, now=NOW)
        problem = outcomes[0].problem
        return problem.reason if problem else ""

    async def told(self) -> tuple[tuple[object, ...], ...]:
        """What both sides are compared by."""
        rows = await self.connection.fetch(
            "SELECT m.*, ARRAY(SELECT paper FROM movement_paper p WHERE p.movement_id = m.movement_id) AS papers "
            "FROM movement m WHERE learner_id = $1 ORDER BY movement_id",
            self.learner_id,
        )
        return tuple(
            (
                MovementState(row["state"]),
                row["to_institution_id"],
                row["due_on"],
                row["last_day"],
                row["first_day"],
                frozenset(row["papers"]),
            )
            for row in rows
        )

    async def primaries(self) -> list[asyncpg.Record]:
        """The learner's primary enrolments in order."""
        return await self.connection.fetch(
            "SELECT institution_id, valid_from, valid_to FROM enrolment WHERE learner_id = $1 AND role = 'PRIMARY' "
            "ORDER BY valid_from",
            self.learner_id,
        )


def acting_for(institution_id: UUID) -> Actor:
    """A registrar of an institution."""
    return Actor(
        subject_hash=institution_id.hex * 2,
        role="school_registrar",
        institution_id=institution_id,
        assignment_id=None,
        classroom="",
        permissions=frozenset({"registry.movement.manage", "registry.learners.read"}),
        permission_version="test",
    )


class Moves(RuleBasedStateMachine):
    """One learner; both institutions act on his newest move."""

    loop: asyncio.AbstractEventLoop
    deps: Deps
    connection: asyncpg.Connection

    def __init__(self) -> None:
        super().__init__()
        self.model = PureMoves()
        self.stored = StoredMoves(self.deps, self.connection)
        self.loop.run_until_complete(self.stored.begin())

    @rule(step=steps)
    def somebody_acts(self, step: Step) -> None:
        """Any step of either."""
        self.one_acts(step)

    def one_acts(self, step: Step) -> None:
        """A step, and what became of it."""

        async def act() -> str:
            return await self.stored.take(step, await self.stored.newest())

        self.model, expected = self.model.take(step)
        assert self.loop.run_until_complete(act()) == expected

    @rule(papers=st.sampled_from([("GUARDIAN_REQUEST",), ("GUARDIAN_REQUEST", "HAND_OVER_LETTER")]))
    def the_right_one_acts(self, papers: tuple[str, ...]) -> None:
        """The step that leads on, so that moves get to their end often enough."""
        last = self.model.moves[-1] if self.model.moves else None
        if last is None or last.state not in OPEN:
            step = Step("request", self.model.place, names_place=self.model.place == OLD, papers=papers)
        elif last.state is MovementState.MOVE_OUT_REQUESTED:
            step = Step("release", last.from_institution_id)
        else:
            step = Step("accept", NEW, day=TODAY)
        self.one_acts(step)

    @rule(first=steps, second=steps)
    def both_act_at_once(self, first: Step, second: Step) -> None:
        """Two steps at once about the same move: as if one had come after the other."""

        async def act() -> tuple[str, str]:
            newest = await self.stored.newest()
            one, other = await asyncio.gather(self.stored.take(first, newest), self.stored.take(second, newest))
            return one, other

        if "request" in (first.kind, second.kind) and first.kind != second.kind:
            return  # a step about a move that is just being asked for is about another move than the newest
        seen = self.loop.run_until_complete(act()), self.loop.run_until_complete(self.stored.told())
        orders: list[tuple[PureMoves, tuple[str, str]]] = []
        after, one = self.model.take(first)
        after, other = after.take(second)
        orders.append((after, (one, other)))
        after, other = self.model.take(second)
        after, one = after.take(first)
        orders.append((after, (one, other)))
        fitting = [model for model, reasons in orders if (reasons, model.told) == seen]
        assert fitting, (seen, [(reasons, model.told) for model, reasons in orders])
        self.model = fitting[0]

    @invariant()
    def both_tell_the_same(self) -> None:
        """Model and registry agree."""
        assert self.loop.run_until_complete(self.stored.told()) == self.model.told

    @invariant()
    def one_move_is_open_and_one_primary_enrolment_holds(self) -> None:
        """Whatever was done, the learner is in one school and leaves it once at a time."""
        assert sum(item.state in OPEN for item in self.model.moves) <= 1
        held = self.loop.run_until_complete(self.stored.primaries())
        assert [row["institution_id"] for row in held] == ([OLD] if self.model.place == OLD else [OLD, NEW])
        assert [row["valid_to"] is None for row in held] == [False] * (len(held) - 1) + [True]


def test_moves_of_two_institutions_are_those_of_the_model(database: Callable[..., str]) -> None:
    dsn = database("student-registry")
    loop = asyncio.new_event_loop()
    run = loop.run_until_complete
    pool = run(create_pool(dsn, size_max=4, application_name="test"))
    connection = run(asyncpg.connect(dsn))
    for place, alias in ((OLD, "old"), (NEW, "new")):
        run(
            connection.execute(
                "INSERT INTO institution (institution_id, kind, name_th, local_alias, source, data_status, "
                "registered_at) VALUES ($1, 'SCHOOL', 'โรงเรียน', $2, 'test', 'demonstration', now())",
                place,
                alias,
            )
        )
    Moves.loop, Moves.connection = loop, connection
    keyring = Keyring.of("A" * 43 + "=", version=1, previous=None, index_key="key-of-indexes-in-tests")
    Moves.deps = Deps(pool, keyring, b"k" * 32, None, 1)
    try:
        run_state_machine_as_test(
            Moves,
            settings=settings(
                max_examples=25, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
    finally:
        run(pool.close())
        run(connection.close())
        loop.close()
