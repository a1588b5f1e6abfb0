"""The record of processing activities, as data and as a file (PDPA s.39)."""

import csv
import io

from nuaikit.student_registry.v1 import access_pb2 as pb


async def test_record_of_processing_says_what_is_done_with_which_data_and_how_sure_that_is(world):
    director = await world.staff("school_director", "demo-school")
    found = (await world.call("ListProcessingRecords", pb.ListProcessingRecordsRequest(), director)).records
    codes = [record.activity_code for record in found]
    assert codes == sorted(codes)
    assert {"LEARNER_IDENTITY", "LEARNER_PROFILE", "CONSENT", "ACCESS_LOG"} <= set(codes)
    for record in found:
        assert record.provenance.status == 2  # assumed
        for field in ("purpose_th", "legal_basis_th", "data_th", "recipients_th", "retention_th", "protection_th"):
            assert any("ก" <= letter <= "๛" for letter in getattr(record, field))
    assert [record.is_sensitive for record in found if record.activity_code == "LEARNER_PROFILE"] == [True]
    before = pb.ListProcessingRecordsRequest(on_date={"year": 2025, "month": 1, "day": 1})
    assert not (await world.call("ListProcessingRecords", before, director)).records


async def test_export_is_the_same_as_json_and_as_csv_that_opens_in_a_spreadsheet(world):
    headers = (await world.staff("auditor", "demo-school")).headers
    listed = (await world.http.get("/v1/processing-records", headers=headers)).json()["records"]
    answer = await world.http.get("/v1/processing-records", params={"format": "csv"}, headers=headers)
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["รหัสกิจกรรม"] for row in rows] == [record["activity_code"] for record in listed]
    assert {row["สถานะ"] for row in rows} == {"assumed"}


async def test_who_may_not_read_it_is_refused(world):
    teacher = await world.staff("guidance_teacher", "demo-school")
    missing = ("PERMISSION_DENIED", "PERMISSION_MISSING")
    assert await world.refused("ListProcessingRecords", pb.ListProcessingRecordsRequest(), teacher) == missing
    answer = await world.http.get("/v1/processing-records", headers=teacher.headers)
    assert answer.status_code == 403
