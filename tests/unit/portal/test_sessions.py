"""The sealed cookies."""

import base64

import pytest
from portal.sessions import Acting, Cookies, Session, SessionKeyError, SessionTooLargeError, SignInAttempt

KEY = base64.b64encode(bytes(range(32))).decode()
COOKIES = Cookies(KEY)
ACTING = Acting("a", "i", "โรงเรียนตัวอย่าง (สมมติ)", "school_registrar", "", ("credit.read",))
SESSION = Session(name="ครูตัวอย่าง", token="t" * 900, expires_at=1_000, csrf="c", acting=ACTING)
ATTEMPT = SignInAttempt(state="s", nonce="n", code_verifier="v", expires_at=1_000)


def test_session_comes_back_as_it_was() -> None:
    assert COOKIES.session(COOKIES.seal(SESSION), now=999) == SESSION
    without = Session(name="", token="t", expires_at=1_000, csrf="c")
    assert COOKIES.session(COOKIES.seal(without), now=999) == without


def test_attempt_comes_back_as_it_was() -> None:
    assert COOKIES.attempt(COOKIES.seal(ATTEMPT), now=999) == ATTEMPT


def test_cookie_that_is_over_counts_for_nothing() -> None:
    assert COOKIES.session(COOKIES.seal(SESSION), now=1_000) is None
    assert COOKIES.attempt(COOKIES.seal(ATTEMPT), now=1_000) is None


def test_cookie_tells_nothing_to_who_has_no_key() -> None:
    sealed = COOKIES.seal(SESSION)
    assert "t" * 12 not in sealed
    assert b"t" * 12 not in base64.urlsafe_b64decode(sealed + "==")
    assert sealed != COOKIES.seal(SESSION)


@pytest.mark.parametrize("text", [None, "", "x", "ก", "AAAA", "." * 200])
def test_cookie_of_somebody_else_counts_for_nothing(text: str | None) -> None:
    assert COOKIES.session(text, now=0) is None


def test_changed_cookie_and_cookie_of_another_key_count_for_nothing() -> None:
    sealed = COOKIES.seal(SESSION)
    for position in (0, len(sealed) // 2, len(sealed) - 2):
        other = "A" if sealed[position] != "A" else "B"
        assert COOKIES.session(sealed[:position] + other + sealed[position + 1 :], now=0) is None
    assert Cookies(base64.b64encode(bytes(32)).decode()).session(sealed, now=0) is None


def test_one_kind_of_cookie_is_not_taken_for_another() -> None:
    assert COOKIES.session(COOKIES.seal(ATTEMPT), now=0) is None
    assert COOKIES.attempt(COOKIES.seal(SESSION), now=0) is None


def test_token_that_fits_no_cookie_is_refused() -> None:
    with pytest.raises(SessionTooLargeError):
        COOKIES.seal(Session(name="", token="t" * 4_000, expires_at=1, csrf="c"))


@pytest.mark.parametrize("key", ["", "no base64!", base64.b64encode(b"short").decode()])
def test_unusable_key_is_refused(key: str) -> None:
    with pytest.raises(SessionKeyError):
        Cookies(key)


def test_token_is_in_no_repr() -> None:
    assert "tttt" not in repr(SESSION)
