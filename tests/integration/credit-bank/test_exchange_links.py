"""From a message of another bank to a verified result here: linked on request, drafted, then the way of every draft."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import grpc
import pytest
import rfc8785
from chassis.auth import Actor
from credit_bank.checkpoints.signing import Signer
from credit_bank.exchange.domain import CONTRACT, learner_ref
from credit_bank.exchange.peers import load
from credit_bank.exchange.use_cases import Message, ReceiveMessages, receive_messages
from google.type.date_pb2 import Date
from nuaikit.credit_bank.v1 import events_pb2
from nuaikit.credit_bank.v1 import exchange_pb2 as pb
from nuaikit.credit_bank.v1 import exchange_pb2_grpc as pb_grpc

from tests.support.credit_calls import events, get, post, posted, reasons, refusal
from tests.support.credit_world import World, credit_world
from tests.support.telemetry import RecordedTelemetry

SEED, OTHERS_SEED, KEY = bytes(range(32)), bytes(32), bytes(range(32, 64))
OURS = Signer.of("exchange", base64.b64encode(SEED).decode())
THEIRS = Signer.of("exchange", base64.b64encode(OTHERS_SEED).decode())
CLIENT = Actor("other-bank", "service", None, None, "", frozenset({"exchange.receive"}), "")
REFERENCE = "ab" * 32
PEER = "province-20"
OTHER_PEER = "central"
PURPOSE = {"Nuaikit-Purpose": "TRANSFER_REVIEW"}


@pytest.fixture
def peers(tmp_path: Path) -> Path:
    """A peers file with one bank that is told of learners, and one that only tells."""
    (tmp_path / "p.key").write_text(base64.b64encode(KEY).decode(), "ascii")
    path = tmp_path / "peers.toml"
    path.write_text(
        f'''
bank = "bank-b"
[[peer]]
name = "{PEER}"
level = "PROVINCE"
url = "http://127.0.0.1:9/v1/exchange/messages"
public_key = "{THEIRS.public_key.hex()}"
learner_key_file = "p.key"
[[peer]]
name = "{OTHER_PEER}"
level = "CENTRAL"
public_key = "{THEIRS.public_key.hex()}"
learner_key_file = "p.key"
''',
        "utf-8",
    )
    return path


@pytest.fixture
async def banks(database: Callable[..., str], telemetry: RecordedTelemetry, peers: Path) -> AsyncIterator[World]:
    """The credit bank with one other bank configured."""
    settings = {"exchange_peers_file": peers, "exchange_key": base64.b64encode(SEED).decode()}
    async with credit_world(database, telemetry, **settings) as made:
        yield made


def stub(world: World) -> pb_grpc.ExchangeServiceStub:
    return pb_grpc.ExchangeServiceStub(world.channel)


async def tell(
    peers: Path,
    world: World,
    seq: int,
    type_: str = "credit.verified",
    *,
    peer: str = PEER,
    message_id: UUID | None = None,
    **entry: Any,
) -> str:
    """Let another bank tell something of its learner; gives the message's id."""
    message_id = message_id or uuid4()
    content = {
        "contract": CONTRACT,
        "message_id": str(message_id),
        "bank": peer,
        "learner_ref": REFERENCE,
        "seq": seq,
        "type": type_,
        "posted_at": "2026-11-21T00:00:00.000000+00:00",
        "entry": {
            "code_system": "OBEC",
            "code": "ค31101",
            "curriculum_version": "OBEC-2551R60",
            "year_be": 2568,
            "term": 1,
            "attempt": 1,
            "grade_scheme": "OBEC_8_LEVEL",
            "grade_label": "3",
            "form": "FORMAL",
            "learning_type": "GENERAL",
            "level": "UPPER_SECONDARY",
            "issuer": {"institution_id": str(UUID(int=9)), "official_code": "1010720039"},
        }
        | entry,
    }
    command = ReceiveMessages(uuid4(), peer, (Message(message_id, rfc8785.dumps(content), THEIRS.sign(content)),))
    [receipt] = await receive_messages(world.pool, load(peers, OURS), command, actor=CLIENT, now=datetime.now(UTC))
    assert receipt.state == "STORED", receipt
    return str(message_id)


def link_json(learner_id: UUID, **changes: Any) -> dict[str, Any]:
    return {
        "peer": PEER,
        "learner_ref": REFERENCE,
        "learner_id": str(learner_id),
        "requested_on": "2026-11-01",
        "request_reference": "คำขอที่ 5/2569",
    } | changes


async def link(world: World, learner_id: UUID, who: str = "college-registrar", **changes: Any) -> dict[str, Any]:
    [result] = await posted(world, "exchange/links", {"links": [link_json(learner_id, **changes)]}, who)
    return result


async def received(world: World, learner_id: UUID, who: str = "college-registrar") -> list[dict[str, Any]]:
    answer = await get(world, f"learners/{learner_id}/exchange-messages", who, **PURPOSE)
    assert answer.status_code == 200, answer.text
    return answer.json()["messages"]


async def draft(
    world: World, *message_ids: str, who: str = "college-recorder", peer: str = PEER
) -> list[dict[str, Any]]:
    named = [{"peer": peer, "message_id": message_id} for message_id in message_ids]
    return await posted(world, "exchange/messages/draft", {"messages": named}, who)


async def test_message_becomes_a_verified_result_in_the_hands_of_people(banks: World, peers: Path) -> None:
    learner_id = await banks.learner()
    message_id = await tell(peers, banks, 7)
    assert await received(banks, learner_id) == [], "nobody has said yet whom the other bank means"
    linked = await link(banks, learner_id)
    assert linked["problem"] is None
    [shown] = await received(banks, learner_id)
    assert (shown["message_id"], shown["standing"], shown["seq"], shown["draft_id"]) == (message_id, "STANDS", 7, None)
    [made] = await draft(banks, message_id)
    assert made["problem"] is None
    [kept] = (await get(banks, "drafts", "college-recorder")).json()["drafts"]
    assert (kept["draft_id"], kept["missing_fields"], kept["result"]["issuing_body"]) == (
        made["id"],
        [],
        "1010720039 · province-20",
    )
    assert await banks.fetchval("SELECT count(*) FROM journal") == 0, "nothing is posted for a draft"
    assert reasons(await posted(banks, "drafts/submit", {"draft_ids": [made["id"]]}, "college-recorder")) == [None]
    assert reasons(await posted(banks, "entries/verify", {"entry_ids": [made["id"]]}, "college-registrar")) == [None]
    row = await banks.fetch("SELECT state, source_mode, rpl_mode, form, issuing_body FROM entry")
    assert [tuple(one) for one in row] == [("VERIFIED", "RPL", "COURSE", "FORMAL", "1010720039 · province-20")]
    # What the other bank tells later is shown beside it and changes nothing here by itself.
    await tell(peers, banks, 9, "credit.revoked")
    first, second = await received(banks, learner_id)
    assert (first["standing"], first["draft_id"], second["type"]) == ("REVOKED", made["id"], "credit.revoked")
    assert await banks.fetchval("SELECT state FROM entry") == "VERIFIED"
    told = await events(banks, events_pb2.ExchangeLinkChanged)
    assert [(one.link_id, one.learner_id, one.is_ended) for one in told] == [(linked["id"], str(learner_id), False)]
    looks = await banks.fetch("SELECT resource FROM access_log WHERE learner_id = $1", learner_id)
    assert [row["resource"] for row in looks].count("exchange messages") == 4, "a draft is a look as well"


async def test_same_way_over_grpc_has_the_same_answers(banks: World, peers: Path) -> None:
    learner_id = await banks.learner()
    message_id = await tell(peers, banks, 1)
    registrar, recorder = banks.staff["college-registrar"].metadata, banks.staff["college-recorder"].metadata
    request = pb.LinkLearnersRequest(
        request_id=str(uuid4()),
        links=[
            pb.LearnerLinkInput(
                peer=PEER,
                learner_ref=REFERENCE,
                learner_id=str(learner_id),
                requested_on=Date(year=2026, month=11, day=1),
                request_reference="คำขอที่ 5/2569",
            )
        ],
    )
    [linked] = (await stub(banks).LinkLearners(request, metadata=registrar)).outcomes
    again = await link(banks, learner_id)
    assert (again["id"], again["already_done"]) == (linked.id, True)
    page = await stub(banks).ListReceivedMessages(
        pb.ListReceivedMessagesRequest(learner_id=str(learner_id), purpose="TRANSFER_REVIEW"), metadata=registrar
    )
    assert [(one.link_id, one.request_reference) for one in page.links] == [(linked.id, "คำขอที่ 5/2569")]
    assert [(one.message_id, one.standing, one.draft_id) for one in page.messages] == [(message_id, "STANDS", "")]
    named = [pb.ReceivedMessageName(peer=PEER, message_id=message_id)]
    drafting = pb.DraftReceivedResultsRequest(request_id=str(uuid4()), messages=named)
    [made] = (await stub(banks).DraftReceivedResults(drafting, metadata=recorder)).outcomes
    [known] = await draft(banks, message_id)
    assert (known["id"], known["already_done"]) == (made.id, True)
    ending = pb.EndLearnerLinksRequest(
        request_id=str(uuid4()), ends=[pb.LearnerLinkEnd(link_id=linked.id, reason_th="ผู้เรียนขอยกเลิก")]
    )
    assert reasons((await stub(banks).EndLearnerLinks(ending, metadata=registrar)).outcomes) == [None]
    assert await received(banks, learner_id) == []


async def test_learner_takes_his_reference_from_here_to_the_other_bank(banks: World) -> None:
    learner_id = await banks.learner()
    answer = await get(banks, f"learners/{learner_id}/exchange-references", "school-registrar", **PURPOSE)
    [reference] = answer.json()["references"]
    assert reference == {"peer": PEER, "level": "PROVINCE", "learner_ref": learner_ref(learner_id, KEY)}
    found = await stub(banks).ListLearnerReferences(
        pb.ListLearnerReferencesRequest(learner_id=str(learner_id), purpose="TRANSFER_REVIEW"),
        metadata=banks.staff["school-registrar"].metadata,
    )
    assert [one.learner_ref for one in found.references] == [reference["learner_ref"]]
    looks = await banks.fetch("SELECT resource, purpose, ground FROM access_log WHERE learner_id = $1", learner_id)
    assert [tuple(row) for row in looks] == [("exchange references", "TRANSFER_REVIEW", "OWN_INSTITUTION")] * 2
    own = await get(banks, f"learners/{learner_id}/exchange-references", banks.signed_in(learner_id))
    assert own.json() == answer.json()
    assert await banks.fetchval("SELECT count(*) FROM access_log") == len(looks), "his own look is nobody else's"
    hidden = await get(banks, f"learners/{uuid4()}/exchange-references", "school-registrar", **PURPOSE)
    assert hidden.status_code == 404


async def test_result_that_does_not_stand_there_makes_no_draft_and_a_withdrawn_draft_may_be_made_again(
    banks: World, peers: Path
) -> None:
    learner_id = await banks.learner()
    await link(banks, learner_id)
    first = await tell(peers, banks, 1)
    superseding = await tell(peers, banks, 2, "credit.superseded")
    second = await tell(peers, banks, 3, grade_label="3.5")
    results = await draft(banks, first, superseding, second)
    assert reasons(results) == ["EXCHANGE_MESSAGE_NO_RESULT", "EXCHANGE_MESSAGE_NO_RESULT", None]
    withdrawn = {"draft_ids": [results[2]["id"]]}
    assert reasons(await posted(banks, "drafts/withdraw", withdrawn, "college-recorder")) == [None]
    [again] = await draft(banks, second)
    assert (again["problem"], again["already_done"], again["id"] != results[2]["id"]) == (None, False, True)


async def test_two_who_draft_one_message_at_once_make_one_draft(banks: World, peers: Path) -> None:
    learner_id = await banks.learner()
    await link(banks, learner_id)
    message_id = await tell(peers, banks, 1)
    made = [result for [result] in await asyncio.gather(*(draft(banks, message_id) for _ in range(4)))]
    assert len({result["id"] for result in made}) == 1
    assert sorted(result["already_done"] for result in made) == [False, True, True, True]
    assert await banks.fetchval("SELECT count(*) FROM result_draft") == 1


async def test_what_one_institution_linked_does_not_exist_for_another(banks: World, peers: Path) -> None:
    learner_id, other = await banks.learner(), await banks.learner()
    message_id = await tell(peers, banks, 1)
    linked = await link(banks, learner_id)
    taken = await link(banks, other, who="school-registrar")
    assert taken["problem"]["reason"] == "EXCHANGE_REFERENCE_LINKED"
    # The school may link the same learner for itself, and has not yet.
    assert await received(banks, learner_id, "school-registrar") == []
    assert (
        reasons(await draft(banks, message_id, str(uuid4()), who="school-recorder")) == ["EXCHANGE_MESSAGE_UNKNOWN"] * 2
    )
    ends = {"ends": [{"link_id": linked["id"], "reason_th": "ผิดคน"}]}
    assert reasons(await posted(banks, "exchange/links/end", ends, "school-registrar")) == ["EXCHANGE_LINK_UNKNOWN"]
    assert (await link(banks, learner_id, who="school-registrar"))["problem"] is None
    await banks.employ("stranger", "college_registrar", banks.stranger)
    assert (await link(banks, learner_id, who="stranger"))["problem"]["reason"] == "NOT_FOUND"
    hidden = await get(banks, f"learners/{learner_id}/exchange-messages", "stranger", **PURPOSE)
    assert hidden.status_code == 404
    assert reasons(await posted(banks, "exchange/links/end", ends, "college-registrar")) == [None]
    [again] = await posted(banks, "exchange/links/end", ends, "college-registrar")
    assert again["already_done"]
    with pytest.raises(asyncpg.PostgresError, match="append-only"):
        await banks.execute("DELETE FROM exchange_link")


async def test_draft_is_a_read_of_the_learner_and_ends_with_what_allows_it(banks: World, peers: Path) -> None:
    learner_id, other = await banks.learner(), await banks.learner()
    await link(banks, learner_id)
    await link(banks, other, learner_ref="cd" * 32)
    first, second = await tell(peers, banks, 1), await tell(peers, banks, 2, code="ค31102")
    assert reasons(await draft(banks, first)) == [None]
    looks = await banks.fetch("SELECT learner_id, role, resource, purpose, ground FROM access_log")
    assert [tuple(row) for row in looks] == [
        (learner_id, "college_recorder", "exchange messages", "RECORDING", "PARTNERSHIP")
    ]
    await banks.execute("DELETE FROM enrolment_copy WHERE learner_id = $1", learner_id)
    # The link is still there; the learner is no longer the college's to read.
    assert reasons(await draft(banks, second, first)) == ["EXCHANGE_MESSAGE_UNKNOWN"] * 2
    assert await banks.fetchval("SELECT count(*) FROM result_draft") == 1
    banks.grant(learner_id, banks.college)
    assert reasons(await draft(banks, second)) == [None], "a grant opens him again"
    assert await banks.fetchval("SELECT count(*) FROM access_log WHERE ground = 'GRANT'") == 1


async def test_same_message_id_of_two_banks_names_two_messages(banks: World, peers: Path) -> None:
    learner_id = await banks.learner()
    await link(banks, learner_id)
    await link(banks, learner_id, peer=OTHER_PEER)
    message_id = await tell(peers, banks, 1, grade_label="3")
    await tell(peers, banks, 1, peer=OTHER_PEER, message_id=UUID(message_id), grade_label="4")
    [theirs], [others] = await draft(banks, message_id), await draft(banks, message_id, peer=OTHER_PEER)
    kept = (await get(banks, "drafts", "college-recorder")).json()["drafts"]
    grades = {one["draft_id"]: (one["result"]["grade_label"], one["result"]["issuing_body"]) for one in kept}
    assert grades == {
        theirs["id"]: ("3", "1010720039 · province-20"),
        others["id"]: ("4", "1010720039 · central"),
    }
    # Who names no bank is told so, rather than given either.
    request = pb.DraftReceivedResultsRequest(request_id=str(uuid4()), message_ids=[message_id])
    metadata = banks.staff["college-recorder"].metadata
    answer = await stub(banks).DraftReceivedResults(request, metadata=metadata)
    assert reasons(answer.outcomes) == ["EXCHANGE_MESSAGE_AMBIGUOUS"]
    alone = await tell(peers, banks, 2, code="ค31102")
    request = pb.DraftReceivedResultsRequest(request_id=str(uuid4()), message_ids=[alone])
    assert reasons((await stub(banks).DraftReceivedResults(request, metadata=metadata)).outcomes) == [None]


async def test_message_named_twice_is_drafted_once(banks: World, peers: Path) -> None:
    await link(banks, await banks.learner())
    message_id = await tell(peers, banks, 1)
    first, again = await draft(banks, message_id, message_id)
    assert (first["already_done"], again["already_done"], again["id"]) == (False, True, first["id"])


async def test_answered_links_are_answered_alike_whatever_changed_since(banks: World) -> None:
    learner_id = await banks.learner()
    key = {"Idempotency-Key": str(uuid4())}
    body = {"links": [link_json(learner_id), *(link_json(uuid4(), learner_ref=f"{n:064x}") for n in range(3))]}
    first = await post(banks, "exchange/links", body, "college-registrar", **key)
    assert reasons(first.json()["results"]) == [None, *["NOT_FOUND"] * 3]
    [asked] = banks.registry.asked("ListShareGrants")
    assert len(asked.learner_ids) == 3, "one question for all of them"
    await banks.execute("DELETE FROM enrolment_copy WHERE learner_id = $1", learner_id)
    await banks.registry.stop()
    again = await post(banks, "exchange/links", body, "college-registrar", **key)
    assert again.status_code == 200, again.text
    assert again.json() == first.json()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"peer": "nobody"}, "PEER_UNKNOWN"),
        ({"learner_ref": "xyz"}, "EXCHANGE_LINK_INVALID"),
        ({"requested_on": "2999-01-01"}, "EXCHANGE_LINK_INVALID"),
        ({"request_reference": " "}, "EXCHANGE_LINK_INVALID"),
    ],
)
async def test_impossible_link_is_explained(banks: World, changes: dict[str, Any], reason: str) -> None:
    problem = (await link(banks, await banks.learner(), **changes))["problem"]
    assert (problem["reason"], problem["title_th"] != "") == (reason, True)


async def test_reference_with_a_line_break_is_no_reference(banks: World) -> None:
    """Over gRPC, where no model has looked at the length: a shape is the whole of a text."""
    request = pb.LinkLearnersRequest(
        request_id=str(uuid4()),
        links=[
            pb.LearnerLinkInput(
                peer=PEER,
                learner_ref=REFERENCE + "\n",
                learner_id=str(await banks.learner()),
                requested_on=Date(year=2026, month=11, day=1),
                request_reference="คำขอที่ 5/2569",
            )
        ],
    )
    answer = await stub(banks).LinkLearners(request, metadata=banks.staff["college-registrar"].metadata)
    assert reasons(answer.outcomes) == ["EXCHANGE_LINK_INVALID"]


async def test_only_those_who_may_settle_read_and_record_do(banks: World, world: World) -> None:
    learner_id = await banks.learner()
    body = {"links": [link_json(learner_id)]}
    assert (await post(banks, "exchange/links", body, "college-recorder")).json()["reason"] == "PERMISSION_MISSING"
    drafting = {"messages": [{"peer": PEER, "message_id": str(uuid4())}]}
    refused = await post(banks, "exchange/messages/draft", drafting, "college-registrar")
    assert (refused.status_code, refused.json()["reason"]) == (403, "PERMISSION_MISSING")
    call = stub(banks).EndLearnerLinks(
        pb.EndLearnerLinksRequest(request_id=str(uuid4())), metadata=banks.staff["chair"].metadata
    )
    assert await refusal(call) == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_MISSING")
    # Off by default: without other banks nothing is linked.
    off = await post(world, "exchange/links", {"links": [link_json(await world.learner())]}, "college-registrar")
    assert off.json()["reason"] == "EXCHANGE_OFF"
