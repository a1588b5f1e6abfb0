"""Evidence files: taken in, given out to those who may, and checked before a result is verified."""

import asyncio
import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from chassis import idempotency
from chassis.pg import transaction
from credit_bank.config import Settings
from credit_bank.recording import sweeping
from credit_bank.recording.object_store import ObjectStore
from credit_bank.recording.sweeping import Swept
from nuaikit.credit_bank.v1 import evidence_pb2 as pb
from nuaikit.credit_bank.v1 import evidence_pb2_grpc as pb_grpc
from obstore.store import LocalStore

from tests.support.credit_calls import get, posted, reasons, result_json
from tests.support.credit_world import Person, World
from tests.support.kafka import eventually

PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << >>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 40 + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40 + b"IEND\xaeB`\x82"
WEBP = b"RIFF" + (40).to_bytes(4, "little") + b"WEBP" + b"\0" * 36


async def upload(
    world: World,
    content: bytes,
    who: Person | str = "school-recorder",
    *,
    name: str = "หลักฐาน.pdf",
    claimed: str = "application/pdf",
    request_id: UUID | None = None,
) -> httpx.Response:
    person = world.staff[who] if isinstance(who, str) else who
    return await world.http.post(
        "/v1/evidence-files",
        files={"file": (name, content, claimed)},
        headers=person.headers | {"Idempotency-Key": str(request_id or uuid4())},
    )


async def recorded(world: World, learner_id: UUID, sha256_hex: str, **changes: Any) -> str:
    evidence = [{"kind": "CERTIFICATE", "sha256_hex": sha256_hex}]
    [done] = await posted(
        world, "entries", {"results": [result_json(learner_id, evidence=evidence, **changes)]}, "school-recorder"
    )
    assert done["problem"] is None, done
    return done["id"]


async def content(world: World, file_id: str, who: Person | str, *, purpose: str = "") -> httpx.Response:
    headers = {"Nuaikit-Purpose": purpose} if purpose else {}
    return await get(world, f"evidence-files/{file_id}/content", who, **headers)


def path_of(world: World, file_id: str) -> Path:
    return world.evidence / "evidence" / str(world.school) / file_id


def kept(world: World) -> list[Path]:
    """Files in the store."""
    return [path for path in world.evidence.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("sent", "media_type"),
    [(PDF, "application/pdf"), (JPEG, "image/jpeg"), (PNG, "image/png"), (WEBP, "image/webp")],
)
async def test_file_goes_in_and_out_by_what_its_bytes_are(world: World, sent: bytes, media_type: str) -> None:
    answer = await upload(world, sent, name="../../นางสาวสมมติ.exe", claimed="text/html")
    assert answer.status_code == httpx.codes.OK, answer.text
    stored = answer.json()
    assert stored["sha256_hex"] == hashlib.sha256(sent).hexdigest()
    assert (stored["media_type"], stored["size_bytes"]) == (media_type, len(sent))
    out = await content(world, stored["file_id"], "school-registrar")
    assert out.content == sent
    assert out.headers["content-type"] == media_type
    assert out.headers["x-content-type-options"] == "nosniff"
    assert out.headers["content-disposition"].startswith('attachment; filename="evidence-')
    assert "สมมติ" not in str(stored) + str(out.headers)
    assert path_of(world, stored["file_id"]).read_bytes() == sent
    columns = await world.fetch("SELECT to_jsonb(f)::text AS row FROM evidence_file f")
    assert "สมมติ" not in columns[0]["row"], "what the sender calls it is not kept"


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"MZ\x90\0" + b"\0" * 100, "EVIDENCE_FILE_TYPE_REFUSED"),
        (b"<html><script>alert(1)</script></html>", "EVIDENCE_FILE_TYPE_REFUSED"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "EVIDENCE_FILE_TYPE_REFUSED"),
        (b"PK\x03\x04" + b"\0" * 100, "EVIDENCE_FILE_TYPE_REFUSED"),
        (b"", "EVIDENCE_FILE_TYPE_REFUSED"),
        (PDF[:-8], "EVIDENCE_FILE_TYPE_REFUSED"),
        (JPEG[:-2], "EVIDENCE_FILE_TYPE_REFUSED"),
        (b"x" + PDF, "EVIDENCE_FILE_TYPE_REFUSED"),
        (PDF.replace(b"/Catalog", b"/Catalog /JavaScript (x)"), "EVIDENCE_FILE_ACTIVE"),
        (b"%PDF-" + b" " * 300_000 + b"%%EOF", "EVIDENCE_FILE_TOO_LARGE"),
    ],
)
async def test_what_is_no_evidence_is_refused_and_nothing_is_kept(world: World, sent: bytes, reason: str) -> None:
    answer = await upload(world, sent)
    assert (answer.status_code, answer.json()["reason"]) == (httpx.codes.UNPROCESSABLE_ENTITY, reason)
    assert kept(world) == []


async def test_body_larger_than_the_route_takes_is_cut_off(world: World) -> None:
    answer = await upload(world, b"%PDF-" + b" " * 600_000 + b"%%EOF")
    assert (answer.status_code, answer.json()["reason"]) == (httpx.codes.REQUEST_ENTITY_TOO_LARGE, "BODY_TOO_LARGE")


async def test_same_bytes_are_one_file_also_when_sent_at_once(world: World) -> None:
    answers = await asyncio.gather(*(upload(world, PDF) for _ in range(6)))
    assert len({answer.json()["file_id"] for answer in answers}) == 1
    assert len(kept(world)) == 1
    other = await upload(world, PDF, "college-recorder")
    assert other.json()["file_id"] != answers[0].json()["file_id"], "another institution's file is its own"
    request_id = uuid4()
    first = await upload(world, JPEG, request_id=request_id)
    again = await upload(world, JPEG, request_id=request_id)
    assert first.json() == again.json()
    mixed = await upload(world, PNG, request_id=request_id)
    assert (mixed.status_code, mixed.json()["reason"]) == (httpx.codes.CONFLICT, "REQUEST_MISMATCH")


async def test_result_is_verified_only_while_its_file_is_the_one_that_was_stored(world: World) -> None:
    learner_id = await world.learner()
    stored = (await upload(world, PDF)).json()
    good = await recorded(world, learner_id, stored["sha256_hex"])
    absent = await recorded(world, learner_id, "ab" * 32, course=result_json(learner_id, "ค31101")["course"])
    path = path_of(world, stored["file_id"])
    path.write_bytes(PDF.replace(b"1.7", b"1.4"))
    body = {"entry_ids": [good, absent]}
    assert reasons(await posted(world, "entries/verify", body, "school-registrar")) == ["EVIDENCE_CHANGED"] * 2
    path.unlink()
    assert reasons(await posted(world, "entries/verify", body, "school-registrar")) == ["EVIDENCE_CHANGED"] * 2
    path.write_bytes(PDF)
    found = await posted(world, "entries/verify", body, "school-registrar")
    assert reasons(found) == [None, "EVIDENCE_CHANGED"]
    sealed = await world.fetchval(
        "SELECT facts ->> 'evidence_sha256' FROM journal WHERE entry_id = $1 AND type = 'credit.verified'", UUID(good)
    )
    assert sealed == stored["sha256_hex"], "the digest is in the learner's chain"


async def test_changed_file_is_not_given_out_as_if_it_were_whole(world: World) -> None:
    stored = (await upload(world, PDF)).json()
    path_of(world, stored["file_id"]).write_bytes(PDF.replace(b"1.7", b"1.4"))
    answer = await content(world, stored["file_id"], "school-registrar")
    assert (answer.status_code, answer.json()["reason"]) == (httpx.codes.CONFLICT, "EVIDENCE_CHANGED")


async def test_file_is_seen_by_those_only_who_may(world: World) -> None:
    learner_id, other = await world.learner(), await world.learner()
    place = uuid4()
    await world.execute(
        "INSERT INTO institution_copy (institution_id, kind, name_th, local_alias, data_status)"
        " VALUES ($1, 'WORKPLACE', 'อู่ทดสอบ', 'WORKPLACE-2', 'demonstration')",
        place,
    )
    master = await world.employ("master", "outside_assessor", place)
    stored = (await upload(world, PDF)).json()
    file_id = stored["file_id"]
    before = [await content(world, file_id, who, purpose="ASSESSMENT") for who in (master, world.signed_in(learner_id))]
    assert {answer.status_code for answer in before} == {httpx.codes.NOT_FOUND}
    await recorded(world, learner_id, stored["sha256_hex"], assessor_institution_ids=[str(place)])

    assert (await content(world, file_id, world.signed_in(learner_id))).content == PDF
    assert (await content(world, file_id, master, purpose="ASSESSMENT")).content == PDF
    unsaid = await content(world, file_id, master)
    assert (unsaid.status_code, unsaid.json()["reason"]) == (httpx.codes.UNPROCESSABLE_ENTITY, "PURPOSE_MISSING")
    # The college teaches the same learner under a partnership.
    partner = await content(world, file_id, "college-registrar", purpose="TRANSFER_ASSESSMENT")
    assert partner.content == PDF
    for who in (world.signed_in(other), "stranger-registrar", "publisher"):
        refused = await content(world, file_id, who, purpose="TRANSFER_ASSESSMENT")
        assert (refused.status_code, refused.json()["reason"]) == (httpx.codes.NOT_FOUND, "EVIDENCE_FILE_UNKNOWN")
    looks = str((await get(world, f"learners/{learner_id}/access", world.signed_in(learner_id))).json())
    assert looks.count("'evidence'") == 2, "both looks of others, and not the learner's own"

    listed = await pb_grpc.EvidenceServiceStub(world.channel).ListEvidenceFiles(
        pb.ListEvidenceFilesRequest(sha256_hex=[stored["sha256_hex"]]),
        metadata=world.staff["school-recorder"].metadata,
    )
    assert [item.file_id for item in listed.files] == [file_id]
    assert (await get(world, "evidence-files", "college-recorder")).json()["files"] == []
    assert (await get(world, "evidence-files", "school-recorder")).json()["files"] == [stored]
    for refused in (await get(world, "evidence-files", master), await upload(world, PDF, "school-registrar")):
        assert (refused.status_code, refused.json()["reason"]) == (httpx.codes.FORBIDDEN, "PERMISSION_MISSING")


async def test_what_nobody_needs_is_swept_and_what_a_result_names_stays_for_ever(world: World) -> None:
    learner_id = await world.learner()
    files = ObjectStore(LocalStore(str(world.evidence)), bytes_max=256 * 1024)
    named, drafted, loose, fresh = [(await upload(world, content)).json() for content in (PDF, JPEG, PNG, WEBP)]
    await recorded(world, learner_id, named["sha256_hex"])
    evidence = [{"kind": "CERTIFICATE", "sha256_hex": drafted["sha256_hex"]}]
    draft = {"drafts": [{"result": {"learner_id": str(learner_id), "evidence": evidence}}]}
    [kept_draft] = await posted(world, "drafts", draft, "school-recorder")
    stray = path_of(world, str(uuid4()))
    stray.write_bytes(PDF)
    other = world.evidence / "evidence" / "README.txt"
    other.write_bytes(b"somebody else's")
    await _age(world, days=91, but=fresh["file_id"])
    for path in kept(world):
        os.utime(path, (0, 0))
    young = path_of(world, str(uuid4()))
    young.write_bytes(PDF)

    async def sweep() -> Swept:
        now = datetime.now(UTC)
        return await sweeping.sweep(world.pool, files, unattached=timedelta(days=90), now=now)

    assert await sweep() == Swept(files=1, stray_bytes=1)
    left = {path.name for path in kept(world)}
    assert left == {named["file_id"], drafted["file_id"], fresh["file_id"], young.name, other.name}
    gone = await content(world, loose["file_id"], "school-registrar")
    assert (gone.status_code, gone.json()["reason"]) == (httpx.codes.NOT_FOUND, "EVIDENCE_FILE_UNKNOWN")
    again = (await upload(world, PNG)).json()
    assert again["file_id"] != loose["file_id"], "the same bytes may come again"
    await posted(world, "drafts/withdraw", {"draft_ids": [kept_draft["id"]]}, "school-recorder")
    assert await sweep() == Swept(files=1, stray_bytes=0)
    for statement in (
        "DELETE FROM evidence_file WHERE file_id = $1",
        "UPDATE evidence_file SET size_bytes = 1 WHERE file_id = $1",
    ):
        with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
            await world.execute(statement, UUID(named["file_id"]))


async def _age(world: World, *, days: int, but: str) -> None:
    """Make the files older than they are; the table itself refuses it."""
    await world.execute("ALTER TABLE evidence_file DISABLE TRIGGER USER")
    await world.execute(
        "UPDATE evidence_file SET stored_at = stored_at - make_interval(days => $1) WHERE file_id <> $2",
        days,
        UUID(but),
    )
    await world.execute("ALTER TABLE evidence_file ENABLE TRIGGER USER")


async def test_correction_that_waits_keeps_its_file(world: World) -> None:
    learner_id = await world.learner()
    files = ObjectStore(LocalStore(str(world.evidence)), bytes_max=256 * 1024)
    [[entry_id]] = await world.results([learner_id], ("ท31101", "3"))
    stored, fresh = [(await upload(world, sent)).json() for sent in (PDF, PNG)]
    evidence = [{"kind": "CERTIFICATE", "sha256_hex": stored["sha256_hex"]}]
    change = {
        "entry_id": str(entry_id),
        "entry_version": 1,
        "result": result_json(learner_id, year_be=2569, evidence=evidence),
        "reason_code": "EVIDENCE_ERROR",
    }
    [proposed] = await posted(world, "entries/corrections", {"corrections": [change]}, "school-recorder")
    assert proposed["problem"] is None, proposed
    await _age(world, days=91, but=fresh["file_id"])
    limit = timedelta(days=90)
    assert (await sweeping.sweep(world.pool, files, unattached=limit, now=datetime.now(UTC))).files == 0
    await posted(world, "entry-changes/decline", {"change_ids": [proposed["id"]]}, "school-registrar")
    assert (await sweeping.sweep(world.pool, files, unattached=limit, now=datetime.now(UTC))).files == 1


async def test_file_sent_again_is_as_young_as_its_last_sending(world: World) -> None:
    files = ObjectStore(LocalStore(str(world.evidence)), bytes_max=256 * 1024)
    sent, request_id = (await upload(world, PDF)).json(), uuid4()
    loose = (await upload(world, PNG, request_id=request_id)).json()
    await _age(world, days=91, but=str(uuid4()))
    again = (await upload(world, PDF)).json()
    assert again["file_id"] == sent["file_id"]
    assert again["stored_at"] > sent["stored_at"]
    swept = await sweeping.sweep(world.pool, files, unattached=timedelta(days=90), now=datetime.now(UTC))
    assert swept == Swept(files=1, stray_bytes=0)
    assert path_of(world, sent["file_id"]).read_bytes() == PDF
    replayed = await upload(world, PNG, request_id=request_id)
    assert replayed.status_code == httpx.codes.OK, "the answered request id of a file that is gone brings it back"
    assert replayed.json()["file_id"] != loose["file_id"]
    assert path_of(world, replayed.json()["file_id"]).read_bytes() == PNG


async def test_file_swept_while_it_is_being_sent_again_is_stored_anew(world: World) -> None:
    files = ObjectStore(LocalStore(str(world.evidence)), bytes_max=256 * 1024)
    sent, request_id = (await upload(world, PDF)).json(), uuid4()
    await _age(world, days=91, but=str(uuid4()))
    actor = world.staff["school-recorder"].actor
    async with transaction(world.pool) as connection:
        # The upload has seen the file, and waits for whoever has the request id.
        await idempotency.claim(connection, request_id, caller=actor.caller, content=bytes(32))
        sending = asyncio.create_task(upload(world, PDF, request_id=request_id))
        await _wait_for_lock(world)
        swept = await sweeping.sweep(world.pool, files, unattached=timedelta(days=90), now=datetime.now(UTC))
        assert swept.files == 1
        await idempotency.release(connection, request_id, caller=actor.caller)
    again = await sending
    assert again.status_code == httpx.codes.OK, again.text
    assert again.json()["file_id"] != sent["file_id"]
    assert path_of(world, again.json()["file_id"]).read_bytes() == PDF


async def _wait_for_lock(world: World) -> None:
    async def somebody_waits() -> bool:
        return await world.fetchval(
            "SELECT EXISTS (SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )

    await eventually(somebody_waits, timeout_s=20, what="somebody to wait for a lock")


@pytest.mark.parametrize("how", ["entries", "drafts", "entries/corrections"])
async def test_sweep_leaves_what_is_being_named(world: World, how: str) -> None:
    """A file named in a transaction that is not over yet is not gone when it is."""
    learner_id = await world.learner()
    files = ObjectStore(LocalStore(str(world.evidence)), bytes_max=256 * 1024)
    [[entry_id]] = await world.results([learner_id], ("ท31101", "3"))
    stored = (await upload(world, PDF)).json()
    evidence = [{"kind": "CERTIFICATE", "sha256_hex": stored["sha256_hex"]}]
    change = {
        "entry_id": str(entry_id),
        "entry_version": 1,
        "result": result_json(learner_id, year_be=2569, evidence=evidence),
        "reason_code": "EVIDENCE_ERROR",
    }
    body: dict[str, Any] = {
        "entries": {"results": [result_json(learner_id, "ค31101", evidence=evidence)]},
        "drafts": {"drafts": [{"result": {"learner_id": str(learner_id), "evidence": evidence}}]},
        "entries/corrections": {"corrections": [change]},
    }[how]
    await _age(world, days=91, but=str(uuid4()))

    async def sweep() -> Swept:
        return await sweeping.sweep(world.pool, files, unattached=timedelta(days=90), now=datetime.now(UTC))

    async with transaction(world.pool) as connection:
        # Whoever names the file has written that, and waits to tell of it.
        await connection.execute("LOCK TABLE outbox IN SHARE MODE")
        naming = asyncio.create_task(posted(world, how, body, "school-recorder"))
        await _wait_for_lock(world)
        assert await sweep() == Swept(files=0, stray_bytes=0)
    assert reasons(await naming) == [None]
    assert await sweep() == Swept(files=0, stray_bytes=0)
    assert path_of(world, stored["file_id"]).read_bytes() == PDF


def test_store_is_chosen_by_setting(tmp_path: Path) -> None:
    common: dict[str, Any] = {
        "database_dsn": "postgresql://nobody@localhost/none",
        "kafka_bootstrap": "localhost:9092",
        "oidc_issuer": "https://issuer.example",
        "subject_hash_key": "key",
        "registry_address": "localhost:9101",
    }
    assert ObjectStore.of(Settings(**common)) is None
    local = ObjectStore.of(Settings(**common, evidence_store_url=f"file://{tmp_path}/evidence"))
    bucket = ObjectStore.of(
        Settings(
            **common,
            evidence_store_url="s3://evidence/bank",
            evidence_s3_endpoint="http://127.0.0.1:9000",
            evidence_s3_region="th",
            evidence_s3_access_key_id="key",
            evidence_s3_secret_access_key="secret",  # pyright: ignore[reportArgumentType]  # settings make their own type of the text
        )
    )
    assert local is not None
    assert bucket is not None
    with pytest.raises(ValueError, match="evidence_store_url"):
        Settings(**common, evidence_store_url="https://example.org/files")
