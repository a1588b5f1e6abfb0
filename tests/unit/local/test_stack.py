"""Waiting for one another, and holding the state folder."""

import asyncio
import os
import subprocess
import sys

import pytest
from nuaikit_local.layout import Layout
from nuaikit_local.problems import Problem
from nuaikit_local.stack import Board, held, holder, log_tail, together


async def test_part_waits_until_what_it_needs_is_ready():
    board = Board()
    waiting = asyncio.create_task(board.until_ready("credit-bank", ["postgres", "kafka"]))
    await board.tell("postgres", ready=True)
    await asyncio.sleep(0)
    assert not waiting.done()
    await board.tell("kafka", ready=True)
    await asyncio.wait_for(waiting, 1)


async def test_part_whose_need_failed_is_told_so():
    board = Board()
    waiting = asyncio.create_task(board.until_ready("credit-bank", ["postgres"]))
    await board.tell("postgres", ready=None)
    with pytest.raises(Problem) as raised:
        await asyncio.wait_for(waiting, 1)
    assert raised.value.reason == "PART_BLOCKED"


async def test_first_failure_cancels_the_others_and_is_raised_as_itself():
    cancelled = asyncio.Event()

    async def patient():
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async def failing():
        await asyncio.sleep(0)
        raise Problem("NOT_RUNNING", folder="x")

    with pytest.raises(Problem):
        await together({"a": patient(), "b": failing()})
    assert cancelled.is_set()


def test_folder_is_held_once_and_free_after_its_holder(tmp_path):
    layout = Layout(tmp_path)
    assert holder(layout) is None
    with held(layout):
        assert holder(layout) == os.getpid()
        with pytest.raises(Problem) as raised, held(layout):
            pass
        assert (raised.value.reason, raised.value.facts["pid"]) == ("ALREADY_RUNNING", str(os.getpid()))
    assert holder(layout) is None


def test_lock_of_a_killed_holder_is_free(tmp_path):
    program = "import sys; from pathlib import Path; from nuaikit_local.layout import Layout\n"
    program += "from nuaikit_local.stack import held\n"
    program += "with held(Layout(Path(sys.argv[1]))): print('held', flush=True); sys.stdin.read()\n"
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"held\n"
        assert holder(Layout(tmp_path)) == process.pid
        process.kill()
    assert holder(Layout(tmp_path)) is None
    with held(Layout(tmp_path)):
        assert holder(Layout(tmp_path)) == os.getpid()


def test_log_tail_is_the_end_of_the_log(tmp_path):
    layout = Layout(tmp_path)
    layout.logs.mkdir()
    assert log_tail(layout, "kafka") == ""
    (layout.logs / "kafka.log").write_text("begin\n" + "x" * 5000 + "\nสุดท้าย\n")
    tail = log_tail(layout, "kafka")
    assert tail.endswith("สุดท้าย")
    assert "begin" not in tail
