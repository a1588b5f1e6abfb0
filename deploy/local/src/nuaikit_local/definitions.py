"""Which services there are, and which settings each gets."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from nuaikit_local.processes import LOOPBACK


@dataclass(frozen=True, slots=True)
class Definition:
    """One service.

    Attributes:
        name: As people type it; also its client id, Kafka user and port name.
        has_grpc: Whether it serves gRPC.
        has_database: Whether it has a database of its own to migrate.
        peers: Setting that names another part's address, and the port name of that address.
        keys: Secrets of its own, each 32 random bytes as base64.
        settings: Plain settings of its own.
        folders: Setting that names a folder of the service's own, as a file URL, and that folder in the state folder.
    """

    name: str
    has_grpc: bool = True
    has_database: bool = True
    peers: Mapping[str, str] = field(default_factory=dict[str, str])
    keys: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    folders: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def package(self) -> str:
        """Import package; also role and database, and the settings' prefix in lower case."""
        return self.name.replace("-", "_")

    @property
    def prefix(self) -> str:
        """Prefix of its environment variables."""
        return self.package.upper() + "_"

    @property
    def port_names(self) -> tuple[str, ...]:
        """Names of its ports."""
        name = self.package.upper()
        return (name, f"{name}_GRPC") if self.has_grpc else (name,)


REGISTRY = {"REGISTRY_ADDRESS": "STUDENT_REGISTRY_GRPC"}
BANK = {"CREDIT_BANK_ADDRESS": "CREDIT_BANK_GRPC"}

DEFINITIONS = (
    Definition(
        "student-registry",
        keys=("identifier_key", "identifier_index_key"),
        # Who enters the first institutions: an account of demo_accounts.toml.
        settings={"BOOTSTRAP_SUBJECT": "demo-admin"},
    ),
    Definition(
        "credit-bank",
        peers=REGISTRY,
        # With it the relay signs a checkpoint of all chains every day.
        keys=("checkpoint_key",),
        folders={"EVIDENCE_STORE_URL": "evidence"},
    ),
    Definition("guidance", peers=REGISTRY | BANK, keys=("answer_key",)),
    Definition("indicators", has_grpc=False),
    Definition(
        "portal",
        has_grpc=False,
        has_database=False,
        peers=REGISTRY | BANK | {"GUIDANCE_ADDRESS": "GUIDANCE_GRPC"},
        keys=("session_key",),
    ),
)
WITH_DATABASE = tuple(definition for definition in DEFINITIONS if definition.has_database)


def url(port: int) -> str:
    """Base URL of something on this machine."""
    return f"http://{LOOPBACK}:{port}"
