"""The platform's topics: read from their one definition, created and verified on the local broker."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from nuaikit_local.layout import checkout
from nuaikit_local.problems import Problem

ALREADY_EXISTS = 36  # Kafka error code TOPIC_ALREADY_EXISTS: another start created it meanwhile


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic as `proto/topics.toml` defines it.

    Attributes:
        name: Name on the broker.
        key: What the record key holds, for people.
        holds: What its events tell, for people.
        partitions: Partitions on a cluster.
        local_partitions: Partitions on one machine.
        retention_ms: How long records stay; -1 for ever.
        cleanup_policy: Kafka's `cleanup.policy`.
    """

    name: str
    key: str
    holds: str
    partitions: int
    local_partitions: int
    retention_ms: int
    cleanup_policy: str

    @property
    def config(self) -> dict[str, str]:
        """The topic's settings as Kafka names them."""
        return {"retention.ms": str(self.retention_ms), "cleanup.policy": self.cleanup_policy}


def read_topics(path: Path | None = None) -> tuple[Topic, ...]:
    """Read the definition; every field is required, an unknown one is an error."""
    text = (path or checkout() / "proto" / "topics.toml").read_text(encoding="utf-8")
    return tuple(Topic(**entry) for entry in tomllib.loads(text)["topic"])


async def ensure_topics(admin: AIOKafkaAdminClient, topics: tuple[Topic, ...]) -> None:
    """Create what is missing and check what exists.

    Raises:
        Problem: `TOPIC_DIFFERS` when an existing topic has another partition count or setting: changing either by
            itself would move keys to other partitions or drop history, so a person decides.
    """
    described = {entry["topic"]: entry for entry in await admin.describe_topics() if not entry["error_code"]}
    missing = [topic for topic in topics if topic.name not in described]
    if missing:
        await _create(admin, missing)
    for topic in topics:
        if topic.name in described:
            found = len(described[topic.name]["partitions"])
            if found != topic.local_partitions:
                raise Problem(
                    "TOPIC_DIFFERS", topic=topic.name, setting="partitions", found=found, needed=topic.local_partitions
                )
            await _check_config(admin, topic)


async def _create(admin: AIOKafkaAdminClient, missing: list[Topic]) -> None:
    answer = await admin.create_topics(
        [
            NewTopic(topic.name, topic.local_partitions, replication_factor=1, topic_configs=topic.config)
            for topic in missing
        ]
    )
    for entry in answer.to_object()["topic_errors"]:
        if entry["error_code"] not in {0, ALREADY_EXISTS}:
            detail = entry["error_message"] or ""
            raise Problem("TOPIC_REFUSED", topic=entry["topic"], code=entry["error_code"], detail=detail)


async def _check_config(admin: AIOKafkaAdminClient, topic: Topic) -> None:
    resource = ConfigResource(ConfigResourceType.TOPIC, topic.name, configs=dict.fromkeys(topic.config, ""))
    for response in await admin.describe_configs([resource]):
        for answer in response.to_object()["resources"]:
            for entry in answer["config_entries"]:
                setting, found = entry["config_names"], entry["config_value"]
                if setting in topic.config and found != topic.config[setting]:
                    needed = topic.config[setting]
                    raise Problem("TOPIC_DIFFERS", topic=topic.name, setting=setting, found=found, needed=needed)
