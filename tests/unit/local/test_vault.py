"""Secrets: made once, private, and PostgreSQL gets a verifier instead of a password."""

import base64
import hmac
import stat

import pytest
from nuaikit_local.problems import Problem
from nuaikit_local.vault import Vault, key_base64, password, postgres_verifier


def test_secret_is_made_once_and_only_its_owner_reads_it(tmp_path):
    vault = Vault(tmp_path)
    first = vault.get("credit-bank", "credit_bank_database_dsn")
    assert vault.get("credit-bank", "credit_bank_database_dsn") == first
    folder = tmp_path / "credit-bank"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "credit_bank_database_dsn").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["credit_bank_database_dsn"]


def test_needed_secret_that_is_gone_is_told(tmp_path):
    with pytest.raises(Problem) as raised:
        Vault(tmp_path).need("infrastructure", "postgres_postgres")
    assert raised.value.reason == "SECRETS_LOST"


def test_passwords_differ_and_keys_have_32_bytes():
    assert password() != password()
    assert len(base64.b64decode(key_base64())) == 32


def test_verifier_is_the_one_of_the_published_exchange():
    # RFC 7677 section 3: user "user", password "pencil", its salt, 4096 rounds; the server key proves
    # ServerSignature 6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4= over that exchange's AuthMessage.
    salt = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
    verifier = postgres_verifier("pencil", salt)
    head, _, keys = verifier.rpartition("$")
    assert head == "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ=="
    server_key = base64.b64decode(keys.partition(":")[2])
    message = (
        b"n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
        b"s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    )
    signature = base64.b64encode(hmac.digest(server_key, message, "sha256")).decode()
    assert signature == "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
