"""Callers of the credit bank in a process of their own, as clients are; told what to do on standard input.

The first line says where the service is, who calls and about whom; every further line is a side of `ledger_record` and
for how long. Each is answered by one line.
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

import grpc.aio
from nuaikit.credit_bank.v1 import recording_pb2 as pb
from nuaikit.credit_bank.v1 import recording_pb2_grpc as pb_grpc
from uvicorn.loops.auto import auto_loop_factory

from tests.support.credit_calls import result_json, result_pb

BATCH = 100
CODES = ("ท31101", "ค31101", "พ31101", "พ31102", "ศ31101")
TERMS = ((2568, 1), (2568, 2), (2569, 1))
HOT = 10

Work = Callable[[], Awaitable[int]]
Place = tuple[int, tuple[int, int], str, UUID]


class Line:
    """One kept connection, by hand: a client library would cost more than the service."""

    def __init__(self, port: int) -> None:
        """Not connected yet."""
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """Status and body of the answer; a line that was quiet too long is opened anew, under the same request id."""
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        message = (
            f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n{head}"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        for _ in range(2):
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 22)
            reader, writer = self._streams
            try:
                writer.write(message)
                answer = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()
                self._streams = None
                continue
            lines = answer.decode("latin-1").split("\r\n")
            size = next(int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length:"))
            return int(lines[0].split()[1]), await reader.readexactly(size)
        raise ConnectionError("the service hung up twice")


def places(learners: list[UUID], attempts: range) -> Iterator[Place]:
    """What nobody sent before: attempt, term, course and learner; the learner changes fastest."""
    return iter(itertools.product(attempts, TERMS, CODES, learners))


class Callers:
    """Sends results that nobody sent before."""

    def __init__(self, told: dict[str, Any]) -> None:
        """Learners who are enrolled in every term, and who records them."""
        self._port: int = told["http_port"]
        self._people: Iterator[dict[str, str]] = itertools.cycle(told["people"])
        learners = [UUID(one) for one in told["learners"]]
        self._spread, self._hot = places(learners[HOT:], range(1, 100)), places(learners[:HOT], range(1, 100))
        self._stub = pb_grpc.RecordingServiceStub(grpc.aio.insecure_channel(f"127.0.0.1:{told['grpc_port']}"))
        self._lines: list[Line] = []
        self.spent: list[float] = []

    async def single(self) -> int:
        """One result, of all learners in turn."""
        return await self._post(self._spread, 1)

    async def hot(self) -> int:
        """One result, of a few learners."""
        return await self._post(self._hot, 1)

    async def batch_http(self) -> int:
        """Many results a call."""
        return await self._post(self._spread, BATCH)

    async def _post(self, fresh: Iterator[Place], count: int) -> int:
        results = [
            result_json(learner_id, code, year_be=year_be, term=term, attempt=attempt)
            for attempt, (year_be, term), code, learner_id in itertools.islice(fresh, count)
        ]
        assert len(results) == count, "there are no learners left"
        headers = next(self._people) | {"Idempotency-Key": str(uuid4())}
        body = json.dumps({"results": results}, ensure_ascii=False).encode("utf-8")
        line = self._lines.pop() if self._lines else Line(self._port)
        begun = time.perf_counter()
        status, answer = await line.post("/v1/entries", body, headers)
        self.spent.append(time.perf_counter() - begun)
        self._lines.append(line)
        assert status == HTTPStatus.OK, answer
        problems = [item["problem"] for item in json.loads(answer)["results"] if item["problem"]]
        assert not problems, problems[0]
        return count

    async def batch_grpc(self) -> int:
        """Many results a call."""
        results = [
            result_pb(learner_id, code, year_be=year_be, term=term, attempt=attempt)
            for attempt, (year_be, term), code, learner_id in itertools.islice(self._spread, BATCH)
        ]
        request = pb.RecordResultsRequest(request_id=str(uuid4()), results=results)
        metadata = tuple((name.lower(), value) for name, value in next(self._people).items())
        begun = time.perf_counter()
        answer = await self._stub.RecordResults(request, metadata=metadata)
        self.spent.append(time.perf_counter() - begun)
        assert not any(outcome.HasField("problem") for outcome in answer.outcomes)
        return BATCH


async def rate(work: Work, *, seconds: float, callers: int) -> tuple[int, float]:
    """Results by some callers at once, and how long they took."""
    begun = time.perf_counter()

    async def caller() -> int:
        mine = 0
        while time.perf_counter() - begun < seconds:
            mine += await work()
        return mine

    done = sum(await asyncio.gather(*(caller() for _ in range(callers))))
    return done, time.perf_counter() - begun


async def main() -> None:
    """Serve the lines."""
    loop = asyncio.get_running_loop()
    callers = Callers(json.loads(await loop.run_in_executor(None, sys.stdin.readline)))
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        asked = json.loads(line)
        callers.spent = []
        done, took = await rate(getattr(callers, asked["side"]), seconds=asked["seconds"], callers=asked["callers"])
        sys.stdout.write(json.dumps({"done": done, "took": took, "spent": callers.spent}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(main())
