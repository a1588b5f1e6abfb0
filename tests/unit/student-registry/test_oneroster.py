"""Bundles as others make them: read with limits, refused whole or by row, and never a way to unfold without end."""

import io
import tracemalloc
import zipfile
from datetime import date
from uuid import UUID

import pytest
from student_registry.enrolments.domain import DeliverySystem, EnrolmentRole
from student_registry.importing.adapters import Adapter, cells_at
from student_registry.importing.checking import Check, opened
from student_registry.importing.domain import RowContext
from student_registry.importing.oneroster_1_2 import LAYOUT
from student_registry.oneroster import bundles, layout
from student_registry.oneroster.errors import BundleTooLarge, BundleUnreadable, BundleVersion
from student_registry.oneroster.layout import academic_year
from student_registry.oneroster.reading import HEADER, open_roster
from student_registry.provenance import DataStatus, Provenance

SCHOOL = UUID(int=7)
OWN = frozenset({str(SCHOOL), "1070100001"})
TODAY = date(2026, 6, 1)
CONTEXT = RowContext(SCHOOL, Provenance("test", DataStatus.DEMONSTRATION), are_documents_seen=False)
ADAPTER = Adapter(LAYOUT.name, LAYOUT, open=open_roster)
FILES = {
    "manifest.csv": "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\nfile.orgs,bulk\nfile.users,bulk\n"
    "file.classes,bulk\nfile.enrollments,bulk\nfile.academicSessions,bulk\nfile.demographics,bulk\nfile.results,absent\n",
    "orgs.csv": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
    "o1,,,โรงเรียนหนึ่ง,school,1070100001,\no2,,,โรงเรียนสอง,school,1070100002,\n",
    "academicSessions.csv": "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,"
    "schoolYear\n"
    "y,,,2568,schoolYear,2025-05-16,2026-05-15,,2026\n",
    "classes.csv": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,"
    "schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\n"
    "c1,,,ม.4/1,ม.4,k,M.4/1,homeroom,,o1,y,,,\nc2,,,คณิตศาสตร์,ม.4,k,MATH,scheduled,,o1,y,,,\n",
    "users.csv": "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,identifier\n"
    "u1,,,true,a,{citizenId:1-9999-00010-11-6},กานดา,ใจดี,๑๒๓\nu2,,,true,b,,,ไร้ชื่อ,124\nu3,,,true,c,,ครู,ใจดี,\n"
    "u4,tobedeleted,,true,d,,ลบ,แล้ว,125\nu5,,,true,e,{studentNo:126},ห้า,ใจดี,\n",
    "demographics.csv": "sourcedId,status,dateLastModified,birthDate,sex\nu1,,,2009-02-28,female\n"
    "u5,,,28/02/2552,male\n",
    "enrollments.csv": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,"
    "beginDate,endDate\n"
    "e1,,,c1,o1,u1,student,,,\ne2,,,c2,o1,u1,student,,,\ne3,,,c1,o1,u3,teacher,,,\ne4,,,c1,o1,u2,student,,,\n"
    "e5,,,c1,o2,u1,student,,,\ne6,,,c1,o1,u4,student,,,\ne7,,,c9,o1,u1,student,,,\ne8,,,c1,o1,u5,student,,,\n"
    "e9,,,c1,o1,u1,student,,,\n",
}
WITHOUT = FILES["manifest.csv"].replace("file.demographics,bulk", "file.demographics,absent")


def bundle(**changed):
    """A ZIP file of these files; None leaves one out."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in (FILES | {f"{key}.csv": value for key, value in changed.items()}).items():
            if text is not None:
                file.writestr(name, text)
    return packed.getvalue()


def checked(content):
    """The check of a bundle, and every part of it."""
    check = Check(
        opened(io.BytesIO(content), ADAPTER, encoding=None, own=OWN), ADAPTER, CONTEXT, today=TODAY, rows_max=100_000
    )
    return check, list(check.parts())


def registrations(part):
    columns = dict(zip(HEADER, part.columns, strict=True))
    return [LAYOUT.read_row(number, cells_at(columns, at), CONTEXT) for at, number in enumerate(part.numbers)]


def test_roster_says_who_is_in_which_homeroom_and_what_is_wrong():
    check, parts = checked(bundle())
    (registration,) = registrations(parts[0].part)
    (enrolment,) = registration.enrolments
    assert (registration.name.given, registration.name.family) == ("กานดา", "ใจดี")
    assert registration.birth.value == date(2009, 2, 28)
    assert {item.value for item in registration.identifiers} == {"123", "1999900010116"}
    assert (enrolment.grade_label, enrolment.classroom, enrolment.valid_from) == ("M.4", "1", date(2025, 5, 16))
    assert (enrolment.role, enrolment.delivery_system) == (EnrolmentRole.PRIMARY, DeliverySystem.FORMAL)
    faults = [(fault.file, fault.row, fault.column, fault.reason) for part in parts for fault in part.faults]
    assert faults == [
        (None, 5, "users.csv: givenName", "VALUE_MISSING"),
        (None, 6, "schoolSourcedId", "OTHER_INSTITUTION"),
        (None, 7, "users.csv: status", "DELETION_NOT_TAKEN"),
        (None, 8, "classSourcedId", "REFERENCE_UNKNOWN"),
        (None, 9, "demographics.csv: birthDate", "DATE_INVALID"),
        (None, 10, None, "DUPLICATE_ROW"),
    ]
    assert (check.row_count, check.ignored) == (7, 2)
    rejected = [item.number for part in parts for item in part.rejected]
    assert sorted(rejected) == [5, 6, 7, 8, 9, 10]


def test_faults_of_other_files_name_them_and_refuse_no_row_of_their_number():
    users = FILES["users.csv"].replace("u2,", ",").replace("u3,", "u1,")
    _, parts = checked(bundle(users=users))
    beside = [(fault.file, fault.row, fault.column, fault.reason) for fault in parts[0].faults if fault.file]
    assert beside == [("users.csv", 3, "sourcedId", "VALUE_MISSING"), ("users.csv", 4, "sourcedId", "DUPLICATE_ROW")]
    assert parts[0].part.numbers[0] == 2


def test_student_of_two_homerooms_is_enrolled_in_both_and_decided_row_by_row():
    classes = FILES["classes.csv"].replace("scheduled", "homeroom")
    _, parts = checked(bundle(classes=classes))
    columns = dict(zip(HEADER, parts[0].part.columns, strict=True))
    assert [*parts[0].part.numbers] == [2, 3]
    plain, others = LAYOUT.read_columns(parts[0].part.numbers, columns, TODAY)
    assert (plain.numbers, others) == ([], [0, 1])
    first, second = registrations(parts[0].part)
    assert first.identifiers == second.identifiers
    assert [item.enrolments[0].classroom for item in (first, second)] == ["1", "MATH"]


def test_last_day_and_words_of_ours_come_with_a_row():
    text = FILES["enrollments.csv"].splitlines()
    header = f"{text[0]},{layout.ROLE},{layout.DELIVERY_SYSTEM}"
    rows = ["e1,,,c1,o1,u1,student,,2025-06-01,2026-03-31,HOSTING,HOME_SCHOOL", "e2,,,c1,o1,u5,student,,,,CHIEF,"]
    _, parts = checked(bundle(enrollments="\n".join([header, *rows, ""]), demographics=None, manifest=WITHOUT))
    (registration,) = registrations(parts[0].part)
    (enrolment,) = registration.enrolments
    assert (enrolment.valid_from, enrolment.valid_to) == (date(2025, 6, 1), date(2026, 3, 31))
    assert (enrolment.role, enrolment.delivery_system) == (EnrolmentRole.HOSTING, DeliverySystem.HOME_SCHOOL)
    assert [(item.row, item.column, item.reason) for item in parts[0].faults] == [(3, layout.ROLE, "VALUE_UNKNOWN")]


def test_long_bundle_is_read_in_memory_that_does_not_grow(monkeypatch):
    monkeypatch.setattr(bundles, "BLOCK_BYTES", 16_384)

    def peak(count):
        """Most memory of Python objects while a bundle of so many students is read, in bytes."""
        users = FILES["users.csv"] + "".join(f"s{n},,,true,x,,ชื่อ{n},ใจดี,{9000 + n}\n" for n in range(count))
        rows = FILES["enrollments.csv"] + "".join(f"x{n},,,c1,o1,s{n},student,,,\n" for n in range(count))
        file = io.BytesIO(bundle(users=users, enrollments=rows))
        del users, rows
        tracemalloc.start()
        try:
            found = sum(len(batch.numbers) for batch in open_roster(file, OWN).batches)
            return found, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    few, small = peak(1_500)
    many, large = peak(6_000)
    assert (few, many) == (1_502, 6_002)
    assert large < small * 1.3, (small, large)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"manifest": None}, BundleUnreadable),
        ({"manifest": FILES["manifest.csv"].replace(",1.2", ",1.1")}, BundleVersion),
        ({"manifest": FILES["manifest.csv"].replace("file.users,bulk", "file.users,delta")}, BundleVersion),
        ({"users": None}, BundleUnreadable),
        ({"enrollments": "ไม่ใช่,หัวตาราง\n1,2\n"}, BundleUnreadable),
    ],
)
def test_bundle_that_is_no_whole_roster_is_refused(changed, refusal):
    with pytest.raises(refusal):
        open_roster(io.BytesIO(bundle(**changed)), OWN)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"a,b\n1,2\n", bundle()[:400], bundle()[100:]])
def test_what_is_no_zip_file_is_refused(content):
    with pytest.raises(BundleUnreadable):
        open_roster(io.BytesIO(content), OWN)


def test_file_that_unfolds_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(bundles, "FILE_BYTES_MAX", 1_000_000)
    small = bundle(users="sourcedId\n" + "0" * 50_000_000)
    assert len(small) < 100_000
    with pytest.raises(BundleTooLarge):
        open_roster(io.BytesIO(small), OWN)


def test_size_in_the_directory_is_not_believed(monkeypatch):
    monkeypatch.setattr(bundles, "FILE_BYTES_MAX", 1_000)
    content = bytearray(bundle(users="sourcedId\n" + "0" * 100_000))
    place = content.rindex(b"users.csv") - 46  # the entry of the central directory
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")
    with pytest.raises((BundleTooLarge, BundleUnreadable)):
        list(open_roster(io.BytesIO(bytes(content)), OWN).batches)


def test_too_many_files_are_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for n in range(bundles.FILES_MAX + 1):
            file.writestr(f"{n}.csv", "")
    with pytest.raises(BundleTooLarge):
        open_roster(io.BytesIO(packed.getvalue()), OWN)


@pytest.mark.parametrize(
    ("day", "year", "start"),
    [(date(2026, 5, 15), 2568, date(2025, 5, 16)), (date(2026, 5, 16), 2569, date(2026, 5, 16))],
)
def test_academic_year_begins_in_may(day, year, start):
    assert academic_year(day)[:2] == (year, start)
