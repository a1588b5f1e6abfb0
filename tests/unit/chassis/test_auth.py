"""What an actor may do, and what of him may be shown."""

from dataclasses import replace
from uuid import uuid4

import pytest
from chassis.auth import Actor, Credentials, subject_hash
from chassis.errors import NotFound, PermissionMissing

HERE, ELSEWHERE = uuid4(), uuid4()
TOKEN = "eyJhbGciOi.secret.token"
TEACHER = Actor("hash", "homeroom_teacher", HERE, uuid4(), "M.4/1", frozenset({"record"}), "1", token=TOKEN)


def test_permission_is_needed_and_elsewhere_nothing_exists() -> None:
    TEACHER.require("record")
    TEACHER.require_at("record", HERE)
    assert TEACHER.may("record")
    assert not TEACHER.may("post")
    with pytest.raises(PermissionMissing) as caught:
        TEACHER.require_at("post", ELSEWHERE)
    assert caught.value.metadata == {"permission": "post", "role": "homeroom_teacher"}
    with pytest.raises(NotFound):
        TEACHER.require_at("record", ELSEWHERE)


def test_actor_without_institution_acts_nowhere() -> None:
    assert TEACHER.at() == HERE
    nowhere = replace(TEACHER, institution_id=None)
    with pytest.raises(PermissionMissing):
        nowhere.at()
    with pytest.raises(NotFound):
        nowhere.require_at("record", HERE)


def test_request_ids_belong_to_the_person_under_his_assignment() -> None:
    assert replace(TEACHER, service="portal").caller == TEACHER.caller
    assert replace(TEACHER, assignment_id=uuid4()).caller != TEACHER.caller
    assert replace(TEACHER, subject_hash="other").caller != TEACHER.caller


def test_tokens_are_in_no_representation() -> None:
    credentials = Credentials("somebody", frozenset(), None, TOKEN, "portal", is_on_behalf=True)
    assert TOKEN not in repr(TEACHER) + repr(credentials)


def test_service_for_itself_is_told_from_one_that_acts_for_a_person() -> None:
    person = Credentials("somebody", frozenset(), None, TOKEN)
    itself = Credentials("portal", frozenset({"x"}), None, TOKEN, "portal")
    behalf = Credentials("somebody", frozenset({"x"}), None, TOKEN, "portal", is_on_behalf=True)
    assert [one.is_service for one in (person, itself, behalf)] == [False, True, False]


def test_subjects_are_told_apart_by_a_key_and_not_told() -> None:
    assert subject_hash("somebody", b"key") == subject_hash("somebody", b"key")
    assert len({subject_hash("somebody", b"key"), subject_hash("somebody", b"k"), subject_hash("other", b"key")}) == 3
    assert "somebody" not in subject_hash("somebody", b"key")
