"""The running, furnished credit bank."""

from collections.abc import AsyncIterator, Callable

import pytest

from tests.support.credit_world import World, credit_world
from tests.support.telemetry import RecordedTelemetry


@pytest.fixture
async def world(database: Callable[..., str], telemetry: RecordedTelemetry) -> AsyncIterator[World]:
    """A school, a college, their staff, catalogue, committee and partnership, in a database of this test alone."""
    async with credit_world(database, telemetry) as made:
        yield made
