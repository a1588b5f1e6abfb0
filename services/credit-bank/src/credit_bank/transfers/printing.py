"""The file of a case as one page to print: plain HTML without scripts, fonts or addresses elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

STYLE = (
    "body{font-family:'TH Sarabun New','Sarabun',sans-serif;font-size:14pt;margin:2cm;color:#000}"
    "h1{font-size:20pt}h2{font-size:16pt;margin-top:1em;page-break-after:avoid}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #555;padding:3pt 5pt;text-align:left;"
    "vertical-align:top}tr{page-break-inside:avoid}th{background:#eee}.small{font-size:10pt;word-break:break-all}"
    "@page{size:A4;margin:1.5cm}"
)

STATES = {
    "SUBMITTED": "ยื่นแล้ว",
    "ACCEPTED_FOR_REVIEW": "รับไว้พิจารณา",
    "UNDER_EVALUATION": "กำลังพิจารณา",
    "WAITING_FOR_INFORMATION": "รอข้อมูลจากผู้ยื่น",
    "DECIDED": "มีมติแล้ว",
    "APPEALED": "อยู่ระหว่างอุทธรณ์",
    "POSTED": "ลงบัญชีแล้ว",
    "CLOSED": "ปิดเรื่อง",
    "REVERSED": "กลับรายการแล้ว",
    "WITHDRAWN": "ถอนคำขอ",
    "PROPOSED": "เสนอ",
    "EVALUATED": "ลงมติครบแล้ว",
    "ACCEPTED": "รับเทียบโอน",
    "PARTLY_ACCEPTED": "รับเทียบโอนบางรายการ",
    "ACCEPTED_WITH_ASSESSMENT": "รับเมื่อผ่านการประเมิน",
    "REJECTED": "ไม่รับเทียบโอน",
}
"""States in the words of the applicant."""
GROUNDS = {
    "PARTNERSHIP": "บันทึกข้อตกลงความร่วมมือ",
    "ADMISSION": "รับเข้าศึกษา",
    "SAME_INSTITUTION_MODE_CHANGE": "เปลี่ยนรูปแบบการเรียนในสถานศึกษาเดียวกัน",
    "RPL": "เทียบโอนความรู้และประสบการณ์",
}
BE_OFFSET = 543


def _th(state: Any) -> str:
    return STATES.get(str(state), str(state or ""))


def _day(text: Any) -> str:
    """A day or instant in Buddhist Era, as day/month/year and time."""
    if not text:
        return ""
    year, month, rest = str(text).split("-", 2)
    day, _, clock = rest.partition("T")
    return f"{int(day)}/{int(month)}/{int(year) + BE_OFFSET} {clock[:5]}".strip()


def _table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    if not rows:
        return "<p>ไม่มี</p>"
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape('' if cell is None else str(cell))}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def _section(title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    return f"<h2>{escape(title)}</h2>{_table(heads, rows)}"


def _facts(document: Mapping[str, Any]) -> str:
    case = document["case"]
    rows = [
        ("เลขที่คำขอ", case["case_id"]),
        ("รหัสผู้เรียนในระบบ", case["learner_id"]),
        ("สถานศึกษาที่พิจารณา", document["institutions"].get(case["institution_id"], case["institution_id"])),
        ("เหตุแห่งคำขอ", GROUNDS.get(case["ground"], case["ground"])),
        ("คุณวุฒิ", f"{case['qualification_code']} ฉบับ {case['qualification_version']}"),
        ("วันที่ขอ", _day(case["requested_on"])),
        ("ผู้ขอ", "ผู้ปกครอง" if case["requested_by"] == "GUARDIAN" else "ผู้เรียน"),
        ("เจ้าหน้าที่กรอกแทน", "ใช่" if case["is_entered_by_staff"] else "ไม่ใช่"),
        ("วันที่ยื่น", _day(case["submitted_at"])),
        ("กำหนดเสร็จ", _day(case["due_on"]) or "ไม่มีประกาศกำหนด"),
        ("สถานะ", _th(case["state"])),
        ("ผล", _th(case["result"])),
        ("อุทธรณ์ได้ถึง", _day(case["appeal_until"])),
        ("จำนวนครั้งที่หยุดเวลา / วัน", f"{case['pause_count']} / {case['paused_days']}"),
    ]
    return _table(("รายการ", "ข้อมูล"), rows)


def _lines(document: Mapping[str, Any]) -> str:
    rows: list[Sequence[Any]] = []
    for line in document["case"]["lines"]:
        rule = line["rule"]
        provenance = rule and rule["provenance"]
        said = f"ฉบับ {rule['version']} ({provenance['source']}, {provenance['status']})" if rule else "ไม่มีกฎที่ประกาศ"
        rules = "; ".join([said, *line["policy_rules"]])
        rows.append(
            (
                line["target"]["code"],
                line["target_title_th"],
                f"{line['credit_hundredths'] / 100:.1f} {line['unit']}",
                line["mode"],
                _th(line["state"]),
                " ".join(filter(None, (line["reason_code"], line["reason_th"]))),
                "" if line["hours_pct"] is None else f"{line['hours_pct']} %",
                rules,
            )
        )
    heads = ("รหัสวิชา", "รายวิชาที่ขอ", "หน่วยกิต", "วิธี", "ผล", "เหตุผล", "ชั่วโมง", "กฎที่ใช้")
    return _section("รายการที่ขอเทียบโอน", heads, rows)


def _sources(document: Mapping[str, Any]) -> str:
    codes = {line["line_id"]: line["target"]["code"] for line in document["case"]["lines"]}
    rows = [
        (
            codes[source["line_id"]],
            f"{source['code']} {source['title_th']}",
            f"{source['term']}/{source['year_be']}",
            source["grade_label"],
            document["institutions"].get(source["issuer_institution_id"], source["issuer_institution_id"]),
            ", ".join(f"{item['kind']} {item['document_no']}" for item in source["evidence"] or ()),
            source["content_hash"],
        )
        for source in document["sources"]
    ]
    heads = ("ขอเข้า", "ผลการเรียนต้นทาง", "ภาคเรียน", "ผล", "ผู้ออกผล", "หลักฐาน", "รหัสตรวจสอบ")
    return _section("ผลการเรียนต้นทางและหลักฐาน", heads, rows)


def _people(document: Mapping[str, Any]) -> str:
    codes = {line["line_id"]: line["target"]["code"] for line in document["case"]["lines"]}
    committees = [
        (one["order_no"], ", ".join(one["mandates"]), one["quorum"], len(one["members"]))
        for one in document["committees"]
    ]
    votes = [
        (
            codes[vote["line_id"]],
            vote["hearing"],
            vote["assignment_id"],
            ("รับเมื่อผ่านการประเมิน" if vote["needs_assessment"] else "รับ") if vote["is_accepted"] else "ไม่รับ",
            " ".join(filter(None, (vote["reason_code"], vote["reason_th"]))),
            _day(vote["cast_at"]),
        )
        for vote in document["votes"]
    ]
    interests = [(one["assignment_id"], one["reason_th"], _day(one["declared_at"])) for one in document["interests"]]
    assessments = [
        (
            codes[one["line_id"]],
            one["method"],
            "ผ่าน" if one["is_passed"] else "ไม่ผ่าน",
            one["document_no"],
            one["reason_th"],
        )
        for one in document["assessments"]
    ]
    return (
        _section("คณะกรรมการ", ("คำสั่งที่", "อำนาจ", "องค์ประชุม", "จำนวน"), committees)
        + _section("การลงมติ", ("รายวิชา", "ครั้งที่", "กรรมการ (การมอบหมาย)", "มติ", "เหตุผล", "เมื่อ"), votes)
        + _section("การแจ้งส่วนได้เสีย", ("กรรมการ (การมอบหมาย)", "เหตุ", "เมื่อ"), interests)
        + _section("ผลการประเมินตามเงื่อนไข", ("รายวิชา", "วิธี", "ผล", "เลขที่เอกสาร", "เหตุผล"), assessments)
    )


def _way(document: Mapping[str, Any]) -> str:
    steps = [
        (_day(one["taken_at"]), one["kind"], _th(one["from_state"]), _th(one["to_state"]), one["role"])
        for one in document["steps"]
    ]
    pauses = [
        (
            one["pause_no"],
            one["question_th"],
            _day(one["asked_at"]),
            one["answer_th"],
            _day(one["answered_at"]),
            one["days"],
        )
        for one in document["pauses"]
    ]
    appeals = [(one["hearing"], one["reason_th"], _day(one["appealed_on"])) for one in document["appeals"]]
    reversals = [(one["reason_code"], one["reason_th"], _day(one["reversed_at"])) for one in document["reversals"]]
    journals = [(one["seq"], one["type"], _day(one["posted_at"]), one["hash"]) for one in document["journals"]]
    return (
        _section("ลำดับการดำเนินการ", ("เมื่อ", "ขั้นตอน", "จาก", "เป็น", "บทบาท"), steps)
        + _section("การขอข้อมูลเพิ่ม", ("ครั้งที่", "ขอ", "เมื่อ", "ตอบ", "เมื่อ", "วัน"), pauses)
        + _section("อุทธรณ์", ("ครั้งที่พิจารณา", "เหตุผล", "วันที่"), appeals)
        + _section("การกลับรายการ", ("รหัสเหตุ", "เหตุผล", "เมื่อ"), reversals)
        + _section("รายการบัญชี", ("ลำดับ", "ชนิด", "เมื่อ", "รหัสตรวจสอบ"), journals)
    )


def page_of(document: Mapping[str, Any], sha256: str) -> str:
    """The page; everything that anybody wrote is escaped.

    Args:
        document: The file as plain values.
        sha256: Over its JSON text, hexadecimal, printed so that paper and data can be held against each other.
    """
    return (
        f'<!DOCTYPE html><html lang="th"><head><meta charset="utf-8"><title>แฟ้มคำขอเทียบโอน</title>'
        f"<style>{STYLE}</style></head><body><h1>แฟ้มคำขอเทียบโอนผลการเรียน</h1>"
        f"{_facts(document)}{_lines(document)}{_sources(document)}{_people(document)}{_way(document)}"
        f'<p class="small">พิมพ์เมื่อ {_day(document["printed_on"])} รหัสตรวจสอบแฟ้ม (SHA-256) {sha256}</p></body></html>'
    )
