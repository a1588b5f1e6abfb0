"""Small rules: the calendar, purposes, pages, grounds, shares, institutions, assignments, keys, messages."""

import base64
import importlib
import pkgutil
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
import student_registry
from chassis.errors import InvalidField, PurposeMissing, ServiceError, TooManyItems
from chassis.messages import Messages
from student_registry.access.domain import Ground, GroundKind, stated_ground
from student_registry.access.errors import GroundInvalid
from student_registry.assignments.domain import AssignmentFacts, Role
from student_registry.assignments.domain import checked as checked_assignment
from student_registry.assignments.errors import (
    ClassroomMissing,
    PeriodInvalid,
    RoleNotAtKind,
    RoleUnknown,
    SubjectMissing,
)
from student_registry.calendar_th import gregorian_year, today_in_thailand
from student_registry.importing import domain as importing
from student_registry.institutions.domain import InstitutionFacts, InstitutionKind
from student_registry.institutions.domain import checked as checked_institution
from student_registry.institutions.errors import InstitutionNameMissing, LocalAliasFormat, OfficialCodeFormat
from student_registry.keyring import Keyring, KeyUnusableError, SealBrokenError, Sealed
from student_registry.limits import check_ids, check_purpose, page_size
from student_registry.provenance import DataStatus, Provenance
from student_registry.shares.domain import check_period
from student_registry.shares.errors import GrantPeriodInvalid

PROVENANCE = Provenance("test", DataStatus.DEMONSTRATION)
TODAY = date(2026, 11, 21)


def test_day_in_thailand_begins_seven_hours_before_utc():
    assert today_in_thailand(datetime(2026, 11, 20, 16, 59, tzinfo=UTC)) == date(2026, 11, 20)
    assert today_in_thailand(datetime(2026, 11, 20, 17, 0, tzinfo=UTC)) == TODAY


@pytest.mark.parametrize(("year", "gregorian"), [(2552, 2009), (2400, 1857), (2009, 2009), (2399, 2399)])
def test_year_of_either_era_is_made_gregorian(year, gregorian):
    assert gregorian_year(year) == gregorian


@pytest.mark.parametrize("purpose", ["CLASS_LIST", "transfer-review", "a1"])
def test_purpose_is_a_code(purpose):
    check_purpose(purpose)


@pytest.mark.parametrize("purpose", ["x", "ขอดูข้อมูล", "two words", "a" * 65, "1234567890121"])
def test_purpose_that_could_hold_personal_data_is_refused(purpose):
    with pytest.raises(InvalidField):
        check_purpose(purpose)


def test_missing_purpose_is_refused():
    with pytest.raises(PurposeMissing):
        check_purpose("")


def test_page_size_has_a_default_and_limits():
    assert (page_size(0), page_size(1), page_size(1_000)) == (100, 1, 1_000)
    for wrong in (-1, 1_001):
        with pytest.raises(InvalidField):
            page_size(wrong)


def test_more_ids_than_one_call_may_name_are_refused():
    check_ids(range(1_000), field="ids")
    with pytest.raises(TooManyItems):
        check_ids(range(1_001), field="ids")


def test_ground_is_stated_with_its_id_or_not_at_all():
    assert stated_ground("", "") is None
    assert stated_ground("CASE", "c-1") == Ground(GroundKind.CASE, "c-1")
    for ground, ground_id in [("CASE", ""), ("", "c-1"), ("OWN_INSTITUTION", "x"), ("AUDIT", "x"), ("CASE", "นาย")]:
        with pytest.raises(GroundInvalid):
            stated_ground(ground, ground_id)


def test_share_lasts_from_today_to_a_year():
    check_period(TODAY, today=TODAY)
    check_period(date(2027, 11, 21), today=TODAY)
    for wrong in (date(2026, 11, 20), date(2027, 11, 23)):
        with pytest.raises(GrantPeriodInvalid):
            check_period(wrong, today=TODAY)


def institution(**more):
    stated = {"name_th": "โรงเรียน", "official_code": None, "local_alias": "demo-school"} | more
    return InstitutionFacts(
        kind=InstitutionKind.SCHOOL, name_en=None, parent_institution_id=None, provenance=PROVENANCE, **stated
    )


def test_institution_text_is_cleaned_and_its_code_has_ascii_digits():
    facts = checked_institution(institution(name_th=" โรงเรียน  ก ", official_code="๑๐๑๐๗๒๐๐๓๙"))
    assert (facts.name_th, facts.official_code) == ("โรงเรียน ก", "1010720039")
    assert facts.codes == ("demo-school", "1010720039")


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"name_th": " "}, InstitutionNameMissing),
        ({"name_th": "ก" * 301}, InstitutionNameMissing),
        ({"official_code": "101072003"}, OfficialCodeFormat),
        ({"official_code": "10107200391"}, OfficialCodeFormat),
        ({"local_alias": ""}, LocalAliasFormat),
        ({"local_alias": "โรงเรียน"}, LocalAliasFormat),
    ],
)
def test_institution_with_a_wrong_part_is_refused(wrong, error):
    with pytest.raises(error):
        checked_institution(institution(**wrong))


RECORDER = Role(
    "school_recorder", is_assignable=True, institution_kinds=frozenset({InstitutionKind.SCHOOL}), needs_classroom=False
)
HOMEROOM = Role("homeroom_teacher", is_assignable=True, institution_kinds=frozenset(), needs_classroom=True)
LEARNER = Role("learner", is_assignable=False, institution_kinds=frozenset(), needs_classroom=False)


def assignment(subject="somebody", classroom="", valid_to=None):
    return AssignmentFacts(subject, uuid4(), "role", classroom, TODAY, valid_to, PROVENANCE)


@pytest.mark.parametrize(
    ("facts", "role", "kind", "error"),
    [
        (assignment(""), RECORDER, InstitutionKind.SCHOOL, SubjectMissing),
        (assignment("x" * 201), RECORDER, InstitutionKind.SCHOOL, SubjectMissing),
        (assignment(), None, InstitutionKind.SCHOOL, RoleUnknown),
        (assignment(), LEARNER, InstitutionKind.SCHOOL, RoleUnknown),
        (assignment(), RECORDER, InstitutionKind.COLLEGE, RoleNotAtKind),
        (assignment(), HOMEROOM, InstitutionKind.SCHOOL, ClassroomMissing),
        (assignment(valid_to=date(2026, 1, 1)), RECORDER, InstitutionKind.SCHOOL, PeriodInvalid),
    ],
)
def test_assignment_with_a_wrong_part_is_refused(facts, role, kind, error):
    with pytest.raises(error):
        checked_assignment(facts, role, kind)


def test_assignment_to_a_classroom_is_fine_and_hides_the_subject():
    facts = checked_assignment(assignment(classroom=" M.4/1 "), HOMEROOM, InstitutionKind.SCHOOL)
    assert facts.classroom == "M.4/1"
    assert "somebody" not in repr(facts)


KEYS = [base64.b64encode(bytes([n] * 32)).decode() for n in range(2)]


def keyring(current=0, version=1, previous=None):
    return Keyring.of(KEYS[current], version=version, previous=previous, index_key="index-key-of-tests")


def test_sealed_value_opens_only_in_its_own_row():
    ring = keyring()
    sealed = ring.seal("1234567890121", context=b"row 1")
    assert ring.open(sealed, context=b"row 1") == "1234567890121"
    assert b"1234567890121" not in sealed.ciphertext
    with pytest.raises(SealBrokenError):
        ring.open(sealed, context=b"row 2")


def test_same_value_is_sealed_differently_each_time_and_indexed_the_same():
    ring = keyring()
    assert ring.seal("1", context=b"").ciphertext != ring.seal("1", context=b"").ciphertext
    assert ring.blind_index("CITIZEN_ID", "", "1") == ring.blind_index("CITIZEN_ID", "", "1")
    assert ring.blind_index("CITIZEN_ID", "", "1") != ring.blind_index("G_CODE", "", "1")


def test_rotated_key_seals_anew_and_opens_the_old():
    old = keyring().seal("1", context=b"row")
    ring = keyring(current=1, version=2, previous=f"1:{KEYS[0]}")
    assert ring.open(old, context=b"row") == "1"
    assert ring.seal("1", context=b"row").key_version == 2
    with pytest.raises(SealBrokenError):
        keyring(current=1, version=2).open(Sealed(old.ciphertext, 1), context=b"row")


def test_value_is_looked_up_under_every_index_key_and_kept_under_the_current_one():
    old, both = (
        keyring(),
        Keyring.of(
            KEYS[0],
            version=1,
            previous=None,
            index_key="another-index-key",
            index_version=2,
            previous_index_keys="1:index-key-of-tests",
        ),
    )
    parts = ("CITIZEN_ID", "", "1")
    assert both.blind_indexes(*parts) == [both.blind_index(*parts), old.blind_index(*parts)]
    assert (old.is_reindexing, both.is_reindexing) == (False, True)
    with pytest.raises(KeyUnusableError):
        Keyring.of(KEYS[0], version=1, previous=None, index_key="another-index-key", previous_index_keys="2:short")
    with pytest.raises(KeyUnusableError):
        Keyring.of(
            KEYS[0], version=1, previous=None, index_key="another-index-key", previous_index_keys="1:" + "x" * 16
        )


def test_bytes_that_are_no_text_are_sealed_and_opened_too():
    ring, picture = keyring(), bytes(range(256))
    sealed = ring.seal_bytes(picture, context=b"photo")
    assert ring.open_bytes(sealed, context=b"photo") == picture
    with pytest.raises(SealBrokenError):
        ring.open(sealed, context=b"photo")


@pytest.mark.parametrize(
    ("key", "previous"),
    [("not base64!", None), ("c2hvcnQ=", None), (KEYS[0], f"1:{KEYS[1]}"), (KEYS[0], "x:y"), (KEYS[0], "2:c2hvcnQ=")],
)
def test_unusable_key_is_refused_at_the_start(key, previous):
    with pytest.raises(KeyUnusableError):
        Keyring.of(key, version=1, previous=previous, index_key="index-key-of-tests")


def every_error():
    for module in pkgutil.walk_packages(student_registry.__path__, "student_registry."):
        if module.name != "student_registry.__main__":
            importlib.import_module(module.name)

    def below(cls):
        return [found for sub in cls.__subclasses__() for found in (sub, *below(sub))]

    return [error for error in below(ServiceError) if error.__module__.startswith("student_registry.")]


def test_every_reason_has_a_thai_sentence_and_every_error_its_own_reason():
    errors = every_error()
    reasons = [error.reason for error in errors if "reason" in vars(error)]
    rows = {importing.VALUE_MISSING, importing.VALUE_UNKNOWN, importing.DATE_INVALID, importing.DUPLICATE_ROW}
    assert len(set(reasons)) == len(reasons) > 30
    assert {*reasons, *rows} <= Messages("student_registry").reasons()
