"""The demonstration accounts and clients of the local issuer, as declared in `demo_accounts.toml`."""

import tomllib
from dataclasses import dataclass
from importlib import resources

# Folders of the vault that hold the plain values.
PASSWORD_READER = "demonstration"  # noqa: S105 - a folder's name
CLIENT_READER = "clients"


@dataclass(frozen=True, slots=True)
class Account:
    """A person who can sign in. None of them exists.

    Attributes:
        subject: `sub` of the tokens; what assignments in student-registry name.
        username: What is typed or chosen at the sign-in page.
        label_th: Who it is, in Thai, shown at the sign-in page.
        label_en: The same in English.
    """

    subject: str
    username: str
    label_th: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Client:
    """A program that can ask for tokens.

    Attributes:
        client_id: Its name, and the `sub` of its own tokens.
        label_th: What it is, in Thai.
        label_en: The same in English.
        scopes: What its own tokens say it may do.
        redirect_paths: Paths of the portal to which a person's sign-in may return; empty: no sign-in of people.
    """

    client_id: str
    label_th: str
    label_en: str
    scopes: tuple[str, ...] = ()
    redirect_paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody the issuer knows."""

    accounts: tuple[Account, ...]
    clients: tuple[Client, ...]


def read_directory(text: str | None = None) -> Directory:
    """Parse the declaration (the package's own file when None); unknown fields and repeated names are errors."""
    entry = tomllib.loads(
        text or resources.files("nuaikit_local").joinpath("demo_accounts.toml").read_text(encoding="utf-8")
    )
    accounts = tuple(Account(**item) for item in entry["account"])
    clients = tuple(
        Client(
            **item | {"scopes": tuple(item.get("scopes", ())), "redirect_paths": tuple(item.get("redirect_paths", ()))}
        )
        for item in entry["client"]
    )
    for names in (
        [account.subject for account in accounts],
        [account.username for account in accounts],
        [client.client_id for client in clients],
    ):
        if len(set(names)) != len(names):
            raise ValueError(f"a name occurs twice: {sorted(names)}")
    return Directory(accounts, clients)
