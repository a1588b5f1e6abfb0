"""Settings of the credit bank."""

from __future__ import annotations

from typing import ClassVar

from chassis.config import BaseServiceSettings
from pydantic import Field
from pydantic_settings import SettingsConfigDict


class Settings(BaseServiceSettings):
    """Settings, read from the environment with the prefix `CREDIT_BANK_`."""

    model_config = SettingsConfigDict(env_prefix="CREDIT_BANK_", frozen=True, extra="forbid")
    service_name: ClassVar[str] = "credit-bank"

    registry_address: str = Field(description="host:port of student-registry's gRPC.")
