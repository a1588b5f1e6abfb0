"""How producers and consumers reach the brokers."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import Any

from chassis.config import BaseServiceSettings


@dataclass(frozen=True, slots=True)
class KafkaAccess:
    """Brokers, credentials and the prefix of topic names."""

    options: dict[str, Any]
    topic_prefix: str = ""

    @classmethod
    def of(cls, settings: BaseServiceSettings) -> KafkaAccess:
        """Read the access from settings."""
        options: dict[str, Any] = {
            "bootstrap_servers": settings.kafka_bootstrap,
            "security_protocol": settings.kafka_security_protocol,
        }
        if settings.kafka_security_protocol != "PLAINTEXT":
            options["sasl_mechanism"] = "SCRAM-SHA-512"
            options["sasl_plain_username"] = settings.kafka_username
            options["sasl_plain_password"] = settings.kafka_password and settings.kafka_password.get_secret_value()
        if settings.kafka_security_protocol == "SASL_SSL":
            options["ssl_context"] = ssl.create_default_context(cafile=settings.kafka_ca_file)
        return cls(options, settings.topic_prefix)

    def name(self, topic: str) -> str:
        """Topic name on the broker."""
        return f"{self.topic_prefix}{topic}"

    def topic(self, name: str) -> str:
        """Topic of the contracts behind a broker's name."""
        return name.removeprefix(self.topic_prefix)
