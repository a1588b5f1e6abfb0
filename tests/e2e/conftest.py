"""One running platform for the end-to-end tests; the scenario has been played on it once."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from nuaikit_local.scenario.story import ScenarioReport, run
from nuaikit_local.scenario.world import World, load

from tests.support import kafka
from tests.support.databases import Databases
from tests.support.kafka import Broker
from tests.support.platform import RunningPlatform, running_platform

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "dual-education"


@dataclass
class Played:
    """A platform on which the scenario was played."""

    platform: RunningPlatform
    world: World
    report: ScenarioReport


@pytest.fixture(scope="session")
async def played(
    databases: Databases, broker: Broker, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Played]:
    """The platform after one run of the scenario."""
    prefix = f"e{uuid4().hex[:8]}."
    made: list[str] = []

    async def create(*names: str, partitions: int) -> None:
        made.extend(prefix + name for name in names)
        await kafka.create_topics(broker, made, partitions=partitions)

    folder = tmp_path_factory.mktemp("platform")
    async with running_platform(folder, databases.create, broker, create, prefix) as platform:
        world = load(EXAMPLES)
        report = await run(platform.client, world, say=lambda _step: None)
        yield Played(platform, world, report)
    await kafka.delete_topics(broker, made)
