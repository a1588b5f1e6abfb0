"""Bundles as others make them: read with limits, refused whole or by row, and never a way to unfold without end."""

import io
import zipfile
from datetime import date
from uuid import UUID

import pytest
from student_registry.enrolments.domain import DeliverySystem, EnrolmentRole
from student_registry.oneroster import bundles
from student_registry.oneroster.bundles import read_bundle
from student_registry.oneroster.errors import BundleTooLarge, BundleUnreadable, BundleVersion
from student_registry.oneroster.layout import academic_year
from student_registry.oneroster.reading import Place, read_roster
from student_registry.provenance import DataStatus, Provenance

SCHOOL = Place(UUID(int=7), frozenset({"1070100001"}))
PROVENANCE = Provenance("test", DataStatus.DEMONSTRATION)
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


def bundle(**changed):
    """A ZIP file of these files; None leaves one out."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in (FILES | {f"{key}.csv": value for key, value in changed.items()}).items():
            if text is not None:
                file.writestr(name, text)
    return packed.getvalue()


def test_roster_says_who_is_in_which_homeroom_and_what_is_wrong():
    roster = read_roster(read_bundle(bundle()), SCHOOL, PROVENANCE)
    (stated,) = roster.stated
    registration, (enrolment,) = stated.registration, stated.registration.enrolments
    assert (registration.name.given, registration.name.family) == ("กานดา", "ใจดี")
    assert registration.birth is not None
    assert registration.birth.value == date(2009, 2, 28)
    assert [item.value for item in registration.identifiers] == ["123", "1999900010116"]
    assert (enrolment.grade_label, enrolment.classroom, enrolment.valid_from) == ("M.4", "1", date(2025, 5, 16))
    assert (enrolment.role, enrolment.delivery_system) == (EnrolmentRole.PRIMARY, DeliverySystem.FORMAL)
    assert [(fault.file, fault.row, fault.column, fault.reason) for fault in roster.faults] == [
        ("users.csv", 3, "givenName", "GIVEN_NAME_MISSING"),
        ("enrollments.csv", 6, "schoolSourcedId", "OTHER_INSTITUTION"),
        ("enrollments.csv", 7, "status", "DELETION_NOT_TAKEN"),
        ("enrollments.csv", 8, "classSourcedId", "REFERENCE_UNKNOWN"),
        ("demographics.csv", 3, "birthDate", "DATE_INVALID"),
        ("enrollments.csv", 10, None, "DUPLICATE_ROW"),
    ]
    assert (roster.row_count, roster.ignored) == (7, 2)


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
        read_roster(read_bundle(bundle(**changed)), SCHOOL, PROVENANCE)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"a,b\n1,2\n", bundle()[:400], bundle()[100:]])
def test_what_is_no_zip_file_is_refused(content):
    with pytest.raises(BundleUnreadable):
        read_bundle(content)


def test_file_that_unfolds_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(bundles, "FILE_BYTES_MAX", 1_000_000)
    small = bundle(users="sourcedId\n" + "0" * 50_000_000)
    assert len(small) < 100_000
    with pytest.raises(BundleTooLarge):
        read_bundle(small)


def test_size_in_the_directory_is_not_believed(monkeypatch):
    monkeypatch.setattr(bundles, "FILE_BYTES_MAX", 1_000)
    content = bytearray(bundle(users="sourcedId\n" + "0" * 100_000))
    place = content.rindex(b"users.csv") - 46  # the entry of the central directory
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")
    with pytest.raises((BundleTooLarge, BundleUnreadable)):
        read_bundle(bytes(content))


def test_too_many_files_are_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for n in range(bundles.FILES_MAX + 1):
            file.writestr(f"{n}.csv", "")
    with pytest.raises(BundleTooLarge):
        read_bundle(packed.getvalue())


@pytest.mark.parametrize(
    ("day", "year", "start"),
    [(date(2026, 5, 15), 2568, date(2025, 5, 16)), (date(2026, 5, 16), 2569, date(2026, 5, 16))],
)
def test_academic_year_begins_in_may(day, year, start):
    assert academic_year(day)[:2] == (year, start)
