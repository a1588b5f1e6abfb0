"""Settings of student-registry."""

from __future__ import annotations

from typing import ClassVar

from chassis.config import BaseServiceSettings
from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict


class Settings(BaseServiceSettings):
    """What an operator decides about this service."""

    model_config = SettingsConfigDict(env_prefix="STUDENT_REGISTRY_", frozen=True, extra="forbid")
    service_name: ClassVar[str] = "student-registry"

    identifier_key: SecretStr = Field(description="Base64 of 32 bytes; AES-256-GCM key of identifiers at rest.")
    identifier_key_version: int = Field(1, ge=1, le=32_767, description="Version of that key, kept with each value.")
    identifier_keys_previous: SecretStr | None = Field(
        None, description="Keys that only open older values: `version:base64`, several separated by commas."
    )
    identifier_index_key: SecretStr = Field(
        min_length=16, description="Key of the HMAC under which identifiers are looked up."
    )
    identifier_index_key_version: int = Field(1, ge=1, le=32_767, description="Version of that key.")
    identifier_index_keys_previous: SecretStr | None = Field(
        None, description="Index keys that only find older values: `version:key`, several separated by commas."
    )
    bootstrap_subject: str | None = Field(
        None, description="Subject who is registry_admin without an assignment, to enter the first institutions."
    )
    import_rows_max: int = Field(2_000_000, ge=1, le=5_000_000, description="Most rows of one learner file.")
    import_inline_bytes_max: int = Field(
        2 * 1024 * 1024, ge=0, le=64 * 1024 * 1024, description="Largest learner file that is answered at once."
    )
