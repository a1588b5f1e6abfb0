#!/usr/bin/env python3
"""Makes the passwords and keys of a first installation; nothing of them is ever committed.

    make_secrets.py kubernetes | kubectl create -f -     Secrets for the dev overlay, as a list of manifests
    make_secrets.py files deploy/images/secrets          one folder per reader, for compose.yaml

`kubectl create` leaves alone what exists, and so does `files`: data made with a key is lost with it. Only the standard
library is used, so that any machine with Python can run it.
"""

import argparse
import base64
import json
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

NAMESPACE = "nuaikit"
DATABASES = ("student_registry", "credit_bank", "guidance", "indicators")
"""Services with a database; the role, the database and the prefix of settings have this one name."""

KEYS: dict[str, tuple[str, ...]] = {
    "student-registry": ("subject_hash_key", "client_secret", "identifier_key", "identifier_index_key"),
    "credit-bank": ("subject_hash_key", "client_secret", "checkpoint_key"),
    "guidance": ("subject_hash_key", "client_secret", "answer_key"),
    "indicators": ("subject_hash_key", "client_secret"),
    "portal": ("client_secret", "session_key"),
}
"""Secret settings of each service beside its database; descriptions are in its Settings class."""

SUPERUSER = "postgres"
SHARED = "subject_hash_key"
"""One key for all: a subject must have the same hash in every service's events."""

Folders = dict[str, dict[str, str]]


def settings_of(service: str) -> set[str]:
    """The secret settings a service is given, as its file names say them."""
    prefix = service.replace("-", "_")
    names = {f"{prefix}_{field}" for field in KEYS[service]}
    return names | {f"{prefix}_database_dsn"} if prefix in DATABASES else names


def key() -> str:
    """32 random bytes as base64: an AES-256 or HMAC key."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def password() -> str:
    """192 random bits that need no quoting in an address, in SQL or in a properties file."""
    return secrets.token_hex(24)


def make(existing: Mapping[str, Mapping[str, str]]) -> Folders:
    """Every secret by reader and name: what exists as it is, the rest new.

    Args:
        existing: Secrets of an earlier run, by reader and file name.

    Returns:
        Readers are `postgresql` (a password per role), `<service>-database` and `<service>-keys`.
    """

    def kept(reader: str, name: str, fresh: str) -> str:
        return existing.get(reader, {}).get(name) or fresh

    shared = next((v for names in existing.values() for n, v in names.items() if n.endswith(SHARED)), None) or key()
    roles = {role: kept("postgresql", role, password()) for role in (SUPERUSER, *DATABASES)}
    folders: Folders = {"postgresql": roles}
    for service, fields in KEYS.items():
        prefix = service.replace("-", "_")
        if prefix in DATABASES:
            dsn = f"postgresql://{prefix}:{roles[prefix]}@postgresql:5432/{prefix}"
            folders[f"{service}-database"] = {f"{prefix}_database_dsn": dsn}
        reader = f"{service}-keys"
        folders[reader] = {
            f"{prefix}_{field}": kept(reader, f"{prefix}_{field}", shared if field == SHARED else key())
            for field in fields
        }
    return folders


def as_manifests(folders: Folders) -> str:
    """One List of Secrets."""
    items = [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "type": "Opaque",
            "metadata": {
                "name": "postgresql-passwords" if reader == "postgresql" else reader,
                "namespace": NAMESPACE,
                "labels": {"app.kubernetes.io/part-of": "nuaikit"},
            },
            "stringData": values,
        }
        for reader, values in folders.items()
    ]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=2) + "\n"


def folder_of(reader: str) -> str:
    """The folder a container mounts: a service finds its database and its keys in one."""
    return reader.removesuffix("-database").removesuffix("-keys")


def read(root: Path) -> Folders:
    """What an earlier run wrote."""
    found: Folders = {}
    for reader in make({}):
        folder = root / folder_of(reader)
        files = folder.iterdir() if folder.is_dir() else ()
        found[reader] = {file.name: file.read_text(encoding="utf-8") for file in files}
    return found


def write(root: Path, folders: Folders) -> int:
    """Write what is missing; gives the number of files written.

    The root is for its owner alone. Inside, everybody may read: a container mounts one inner folder and reads it as its
    own user, whose number owns nothing on this machine.
    """
    root.mkdir(parents=True, exist_ok=True)
    root.chmod(0o700)
    written = 0
    for reader, values in folders.items():
        folder = root / folder_of(reader)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
        for name, value in values.items():
            path = folder / name
            if not path.exists():
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    os.fchmod(file.fileno(), 0o644)  # whatever the umask says
                    file.write(value)
                written += 1
    return written


def main() -> int:
    """Run one command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("kubernetes", help="print Secrets for `kubectl create -f -`")
    files = commands.add_parser("files", help="write missing files below a folder")
    files.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    if arguments.command == "kubernetes":
        sys.stdout.write(as_manifests(make({})))
    else:
        written = write(arguments.folder, make(read(arguments.folder)))
        sys.stdout.write(f"{written} secrets written below {arguments.folder}\n")
    clients = ", ".join(KEYS)
    sys.stderr.write(f"Register these clients at your sign-in service, each with its client_secret: {clients}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
