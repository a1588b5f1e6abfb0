"""The story, step by step: load, import, record, verify, count, transfer, query, guide."""

from __future__ import annotations

from collections.abc import Callable

from nuaikit_local.scenario.enrolling import import_learners
from nuaikit_local.scenario.guiding import guide
from nuaikit_local.scenario.loading import load_institutions, load_rules
from nuaikit_local.scenario.platform import Platform
from nuaikit_local.scenario.querying import query
from nuaikit_local.scenario.recording import record
from nuaikit_local.scenario.stage import ScenarioReport, StepReport, Story
from nuaikit_local.scenario.transferring import transfer
from nuaikit_local.scenario.world import World

__all__ = ["ScenarioReport", "run"]


async def run(platform: Platform, world: World, *, say: Callable[[StepReport], None]) -> ScenarioReport:
    """Play the scenario against running services; a second run repeats the requests and has no second effect.

    Raises:
        ScenarioError: Something was answered otherwise than the story says.
    """
    story = Story(platform, world, ScenarioReport(), say)
    await load_institutions(story)
    await load_rules(story)
    await import_learners(story)
    await record(story)
    await transfer(story)
    await query(story)
    await guide(story)
    return story.report
