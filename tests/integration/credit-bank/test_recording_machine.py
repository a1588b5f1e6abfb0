"""Entries of one learner driven at random on the real store, beside a model that knows only what the laws say."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from chassis.auth import Actor
from chassis.outcomes import Outcome
from credit_bank.audit import audit
from credit_bank.recording import use_cases
from credit_bank.recording.changes import CorrectionReason, RevocationReason
from credit_bank.recording.domain import ReturnReason
from credit_bank.recording.drafts import of_result
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.support.credit_calls import balances, result
from tests.support.credit_world import World, credit_world
from tests.support.telemetry import RecordedTelemetry

pytestmark = pytest.mark.random

CODES = ("ท31101", "ค31101")
CREDITS = 100
GRADES = ("0", "2", "4")
ATTEMPTS_MAX = 20
OPEN = ("DRAFT", "SUBMITTED", "VERIFIED", "PROPOSED")
LIVING = ("SUBMITTED", "RETURNED", "VERIFIED")
# Two people with two roles each: what keeps them apart is the person and never the role.
PEOPLE = ("recorder", "both", "registrar", "head")
ROLES = {
    "record": {"recorder": "school_recorder", "both": "school_recorder"},
    "verify": {"registrar": "school_registrar", "both": "school_registrar", "head": "school_registrar"},
    "direct": {"head": "school_director"},
}


@dataclass
class Draft:
    """What the model knows of a draft."""

    code: str
    attempt: int
    grade: str
    by: str
    version: int = 1
    state: str = "DRAFT"


@dataclass
class Entry:
    """What the model knows of an entry."""

    code: str
    attempt: int
    grade: str
    makers: set[str]
    version: int = 1
    state: str = "SUBMITTED"
    verifier: str = ""
    is_approved: bool = False

    @property
    def key(self) -> tuple[str, int]:
        return self.code, self.attempt

    @property
    def earned(self) -> int:
        return 0 if self.grade == "0" else CREDITS


@dataclass
class Change:
    """What the model knows of a correction (with its grade) or revocation."""

    entry_id: UUID
    by: str
    is_director: bool
    grade: str | None
    state: str = "PROPOSED"


@dataclass
class Model:
    """What the laws say of one learner."""

    drafts: dict[UUID, Draft] = field(default_factory=dict)
    entries: dict[UUID, Entry] = field(default_factory=dict)
    changes: dict[UUID, Change] = field(default_factory=dict)
    void: int = 0
    issued: int = 0

    def living(self, key: tuple[str, int]) -> UUID | None:
        return next((i for i, entry in self.entries.items() if entry.key == key and entry.state in LIVING), None)

    def recording(self, code: str, attempt: int, grade: str) -> str | None:
        """`known`, a refusal, or None when it is recorded."""
        standing = self.living((code, attempt))
        if standing is None:
            return None
        entry = self.entries[standing]
        if entry.grade == grade:
            return "known"
        return None if entry.state == "RETURNED" else "ENTRY_EXISTS_DIFFERENT"

    def recorded(self, entry_id: UUID, code: str, attempt: int, grade: str, makers: set[str]) -> None:
        before = self.living((code, attempt))
        version = 1
        if before is not None:
            self.entries[before].state = "SUPERSEDED"
            version = self.entries[before].version + 1
        self.entries[entry_id] = Entry(code, attempt, grade, makers, version)
        self.issued += self.entries[entry_id].earned

    def balances(self) -> dict[tuple[str, str], int]:
        pending = sum(entry.earned for entry in self.entries.values() if entry.state == "SUBMITTED")
        available = sum(entry.earned for entry in self.entries.values() if entry.state == "VERIFIED")
        found = {"ISSUED": -self.issued, "PENDING": pending, "AVAILABLE": available, "VOID": self.void}
        return {("BANK", bucket): amount for bucket, amount in found.items() if amount}


PICK = st.integers(0, 1_000)
RECORDERS = st.sampled_from(sorted(ROLES["record"]))
VERIFIERS = st.sampled_from(sorted(ROLES["verify"]))


def has(name: str) -> Callable[[Any], bool]:
    return lambda machine: bool(getattr(machine.model, name))


class EntryMachine(RuleBasedStateMachine):
    """One learner; everybody acts in any order, sometimes twice at once."""

    world: ClassVar[World]
    run: ClassVar[Callable[..., Any]]
    people: ClassVar[dict[tuple[str, str], Actor]]
    reached: ClassVar[Counter[str]] = Counter()

    @initialize()
    def enrol(self) -> None:
        self.model = Model()
        self.learner_id = self.run(self.world.learner())

    # ---- recording ----

    @rule(code=st.sampled_from(CODES), attempt=st.integers(1, 2), grade=st.sampled_from(GRADES), who=RECORDERS)
    def record(self, code: str, attempt: int, grade: str, who: str) -> None:
        expected = self.model.recording(code, attempt, grade)
        outcome = self._do(self._record(code, attempt, grade, who))
        self._agree(outcome, expected)
        if expected is None:
            self.model.recorded(UUID(outcome.id or ""), code, attempt, grade, {who})

    @rule(
        code=st.sampled_from(CODES), attempt=st.integers(1, 2), grade=st.sampled_from(GRADES), times=st.integers(2, 4)
    )
    def record_at_once(self, code: str, attempt: int, grade: str, times: int) -> None:
        """CB-I13: of equal results that meet, one is recorded. Which of different ones wins would be chance."""
        expected = self.model.recording(code, attempt, grade)
        work = [self._record(code, attempt, grade, "recorder") for _ in range(times)]
        outcomes = self.run(self._at_once(work))
        fresh = [outcome for outcome in outcomes if outcome.problem is None and not outcome.already_done]
        assert len(fresh) == (expected is None)
        for outcome in outcomes:
            if outcome not in fresh:
                self._agree(outcome, expected or "known")
        for outcome in fresh:
            self.model.recorded(UUID(outcome.id or ""), code, attempt, grade, {"recorder"})
            self.reached["met"] += 1

    @rule(code=st.sampled_from(CODES), attempt=st.integers(1, 2), grade=st.sampled_from(GRADES), who=RECORDERS)
    def draft(self, code: str, attempt: int, grade: str, who: str) -> None:
        item = use_cases.DraftInput(None, 0, of_result(self._result(code, attempt, grade)))
        outcome = self._do(self._list(use_cases.draft_results, use_cases.DraftResults(uuid4(), (item,)), "record", who))
        self._agree(outcome, None)
        self.model.drafts[UUID(outcome.id or "")] = Draft(code, attempt, grade, who)

    @precondition(has("drafts"))
    @rule(pick=PICK, grade=st.sampled_from(GRADES), stale=st.booleans(), who=RECORDERS)
    def change_draft(self, pick: int, grade: str, *, stale: bool, who: str) -> None:
        draft_id, draft = self._pick(self.model.drafts, pick)
        version = draft.version - stale
        item = use_cases.DraftInput(draft_id, version, of_result(self._result(draft.code, draft.attempt, grade)))
        outcome = self._do(self._list(use_cases.draft_results, use_cases.DraftResults(uuid4(), (item,)), "record", who))
        expected = "DRAFT_STATE_WRONG" if draft.state != "DRAFT" else "VERSION_CONFLICT" if stale else None
        self._agree(outcome, expected)
        if expected is None:
            draft.grade, draft.by, draft.version = grade, who, draft.version + 1

    @precondition(has("drafts"))
    @rule(pick=PICK, who=RECORDERS)
    def submit_draft(self, pick: int, who: str) -> None:
        draft_id, draft = self._pick(self.model.drafts, pick)
        outcome = self._do(self._submit(draft_id, who))
        if draft.state != "DRAFT":
            self._agree(outcome, "known" if draft.state == "SUBMITTED" else "DRAFT_STATE_WRONG")
            return
        expected = self.model.recording(draft.code, draft.attempt, draft.grade)
        self._agree(outcome, expected)
        if expected in (None, "known"):
            draft.state, draft.version = "SUBMITTED", draft.version + 1
        if expected is None:
            self.reached["submitted draft"] += 1
            self.model.recorded(draft_id, draft.code, draft.attempt, draft.grade, {draft.by, who})

    @precondition(has("drafts"))
    @rule(pick=PICK, who=RECORDERS)
    def withdraw_draft(self, pick: int, who: str) -> None:
        draft_id, draft = self._pick(self.model.drafts, pick)
        command = use_cases.WithdrawDrafts(uuid4(), (draft_id,))
        outcome = self._do(self._list(use_cases.withdraw_drafts, command, "record", who))
        states = {"DRAFT": None, "WITHDRAWN": "known", "SUBMITTED": "DRAFT_STATE_WRONG"}
        self._agree(outcome, states[draft.state])
        if draft.state == "DRAFT":
            draft.state, draft.version = "WITHDRAWN", draft.version + 1

    # ---- the second person ----

    @precondition(has("entries"))
    @rule(pick=PICK, who=VERIFIERS, times=st.integers(1, 3))
    def verify(self, pick: int, who: str, times: int) -> None:
        self._verify(*self._pick(self.model.entries, pick), who, times)

    def _verify(self, entry_id: UUID, entry: Entry, who: str, times: int) -> None:
        outcomes = self.run(self._at_once([self._verifying(entry_id, who) for _ in range(times)]))
        if entry.state == "VERIFIED":
            expected: str | None = "known"
        elif entry.state != "SUBMITTED":
            expected = "ENTRY_STATE_WRONG"
        else:
            expected = "SAME_ACTOR" if who in entry.makers else None
        if expected is None:
            assert sorted(outcome.already_done for outcome in outcomes) == [False, *[True] * (times - 1)]
            entry.state, entry.verifier = "VERIFIED", who
            self.reached["VERIFIED"] += 1
        else:
            for outcome in outcomes:
                self._agree(outcome, expected)

    @precondition(has("entries"))
    @rule(pick=PICK, who=VERIFIERS, goal=st.sampled_from(["RETURNED", "REJECTED"]))
    def take_back(self, pick: int, who: str, goal: str) -> None:
        entry_id, entry = self._pick(self.model.entries, pick)
        step, kind = (
            (use_cases.return_results, use_cases.ReturnResults)
            if goal == "RETURNED"
            else (use_cases.reject_results, use_cases.RejectResults)
        )
        outcome = self._do(self._list(step, kind(uuid4(), (entry_id,), ReturnReason.OTHER), "verify", who))
        self._agree(
            outcome, "known" if entry.state == goal else None if entry.state == "SUBMITTED" else "ENTRY_STATE_WRONG"
        )
        if entry.state == "SUBMITTED":
            entry.state = goal
            self.model.issued -= entry.earned
            self.reached[goal] += 1

    @precondition(has("entries"))
    @rule(pick=PICK)
    def approve(self, pick: int) -> None:
        entry_id, entry = self._pick(self.model.entries, pick)
        command = use_cases.ApproveResults(uuid4(), (entry_id,))
        outcome = self._do(self._list(use_cases.approve_results, command, "direct", "head"))
        if entry.is_approved:
            expected: str | None = "known"
        elif entry.state != "VERIFIED":
            expected = "ENTRY_STATE_WRONG"
        else:
            expected = "SAME_ACTOR" if "head" in entry.makers | {entry.verifier} else None
        self._agree(outcome, expected)
        if expected is None:
            entry.is_approved = True
            self.reached["approved"] += 1

    # ---- changes ----

    @precondition(has("entries"))
    @rule(pick=PICK, who=VERIFIERS, grade=st.sampled_from(GRADES))
    def propose_correction(self, pick: int, who: str, grade: str) -> None:
        self._propose_correction(*self._pick(self.model.entries, pick), who, grade)

    def _propose_correction(self, entry_id: UUID, entry: Entry, who: str, grade: str) -> None:
        right = self._result(entry.code, entry.attempt, grade)
        item = use_cases.CorrectionInput(entry_id, entry.version, right, CorrectionReason.OTHER)
        command = use_cases.ProposeCorrections(uuid4(), (item,))
        outcome = self._do(self._list(use_cases.propose_corrections, command, "verify", who, with_registry=True))
        self._proposed(outcome, entry_id, entry, Change(entry_id, who, is_director=False, grade=grade))

    @precondition(has("entries"))
    @rule(pick=PICK, role=st.sampled_from(["verify", "direct"]), who=VERIFIERS)
    def request_revocation(self, pick: int, role: str, who: str) -> None:
        self._request_revocation(*self._pick(self.model.entries, pick), role, who)

    def _request_revocation(self, entry_id: UUID, entry: Entry, role: str, who: str) -> None:
        person = "head" if role == "direct" else who
        command = use_cases.RequestRevocations(uuid4(), (entry_id,), RevocationReason.OTHER)
        outcome = self._do(self._list(use_cases.request_revocations, command, role, person))
        self._proposed(outcome, entry_id, entry, Change(entry_id, person, is_director=role == "direct", grade=None))

    def _proposed(self, outcome: Outcome, entry_id: UUID, entry: Entry, change: Change) -> None:
        waiting = next(
            (item for item in self.model.changes.values() if (item.entry_id, item.state) == (entry_id, "PROPOSED")),
            None,
        )
        expected: str | None = None
        if waiting is not None and waiting.grade == change.grade:
            expected = "known"
        elif entry.state != "VERIFIED":
            expected = "ENTRY_STATE_WRONG"
        elif waiting is not None:
            expected = "CHANGE_OPEN"
        elif change.grade == entry.grade:
            expected = "CORRECTION_EMPTY"
        self._agree(outcome, expected)
        if expected is None:
            self.model.changes[UUID(outcome.id or "")] = change

    @precondition(has("changes"))
    @rule(pick=PICK, role=st.sampled_from(["verify", "direct"]), who=VERIFIERS)
    def confirm(self, pick: int, role: str, who: str) -> None:
        self._confirm(*self._pick(self.model.changes, pick), role, who)

    def _confirm(self, change_id: UUID, change: Change, role: str, who: str) -> None:
        person = "head" if role == "direct" else who
        entry = self.model.entries[change.entry_id]
        command = use_cases.ConfirmEntryChanges(uuid4(), (change_id,))
        outcome = self._do(self._list(use_cases.confirm_entry_changes, command, role, person, with_registry=True))
        same_side = change.grade is None and change.is_director == (role == "direct")
        if change.state == "CONFIRMED":
            expected: str | None = "known"
        elif change.grade is not None and role == "direct":
            expected = "PERMISSION_MISSING"
        elif change.state == "DECLINED":
            expected = "CHANGE_STATE_WRONG"
        elif change.by == person or same_side:
            expected = "SECOND_PERSON_REQUIRED"
        else:
            expected = None if entry.state == "VERIFIED" else "VERSION_CONFLICT"
        self._agree(outcome, expected)
        if expected is not None:
            return
        change.state = "CONFIRMED"
        self.model.void += entry.earned
        if change.grade is None:
            entry.state = "REVOKED"
            self.reached["REVOKED"] += 1
            return
        entry.state = "SUPERSEDED"
        made = Entry(entry.code, entry.attempt, change.grade, {change.by}, entry.version + 1, "VERIFIED", person)
        self.model.entries[UUID(outcome.id or "")] = made
        self.model.issued += made.earned
        self.reached["corrected"] += 1

    @rule(code=st.sampled_from(CODES), grades=st.permutations(GRADES), is_revoked=st.booleans())
    def whole_life(self, code: str, grades: list[str], *, is_revoked: bool) -> None:
        """Recorded, verified, corrected and perhaps revoked at a stroke; by chance alone these steps seldom meet."""
        attempt = max((entry.attempt for entry in self.model.entries.values()), default=1) + 1
        if attempt > ATTEMPTS_MAX:
            return
        self.record(code, attempt, grades[0], "recorder")
        self._verify(*self._newest(), "registrar", 1)
        self._propose_correction(*self._newest(), "registrar", grades[1])
        self._confirm(*list(self.model.changes.items())[-1], "verify", "both")
        if is_revoked:
            self._request_revocation(*self._newest(), "verify", "registrar")
            self._confirm(*list(self.model.changes.items())[-1], "direct", "head")

    @precondition(has("changes"))
    @rule(pick=PICK, who=VERIFIERS)
    def decline(self, pick: int, who: str) -> None:
        change_id, change = self._pick(self.model.changes, pick)
        command = use_cases.DeclineEntryChanges(uuid4(), (change_id,))
        outcome = self._do(self._list(use_cases.decline_entry_changes, command, "verify", who))
        states = {"PROPOSED": None, "DECLINED": "known", "CONFIRMED": "CHANGE_STATE_WRONG"}
        self._agree(outcome, states[change.state])
        if change.state == "PROPOSED":
            change.state = "DECLINED"

    # ---- laws ----

    @invariant()
    def store_says_what_the_model_says(self) -> None:
        if hasattr(self, "model"):
            self.run(self._check())

    async def _check(self) -> None:
        model, world = self.model, self.world
        rows = await world.fetch(
            "SELECT entry_id, state, version, recorded_by, drafted_by, verified_by FROM entry WHERE learner_id = $1",
            self.learner_id,
        )
        assert {row["entry_id"]: (row["state"], row["version"]) for row in rows} == {
            entry_id: (entry.state, entry.version) for entry_id, entry in model.entries.items()
        }
        for row in rows:  # CB-I19
            assert row["verified_by"] is None or row["verified_by"] not in (row["recorded_by"], row["drafted_by"])
        living = Counter(entry.key for entry in model.entries.values() if entry.state in LIVING)
        assert all(count == 1 for count in living.values()), "CB-I13"
        assert await balances(world, self.learner_id) == model.balances()
        drafts = await world.fetch("SELECT draft_id, state FROM result_draft WHERE learner_id = $1", self.learner_id)
        assert {row["draft_id"]: row["state"] for row in drafts} == {i: d.state for i, d in model.drafts.items()}

    def _agree(self, outcome: Outcome, expected: str | None) -> None:
        found = outcome.problem.reason if outcome.problem else "known" if outcome.already_done else None
        assert found == expected, (found, expected)

    # ---- plumbing ----

    def _pick(self, found: dict[UUID, Any], pick: int) -> tuple[UUID, Any]:
        """One of them; mostly one with which something can still happen."""
        open_ones = [item for item, thing in found.items() if thing.state in OPEN]
        ids = open_ones if open_ones and pick % 3 else list(found)
        chosen = ids[pick % len(ids)]
        return chosen, found[chosen]

    def _newest(self) -> tuple[UUID, Entry]:
        return list(self.model.entries.items())[-1]

    def _result(self, code: str, attempt: int, grade: str) -> Any:
        return result(self.learner_id, code, grade, attempt=attempt)

    def _do(self, work: Coroutine[Any, Any, Outcome]) -> Outcome:
        outcome = self.run(work)
        assert isinstance(outcome, Outcome)
        return outcome

    async def _at_once(self, work: Sequence[Coroutine[Any, Any, Outcome]]) -> list[Outcome]:
        return list(await asyncio.gather(*work))

    async def _list(self, step: Any, command: Any, role: str, who: str, *, with_registry: bool = False) -> Outcome:
        first = (self.world.pool, self.world.bank_registry) if with_registry else (self.world.pool,)
        [outcome] = await step(*first, command, actor=self.people[role, who], now=datetime.now(UTC))
        return outcome

    async def _record(self, code: str, attempt: int, grade: str, who: str) -> Outcome:
        command = use_cases.RecordResults(uuid4(), (self._result(code, attempt, grade),))
        return await self._list(use_cases.record_results, command, "record", who, with_registry=True)

    async def _submit(self, draft_id: UUID, who: str) -> Outcome:
        command = use_cases.SubmitDrafts(uuid4(), (draft_id,))
        return await self._list(use_cases.submit_drafts, command, "record", who, with_registry=True)

    async def _verifying(self, entry_id: UUID, who: str) -> Outcome:
        return await self._list(use_cases.verify_results, use_cases.VerifyResults(uuid4(), (entry_id,)), "verify", who)


def test_random_steps_on_the_real_store_obey_the_laws(
    database: Callable[..., str], telemetry: RecordedTelemetry
) -> None:
    stack = AsyncExitStack()
    with asyncio.Runner() as runner:
        world = runner.run(stack.enter_async_context(credit_world(database, telemetry)))
        EntryMachine.world = world
        EntryMachine.run = staticmethod(runner.run)
        EntryMachine.people = {
            (role, who): world.person(who, name, world.school).actor
            for role, named in ROLES.items()
            for who, name in named.items()
        }
        try:
            run_state_machine_as_test(
                EntryMachine,
                settings=settings(
                    max_examples=40,
                    stateful_step_count=50,
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
    wanted = ("VERIFIED", "RETURNED", "REJECTED", "REVOKED", "corrected", "submitted draft", "met")
    assert min(EntryMachine.reached[name] for name in wanted) > 0, EntryMachine.reached
