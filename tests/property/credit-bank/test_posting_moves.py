"""Posting while its sources change: the real store beside a pure model (CB-I6, I8, I9, I15, with CB-I14 and I17).

A case is decided. Then at the same moment, in any order and several times, it is posted, its sources are corrected and
revoked, and posting dies at one of its steps. What rests on versions that nobody judged is never posted; what was
posted before is flagged; nothing else is.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import permutations
from random import Random
from typing import Any, ClassVar
from uuid import UUID, uuid4

from chassis.outcomes import Outcome
from credit_bank.audit import audit
from credit_bank.calendar_th import thai_date
from credit_bank.recording import use_cases as recording
from credit_bank.recording.changes import CorrectionReason, RevocationReason
from credit_bank.transfers import use_cases as transfers
from credit_bank.transfers.domain import Applicant, Ground, Vote
from credit_bank.transfers.opening import CaseProposal, LineProposal
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.support.credit_calls import result
from tests.support.credit_world import World, course_key, credit_world, ids_of
from tests.support.telemetry import RecordedTelemetry

LINES = {"20000-1101": ("ท31101",), "20000-1601": ("พ31101", "พ31102")}
"""Target and its sources; the second is an AND group."""
CREDITS = {"20000-1101": 100, "20000-1601": 100}
CODES = tuple(code for sources in LINES.values() for code in sources)
KNOWN = "KNOWN"


@dataclass
class Model:
    """What the laws say of one decided case.

    Attributes:
        grades: Of the standing version of each source; None once it is revoked.
        changed: Sources of which another version stands than the one that was judged, or none.
        flags: What is open: subject and source.
    """

    grades: dict[str, str | None] = field(default_factory=lambda: dict.fromkeys(CODES, "3"))
    changed: set[str] = field(default_factory=set)
    flags: set[tuple[str, str]] = field(default_factory=set)
    is_posted: bool = False

    def apply(self, op: "Op") -> str:
        if op.name == "post":
            if self.is_posted:
                return KNOWN
            if self.changed:
                return "SOURCE_CHANGED"
            self.is_posted = True
            return "OK"
        self.grades[op.code] = op.grade or None
        self.changed.add(op.code)
        self.flags = {flag for flag in self.flags if flag[1] != op.code}
        self.flags.add(("POSTING" if self.is_posted else "RESERVATION", op.code))
        return "OK"


@dataclass(frozen=True)
class Op:
    """Posting, or the second person's word on a change that was proposed; no grade: a revocation."""

    name: str
    code: str = ""
    grade: str = ""
    change_id: UUID | None = None


class PostingMachine(RuleBasedStateMachine):
    """One learner, one decided case, everybody at once."""

    world: ClassVar[World]
    run: ClassVar[Callable[..., Any]]
    reached: ClassVar[Counter[str]]

    @initialize()
    def begin(self) -> None:
        self.model = Model()
        self.run(self._begin())

    @rule(seed=st.integers(0, 9_999), posts=st.integers(0, 3), changes=st.integers(0, 2), is_coalesced=st.booleans())
    def at_once(self, seed: int, posts: int, changes: int, *, is_coalesced: bool) -> None:
        """Some order of all that happens at the same moment explains what came of it."""
        dice = Random(seed)  # noqa: S311  # which source changes is no secret
        standing = [code for code in CODES if self.model.grades[code] is not None]
        chosen = dice.sample(standing, min(changes, len(standing)))
        ops = [Op("post")] * posts + [self.run(self._proposed(code, dice)) for code in chosen]
        dice.shuffle(ops)
        answers = self.run(self._all(ops, is_coalesced=is_coalesced))
        self.reached["together"] += is_coalesced and posts > 1
        told = self.run(self._told())
        for order in permutations(range(len(ops))):
            model = deepcopy(self.model)
            said = {n: model.apply(ops[n]) for n in order}
            if [said[n] for n in range(len(ops))] == answers and self._says(model) == told:
                self.model = model
                self.reached.update(f"{op.name} {answer}" for op, answer in zip(ops, answers, strict=True))
                self.reached["met"] += posts > 0 and changes > 0
                return
        raise AssertionError(f"no order explains {list(zip(ops, answers, strict=True))}: {told}")

    @rule(turns=st.integers(0, 60), is_coalesced=st.booleans())
    def die(self, turns: int, *, is_coalesced: bool) -> None:
        """Posting is cut off at one of its steps; it happened whole or not at all, and can be sent again."""
        self.run(self._cut_off(turns, is_coalesced=is_coalesced))
        if not self.model.is_posted and self.run(self._told()) != self._says(self.model):
            assert self.model.apply(Op("post")) == "OK", "posted before it was cut off"
        [answer] = self.run(self._all([Op("post")]))
        assert answer == self.model.apply(Op("post"))
        self.reached["cut off"] += 1

    @invariant()
    def store_says_what_the_model_says(self) -> None:
        if hasattr(self, "case_id"):
            assert self.run(self._told()) == self._says(self.model)

    @staticmethod
    def _says(model: Model) -> dict[str, Any]:
        state = "POSTED" if model.is_posted else "RESERVED"
        return {
            "counted": sum(CREDITS.values()) if model.is_posted else 0,
            "claims": {(code, state) for code in CODES},
            "awards": set(LINES) if model.is_posted else set(),
            "flags": model.flags,
            "grades": {code: grade for code, grade in model.grades.items() if grade is not None},
        }

    async def _told(self) -> dict[str, Any]:
        world, learner_id = self.world, self.learner_id
        counted = await world.fetchval(
            "SELECT coalesce(sum(b.balance_hundredths), 0) FROM account_bucket b JOIN account a USING (account_id)"
            " WHERE a.learner_id = $1 AND b.bucket LIKE 'COUNTED:%'",
            learner_id,
        )
        claims = await world.fetch(
            "SELECT DISTINCT e.code, c.state FROM claim c JOIN entry e USING (entry_root_id)"
            " WHERE c.learner_id = $1 AND c.state <> 'RELEASED'",
            learner_id,
        )
        awards = await world.fetch(
            "SELECT t.code FROM award w JOIN account a USING (account_id) JOIN course t USING (course_id)"
            " WHERE a.learner_id = $1 AND w.reversed_journal_id IS NULL",
            learner_id,
        )
        flags = await world.fetch(
            "SELECT DISTINCT f.subject, e.code FROM review_flag f JOIN entry e USING (entry_root_id)"
            " WHERE f.learner_id = $1 AND f.resolved_at IS NULL",
            learner_id,
        )
        grades = await world.fetch(
            "SELECT code, grade_label FROM entry WHERE learner_id = $1 AND state = 'VERIFIED'", learner_id
        )
        return {
            "counted": counted,
            "claims": {tuple(row) for row in claims},
            "awards": {row["code"] for row in awards},
            "flags": {tuple(row) for row in flags},
            "grades": {row["code"]: row["grade_label"] for row in grades},
        }

    # ---- plumbing ----

    async def _begin(self) -> None:
        world = self.world
        self.learner_id = await world.learner()
        [entries] = await world.results([self.learner_id], *((code, "3") for code in CODES))
        roots = dict(zip(CODES, entries, strict=True))
        self.roots = roots
        proposal = CaseProposal(
            learner_id=self.learner_id,
            ground=Ground.PARTNERSHIP,
            partnership_id=world.partnership_id,
            committee_id=world.committee_id,
            requested_on=thai_date(datetime.now(UTC)),
            requested_by=Applicant.GUARDIAN,
            qualification_code="PWC-2562",
            qualification_version="2562",
            lines=tuple(
                LineProposal(tuple(roots[code] for code in sources), course_key(target))
                for target, sources in LINES.items()
            ),
        )
        registrar = world.staff["college-registrar"].actor
        opening = transfers.OpenTransferCases(uuid4(), (proposal,))
        [self.case_id] = ids_of(
            await transfers.open_transfer_cases(
                world.pool, world.bank_registry, opening, actor=registrar, now=datetime.now(UTC)
            )
        )
        ids_of(
            await transfers.begin_reviews(
                world.pool, transfers.BeginReviews(uuid4(), (self.case_id,)), actor=registrar, now=datetime.now(UTC)
            )
        )
        rows = await world.fetch("SELECT line_id FROM case_line WHERE case_id = $1", self.case_id)
        votes = tuple(Vote(row["line_id"], True, None, "") for row in rows)
        for who in ("chair", "member-1"):
            voting = transfers.CastVotes(uuid4(), votes)
            ids_of(await transfers.cast_votes(world.pool, voting, actor=world.staff[who].actor, now=datetime.now(UTC)))
        deciding = transfers.DecideCases(uuid4(), (self.case_id,))
        chair = world.staff["chair"].actor
        ids_of(await transfers.decide_cases(world.pool, deciding, actor=chair, now=datetime.now(UTC)))

    async def _proposed(self, code: str, dice: Random) -> Op:
        """A change that waits for the second person."""
        world, now = self.world, datetime.now(UTC)
        registrar = world.staff["school-registrar"].actor
        [row] = await world.fetch(
            "SELECT entry_id, version FROM entry WHERE entry_root_id = $1 AND state = 'VERIFIED'", self.roots[code]
        )
        if dice.random() < 0.3:  # now and then
            asking = recording.RequestRevocations(uuid4(), (row["entry_id"],), RevocationReason.OTHER)
            [change] = ids_of(await recording.request_revocations(world.pool, asking, actor=registrar, now=now))
            return Op("revoke", code, "", change)
        grade = dice.choice([one for one in ("0", "2", "4") if one != self.model.grades[code]])
        right = result(self.learner_id, code, grade, year_be=2569)
        item = recording.CorrectionInput(row["entry_id"], row["version"], right, CorrectionReason.OTHER)
        proposing = recording.ProposeCorrections(uuid4(), (item,))
        [change] = ids_of(
            await recording.propose_corrections(world.pool, world.bank_registry, proposing, actor=registrar, now=now)
        )
        return Op("correct", code, grade, change)

    async def _all(self, ops: Sequence[Op], *, is_coalesced: bool = False) -> list[str]:
        together = transfers.posting_together(self.world.pool) if is_coalesced else None
        return list(await asyncio.gather(*(self._do(op, together) for op in ops)))

    async def _do(self, op: Op, together: transfers.Poster | None = None) -> str:
        world, now = self.world, datetime.now(UTC)
        if op.name == "post":
            posting = transfers.PostCases(uuid4(), (self.case_id,))
            actor = world.staff["college-registrar"].actor
            [outcome] = await transfers.post_cases(
                world.pool, world.bank_registry, posting, actor=actor, now=now, together=together
            )
        else:
            assert op.change_id is not None
            confirming = recording.ConfirmEntryChanges(uuid4(), (op.change_id,))
            actor = world.staff["school-director" if op.name == "revoke" else "second-registrar"].actor
            [outcome] = await recording.confirm_entry_changes(
                world.pool, world.bank_registry, confirming, actor=actor, now=now
            )
        assert isinstance(outcome, Outcome)
        return outcome.problem.reason if outcome.problem else KNOWN if outcome.already_done else "OK"

    async def _cut_off(self, turns: int, *, is_coalesced: bool) -> None:
        task = asyncio.create_task(self._all([Op("post")] * 2, is_coalesced=is_coalesced))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        groups = [one for one in asyncio.all_tasks() if "Coalescer" in repr(one.get_coro())]
        await asyncio.gather(*groups, return_exceptions=True)  # a group that has begun goes on without its callers


def test_nothing_is_posted_on_versions_that_nobody_judged(
    database: Callable[..., str], telemetry: RecordedTelemetry
) -> None:
    stack = AsyncExitStack()
    with asyncio.Runner() as runner:
        world = runner.run(stack.enter_async_context(credit_world(database, telemetry)))
        runner.run(world.employ("second-registrar", "school_registrar", world.school))
        reached: Counter[str] = Counter()
        machine = type(
            "Machine", (PostingMachine,), {"world": world, "run": staticmethod(runner.run), "reached": reached}
        )
        try:
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=40,
                    stateful_step_count=5,
                    deadline=None,
                    # Shortening a failing run takes minutes on a real store; the run itself is shown.
                    phases=(Phase.explicit, Phase.reuse, Phase.generate),
                    suppress_health_check=list(HealthCheck),
                ),
            )
            drift = {name: value for name, value in runner.run(audit(world.pool)).items() if name.startswith("drift")}
            assert not any(drift.values()), drift
        finally:
            runner.run(stack.aclose())
    # A machine that never comes there would prove nothing.
    wanted = ("post OK", "post KNOWN", "post SOURCE_CHANGED", "correct OK", "revoke OK", "met", "cut off", "together")
    assert min(reached[name] for name in wanted) > 0, reached
