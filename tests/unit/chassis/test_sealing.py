"""Content at rest."""

import pytest
from chassis.sealing import Cipher, SealBrokenError, derive_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET = bytes(range(32))
CIPHER = Cipher(SECRET, purpose=b"tests 1")


def test_content_opens_where_it_was_closed_and_is_closed_differently_each_time() -> None:
    sealed = CIPHER.close(b"content", place=b"here")
    assert CIPHER.open(sealed, place=b"here") == b"content"
    assert CIPHER.close(b"content", place=b"here") != sealed


@pytest.mark.parametrize(
    "cipher", [Cipher(bytes(32), purpose=b"tests 1"), Cipher(SECRET, purpose=b"tests 2")], ids=["secret", "purpose"]
)
def test_content_does_not_open_under_another_secret_or_purpose(cipher: Cipher) -> None:
    with pytest.raises(SealBrokenError):
        cipher.open(CIPHER.close(b"content", place=b"here"), place=b"here")


@pytest.mark.parametrize("length", [0, 3, 12, 20])
def test_content_that_was_moved_changed_or_cut_off_does_not_open(length: int) -> None:
    sealed = CIPHER.close(b"content", place=b"here")
    for broken, place in (
        (sealed, b"there"),
        (sealed[:-1] + bytes([sealed[-1] ^ 1]), b"here"),
        (sealed[:length], b"here"),
    ):
        with pytest.raises(SealBrokenError):
            CIPHER.open(broken, place=place)


def test_what_lies_in_databases_and_cookies_already_opens() -> None:
    """The form is nonce of 12 bytes and AES-256-GCM under HKDF-SHA-256 without salt, for ever."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tests 1").derive(SECRET)
    nonce = bytes(12)
    assert CIPHER.open(nonce + AESGCM(key).encrypt(nonce, b"old", b"here"), place=b"here") == b"old"
    assert derive_key(SECRET, purpose=b"tests 1") == key
