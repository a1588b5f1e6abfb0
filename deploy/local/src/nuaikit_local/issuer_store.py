"""What the issuer keeps: its signing key, and everybody's password or secret as a hash.

Passwords of people are hashed with scrypt, since people type them and they are short. Client secrets are 192 random
bits, where a plain SHA-256 is as good as any slow hash.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc.jwk import RSAKey

from nuaikit_local.accounts import CLIENT_READER, PASSWORD_READER, Account, Client, Directory
from nuaikit_local.vault import Vault, write_private

KEY_BITS = 2048
SCRYPT = {"n": 2**14, "r": 8, "p": 1}  # 16 MiB and a few tens of milliseconds a try

# Syllables that are read aloud alike in Thai and English: the password is typed from a table.
SYLLABLES = ("ban", "din", "fon", "kai", "lom", "mai", "nok", "pla", "rak", "sao", "ton", "wan")


def readable_password() -> str:
    """A password for people: four syllables and four digits, about 27 bits; enough on loopback with limited tries."""
    words = "-".join(secrets.choice(SYLLABLES) for _ in range(4))
    return f"{words}-{secrets.randbelow(10_000):04d}"


@dataclass(frozen=True, slots=True)
class Store:
    """The issuer's knowledge, as its process reads it.

    Attributes:
        accounts: People by username.
        clients: Programs by client id.
        password_hashes: By username.
        secret_hashes: By client id.
        key: RSA signing key; its `kid` is its thumbprint.
    """

    accounts: Mapping[str, Account]
    clients: Mapping[str, Client]
    password_hashes: Mapping[str, str]
    secret_hashes: Mapping[str, str]
    key: RSAKey


def prepare(folder: Path, directory: Directory, vault: Vault) -> None:
    """Make key, password and secrets the first time, and write the hashes the process reads.

    Args:
        folder: The issuer's own folder; its process reads nothing else.
        directory: Who may sign in.
        vault: Keeps the plain values for the people and services that need them.
    """
    key_file = folder / "key.json"
    if not key_file.exists():
        key = RSAKey.generate_key(KEY_BITS, private=True)
        write_private(key_file, json.dumps(key.as_dict(private=True)))
    plain = vault.get(PASSWORD_READER, "password", readable_password)
    salt = base64.b64decode(vault.get(PASSWORD_READER, "salt", lambda: base64.b64encode(os.urandom(16)).decode()))
    shared = _scrypt(plain, salt)
    entry: dict[str, Any] = {
        "accounts": [
            {name: getattr(account, name) for name in ("subject", "username", "label_th", "label_en")}
            for account in directory.accounts
        ],
        "clients": [
            {name: getattr(client, name) for name in ("client_id", "label_th", "label_en", "scopes", "redirect_paths")}
            for client in directory.clients
        ],
        "passwords": {account.username: shared for account in directory.accounts},
        "secrets": {
            client.client_id: hashlib.sha256(vault.get(CLIENT_READER, client.client_id).encode()).hexdigest()
            for client in directory.clients
        },
    }
    write_private(folder / "directory.json", json.dumps(entry, ensure_ascii=False))


def load(folder: Path) -> Store:
    """Read what `prepare` wrote."""
    entry = json.loads((folder / "directory.json").read_text(encoding="utf-8"))
    accounts = [Account(**item) for item in entry["accounts"]]
    clients = [
        Client(**item | {"scopes": tuple(item["scopes"]), "redirect_paths": tuple(item["redirect_paths"])})
        for item in entry["clients"]
    ]
    key = RSAKey.import_key(json.loads((folder / "key.json").read_text(encoding="utf-8")))
    key.ensure_kid()
    return Store(
        {account.username: account for account in accounts},
        {client.client_id: client for client in clients},
        entry["passwords"],
        entry["secrets"],
        key,
    )


def password_matches(store: Store, username: str, plain: str) -> bool:
    """Whether the password is that account's; an unknown name takes as long as a known one."""
    stored = store.password_hashes.get(username)
    salt = base64.b64decode(stored.partition("$")[0]) if stored else bytes(16)
    return hmac.compare_digest(_scrypt(plain, salt), stored or "") and stored is not None


def secret_matches(store: Store, client_id: str, plain: str) -> bool:
    """Whether the secret is that client's."""
    stored = store.secret_hashes.get(client_id, "")
    return hmac.compare_digest(hashlib.sha256(plain.encode()).hexdigest(), stored)


def _scrypt(plain: str, salt: bytes) -> str:
    digest = hashlib.scrypt(plain.encode(), salt=salt, dklen=32, **SCRYPT)
    return f"{base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"
