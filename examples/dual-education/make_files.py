"""Makes the input files of the scenario: 40 synthetic learners and their results.

Every person here is invented. Citizen IDs carry the office number 9999, which no registration office has, and a right
check digit; document numbers begin with `สาธิต` (demonstration). Run it from the repository root:
`python examples/dual-education/make_files.py`.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from openpyxl import Workbook

HERE = Path(__file__).parent
THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")

GIVEN = (
    "กมลชนก", "ขวัญข้าว", "คุณานนต์", "จิรายุ", "ฉัตรชัย", "ชลธิชา", "ญาณิศา", "ณัฐวุฒิ", "ดวงกมล", "ต้นกล้า",
    "ถิรวัฒน์", "ทิพวรรณ", "ธนกฤต", "นภัสสร", "บุญยเกียรติ", "ปวีณา", "พงศธร", "ภัทรวดี", "มนัสวี", "ยุทธนา",
    "รัตนาภรณ์", "วรเมธ", "ศศิธร", "สุภาวดี", "หทัยชนก", "อนันดา", "อารียา", "เกวลิน", "แพรวา", "โสภณ",
    "ไอลดา", "กิตติภพ", "จันทร์เพ็ญ", "ชัยวัฒน์", "ดารุณี", "ธีรเดช", "ปาริชาต", "พิมพ์ลภัส", "วีรภัทร", "อภิชญา",
)  # fmt: skip
FAMILY = ("ใจดี", "สมมติสกุล", "ตัวอย่างดี", "ทดลองเรียน", "จำลองวงศ์", "สาธิตกุล", "แบบฝึก", "ลองเรียน")
FEMALE = {
    "กมลชนก", "ขวัญข้าว", "ชลธิชา", "ญาณิศา", "ดวงกมล", "ทิพวรรณ", "นภัสสร", "ปวีณา", "ภัทรวดี", "มนัสวี",
    "รัตนาภรณ์", "ศศิธร", "สุภาวดี", "หทัยชนก", "อารียา", "เกวลิน", "แพรวา", "ไอลดา", "จันทร์เพ็ญ", "ดารุณี",
    "ปาริชาต", "พิมพ์ลภัส", "อภิชญา",
}  # fmt: skip

LEARNER_COLUMNS = (
    "เลขประจำตัวนักเรียน", "เลขประจำตัวประชาชน", "รหัส G", "คำนำหน้า", "ชื่อ", "นามสกุล", "วันเกิด (พ.ศ.)", "เพศ",
    "บทบาท", "ระบบการศึกษา", "ชั้น", "ห้อง", "หลักสูตร", "วันเริ่มเรียน (พ.ศ.)",
)  # fmt: skip
RESULT_COLUMNS = (
    "เลขประจำตัวนักเรียน", "รหัสวิชา", "ปีการศึกษา", "ภาคเรียน", "ครั้งที่", "ผลการเรียน", "เลขที่หลักฐาน", "รุ่น",
)  # fmt: skip

GRADES = ("4", "3.5", "3", "2.5", "2", "3.5", "4", "3")
DUAL, SHORT, HOME, NO_SCHOOL = range(24), range(24, 38), 38, 39
"""Learners by strand: dual education, short courses from school, home school, and the one who belongs to no school."""
FIRST_CLASS = range(12)
G_CODE = 23
"""The dual-education learner without civil registration."""
SCHOOL_COURSES = ("ท31101", "พ31101", "พ31102", "ศ31101")
SHORT_COURSES = ("RB-SHORT-1", "RB-SHORT-2", "RB-SHORT-3", "RB-SHORT-4")


def citizen_id(number: int) -> str:
    """A synthetic citizen ID of the office 9999, which does not exist; the check digit is right (CB e.4)."""
    digits = f"19999{number + 11111:05d}{number % 90 + 11:02d}"
    total = sum(int(digit) * (13 - place) for place, digit in enumerate(digits))
    return f"{digits}{(11 - total % 11) % 10}"


def learner(number: int) -> dict[str, str]:
    """Personal columns of one learner; the same in every file that names the person."""
    given = GIVEN[number]
    is_female = given in FEMALE
    return {
        "เลขประจำตัวประชาชน": "" if number == G_CODE else citizen_id(number),
        "รหัส G": "G669900000024" if number == G_CODE else "",
        "คำนำหน้า": "นางสาว" if is_female else "นาย",
        "ชื่อ": given,
        "นามสกุล": "" if number == G_CODE else FAMILY[number % len(FAMILY)],
        "วันเกิด (พ.ศ.)": "2552" if number == G_CODE else f"{number % 27 + 1:02d}/{number % 12 + 1:02d}/2552",
        "เพศ": "ญ" if is_female else "ช",
    }


def enrolment(number: int, student_no: str, **columns: str) -> dict[str, str]:
    """One row of a learner file."""
    row = dict.fromkeys(LEARNER_COLUMNS, "") | learner(number) | {"เลขประจำตัวนักเรียน": student_no}
    return row | {"วันเริ่มเรียน (พ.ศ.)": "16/05/2568"} | columns


def school_rows() -> list[dict[str, str]]:
    """The demonstration school: 24 dual-education learners of M.4."""
    return [
        enrolment(n, f"{68001 + n}", บทบาท="หลัก", ระบบการศึกษา="ทวิศึกษา", ชั้น="M.4", ห้อง="1" if n in FIRST_CLASS else "2")
        for n in DUAL
    ]


def college_rows() -> list[dict[str, str]]:
    """The demonstration college: the same 24 as partners, in year 1 of the vocational certificate."""
    return [
        enrolment(n, f"682010400{n + 1:02d}", บทบาท="ร่วม", ระบบการศึกษา="ทวิศึกษา", ชั้น="PWC.1", หลักสูตร="PWC-2562")
        for n in DUAL
    ]


def short_school_rows() -> list[dict[str, str]]:
    """เนกขัมวิทยา: 14 learners in the formal system."""
    return [enrolment(n, f"{31001 + n}", บทบาท="หลัก", ระบบการศึกษา="ในระบบ", ชั้น="M.4", ห้อง="3") for n in SHORT]


def short_college_rows() -> list[dict[str, str]]:
    """วิทยาลัยสารพัดช่างราชบุรี: 16 short-course learners, one of them a home-school learner, one of no school."""
    return [
        enrolment(n, f"S68{n:03d}", บทบาท="ระยะสั้น", ระบบการศึกษา="นอกระบบ", **{"วันเริ่มเรียน (พ.ศ.)": "01/06/2568"})
        for n in (*SHORT, HOME, NO_SCHOOL)
    ]


def area_rows() -> list[dict[str, str]]:
    """The area office: the home-school learner, whose registrar it is (assumed)."""
    return [enrolment(HOME, "HS680001", บทบาท="หลัก", ระบบการศึกษา="โฮมสคูล", ชั้น="M.4")]


def school_results() -> list[dict[str, str]]:
    """Term 1 of 2568 at the demonstration school: four subjects and one activity for each of the 24."""
    rows: list[dict[str, str]] = []
    for n in DUAL:
        for place, course in enumerate((*SCHOOL_COURSES, "ก31901")):
            grade = "ผ" if course == "ก31901" else GRADES[(n + place) % len(GRADES)]
            rows.append(result(f"{68001 + n}", course, grade, f"สาธิต-ปพ.5-{course}"))
    return rows


def short_results() -> list[dict[str, str]]:
    """Certificates of the short courses: two for each of the 16 learners."""
    rows: list[dict[str, str]] = []
    for place, n in enumerate((*SHORT, HOME, NO_SCHOOL)):
        for course in (SHORT_COURSES[place % 4], SHORT_COURSES[(place + 1) % 4]):
            number = len(rows) + 1
            rows.append(result(f"S68{n:03d}", course, "ผ", f"สาธิต-เกียรติบัตร-{number:03d}", f"{course}-2568"))
    return rows


def result(student_no: str, course: str, grade: str, document: str, offering: str = "") -> dict[str, str]:
    """One row of a result file."""
    values = (student_no, course, "2568", "1", "1", grade, document, offering)
    return dict(zip(RESULT_COLUMNS, values, strict=True))


def as_csv(columns: tuple[str, ...], rows: list[dict[str, str]]) -> str:
    """CSV text with Windows line ends, as spreadsheet programs write it."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write_xlsx(path: Path, columns: tuple[str, ...], rows: list[dict[str, str]]) -> None:
    """One sheet, every cell as text."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(columns)
    for row in rows:
        sheet.append([row[column] for column in columns])
    book.save(path)


def bad_files() -> dict[str, bytes]:
    """Inputs that must be answered row by row; the good rows among them must get in."""
    learners = [
        enrolment(number, f"{69001 + place}", บทบาท="หลัก", ระบบการศึกษา="ในระบบ", ชั้น="M.4", ห้อง="9")
        | {"เลขประจำตัวประชาชน": citizen_id(number + 500)}
        for place, number in enumerate((24, 25, 26, 27))
    ]
    right = learners[1]["เลขประจำตัวประชาชน"]
    learners[1]["เลขประจำตัวประชาชน"] = right[:-1] + str((int(right[-1]) + 1) % 10)
    learners.append(dict(learners[0]))
    results = [
        result("68001", "ค31101", "3", "สาธิต-ปพ.5-ค31101"),
        result("68002", "ท99999", "3", "สาธิต-ปพ.5-ท99999"),
        result("68003", "ค31101", "4.5", "สาธิต-ปพ.5-ค31101"),
        result("68001", "ค31101", "3", "สาธิต-ปพ.5-ค31101"),
        result("68004", "ค31101", "2.5", "สาธิต-ปพ.5-ค31101"),
    ]
    mixed = as_csv(LEARNER_COLUMNS, [
        learners[2] | {"เลขประจำตัวนักเรียน": "69011", "เลขประจำตัวประชาชน": citizen_id(601)},
        learners[3] | {"เลขประจำตัวนักเรียน": "69012", "เลขประจำตัวประชาชน": citizen_id(602)},
    ])  # fmt: skip
    lines = mixed.splitlines(keepends=True)
    whole = as_csv(LEARNER_COLUMNS, [
        learners[2] | {"เลขประจำตัวนักเรียน": "69021", "เลขประจำตัวประชาชน": citizen_id(611)},
        learners[3] | {"เลขประจำตัวนักเรียน": "69022", "เลขประจำตัวประชาชน": citizen_id(612)},
    ]).encode("utf-8-sig")  # fmt: skip
    return {
        "learners-bad-rows.csv": as_csv(LEARNER_COLUMNS, learners).encode("utf-8-sig"),
        "results-bad-rows.csv": as_csv(RESULT_COLUMNS, results).encode("utf-8-sig"),
        # Row 2 is UTF-8, row 3 is CP874: what a copy between two programs leaves behind.
        "learners-cp874-taken-for-utf8.csv": (lines[0] + lines[1]).encode("utf-8-sig") + lines[2].encode("cp874"),
        "learners-truncated.csv": whole[:-40],
    }


def main() -> None:
    """Write every file beside this script."""
    (HERE / "bad").mkdir(exist_ok=True)
    (HERE / "learners-demo-school.csv").write_bytes(as_csv(LEARNER_COLUMNS, school_rows()).encode("utf-8-sig"))
    # Head in ASCII digits as people type it, values in Thai digits, the whole in the code page of old Windows.
    college = [{k: v.translate(THAI_DIGITS) if k != "หลักสูตร" else v for k, v in row.items()} for row in college_rows()]
    (HERE / "learners-demo-college.cp874.csv").write_bytes(as_csv(LEARNER_COLUMNS, college).encode("cp874"))
    write_xlsx(HERE / "learners-nekkham.xlsx", LEARNER_COLUMNS, short_school_rows())
    (HERE / "learners-polytechnic.csv").write_bytes(as_csv(LEARNER_COLUMNS, short_college_rows()).encode("utf-8-sig"))
    (HERE / "learners-area-office.csv").write_bytes(as_csv(LEARNER_COLUMNS, area_rows()).encode("utf-8-sig"))
    (HERE / "results-demo-school.csv").write_bytes(as_csv(RESULT_COLUMNS, school_results()).encode("utf-8-sig"))
    (HERE / "results-polytechnic.csv").write_bytes(as_csv(RESULT_COLUMNS, short_results()).encode("utf-8-sig"))
    for name, content in bad_files().items():
        (HERE / "bad" / name).write_bytes(content)


if __name__ == "__main__":
    main()
