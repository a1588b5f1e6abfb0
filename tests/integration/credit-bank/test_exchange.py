"""Exchange with another bank: stored, signed, sent once, sent again when nobody answered, taken once (R-05, R-08)."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import grpc
import httpx
import pytest
import rfc8785
from chassis.auth import Actor
from chassis.errors import ServiceError
from credit_bank.checkpoints.signing import Signer, is_signed
from credit_bank.exchange import sending
from credit_bank.exchange.domain import CONTRACT, BankLevel, learner_ref, next_wait
from credit_bank.exchange.peers import Exchange, Peer, load
from credit_bank.exchange.use_cases import Message, ReceiveMessages, receive_messages
from fastapi import FastAPI, Request, Response
from nuaikit.credit_bank.v1 import exchange_pb2 as pb
from nuaikit.credit_bank.v1 import exchange_pb2_grpc as pb_grpc

from tests.support.credit_calls import get, posted, reasons, refusal
from tests.support.credit_world import World
from tests.support.identity import served

OURS = Signer.of("exchange", base64.b64encode(bytes(range(32))).decode())
THEIRS = Signer.of("exchange", base64.b64encode(bytes(32)).decode())
KEY = bytes(range(32, 64))
CLIENT = Actor("other-bank", "service", None, None, "", frozenset({"exchange.receive"}), "")


@dataclass
class OtherBank:
    """A bank of another level, as the contract describes it.

    Attributes:
        taken: Messages by id.
        answers: Status codes to give before answering well.
        refuses: Whether it takes no message.
    """

    url: str = ""
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: list[int] = field(default_factory=list)
    calls: int = 0
    refuses: bool = False

    async def take(self, request: Request) -> Response:
        self.calls += 1
        if self.answers and (code := self.answers.pop(0)) != httpx.codes.OK:
            return Response(status_code=code)
        receipts: list[dict[str, str]] = []
        for one in (await request.json())["messages"]:
            content = base64.b64decode(one["content_base64"])
            assert is_signed(content, bytes.fromhex(one["signature_hex"]), OURS.public_key)
            if self.refuses:
                receipts.append(
                    {"message_id": one["message_id"], "state": "REFUSED", "reason_code": "CONTRACT_UNKNOWN"}
                )
                continue
            known = one["message_id"] in self.taken
            self.taken[one["message_id"]] = json.loads(content)
            receipts.append({"message_id": one["message_id"], "state": "KNOWN" if known else "STORED"})
        return Response(json.dumps({"receipts": receipts}), media_type="application/json")


@asynccontextmanager
async def other_bank() -> AsyncIterator[OtherBank]:
    bank, app = OtherBank(), FastAPI()
    app.add_api_route("/messages", bank.take, methods=["POST"])
    async with served(app) as port:
        bank.url = f"http://127.0.0.1:{port}/messages"
        yield bank


def exchange(url: str = "", **changes: Any) -> Exchange:
    peer = Peer("province-20", BankLevel.PROVINCE, url, THEIRS.public_key, KEY)
    peer = replace(peer, since=datetime(2020, 1, 1, tzinfo=UTC), **changes)
    return Exchange("bank-b", OURS, {peer.name: peer})


async def send(world: World, banks: Exchange, *, after: timedelta = timedelta(seconds=5)) -> int:
    """Store what is new and send what is due, as at a later moment."""
    [peer] = banks.peers.values()
    now = datetime.now(UTC) + after
    await sending.store_new(world.pool, banks, peer, now=now)
    async with httpx.AsyncClient(trust_env=False) as client:
        return await sending.forward(world.pool, banks, peer, client, now=now)


async def test_verified_result_reaches_the_other_bank_once_signed_and_without_names(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "3"))
    async with other_bank() as bank:
        banks = exchange(bank.url)
        assert [await send(world, banks), await send(world, banks)] == [1, 0]
        [message] = bank.taken.values()
    assert (message["contract"], message["type"], message["bank"]) == (CONTRACT, "credit.verified", "bank-b")
    assert message["learner_ref"] == learner_ref(learner_id, KEY)
    entry = message["entry"]
    assert (entry["code"], entry["credits"], entry["unit"], entry["form"], entry["level"]) == (
        "ท31101",
        "1.0",
        "CR_OBEC",
        "FORMAL",
        "UPPER_SECONDARY",
    )
    assert str(learner_id) not in json.dumps(message)


async def test_bank_that_is_away_gets_everything_when_it_is_back(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "3"), ("ค31101", "3"))
    async with other_bank() as bank:
        bank.answers = [503, 500]
        banks = exchange(bank.url)
        assert await send(world, banks) == 0
        assert await send(world, banks, after=timedelta(seconds=10)) == 0  # not due yet
        assert bank.calls == 1
        assert await send(world, banks, after=timedelta(minutes=2)) == 0
        assert await send(world, banks, after=timedelta(minutes=10)) == 2
        assert len(bank.taken) == 2
    rows = await world.fetch("SELECT state, attempts, last_answer FROM exchange_delivery")
    assert [tuple(row) for row in rows] == [("SENT", 3, "STORED")] * 2


async def test_receipt_that_was_lost_makes_no_second_message(world: World) -> None:
    """The other bank took it, we died before we knew: it comes again under the same id and is known there."""
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "3"))
    async with other_bank() as bank:
        banks = exchange(bank.url)
        assert await send(world, banks) == 1
        await world.execute("UPDATE exchange_delivery SET state = 'PENDING', sent_at = NULL")
        assert await send(world, banks, after=timedelta(hours=2)) == 1
        assert len(bank.taken) == 1
    assert await world.fetchval("SELECT last_answer FROM exchange_delivery") == "KNOWN"


async def test_two_workers_send_each_message_once(world: World) -> None:
    learners = [await world.learner() for _ in range(3)]
    await world.results(learners, ("ท31101", "3"), ("ค31101", "3"))
    async with other_bank() as bank:
        banks = exchange(bank.url)
        sent = await asyncio.gather(*(send(world, banks) for _ in range(3)))
        assert (sum(sent), len(bank.taken)) == (6, 6)
    assert await world.fetchval("SELECT max(attempts) FROM exchange_delivery") == 1


async def test_only_what_a_peer_is_to_know_is_told(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "3"))
    async with other_bank() as bank:
        assert await send(world, exchange(bank.url, institutions=(world.college,))) == 0
        assert await send(world, exchange(bank.url, types=("credit.revoked",))) == 0
        assert await send(world, exchange(bank.url, institutions=(world.school,))) == 1


async def test_refused_message_is_kept_with_the_reason_and_listed(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "3"))
    banks = exchange("http://127.0.0.1:9/messages")
    assert await send(world, banks) == 0
    listed = await get(world, "exchange/deliveries", world.staff["publisher"])
    assert listed.status_code == httpx.codes.OK, listed.text
    [one] = listed.json()["deliveries"]
    assert (one["state"], one["attempts"], one["last_answer"]) == ("PENDING", 1, "ConnectError")
    stub = pb_grpc.ExchangeServiceStub(world.channel)
    page = await stub.ListDeliveries(
        pb.ListDeliveriesRequest(state="PENDING"), metadata=world.staff["publisher"].metadata
    )
    assert [item.message_id for item in page.deliveries] == [one["message_id"]]
    call = stub.ListDeliveries(pb.ListDeliveriesRequest(), metadata=world.staff["school-registrar"].metadata)
    assert await refusal(call) == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_MISSING")


async def test_what_was_refused_is_sent_again_by_those_who_look_after_the_exchange(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "3"))
    async with other_bank() as bank:
        banks = exchange(bank.url)
        bank.refuses = True
        assert await send(world, banks) == 0
        bank.refuses = False
        assert await send(world, banks, after=timedelta(days=1)) == 0, "a refusal is not tried again by itself"
        [one] = (await get(world, "exchange/deliveries?state=REFUSED", world.staff["publisher"])).json()["deliveries"]
        assert one["last_answer"] == "CONTRACT_UNKNOWN"
        body = {"message_ids": [one["message_id"], str(uuid4())]}
        results = await posted(world, "exchange/deliveries/resend", body, "publisher")
        assert reasons(results) == [None, "EXCHANGE_MESSAGE_UNKNOWN"]
        stub = pb_grpc.ExchangeServiceStub(world.channel)
        request = pb.ResendDeliveriesRequest(request_id=str(uuid4()), message_ids=body["message_ids"][:1])
        [again] = (await stub.ResendDeliveries(request, metadata=world.staff["publisher"].metadata)).outcomes
        assert again.already_done
        assert await send(world, banks, after=timedelta(days=1)) == 1
        assert set(bank.taken) == {one["message_id"]}
    refused = stub.ResendDeliveries(request, metadata=world.staff["school-registrar"].metadata)
    assert await refusal(refused) == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_MISSING")


# ---- taking ----


def message(**changes: Any) -> Message:
    """A good message of the other bank."""
    message_id = uuid4()
    content = {
        "contract": CONTRACT,
        "message_id": str(message_id),
        "bank": "province-20",
        "learner_ref": "ab" * 32,
        "seq": 1,
        "type": "credit.verified",
        "posted_at": "2026-11-21T00:00:00.000000+00:00",
    } | changes
    return Message(message_id, rfc8785.dumps(content), THEIRS.sign(content))


async def take(world: World, messages: Sequence[Message]) -> list[tuple[str, str]]:
    command = ReceiveMessages(uuid4(), "province-20", tuple(messages))
    receipts = await receive_messages(world.pool, exchange(), command, actor=CLIENT, now=datetime.now(UTC))
    return [(one.state, one.reason_code) for one in receipts]


async def test_message_is_taken_once_and_changes_no_account(world: World) -> None:
    one = message()
    assert await take(world, [one]) == [("STORED", "")]
    assert await take(world, [one]) == [("KNOWN", "")]
    found = await asyncio.gather(*(take(world, [other]) for other in [message()] * 3))
    assert sorted(state for [(state, _)] in found) == ["KNOWN", "KNOWN", "STORED"]
    assert await world.fetchval("SELECT count(*) FROM exchange_inbox") == 2
    assert await world.fetchval("SELECT count(*) FROM journal") == 0


async def test_same_request_has_the_same_receipts(world: World) -> None:
    command = ReceiveMessages(uuid4(), "province-20", (message(),))
    first, second = [
        await receive_messages(world.pool, exchange(), command, actor=CLIENT, now=datetime.now(UTC)) for _ in range(2)
    ]
    assert first == second
    assert first[0].state == "STORED"


async def test_what_cannot_be_taken_is_refused_message_by_message(world: World) -> None:
    good = message()
    forged = replace(good, message_id=uuid4(), signature=OURS.sign({"a": "b"}))
    reused = replace(message(), message_id=good.message_id)
    other_content = {"contract": CONTRACT, "message_id": str(good.message_id), "bank": "province-20"}
    assert await take(world, [good]) == [("STORED", "")]
    found = await take(
        world,
        [
            message(),
            forged,
            message(contract="x"),
            message(type="credit.counted"),
            message(bank="someone"),
            reused,
            Message(uuid4(), rfc8785.dumps(other_content), THEIRS.sign(other_content)),
            Message(uuid4(), b"x" * 70_000, bytes(64)),
        ],
    )
    assert found == [
        ("STORED", ""),
        ("REFUSED", "SIGNATURE_WRONG"),
        ("REFUSED", "CONTRACT_UNKNOWN"),
        ("REFUSED", "TYPE_UNKNOWN"),
        ("REFUSED", "CONTENT_INVALID"),
        ("REFUSED", "CONTENT_INVALID"),
        ("REFUSED", "CONTENT_INVALID"),
        ("REFUSED", "TOO_LARGE"),
    ]


async def test_other_content_under_a_known_id_is_refused(world: World) -> None:
    first = message()
    content = json.loads(first.content) | {"seq": 2}
    assert await take(world, [first]) == [("STORED", "")]
    again = Message(first.message_id, rfc8785.dumps(content), THEIRS.sign(content))
    assert await take(world, [again]) == [("REFUSED", "ID_REUSED")]


async def test_bank_that_exchanges_nothing_says_so(world: World) -> None:
    """Off by default: the running service has no peers."""
    token = world.issuer.client("other-bank", scope="exchange.receive")
    body = {
        "peer": "province-20",
        "messages": [{"message_id": str(uuid4()), "content_base64": "e30=", "signature_hex": "00" * 64}],
    }
    answer = await world.http.post(
        "/v1/exchange/messages",
        json=body,
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())},
    )
    assert answer.json()["reason"] == "EXCHANGE_OFF"
    stub = pb_grpc.ExchangeServiceStub(world.channel)
    call = stub.ReceiveMessages(
        pb.ReceiveMessagesRequest(request_id=str(uuid4()), peer="province-20"),
        metadata=(("authorization", f"Bearer {token}"),),
    )
    assert (await refusal(call))[1] == "EXCHANGE_OFF"
    call = stub.ReceiveMessages(
        pb.ReceiveMessagesRequest(request_id=str(uuid4()), peer="x"), metadata=world.staff["school-registrar"].metadata
    )
    assert await refusal(call) == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_MISSING")
    command = ReceiveMessages(uuid4(), "x", (message(),))
    with pytest.raises(ServiceError) as unknown:
        await receive_messages(world.pool, exchange(), command, actor=CLIENT, now=datetime.now(UTC))
    assert unknown.value.reason == "PEER_UNKNOWN"


# ---- settings ----


def test_peers_file_is_read_whole_or_not_at_all(tmp_path: Path) -> None:
    institution = UUID(int=7)
    (tmp_path / "p.key").write_text(base64.b64encode(KEY).decode(), "ascii")
    good = f"""
bank = "bank-b"
[[peer]]
name = "province-20"
level = "PROVINCE"
url = "https://bank.example/v1/exchange/messages"
public_key = "{THEIRS.public_key.hex()}"
learner_key_file = "p.key"
institutions = ["{institution}"]
"""
    path = tmp_path / "peers.toml"
    path.write_text(good, "utf-8")
    [peer] = load(path, OURS).peers.values()
    assert (peer.name, peer.institutions, peer.learner_key) == ("province-20", (institution,), KEY)
    assert "learner_key" not in repr(peer)
    for bad in (
        good.replace("PROVINCE", "VILLAGE"),
        good + "types = ['credit.counted']",
        good.replace("p.key", "none.key"),
        good + good.replace('bank = "bank-b"', ""),
    ):
        path.write_text(bad, "utf-8")
        with pytest.raises((ValueError, OSError)):
            load(path, OURS)


def test_waits_grow_and_end_at_an_hour() -> None:
    assert [next_wait(n).total_seconds() for n in (1, 2, 3, 8, 100)] == [30, 60, 120, 3600, 3600]
