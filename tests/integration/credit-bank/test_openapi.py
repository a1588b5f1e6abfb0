"""The published description of the HTTP interface is true."""

import pytest

from tests.support.credit_world import World
from tests.support.openapi import broken_promises


@pytest.mark.random
@pytest.mark.parametrize("name", ["school-registrar", "college-registrar", "chair"])
async def test_every_operation_answers_as_documented(world: World, name: str) -> None:
    assert await broken_promises(str(world.http.base_url), world.staff[name].headers) == {}
