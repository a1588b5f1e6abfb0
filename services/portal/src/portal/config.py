"""Settings of the portal."""

from __future__ import annotations

from typing import ClassVar

from chassis.config import EdgeSettings
from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict


class Settings(EdgeSettings):
    """Settings with the prefix `PORTAL_`."""

    model_config = SettingsConfigDict(env_prefix="PORTAL_", frozen=True, extra="forbid")
    service_name: ClassVar[str] = "portal"

    registry_address: str = Field(description="host:port of student-registry's gRPC.")
    credit_bank_address: str = Field(description="host:port of credit-bank's gRPC.")
    guidance_address: str = Field(description="host:port of guidance's gRPC.")
    indicators_url: str = Field(description="Base URL of the indicators' HTTP interface.")
    public_url: str = Field(description="URL under which people open the portal; https makes its cookies Secure.")
    session_key: SecretStr = Field(description="Base64 of 32 bytes: seals the session cookie.")
    client_id: str = Field(description="The portal's client at the issuer; people sign in to it.")  # pyright: ignore[reportIncompatibleVariableOverride]  # required here, optional in other programs
    client_secret: SecretStr = Field(description="Secret of that client.")  # pyright: ignore[reportIncompatibleVariableOverride]  # as above

    @property
    def base_url(self) -> str:
        """The public URL without its last slash."""
        return self.public_url.rstrip("/")

    @property
    def is_https(self) -> bool:
        """Whether people reach the portal over TLS."""
        return self.public_url.startswith("https://")
