"""Settings of the credit bank."""

from __future__ import annotations

from typing import ClassVar

from chassis.config import BaseServiceSettings
from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict


class Settings(BaseServiceSettings):
    """Settings, read from the environment with the prefix `CREDIT_BANK_`."""

    model_config = SettingsConfigDict(env_prefix="CREDIT_BANK_", frozen=True, extra="forbid")
    service_name: ClassVar[str] = "credit-bank"

    registry_address: str = Field(description="host:port of student-registry's gRPC.")
    checkpoint_key: SecretStr | None = Field(
        default=None, description="Ed25519 seed, 32 bytes in base64; absent: no signed checkpoints are made."
    )
    checkpoint_key_id: str = Field(default="1", description="Name of that key in checkpoints.")
    checkpoint_public_keys: dict[str, str] = Field(
        default_factory=dict[str, str],
        description="Public keys in hexadecimal by name that `audit` trusts, the present one and old ones; "
        "none: checkpoints prove no more than that they are whole.",
    )
