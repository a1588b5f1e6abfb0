"""The loser of a race looks again; a fault of ours is not taken for a race."""

import asyncpg
import pytest
from student_registry.races import TRIES_MAX, LostRace, rerun_on

KNOWN = frozenset({"learner_identifier_person"})


def violation(constraint):
    error = asyncpg.UniqueViolationError("duplicate key")
    error.constraint_name = constraint
    return error


def failing(times, error):
    tries = []

    async def work():
        tries.append(1)
        if len(tries) <= times:
            raise error
        return len(tries)

    return work


@pytest.mark.parametrize(
    "error", [violation("learner_identifier_person"), LostRace(), asyncpg.DeadlockDetectedError("x")]
)
async def test_lost_race_is_run_again(error):
    assert await rerun_on(KNOWN, failing(1, error)) == 2


async def test_race_lost_every_time_is_told():
    with pytest.raises(LostRace):
        await rerun_on(KNOWN, failing(TRIES_MAX, violation("learner_identifier_person")))


async def test_violation_of_another_constraint_is_raised_as_it_is():
    with pytest.raises(asyncpg.UniqueViolationError):
        await rerun_on(KNOWN, failing(1, violation("learner_name_current")))
