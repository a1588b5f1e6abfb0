"""The file of a case as one page to print: plain HTML without scripts, fonts or addresses elsewhere.

On paper it is what a registrar hands to an auditor: what was asked for, on which results it rests, who decided it and
why, and what was posted, with lines to write the learner's name on, which the bank does not know. On a phone each row
of a table becomes a block of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from html import escape
from importlib import resources
from typing import Any, Final

from credit_bank.calendar_th import BANGKOK, BE_OFFSET
from credit_bank.catalogue.domain import amount_text
from credit_bank.recording.policy import EVIDENCE_KINDS

STYLE: Final = (
    "body{font-family:'TH Sarabun New','Sarabun',sans-serif;font-size:14pt;line-height:1.35;margin:2cm;color:#000}"
    "h1{font-size:20pt;margin:0 0 .2em}h2{font-size:16pt;margin:1em 0 .3em;break-after:avoid}"
    "table{border-collapse:collapse;width:100%;font-size:12pt}"
    "th,td{border:1px solid #555;padding:3pt 5pt;text-align:left;vertical-align:top;overflow-wrap:break-word}"
    "tr{break-inside:avoid}thead{display:table-header-group}th{background:#eee}"
    "table.facts th{width:32%;font-weight:normal}table.facts td{overflow-wrap:anywhere}"
    ".code{font-size:8.5pt;word-break:break-all;min-width:9em}.none{margin:.2em 0}"
    ".signs{display:flex;flex-wrap:wrap;gap:1.5em;margin-top:2.5em;break-inside:avoid}"
    ".sign{flex:1 1 9em;text-align:center}"
    "@page{size:A4;margin:1.5cm;@bottom-right{content:counter(page) ' / ' counter(pages);font-size:10pt}}"
    "@media print{body{margin:0}}"
    "@media screen and (max-width:700px){body{margin:1em}"
    "table:not(.facts),table:not(.facts) tbody,table:not(.facts) tr,table:not(.facts) td{display:block}"
    "table:not(.facts) thead{display:none}table:not(.facts) tr{border:1px solid #555;margin-bottom:.6em}"
    "table:not(.facts) td{border:0}table:not(.facts) td:empty{display:none}"
    "td[data-label]::before{content:attr(data-label) ': ';color:#444}}"
)
MONTHS: Final = (
    *("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย."),
    *("ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค."),
)
NO_RULE: Final = " no announced rule"
BLANK: Final = "." * 60
"""A line to write on."""

Row = Sequence[Any]


class Code(str):
    """Text for machines and auditors, printed small."""

    __slots__ = ()


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(resources.files("credit_bank.transfers").joinpath("file_words_th.toml").read_text("utf-8"))


def word(kind: str, code: Any) -> str:
    """A code in the words of people; the code itself where there is no word for it."""
    return _words()[kind].get(str(code), str(code)) if code else ""


def day_th(text: str | None) -> str:
    """A day, or an instant as of the clock in Thailand, with the year of the Buddhist Era."""
    if not text:
        return ""
    if "T" not in text:
        day = date.fromisoformat(text)
        return f"{day.day} {MONTHS[day.month - 1]} {day.year + BE_OFFSET}"
    there = datetime.fromisoformat(text).astimezone(BANGKOK)
    return f"{there.day} {MONTHS[there.month - 1]} {there.year + BE_OFFSET} {there:%H:%M} น."


def rule_th(named: str) -> str:
    """A policy rule as decisions keep it (`MIN_GRADE R9 2569.1 assumed`), in the words of people."""
    key, _, rest = named.partition(" ")
    if named.endswith(NO_RULE):
        return f"{word('rule', key)}: ไม่มีประกาศกำหนด"
    reference, version, status = rest.rsplit(" ", 2)
    return f"{word('rule', key)}: {reference} ฉบับ {version} ({word('status', status)})"


def _cell(cell: Any, label: str) -> str:
    name = f' data-label="{escape(label)}"' if label else ""
    style = ' class="code"' if isinstance(cell, Code) else ""
    return f"<td{name}{style}>{escape('' if cell is None else str(cell))}</td>"


def _table(heads: Sequence[str], rows: Sequence[Row]) -> str:
    if not rows:
        return '<p class="none">ไม่มี</p>'
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join(
        "<tr>" + "".join(_cell(cell, label) for label, cell in zip(heads, row, strict=True)) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _section(title: str, heads: Sequence[str], rows: Sequence[Row]) -> str:
    return f"<h2>{escape(title)}</h2>{_table(heads, rows)}"


def _both(*texts: Any) -> str:
    return " ".join(str(text) for text in texts if text)


class _Names:
    """What the ids of a document are called on paper: courses by code, members of committees by number."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._places = document["institutions"]
        self.lines = {line["line_id"]: line["target"]["code"] for line in document["case"]["lines"]}
        self.orders = {one["committee_id"]: one["order_no"] for one in document["committees"]}
        self.members: dict[str, str] = {}
        for committee in document["committees"]:
            for member in sorted(committee["members"], key=lambda one: (not one["is_chair"], one["assignment_id"])):
                self.members.setdefault(member["assignment_id"], f"กรรมการ {len(self.members) + 1}")

    def place(self, institution_id: str) -> str:
        """An institution by name and official code."""
        place = self._places.get(institution_id)
        return _both(place["name_th"], place["official_code"]) if place else institution_id

    def courses(self, line_ids: Iterable[str]) -> str:
        """Lines by the courses asked for."""
        return ", ".join(self.lines[line_id] for line_id in line_ids)

    def member(self, assignment_id: str) -> str:
        """A member by number."""
        return self.members.get(assignment_id, assignment_id)


def _confirmations(agreement: Mapping[str, Any] | None, names: _Names) -> str:
    """Who had confirmed the agreement; one that was in force before parties were asked says so."""
    said = [
        f"{names.place(one['institution_id'])} "
        + ("(มีผลก่อนเริ่มระบบยืนยัน)" if one["status"] == "assumed" else day_th(one["confirmed_at"]))
        for one in (agreement["confirmations"] if agreement else ())
    ]
    return "; ".join(said)


def _facts(document: Mapping[str, Any], names: _Names) -> str:
    case, agreement = document["case"], document["partnership"]
    qualification = _both(document["qualification_name_th"], case["qualification_code"])
    ground = word("ground", case["ground"])
    entered = " (เจ้าหน้าที่กรอกแทน)" if case["is_entered_by_staff"] else ""
    rows: list[tuple[str, Any]] = [
        ("ชื่อ-สกุลผู้เรียน (เขียนเมื่อพิมพ์)", BLANK),
        ("เลขประจำตัวนักเรียน (เขียนเมื่อพิมพ์)", BLANK),
        ("เลขที่คำขอ", Code(case["case_id"])),
        ("รหัสผู้เรียนในระบบ", Code(case["learner_id"])),
        ("สถานศึกษาที่พิจารณา", names.place(case["institution_id"])),
        ("เหตุแห่งคำขอ", f"{ground} {agreement['reference']} ฉบับที่ {agreement['version']}" if agreement else ground),
        ("คู่สัญญาที่ยืนยัน", _confirmations(agreement, names)),
        ("คุณวุฒิ", f"{qualification} ฉบับ {case['qualification_version']}"),
        ("วันที่ขอ", f"{day_th(case['requested_on'])} โดย{word('requester', case['requested_by'])}{entered}"),
        ("วันที่ยื่น", day_th(case["submitted_at"])),
        ("กำหนดเสร็จ", day_th(case["due_on"]) or "ไม่มีประกาศกำหนด"),
        ("สถานะ", word("case", case["state"])),
        ("ผล", word("result", case["result"]) or "ยังไม่มีมติ"),
        ("วันที่มีมติ", day_th(case["decided_at"])),
        ("อุทธรณ์ได้ถึง", day_th(case["appeal_until"])),
        ("หยุดเวลา", f"{case['pause_count']} ครั้ง {case['paused_days']} วัน"),
        ("เกณฑ์เวลาที่ใช้", "; ".join(rule_th(named) for named in document["policy_rules"])),
    ]
    shown = [(label, value) for label, value in rows if value]
    return (
        '<table class="facts">'
        + "".join(f"<tr><th>{escape(label)}</th>{_cell(value, '')}</tr>" for label, value in shown)
        + "</table>"
    )


def _lines(document: Mapping[str, Any]) -> str:
    rows: list[Row] = []
    for line in document["case"]["lines"]:
        rule = line["rule"]
        said = "ไม่มีเกณฑ์เทียบที่ประกาศ"
        if rule:
            provenance = rule["provenance"]
            said = f"ฉบับที่ {rule['version']}: {provenance['source']} ({word('status', provenance['status'])})"
        rows.append(
            (
                _both(line["target"]["code"], line["target_title_th"]),
                f"{amount_text(line['credit_hundredths'])} {word('unit', line['unit'])}",
                word("mode", line["mode"]),
                word("line", line["state"]),
                _both(word("reason", line["reason_code"]), line["reason_th"]),
                "ไม่ทราบ" if line["hours_pct"] is None else f"{line['hours_pct']} %",
                "; ".join([said, *(rule_th(named) for named in line["policy_rules"])]),
            )
        )
    heads = ("รายวิชาที่ขอ", "หน่วยกิต", "วิธี", "ผล", "เหตุผล", "ชั่วโมงที่ครอบคลุม", "เกณฑ์ที่ใช้")
    return _section("รายการที่ขอเทียบโอน", heads, rows)


def _sources(document: Mapping[str, Any], names: _Names) -> str:
    rows: list[Row] = []
    for source in document["sources"]:
        evidence = source["evidence"] or ()
        hours = "" if source["hours_total"] is None else f"{source['hours_total']} ชั่วโมง"
        rows.append(
            (
                names.lines[source["line_id"]],
                _both(source["code"], source["title_th"], hours),
                f"{source['term']}/{source['year_be']}",
                source["grade_label"],
                f"{names.place(source['issuer_institution_id'])} ({word('form', source['form'])})",
                ", ".join(_both(_evidence_th(item["kind"]), item["document_no"]) for item in evidence),
                Code(" ".join([source["content_hash"], *(item["sha256"] for item in evidence if item["sha256"])])),
            )
        )
    heads = ("ขอเข้า", "ผลการเรียนต้นทาง", "ภาคเรียน", "ผล", "ผู้ออกผล", "หลักฐาน", "รหัสตรวจสอบ")
    return _section("ผลการเรียนต้นทางและหลักฐาน", heads, rows)


def _evidence_th(kind: str) -> str:
    known = EVIDENCE_KINDS.get(kind)
    return known.title_th if known else kind


def _committees(document: Mapping[str, Any], names: _Names) -> str:
    rows: list[Row] = []
    for one in document["committees"]:
        chairs = {member["assignment_id"] for member in one["members"] if member["is_chair"]}
        seats = sorted(one["members"], key=lambda member: (not member["is_chair"], member["assignment_id"]))
        rows.append(
            (
                one["order_no"],
                ", ".join(word("mode", mandate) for mandate in one["mandates"]),
                f"{day_th(one['valid_from'])} ถึง {day_th(one['valid_to']) or 'มีคำสั่งเปลี่ยนแปลง'}",
                f"{one['quorum']} คน",
                ", ".join(
                    names.member(member["assignment_id"]) + (" (ประธาน)" if member["assignment_id"] in chairs else "")
                    for member in seats
                ),
            )
        )
    return _section("คณะกรรมการ", ("คำสั่งที่", "อำนาจ", "วาระ", "องค์ประชุม", "กรรมการ"), rows)


def _judging(document: Mapping[str, Any], names: _Names) -> str:
    votes = [
        (
            names.lines[vote["line_id"]],
            vote["hearing"],
            names.member(vote["assignment_id"]),
            ("รับเมื่อผ่านการประเมิน" if vote["needs_assessment"] else "รับ") if vote["is_accepted"] else "ไม่รับ",
            _both(word("reason", vote["reason_code"]), vote["reason_th"]),
            day_th(vote["cast_at"]),
        )
        for vote in document["votes"]
    ]
    interests = [
        (names.member(one["assignment_id"]), one["reason_th"], day_th(one["declared_at"]))
        for one in document["interests"]
    ]
    assessments = [
        (
            names.lines[one["line_id"]],
            word("method", one["method"]),
            "ผ่าน" if one["is_passed"] else "ไม่ผ่าน",
            one["document_no"],
            day_th(one["assessed_on"]),
            one["reason_th"],
        )
        for one in document["assessments"]
    ]
    return (
        _section("การลงมติ", ("รายวิชา", "ครั้งที่", "กรรมการ", "มติ", "เหตุผล", "เมื่อ"), votes)
        + _section("การแจ้งส่วนได้เสีย", ("กรรมการ", "เหตุ", "เมื่อ"), interests)
        + _section("ผลการประเมินตามเงื่อนไข", ("รายวิชา", "วิธี", "ผล", "เลขที่เอกสาร", "วันที่", "เหตุผล"), assessments)
    )


def _way(document: Mapping[str, Any], names: _Names) -> str:
    steps = [
        (
            day_th(one["taken_at"]),
            _both(word("step", one["kind"]), names.orders.get(one["details"].get("committee_id"), "")),
            word("case", one["from_state"]),
            word("case", one["to_state"]),
            word("role", one["role"]),
        )
        for one in document["steps"]
    ]
    pauses = [
        (
            one["pause_no"],
            one["question_th"],
            day_th(one["asked_at"]),
            _both(one["answer_th"], ", ".join(one["document_nos"])),
            day_th(one["answered_at"]),
            one["days"],
        )
        for one in document["pauses"]
    ]
    appeals = [
        (one["hearing"], names.courses(one["line_ids"]), one["reason_th"], day_th(one["appealed_on"]))
        for one in document["appeals"]
    ]
    reversals = [
        (
            names.lines[one["line_id"]],
            _both(word("reason", one["reason_code"]), one["reason_th"]),
            day_th(one["reversed_at"]),
        )
        for one in document["reversals"]
    ]
    flags = [
        (
            names.lines[one["line_id"]],
            f"{one['code']} ฉบับที่ {one['version']} {one['grade_label']}",
            _both(word("flag", one["kind"]), day_th(one["raised_at"])),
            word("flag", one["resolution"]) or "ยังไม่พิจารณา",
            _both(word("kept", one["reason_code"]), one["reason_th"]),
            day_th(one["resolved_at"]),
        )
        for one in document["flags"]
    ]
    journals = [
        (one["seq"], word("journal", one["type"]), day_th(one["posted_at"]), Code(one["hash"]))
        for one in document["journals"]
    ]
    return (
        _section("ลำดับการดำเนินการ", ("เมื่อ", "ขั้นตอน", "จาก", "เป็น", "โดย"), steps)
        + _section("การขอข้อมูลเพิ่ม", ("ครั้งที่", "ขอ", "ขอเมื่อ", "ตอบ", "ตอบเมื่อ", "วันที่หยุดเวลา"), pauses)
        + _section("อุทธรณ์", ("ครั้งที่พิจารณา", "รายวิชา", "เหตุผล", "วันที่"), appeals)
        + _section("ผลการเรียนต้นทางที่เปลี่ยนภายหลัง", ("รายวิชา", "ผลต้นทาง", "เหตุ", "ผลการพิจารณา", "เหตุผล", "เมื่อ"), flags)
        + _section("การกลับรายการ", ("รายวิชา", "เหตุผล", "เมื่อ"), reversals)
        + _section("รายการบัญชี", ("ลำดับ", "รายการ", "เมื่อ", "รหัสตรวจสอบ"), journals)
    )


def _end(document: Mapping[str, Any], names: _Names, sha256: str) -> str:
    signs = "".join(
        f'<div class="sign">ลงชื่อ ..............................<br>(..............................)<br>{who}</div>'
        for who in ("นายทะเบียน", "ประธานกรรมการ", "ผู้อำนวยการ")
    )
    members = "; ".join(f"{name} = {assignment_id}" for assignment_id, name in names.members.items())
    return (
        f'<div class="signs">{signs}</div>'
        + (f'<p class="code">รหัสการมอบหมายของกรรมการ: {escape(members)}</p>' if members else "")
        + f'<p class="code">พิมพ์เมื่อ {day_th(document["printed_on"])} รหัสตรวจสอบแฟ้ม (SHA-256) {sha256}</p>'
    )


def page_of(document: Mapping[str, Any], sha256: str) -> str:
    """The page; everything that anybody wrote is escaped.

    Args:
        document: The file as plain values.
        sha256: Over its JSON text, hexadecimal, printed so that paper and data can be held against each other.
    """
    names = _Names(document)
    return (
        '<!DOCTYPE html><html lang="th"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><title>แฟ้มคำขอเทียบโอน</title>'
        f"<style>{STYLE}</style></head><body><h1>แฟ้มคำขอเทียบโอนผลการเรียน</h1>"
        f"{_facts(document, names)}{_lines(document)}{_sources(document, names)}{_committees(document, names)}"
        f"{_judging(document, names)}{_way(document, names)}{_end(document, names, sha256)}</body></html>"
    )
