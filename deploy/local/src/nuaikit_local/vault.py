"""Passwords and keys, made at first start and kept in files that only their owner reads.

Never on a command line and never in an environment, where every process of the machine or every child could read them.
"""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from nuaikit_local.problems import Problem

SCRAM_ITERATIONS = 4096  # PostgreSQL's own default; the passwords are 192 random bits, so guessing is hopeless anyway


def password() -> str:
    """192 random bits that need no quoting in a DSN, a properties file or SQL."""
    return secrets.token_hex(24)


def key_base64() -> str:
    """32 random bytes as standard base64 (an AES-256 or HMAC key)."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


class Vault:
    """The `secrets/` folder: one folder per reader, one file per secret."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def reader_folder(self, reader: str) -> Path:
        """The folder whose files one reader gets (its SECRETS_DIR)."""
        folder = self._folder / reader
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def get(self, reader: str, name: str, make: Callable[[], str] = password) -> str:
        """Read a secret, making it the first time."""
        path = self.reader_folder(reader) / name
        try:
            return path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return self.put(reader, name, make())

    def need(self, reader: str, name: str) -> str:
        """Read a secret that must exist because data made with it exists.

        Raises:
            Problem: `SECRETS_LOST`.
        """
        path = self.reader_folder(reader) / name
        try:
            return path.read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise Problem("SECRETS_LOST", path=path) from error

    def put(self, reader: str, name: str, value: str) -> str:
        """Write a secret whole or not at all, and give it back."""
        path = self.reader_folder(reader) / name
        write_private(path, value)
        return value


def write_private(path: Path, text: str) -> None:
    """Replace a file atomically, readable by its owner alone, on disk before it counts."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def postgres_verifier(plain: str, salt: bytes) -> str:
    """The SCRAM-SHA-256 verifier PostgreSQL stores, computed here so that no statement ever carries the password.

    Source: RFC 5803; RFC 5802 section 3.
    """
    salted = hashlib.pbkdf2_hmac("sha256", plain.encode(), salt, SCRAM_ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    encoded = (base64.b64encode(part).decode() for part in (salt, stored, server))
    return "SCRAM-SHA-256${}:{}${}:{}".format(SCRAM_ITERATIONS, *encoded)
