"""What the rules ask of a rendering: workloads, selectors, quantities; and the table the rules are entered in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.support.manifests import Manifest, name_of

NAMESPACE = "nuaikit"
SERVICES = {
    "student-registry": "student_registry",
    "credit-bank": "credit_bank",
    "guidance": "guidance",
    "indicators": "indicators",
    "portal": "portal",
}
"""Our services and their Python packages; everything else in a rendering is platform."""

POD_KINDS = {"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod", "ReplicaSet"}
LONG_RUNNING = {"Deployment", "StatefulSet", "DaemonSet"}
IDENTITY_LABELS = {"app.kubernetes.io/name", "app.kubernetes.io/component"}
"""What a selector may be made of: who a pod is, never its version or environment, which change."""

Where = str
What = str
Rule = Callable[["Rendered"], Iterator[tuple[Where, What]]]
RULES: dict[str, Rule] = {}


def rule(check: Rule) -> Rule:
    """Enter a rule into the table under its own name."""
    RULES[check.__name__] = check
    return check


@dataclass(frozen=True, slots=True)
class Workload:
    """A resource that makes pods."""

    manifest: Manifest
    template: Manifest

    @property
    def kind(self) -> str:
        """Deployment, StatefulSet, Job, CronJob …"""
        return str(self.manifest["kind"])

    @property
    def name(self) -> str:
        """`kind/name`."""
        return name_of(self.manifest)

    @property
    def spec(self) -> dict[str, Any]:
        """The workload's own spec."""
        return self.manifest["spec"]

    @property
    def job(self) -> dict[str, Any]:
        """The spec of a Job, also of the Jobs a CronJob makes."""
        return self.spec["jobTemplate"]["spec"] if self.kind == "CronJob" else self.spec

    @property
    def labels(self) -> dict[str, str]:
        """Labels of the pods."""
        return self.template.get("metadata", {}).get("labels", {})

    @property
    def pod(self) -> dict[str, Any]:
        """The pod's spec."""
        return self.template["spec"]

    @property
    def containers(self) -> list[dict[str, Any]]:
        """Containers, the init containers too."""
        return [*self.pod.get("initContainers", []), *self.pod.get("containers", [])]

    @property
    def service(self) -> str | None:
        """Which of our services it belongs to; None for the platform."""
        name = self.labels.get("app.kubernetes.io/name")
        return name if name in SERVICES else None


class Rendered:
    """Resources of one overlay, by the questions the rules ask."""

    def __init__(self, manifests: Sequence[Manifest]) -> None:
        self.manifests = list(manifests)
        self.workloads = [Workload(m, template_of(m)) for m in self.manifests if m.get("kind") in POD_KINDS]

    def of(self, *kinds: str) -> list[Manifest]:
        """Resources of these kinds."""
        return [manifest for manifest in self.manifests if manifest.get("kind") in kinds]

    def names(self, kind: str) -> set[str]:
        """Names of the resources of a kind."""
        return {manifest["metadata"]["name"] for manifest in self.of(kind)}

    def selected(self, selector: dict[str, Any]) -> list[Workload]:
        """Workloads whose pods a label selector matches; an empty selector matches all."""
        return [workload for workload in self.workloads if matches(selector, workload.labels)]

    def settings(self, service: str) -> dict[str, str]:
        """The ConfigMap of a service that its workloads read."""
        for workload in self.workloads:
            if workload.service == service:
                for source in workload.containers[0].get("envFrom", []):
                    wanted = source.get("configMapRef", {}).get("name")
                    for manifest in self.of("ConfigMap"):
                        if manifest["metadata"]["name"] == wanted:
                            return manifest.get("data", {})
        return {}


def template_of(manifest: Manifest) -> Manifest:
    """The pod template of a workload."""
    if manifest["kind"] == "Pod":
        return manifest
    if manifest["kind"] == "CronJob":
        return manifest["spec"]["jobTemplate"]["spec"]["template"]
    return manifest["spec"]["template"]


def matches(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """Whether a label selector selects these labels.

    Raises:
        ValueError: An operator that Kubernetes does not know.
    """
    if any(labels.get(key) != value for key, value in (selector.get("matchLabels") or {}).items()):
        return False
    return all(_expression_matches(expression, labels) for expression in selector.get("matchExpressions") or [])


def _expression_matches(expression: dict[str, Any], labels: dict[str, str]) -> bool:
    key, operator, values = expression["key"], expression["operator"], expression.get("values", [])
    match operator:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
        case _:
            raise ValueError(f"unknown operator {operator}")


_UNITS = {
    "": Decimal(1),
    "m": Decimal("0.001"),
    "k": Decimal(1000),
    "M": Decimal(10**6),
    "G": Decimal(10**9),
    "Ki": Decimal(2**10),
    "Mi": Decimal(2**20),
    "Gi": Decimal(2**30),
}


def quantity(text: str | int) -> Decimal | None:
    """A Kubernetes quantity as a number; None when it is none."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(m|k|M|G|Ki|Mi|Gi)?", str(text))
    return Decimal(found[1]) * _UNITS[found[2] or ""] if found else None


def effective(workload: Workload, container: dict[str, Any], field: str) -> Any:
    """A field of the security context: the container's own, else the pod's."""
    own = container.get("securityContext", {}).get(field)
    return own if own is not None else workload.pod.get("securityContext", {}).get(field)


def each_container(rendered: Rendered) -> Iterator[tuple[Workload, dict[str, Any], str]]:
    """Every container with its workload and what to call it."""
    for workload in rendered.workloads:
        for container in workload.containers:
            yield workload, container, f"{workload.name} container {container.get('name')}"


def port_number(container: dict[str, Any], port: Any) -> int | None:
    """The declared container port that a number or a name means."""
    for declared in container.get("ports", []):
        if port in (declared.get("containerPort"), declared.get("name")):
            return int(declared["containerPort"])
    return None
