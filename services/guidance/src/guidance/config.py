"""Settings of the guidance service."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from chassis.config import BaseServiceSettings
from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict


class Settings(BaseServiceSettings):
    """Settings with the prefix `GUIDANCE_`."""

    model_config = SettingsConfigDict(env_prefix="GUIDANCE_", frozen=True, extra="forbid")
    service_name: ClassVar[str] = "guidance"

    registry_address: str = Field(description="host:port of student-registry's gRPC.")
    credit_bank_address: str | None = Field(
        None, description="host:port of credit-bank's gRPC; not called, as recognised learning arrives by events."
    )
    answer_key: SecretStr = Field(description="Base64 of 32 bytes: AES-256-GCM key of screening answers.")
    answer_key_id: str = Field("1", min_length=1, description="Name of that key, kept beside what it sealed.")
    instruments_dir: Path | None = Field(
        None, description="Folder of further instrument definitions (TOML), such as a confirmed version of 9S."
    )
