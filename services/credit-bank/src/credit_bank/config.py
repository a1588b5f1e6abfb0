"""Settings of the credit bank."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from chassis.config import BaseServiceSettings
from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict


class Settings(BaseServiceSettings):
    """Settings, read from the environment with the prefix `CREDIT_BANK_`."""

    model_config = SettingsConfigDict(env_prefix="CREDIT_BANK_", frozen=True, extra="forbid")
    service_name: ClassVar[str] = "credit-bank"

    registry_address: str = Field(description="host:port of student-registry's gRPC.")
    evidence_store_url: str | None = Field(
        default=None,
        pattern=r"^(file:///|s3://)",
        description="Where evidence files are: file:///folder or s3://bucket/prefix; absent: none are taken.",
    )
    evidence_bytes_max: int = Field(
        default=20 * 1024 * 1024, ge=1, le=1024 * 1024 * 1024, description="Largest evidence file, in bytes."
    )
    evidence_unattached_days: int = Field(
        default=90, ge=1, le=3650, description="Days after which a file that no result names is removed; assumed."
    )
    evidence_s3_endpoint: str | None = Field(
        default=None, pattern=r"^https?://", description="URL of an S3 that is not Amazon's."
    )
    evidence_s3_region: str | None = Field(default=None, description="Region of the bucket.")
    evidence_s3_access_key_id: str | None = Field(default=None, description="Key of the bucket.")
    evidence_s3_secret_access_key: SecretStr | None = Field(default=None, description="Secret of that key.")
    checkpoint_key: SecretStr | None = Field(
        default=None, description="Ed25519 seed, 32 bytes in base64; absent: no signed checkpoints are made."
    )
    checkpoint_key_id: str = Field(default="1", description="Name of that key in checkpoints.")
    exchange_peers_file: Path | None = Field(
        default=None, description="TOML file of other banks (docs/credit-bank-exchange.md); absent: no exchange."
    )
    exchange_key: SecretStr | None = Field(
        default=None, description="Ed25519 seed, 32 bytes in base64, that signs messages to other banks."
    )
    checkpoint_public_keys: dict[str, str] = Field(
        default_factory=dict[str, str],
        description="Public keys in hexadecimal by name that `audit` trusts, the present one and old ones; "
        "none: checkpoints prove no more than that they are whole.",
    )
