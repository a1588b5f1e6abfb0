"""No account ever holds more by transfer than a rule allows, however cases are posted and taken back at once (CB-I7).

Cases of one learner are decided under a limit that was drawn; then some of them are posted and some postings taken
back, all at the same moment. Some order of it must explain the answers, and the database must hold what that leaves.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, permutations
from uuid import UUID, uuid4

from credit_bank.audit import audit
from credit_bank.calendar_th import thai_date
from credit_bank.transfers import use_cases as transfers
from credit_bank.transfers.domain import Applicant, Ground, Vote
from credit_bank.transfers.opening import CaseProposal, LineProposal
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.support.credit_world import World, course_key, credit_world, ids_of
from tests.support.telemetry import RecordedTelemetry

LINES = {
    "20000-1101": (("ท31101",), 100),
    "20000-1102": (("ค31101",), 100),
    "20000-1501": (("ศ31101",), 200),
    "20000-1601": (("พ31101", "พ31102"), 100),
}
"""Target, its sources and its credits; one case each."""
TOTAL = 10_300
"""Of the qualification in these tests, in 1/100 credit."""
TARGETS = sorted(LINES)
CODES = tuple(code for sources, _ in LINES.values() for code in sources)
rounds = st.lists(
    st.lists(st.tuples(st.sampled_from(["post", "post", "reverse"]), st.sampled_from(TARGETS)), min_size=1, max_size=4),
    min_size=1,
    max_size=3,
)
Op = tuple[str, str]


@dataclass(frozen=True)
class Model:
    """What stands by transfer, what was taken back, and how much may stand."""

    limit: int
    posted: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()

    def held(self) -> int:
        return sum(LINES[target][1] for target in self.posted)

    def apply(self, op: Op) -> tuple["Model", str]:
        name, target = op
        if name == "reverse":
            if target in self.gone:
                return self, "KNOWN"
            if target not in self.posted:
                return self, "CASE_STATE_WRONG"
            return Model(self.limit, self.posted - {target}, self.gone | {target}), "OK"
        if target in self.posted | self.gone:
            return self, "KNOWN"  # posted once, whatever became of it
        if 100 * (self.held() + LINES[target][1]) > self.limit * TOTAL:
            return self, "SHARE_EXCEEDED"
        return Model(self.limit, self.posted | {target}, self.gone), "OK"


class Desk:
    """One learner's decided cases in the real store."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.cases: dict[str, UUID] = {}
        self.lines: dict[str, UUID] = {}

    async def begin(self, limit: int, day: int) -> None:
        """A limit that begins later than all before it, and four cases decided under it."""
        world, now = self.world, datetime.now(UTC)
        rule = {
            "key": "MAX_SHARE",
            "reference": f"ประกาศทดสอบ {day}/2569",
            "title_th": "เพดานสัดส่วน",
            "value": limit,
            "forms": ["FORMAL"],
            "levels": ["VOCATIONAL_CERTIFICATE"],
            "provenance": {
                "source": "tests",
                "status": "demonstration",
                "effective_from": str(thai_date(now) - timedelta(days=1_000 - day)),
                "version": f"2569.{day}",
            },
        }
        headers = world.staff["publisher"].headers | {"Idempotency-Key": str(uuid4())}
        answer = await world.http.post("/v1/policy-rules", json={"rules": [rule]}, headers=headers)
        assert answer.json()["results"][0]["problem"] is None, answer.text
        self.learner_id = await world.learner()
        [entries] = await world.results([self.learner_id], *((code, "3") for code in CODES))
        roots = dict(zip(CODES, entries, strict=True))
        registrar, chair = world.staff["college-registrar"].actor, world.staff["chair"].actor
        proposals = tuple(
            CaseProposal(
                learner_id=self.learner_id,
                ground=Ground.PARTNERSHIP,
                partnership_id=world.partnership_id,
                committee_id=world.committee_id,
                requested_on=thai_date(now),
                requested_by=Applicant.GUARDIAN,
                qualification_code="PWC-2562",
                qualification_version="2562",
                lines=(LineProposal(tuple(roots[code] for code in LINES[target][0]), course_key(target)),),
            )
            for target in TARGETS
        )
        opening = transfers.OpenTransferCases(uuid4(), proposals)
        opened = ids_of(
            await transfers.open_transfer_cases(world.pool, world.bank_registry, opening, actor=registrar, now=now)
        )
        self.cases = dict(zip(TARGETS, opened, strict=True))
        reviewing = transfers.BeginReviews(uuid4(), tuple(opened))
        ids_of(await transfers.begin_reviews(world.pool, reviewing, actor=registrar, now=now))
        rows = await world.fetch("SELECT case_id, line_id FROM case_line WHERE case_id = ANY($1::uuid[])", opened)
        of_case = {row["case_id"]: row["line_id"] for row in rows}
        self.lines = {target: of_case[case_id] for target, case_id in self.cases.items()}
        votes = tuple(Vote(line_id, True, None, "") for line_id in self.lines.values())
        for who in ("chair", "member-1"):
            voting = transfers.CastVotes(uuid4(), votes)
            ids_of(await transfers.cast_votes(world.pool, voting, actor=world.staff[who].actor, now=now))
        deciding = transfers.DecideCases(uuid4(), tuple(opened))
        ids_of(await transfers.decide_cases(world.pool, deciding, actor=chair, now=now))

    async def at_once(self, ops: Sequence[Op]) -> list[str]:
        return list(await asyncio.gather(*(self._do(*op) for op in ops)))

    async def _do(self, name: str, target: str) -> str:
        world, now = self.world, datetime.now(UTC)
        if name == "post":
            posting = transfers.PostCases(uuid4(), (self.cases[target],))
            actor = world.staff["college-registrar"].actor
            [outcome] = await transfers.post_cases(world.pool, world.bank_registry, posting, actor=actor, now=now)
        else:
            reversing = transfers.ReverseLines(uuid4(), (transfers.LineReversal(self.lines[target], "ORDER", "คำสั่ง"),))
            [outcome] = await transfers.reverse_lines(world.pool, reversing, actor=world.staff["chair"].actor, now=now)
        return outcome.problem.reason if outcome.problem else "KNOWN" if outcome.already_done else "OK"

    async def held(self) -> int:
        found = await self.world.fetchval(
            "SELECT coalesce(sum(b.balance_hundredths), 0) FROM account_bucket b JOIN account a USING (account_id)"
            " WHERE a.learner_id = $1 AND b.bucket LIKE 'COUNTED:%'",
            self.learner_id,
        )
        assert isinstance(found, int)
        return found


async def play(world: World, limit: int, day: int, wanted: list[list[Op]], reached: Counter[str]) -> None:
    desk = Desk(world)
    await desk.begin(limit, day)
    model = Model(limit)
    for ops in wanted:
        answers = await desk.at_once(ops)
        held = await desk.held()
        assert 100 * held <= limit * TOTAL, "CB-I7"
        for order in permutations(range(len(ops))):
            then, said = model, [""] * len(ops)
            for number in order:
                then, said[number] = then.apply(ops[number])
            if said == answers and then.held() == held:
                model = then
                break
        else:
            raise AssertionError(f"no order explains {list(zip(ops, answers, strict=True))}, {held} held")
        reached.update(f"{name} {answer}" for (name, _), answer in zip(ops, answers, strict=True))


def test_largest_share_is_kept_whatever_is_posted_at_once(
    database: Callable[..., str], telemetry: RecordedTelemetry
) -> None:
    stack = AsyncExitStack()
    with asyncio.Runner() as runner:
        world = runner.run(stack.enter_async_context(credit_world(database, telemetry)))
        reached: Counter[str] = Counter()
        days = count(1)

        @settings(
            max_examples=30,
            deadline=None,
            database=None,
            # Shortening a failing run takes minutes on a real store; the run itself is shown.
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )
        @given(limit=st.sampled_from([1, 2, 3, 4, 100]), wanted=rounds)
        def property_holds(limit: int, wanted: list[list[Op]]) -> None:
            runner.run(play(world, limit, next(days), wanted, reached))

        try:
            property_holds()
            drift = {name: value for name, value in runner.run(audit(world.pool)).items() if name.startswith("drift")}
            assert not any(drift.values()), drift
        finally:
            runner.run(stack.aclose())
    # Examples that never come there would prove nothing.
    assert min(reached[name] for name in ("post OK", "post SHARE_EXCEEDED", "reverse OK")) > 0, reached
