"""Signed daily checkpoints: what they hold, who can check them, and what rewriting history does to them."""

import asyncio
import base64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from chassis.service import running
from credit_bank.app import SERVICE
from credit_bank.audit import audit
from credit_bank.checkpoints.__main__ import main as verify_copy
from credit_bank.checkpoints.domain import Checkpoint
from credit_bank.checkpoints.signing import Signer
from credit_bank.checkpoints.use_cases import make_checkpoint
from nuaikit.credit_bank.v1 import ledger_pb2 as pb
from nuaikit.credit_bank.v1 import ledger_pb2_grpc as pb_grpc
from pydantic import SecretStr

from tests.support.credit_calls import get
from tests.support.credit_world import World
from tests.support.kafka import eventually

SIGNER = Signer.of("bank-1", base64.b64encode(bytes(range(32))).decode())
OTHER = Signer.of("bank-1", base64.b64encode(bytes(32)).decode())
KEYS = {"bank-1": SIGNER.public_key}
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


async def days(world: World, count: int) -> Sequence[Checkpoint]:
    """Checkpoints of some days, with results between them."""
    made: list[Checkpoint] = []
    for number in range(count):
        learner_id = await world.learner()
        await world.results([learner_id], ("ท31101", "3"))
        checkpoint = await make_checkpoint(world.pool, SIGNER, now=NOW + timedelta(days=number))
        assert checkpoint is not None
        made.append(checkpoint)
    return made


async def drift(world: World, keys: dict[str, bytes] | None = None) -> int:
    return (await audit(world.pool, trusted_keys=KEYS if keys is None else keys))["drift_checkpoints"]


async def test_checkpoints_hold_all_chains_and_follow_each_other(world: World) -> None:
    first, second = await days(world, 2)
    assert (first.learner_count, first.journal_count) == (1, 2)
    assert (second.learner_count, second.journal_count, second.prev_digest) == (2, 4, first.digest)
    assert await drift(world) == 0


async def test_one_checkpoint_a_day_however_many_make_it(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "3"))
    found = await asyncio.gather(*(make_checkpoint(world.pool, SIGNER, now=NOW) for _ in range(4)))
    assert len([one for one in found if one is not None]) == 1
    assert await make_checkpoint(world.pool, SIGNER, now=NOW + timedelta(hours=2)) is None
    assert await drift(world) == 0


async def test_chain_that_was_rewritten_whole_and_consistently_is_found(world: World) -> None:
    """Whoever rewrites a chain can give it new hashes that verify; the checkpoint still knows the old end."""
    await days(world, 1)
    async with world.pool.acquire() as connection, connection.transaction():
        await connection.execute("ALTER TABLE journal DISABLE TRIGGER USER")
        await connection.execute("UPDATE journal SET hash = decode(repeat('ab', 32), 'hex') WHERE seq = 2")
        await connection.execute("UPDATE learner_chain SET head_hash = decode(repeat('ab', 32), 'hex')")
        await connection.execute("ALTER TABLE journal ENABLE TRIGGER USER")
    assert await drift(world) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_checkpoint SET learner_count = learner_count + 1",
        "UPDATE ledger_checkpoint SET signature = decode(repeat('ab', 64), 'hex')",
        "UPDATE ledger_checkpoint SET digest = decode(repeat('ab', 32), 'hex')",
        "UPDATE checkpoint_head SET hash = decode(repeat('ab', 32), 'hex')",
        "DELETE FROM checkpoint_head",
    ],
)
async def test_changed_checkpoint_is_found(world: World, change: str) -> None:
    await days(world, 1)
    async with world.pool.acquire() as connection, connection.transaction():
        for table in ("ledger_checkpoint", "checkpoint_head"):
            await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        await connection.execute(change)
        for table in ("ledger_checkpoint", "checkpoint_head"):
            await connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    assert await drift(world) == 1


async def test_key_that_nobody_knows_proves_nothing(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "3"))
    await make_checkpoint(world.pool, OTHER, now=NOW)
    assert await drift(world) == 1
    assert await drift(world, {}) == 0  # whole in itself, by its own key


async def test_kept_copy_is_verified_without_the_bank(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await days(world, 3)
    answer = await get(world, "checkpoints", "auditor")
    copy = tmp_path / "checkpoints.json"
    copy.write_text(answer.text, "utf-8")
    key = f"bank-1={SIGNER.public_key.hex()}"
    assert verify_copy([str(copy), "--public-key", key]) == 0
    assert "3 of 3 checkpoints hold, by known keys" in capsys.readouterr().out
    copy.write_text(answer.text.replace('"journal_count":4', '"journal_count":5'), "utf-8")
    assert verify_copy([str(copy), "--public-key", key]) == 1
    assert "SIGNATURE_WRONG" in capsys.readouterr().out


async def test_pages_are_the_same_over_both_transports(world: World) -> None:
    await days(world, 3)
    over_http: dict[str, Any] = (await get(world, "checkpoints?page_size=2", "auditor")).json()
    stub = pb_grpc.LedgerServiceStub(world.channel)
    request = pb.ListCheckpointsRequest(page_size=2)
    over_grpc = await stub.ListCheckpoints(request, metadata=world.staff["auditor"].metadata)
    assert [one.digest_hex for one in over_grpc.checkpoints] == [one["digest_hex"] for one in over_http["checkpoints"]]
    rest = await get(world, f"checkpoints?page_token={over_http['next_page_token']}", "auditor")
    assert len(rest.json()["checkpoints"]) == 1
    assert (await get(world, "checkpoints", world.signed_in(await world.learner()))).status_code == 403


async def test_running_relay_takes_the_checkpoint_of_the_day_by_itself(world: World) -> None:
    """Nobody has to remember it: where a key is set, the relay's chores sign today's, and only once."""
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "3"))
    assert world.settings is not None
    key = SecretStr(base64.b64encode(bytes(range(32))).decode())
    settings = world.settings.model_copy(update={"checkpoint_key": key, "checkpoint_key_id": "bank-1"})

    async def is_taken() -> bool:
        return (await get(world, "checkpoints", "auditor")).json()["checkpoints"] != []

    for _ in range(2):  # a restart on the same day makes no second one
        async with running(SERVICE, settings, parts=frozenset({"relay"}), telemetry=world.telemetry.of("relay")):
            await eventually(is_taken, timeout_s=20, what="the relay to sign a checkpoint")
    [taken] = (await get(world, "checkpoints", "auditor")).json()["checkpoints"]
    assert (taken["journal_count"], taken["public_key_hex"]) == (2, SIGNER.public_key.hex())
    assert await drift(world) == 0


def test_seed_that_is_no_key_is_refused() -> None:
    for seed in ("", "abc", base64.b64encode(bytes(31)).decode()):
        with pytest.raises(ValueError, match="32 bytes"):
            Signer.of("1", seed)
