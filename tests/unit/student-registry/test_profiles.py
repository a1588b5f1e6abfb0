"""Rules of profiles: values, what gives way, what holds, what is told, and how complete a profile is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from student_registry.profiles import domain
from student_registry.profiles.domain import (
    Address,
    Coded,
    EndReason,
    Fact,
    Made,
    Presence,
    ProfileKind,
    Reach,
    Relative,
    Schooling,
    Stated,
)
from student_registry.profiles.errors import (
    EmailFormat,
    PhoneFormat,
    PhotoFormat,
    PhotoTooLarge,
    ProfilePeriodInvalid,
    ProfileValueMissing,
    SchoolingInvalid,
)
from student_registry.provenance import DataStatus

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, tzinfo=UTC)
LEARNER = uuid4()


def stated(kind, value, **more):
    return Stated(LEARNER, kind, value, "แบบบันทึกประวัติ", DataStatus.ASSUMED, **more)


def fact(kind, value, *, end_reason=None, **more):
    made = Made(NOW, "school_registrar", None, "test")
    return Fact(uuid4(), stated(kind, value, **more), made, made if end_reason else None, end_reason)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("081-234-5678", "0812345678"),
        ("๐๔๒ ๘๑๑ ๒๓๔", "042811234"),
        ("(081) 234.5678", "0812345678"),
        ("+66 81 234 5678", "+66812345678"),
    ],
)
def test_telephone_number_is_read_as_people_write_it(text, number):
    assert domain.phone(text) == number


@pytest.mark.parametrize("text", ["", "1234", "812345678", "08123456789", "+0812345678", "ไม่มี", "0812345678 ต่อ 12"])
def test_what_is_no_telephone_number_is_refused(text):
    with pytest.raises(PhoneFormat):
        domain.phone(text)


def test_email_address_keeps_its_name_and_lowers_its_domain():
    assert domain.email(" Nong.K@Example.AC.TH ") == "Nong.K@example.ac.th"
    for wrong in ("", "nong", "nong@", "@example.th", "a b@example.th", "nong@example", "x@" + "a" * 260 + ".th"):
        with pytest.raises(EmailFormat):
            domain.email(wrong)


def test_value_must_be_of_its_kind():
    with pytest.raises(ProfileValueMissing):
        domain.checked(stated(ProfileKind.PHONE, Coded("THA")), today=TODAY)
    assert set(domain.VALUE_TYPES) == set(ProfileKind)


def test_contact_data_are_confirmed_today_unless_a_day_is_stated_and_never_later():
    contact = stated(ProfileKind.PHONE, Reach("0812345678"))
    assert domain.checked(contact, today=TODAY).confirmed_on == TODAY
    with pytest.raises(ProfilePeriodInvalid):
        domain.checked(replace(contact, confirmed_on=TODAY + timedelta(days=1)), today=TODAY)
    group = stated(ProfileKind.SPECIAL_TARGET, Coded("POOR"))
    assert domain.checked(group, today=TODAY).confirmed_on is None
    with pytest.raises(ProfilePeriodInvalid):
        domain.checked(replace(group, confirmed_on=TODAY), today=TODAY)


def test_leaving_has_a_day_and_a_reason_after_the_admission():
    stay = Schooling(uuid4(), date(2025, 5, 16), left_on=date(2026, 3, 31), leaving_reason_code="MOVED")
    assert domain.checked(stated(ProfileKind.SCHOOLING, stay), today=TODAY).value == stay
    for wrong in (
        replace(stay, leaving_reason_code=""),
        replace(stay, left_on=None),
        replace(stay, left_on=date(2025, 5, 15)),
    ):
        with pytest.raises(SchoolingInvalid):
            domain.checked(stated(ProfileKind.SCHOOLING, wrong), today=TODAY)


def test_one_religion_gives_way_to_another_and_groups_stand_beside_each_other():
    held = [fact(ProfileKind.RELIGION, Coded("ISLAM")), fact(ProfileKind.SPECIAL_TARGET, Coded("POOR"))]
    religion = domain.decide(stated(ProfileKind.RELIGION, Coded("BUDDHISM")), held)
    assert (religion.known, religion.gives_way) == (None, (held[0],))
    group = domain.decide(stated(ProfileKind.SPECIAL_TARGET, Coded("DISABLED")), held)
    assert (group.known, group.gives_way) == (None, ())
    again = domain.decide(stated(ProfileKind.SPECIAL_TARGET, Coded("POOR")), held)
    assert (again.known, again.gives_way) == (held[1], ())


def test_special_target_and_vulnerable_group_are_different_families():
    held = [fact(ProfileKind.SPECIAL_TARGET, Coded("OTHER"))]
    assert domain.decide(stated(ProfileKind.VULNERABLE_GROUP, Coded("OTHER")), held).known is None


def test_two_values_of_one_kind_after_a_merge_give_way_to_a_third():
    held = [fact(ProfileKind.RELIGION, Coded(code)) for code in ("ISLAM", "NONE")]
    decision = domain.decide(stated(ProfileKind.RELIGION, Coded("NONE")), held)
    assert (decision.known, decision.gives_way) == (held[1], (held[0],))


def test_same_stay_with_more_known_of_it_takes_the_place_of_the_first_statement():
    school, other = uuid4(), uuid4()
    came = fact(ProfileKind.SCHOOLING, Schooling(school, date(2025, 5, 16)))
    earlier = fact(ProfileKind.SCHOOLING, Schooling(other, date(2019, 5, 16)))
    left = Schooling(school, date(2025, 5, 16), left_on=TODAY, leaving_reason_code="GRADUATED")
    assert domain.decide(stated(ProfileKind.SCHOOLING, left), [came, earlier]).gives_way == (came,)


def test_profile_of_a_day_has_what_holds_then_and_follows_relatives_that_were_replaced():
    first = fact(ProfileKind.GUARDIAN, Relative("", "สมใจ", ""), end_reason=EndReason.REPLACED)
    second = fact(
        ProfileKind.GUARDIAN, Relative("", "สมใจ", "ใจดี"), end_reason=EndReason.REPLACED, replaces_fact_id=first.fact_id
    )
    third = fact(ProfileKind.GUARDIAN, Relative("นาง", "สมใจ", "ใจดี"), replaces_fact_id=second.fact_id)
    number = fact(ProfileKind.PHONE, Reach("0812345678"), about_fact_id=first.fact_id)
    wrong = fact(ProfileKind.DISABILITY, Coded("VISUAL"), end_reason=EndReason.WRONG)
    over = fact(ProfileKind.SPECIAL_TARGET, Coded("POOR"), end_reason=EndReason.OVER, valid_to=TODAY)
    every = [first, second, third, number, wrong, over]
    shown = domain.profile_on(every, TODAY)
    assert {item.fact_id for item in shown} == {third.fact_id, number.fact_id, over.fact_id}
    assert next(item for item in shown if item.kind == "PHONE").stated.about_fact_id == third.fact_id
    assert over.fact_id not in {item.fact_id for item in domain.profile_on(every, TODAY + timedelta(days=1))}
    gone = replace(third, ended=third.recorded, end_reason=EndReason.WRONG)
    assert [item.kind for item in domain.profile_on([first, second, gone, number], TODAY)] == []


def test_others_are_told_kinds_that_give_nothing_restricted_away():
    restricted = {tuple(domain.told_of([kind])) for kind in domain.RESTRICTED_KINDS}
    assert restricted == {("PROFILE",)}
    assert domain.told_of([ProfileKind.PHONE, ProfileKind.FATHER, ProfileKind.PHOTO]) == [
        "CONTACT",
        "GUARDIAN",
        "PROFILE",
    ]


@pytest.mark.parametrize(
    ("start", "media_type"),
    [
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBP", "image/webp"),
    ],
)
def test_photograph_is_what_its_first_bytes_say(start, media_type):
    photo = domain.photo_of(start + bytes(10), taken_on=None)
    assert (photo.media_type, photo.byte_size) == (media_type, len(start) + 10)
    assert len(photo.sha256) == 64
    with pytest.raises(PhotoTooLarge):
        domain.photo_of(start + bytes(domain.PHOTO_BYTES_MAX), taken_on=None)
    for wrong in (b"", b"GIF89a", b"<svg", b"RIFF\x00\x00\x00\x00WAVE"):
        with pytest.raises(PhotoFormat):
            domain.photo_of(wrong, taken_on=None)


WEIGHTS = domain.weights_of(["IDENTIFIER=15", "BIRTH_DATE=10", "SEX=5", "PHONE=10", "CONTACT_FRESH=10"])
NOTHING = Presence(frozenset(), has_identifier=False, has_birth_day=False, has_sex=False, contact_confirmed_on=None)


def test_completeness_is_the_share_of_the_weights_and_lists_what_is_missing_heaviest_first():
    def of(presence):
        return domain.completeness(presence, weights=WEIGHTS, today=TODAY, stale_days=365)

    assert of(NOTHING).score == 0
    assert of(NOTHING).missing == ("IDENTIFIER", "BIRTH_DATE", "CONTACT_FRESH", "PHONE", "SEX")
    some = replace(NOTHING, has_identifier=True, has_sex=True)
    assert of(some).score == 40
    old = replace(some, kinds=frozenset({ProfileKind.PHONE}), contact_confirmed_on=TODAY - timedelta(days=366))
    assert (of(old).score, of(old).missing) == (60, ("BIRTH_DATE", "CONTACT_FRESH"))
    fresh = replace(old, has_birth_day=True, contact_confirmed_on=TODAY - timedelta(days=365))
    assert (of(fresh).score, of(fresh).missing) == (100, ())


def test_values_are_absent_from_reprs():
    values = [
        Coded("STATELESS", "ลับมาก"),
        Reach("0812345678", "ลับมาก"),
        Address("ลับมาก", province="เลย"),
        Relative("นาง", "ลับมาก", "ใจดี", "GRANDPARENT"),
        Schooling(uuid4(), TODAY, previous_school="ลับมาก"),
    ]
    shown = repr([fact(ProfileKind.PHONE, value) for value in values])
    for secret in ("ลับมาก", "0812345678", "STATELESS", "GRANDPARENT", "เลย"):
        assert secret not in shown
