"""What the steps of the story share: who plays, what has come of the steps before, and how a step is shown."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from nuaikit.credit_bank.v1 import catalogue_pb2

from nuaikit_local.scenario.platform import Person, Platform
from nuaikit_local.scenario.world import World

LINES = ((("ท31101",), "20000-1101"), (("พ31101", "พ31102"), "20000-1601"), (("ศ31101",), "20000-1501"))
"""What the college asks for each dual-education learner; the third has no rule and is rejected."""


@dataclass(frozen=True, slots=True)
class StepReport:
    """One step as shown: Thai and English title, what came of it, seconds taken."""

    title_th: str
    title_en: str
    facts: tuple[tuple[str, str], ...]
    seconds: float


@dataclass(slots=True)
class ScenarioReport:
    """Everything the run shows."""

    steps: list[StepReport] = field(default_factory=list[StepReport])
    balances: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    learner_id: str = ""


@dataclass(slots=True)
class Story:
    """What the steps tell each other."""

    platform: Platform
    world: World
    report: ScenarioReport
    say: Callable[[StepReport], None]
    institutions: dict[str, str] = field(default_factory=dict[str, str])
    courses: dict[str, catalogue_pb2.CourseKey] = field(default_factory=dict[str, catalogue_pb2.CourseKey])
    committees: dict[str, str] = field(default_factory=dict[str, str])
    partnerships: dict[str, str] = field(default_factory=dict[str, str])
    offerings: dict[str, str] = field(default_factory=dict[str, str])
    dual_learners: list[str] = field(default_factory=list[str])

    @asynccontextmanager
    async def step(self, title_th: str, title_en: str) -> AsyncGenerator[list[tuple[str, str]]]:
        """Time one step and show it."""
        facts: list[tuple[str, str]] = []
        started = time.perf_counter()
        yield facts
        shown = StepReport(title_th, title_en, tuple(facts), time.perf_counter() - started)
        self.report.steps.append(shown)
        self.say(shown)

    async def actor(self, name: str) -> Person:
        """Somebody of the staff, acting under the role the world gives him."""
        return await self.platform.acting(name, self.world.staff[name]["role"])
