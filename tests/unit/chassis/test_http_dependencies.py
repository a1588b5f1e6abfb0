"""What every request of a route asks for is found out on the loop: a thread would cost more than the work."""

import inspect
from typing import Any

import pytest
from chassis.http import CurrentActor, FreshActor, Purpose
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_dependant


def calls(dependant: Dependant) -> list[object]:
    """Everything that the framework calls before a route, the deepest first."""
    found = [call for inner in dependant.dependencies for call in calls(inner)]
    return [*found, dependant.call]


@pytest.mark.parametrize("asked", [CurrentActor, FreshActor, Purpose])
def test_no_dependency_of_a_route_goes_through_a_thread(asked: object) -> None:
    async def route(it: Any) -> None:
        del it

    route.__annotations__["it"] = asked
    found = calls(get_dependant(path="/", call=route))
    assert len(found) > 1
    for call in found:
        assert inspect.iscoroutinefunction(call) or inspect.iscoroutinefunction(type(call).__call__), call
