"""What a client of the running platform needs: addresses, accounts and secrets of one state folder.

The scenario and end-to-end tests start from this and from nothing else, as another program on this machine would.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from nuaikit_local.accounts import CLIENT_READER, PASSWORD_READER, Directory, read_directory
from nuaikit_local.definitions import DEFINITIONS, url
from nuaikit_local.layout import Layout
from nuaikit_local.ports import remembered
from nuaikit_local.processes import LOOPBACK
from nuaikit_local.vault import Vault


@dataclass(frozen=True)
class PlatformEndpoints:
    """A started platform, seen from outside.

    Attributes:
        http: Base URL of each service and of `issuer`, by part name.
        grpc: `host:port` of each service that serves gRPC, by part name.
        directory: Demonstration accounts and clients.
        password: The demonstration accounts' common password.
    """

    http: Mapping[str, str]
    grpc: Mapping[str, str]
    directory: Directory
    password: str
    _vault: Vault

    def client_secret(self, client_id: str) -> str:
        """The secret of one of the issuer's clients."""
        return self._vault.need(CLIENT_READER, client_id)


def platform_endpoints(layout: Layout) -> PlatformEndpoints:
    """Describe the platform of a state folder that has been started with the issuer at least once."""
    ports = remembered(layout).ports
    vault = Vault(layout.secrets)
    http = {definition.name: url(ports[definition.port_names[0]]) for definition in DEFINITIONS}
    grpc = {
        definition.name: f"{LOOPBACK}:{ports[definition.port_names[1]]}"
        for definition in DEFINITIONS
        if definition.has_grpc
    }
    password = vault.need(PASSWORD_READER, "password")
    return PlatformEndpoints({**http, "issuer": url(ports["ISSUER"])}, grpc, read_directory(), password, vault)
