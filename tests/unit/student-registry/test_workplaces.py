"""Rules of workplaces and cooperations."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from student_registry.provenance import DataStatus, Provenance
from student_registry.workplaces.domain import (
    STEPS,
    Contact,
    CooperationFacts,
    CooperationStatus,
    WorkplaceFacts,
    WorkplaceKind,
    checked,
    is_same,
    is_step,
)
from student_registry.workplaces.errors import (
    CapacityInvalid,
    CooperationStepWrong,
    OccupationFieldUnknown,
    WorkplaceNameMissing,
    WorkplaceReferenceFormat,
    WorkplaceTextTooLong,
)

SOURCE = Provenance("test", DataStatus.DEMONSTRATION)
FIELDS = {"FOOD", "ARTS_CRAFTS"}
DAY = date(2026, 5, 16)


def workplace(**more):
    stated = {
        "reference": "wp-1", "kind": WorkplaceKind.LOCAL_EXPERT, "name_th": "ปราชญ์จักสานไม้ไผ่", "field_codes": ("FOOD",),
        "area_institution_id": None, "area_text": "", "capacity": 5, "offers_th": "", "institution_id": None,
        "closed_on": None, "provenance": SOURCE, "contact": Contact("สมใจ ตัวอย่าง", "๐๘๑"),
    }  # fmt: skip
    return WorkplaceFacts(**stated | more)


def cooperation(status, offset=0, **more):
    return CooperationFacts(
        **{"workplace_id": UUID(int=1), "institution_id": UUID(int=2), "status": status,
           "valid_from": DAY + timedelta(days=offset), "places": None, "provenance": SOURCE} | more
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"reference": "ไทย"}, WorkplaceReferenceFormat),
        ({"name_th": " \u200b "}, WorkplaceNameMissing),
        ({"field_codes": ()}, OccupationFieldUnknown),
        ({"field_codes": ("FOOD", "NONE")}, OccupationFieldUnknown),
        ({"capacity": -1}, CapacityInvalid),
        ({"offers_th": "ก" * 2001}, WorkplaceTextTooLong),
        ({"contact": Contact(address="ก" * 501)}, WorkplaceTextTooLong),
    ],
)
def test_wrong_entry_is_refused(wrong, error):
    with pytest.raises(error):
        checked(workplace(**wrong), FIELDS)


def test_entry_is_cleaned_and_its_contact_never_shown_in_a_repr():
    right = checked(workplace(field_codes=("FOOD", "ARTS_CRAFTS", "FOOD")), FIELDS)
    assert right.field_codes == ("ARTS_CRAFTS", "FOOD")
    assert right.contact.phone == "081"
    assert "สมใจ" not in repr(right)
    assert is_same(replace(right, contact=None), right)
    assert not is_same(replace(right, contact=Contact()), right)


@pytest.mark.parametrize("before", CooperationStatus)
@pytest.mark.parametrize("after", CooperationStatus)
def test_only_the_steps_of_the_table_follow_each_other(before, after):
    last = cooperation(before)
    if after is before:
        assert not is_step(cooperation(after), last)
        assert is_step(cooperation(after, 1), last)
    elif after in STEPS[before]:
        assert is_step(cooperation(after), last)
        with pytest.raises(CooperationStepWrong):
            is_step(cooperation(after, -1), last)
    else:
        with pytest.raises(CooperationStepWrong):
            is_step(cooperation(after, 1), last)


def test_first_statement_may_be_any_and_places_are_not_negative():
    assert is_step(cooperation(CooperationStatus.ACTIVE), None)
    with pytest.raises(CapacityInvalid):
        is_step(cooperation(CooperationStatus.ACTIVE, places=-1), None)
