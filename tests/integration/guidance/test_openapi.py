"""The published description of the HTTP interface is true."""

from typing import Any

import pytest

from tests.support.openapi import broken_promises


@pytest.mark.random
async def test_every_operation_answers_as_documented(world: Any) -> None:
    teacher = world.teacher("teacher", "screening.record", "activity.record", "guidance.read", "own.read")
    assert await broken_promises(str(world.http.base_url), teacher.headers) == {}
