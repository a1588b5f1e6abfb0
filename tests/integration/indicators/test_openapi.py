"""The published description of the HTTP interface is true."""

from typing import Any

import pytest

from tests.support.openapi import broken_promises


@pytest.mark.random
async def test_every_operation_answers_as_documented(world: Any) -> None:
    await world.reader_is_assigned()
    assert await broken_promises(str(world.http.base_url), world.reader) == {}
