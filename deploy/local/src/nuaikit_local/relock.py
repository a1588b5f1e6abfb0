"""Make the committed jar list anew: the one place that resolves dependencies instead of reading hashes.

For maintainers, when a version in `jars` moves. The result is reviewed like code: a changed hash of an unchanged
version is an alarm, not an update.
"""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from nuaikit_local.artifacts import digest, maven_context
from nuaikit_local.jars import KAFKA_VERSION, POSTGRES_MACHINES, POSTGRES_VERSION, Jar, write_lock

if TYPE_CHECKING:
    from jgo.maven import Artifact, MavenContext

POSTGRES_GROUP = "io.zonky.test.postgres"


def relock(path: Path) -> int:
    """Resolve, download and hash everything, then write the list.

    Args:
        path: The list to write.

    Returns:
        How many jars it holds.
    """
    with tempfile.TemporaryDirectory() as scratch:
        context = maven_context(Path(scratch))
        kafka = _resolve(context, f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}")
        logging_version = next(jar.version for jar in kafka if jar.artifact == "log4j-core")
        # Resolved apart and without its dependencies: in one endpoint with Kafka it drags kafka-clients down to 3.9.1
        # and the broker dies with NoSuchMethodError. Kafka's own log4j version keeps binding and core together.
        binding = _resolve(context, f"org.apache.logging.log4j:log4j-slf4j-impl:{logging_version}", transitive=False)
        sets = {"kafka": kafka, "kafka-logging": binding}
        for machine in POSTGRES_MACHINES.values():
            coordinate = f"{POSTGRES_GROUP}:embedded-postgres-binaries-{machine}:{POSTGRES_VERSION}"
            sets[f"postgres-{machine}"] = _resolve(context, coordinate)
    write_lock(path, sets)
    return sum(len(jars) for jars in sets.values())


def _resolve(context: "MavenContext", coordinate: str, *, transitive: bool = True) -> tuple[Jar, ...]:
    """Resolve one endpoint for itself and hash what it needs at run time, the endpoint first, then by name."""
    dependency = context.create_dependency(coordinate)
    dependency.scope = "compile"
    inputs, others = context.resolver.resolve([dependency])
    needed = [other.artifact for other in others if other.scope in {"compile", "runtime"}] if transitive else []
    return (*(_jar(item.artifact) for item in inputs), *sorted(_jar(artifact) for artifact in needed))


def _jar(artifact: "Artifact") -> Jar:
    path = artifact.resolve()
    return Jar(artifact.groupId, artifact.artifactId, artifact.version, digest(path), path.stat().st_size)
