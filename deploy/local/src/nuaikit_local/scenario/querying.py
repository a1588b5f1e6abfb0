"""The college reads a transcript, another college may not, and the learner sees who read."""

from __future__ import annotations

from nuaikit.credit_bank.v1 import access_pb2, access_pb2_grpc, transcripts_pb2, transcripts_pb2_grpc

from nuaikit_local.scenario.platform import ScenarioError
from nuaikit_local.scenario.stage import Story


async def query(story: Story) -> None:
    """Query one transcript over HTTP and gRPC, and be refused as a stranger."""
    platform, learner_id = story.platform, story.report.learner_id
    bank = platform.channel(platform.addresses.bank_grpc)
    async with story.step("วิทยาลัยสอบถามใบแสดงผลการเรียน", "The college queries a transcript") as facts:
        url = f"{platform.addresses.bank_http}/v1/learners/{learner_id}/transcript"
        registrar = await story.actor("college-registrar")
        by_http = await platform.get(url, registrar, purpose="TRANSFER_ASSESSMENT")
        system = await story.actor("demo-college-system")
        stub = transcripts_pb2_grpc.TranscriptServiceStub(bank)
        request = transcripts_pb2.GetTranscriptRequest(learner_id=learner_id, purpose="TRANSFER_ASSESSMENT")
        by_grpc = (await platform.call(stub.GetTranscript, request, system)).transcript
        codes = [row.entry.course.key.code for row in by_grpc.rows]
        if [row["entry"]["course"]["key"]["code"] for row in by_http["rows"]] != codes:
            raise ScenarioError("HTTP and gRPC give different transcripts")
        other = await story.actor("other-college-registrar")
        await platform.get(url, other, purpose="TRANSFER_ASSESSMENT", expected_status=404)
        learner = await platform.sign_in("learner-1")
        access = access_pb2_grpc.AccessServiceStub(bank)
        seen = await platform.call(access.ListAccess, access_pb2.ListAccessRequest(learner_id=learner_id), learner)
        facts += [
            ("HTTP = gRPC", f"{len(codes)} แถวที่ตรวจแล้ว/verified rows: {', '.join(codes)}"),
            ("วิทยาลัยที่ไม่มีสิทธิ์ / college without right", "404"),
            ("ผู้เรียนเห็นว่าใครเปิดดู / the learner sees who looked", f"{len(seen.records)} ครั้ง/reads"),
        ]
