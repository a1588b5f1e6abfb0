"""The consistency check of the command line; it reads only."""

from __future__ import annotations

from chassis.pg import transaction

from student_registry.deps import Deps
from student_registry.identifiers.use_cases import drift
from student_registry.verifying import store


async def verify(deps: Deps) -> dict[str, int]:
    """What must not be, by name, each with how much of it there is; identifiers are opened and compared too."""
    found: dict[str, int] = {}
    for name, statement in store.CHECKS.items():
        async with transaction(deps.pool) as connection:
            await store.take_time(connection)
            found[name] = await store.count(connection, statement)
    async with transaction(deps.pool) as connection:
        _, found["identifiers_unlike_their_index"] = await drift(deps, connection)
    return found
