"""Names, labels, selectors and everything that one resource says about another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.deploy.policy.model import (
    IDENTITY_LABELS,
    LONG_RUNNING,
    NAMESPACE,
    Rendered,
    What,
    Where,
    Workload,
    port_number,
    rule,
)
from tests.support.manifests import name_of

CLUSTER_SCOPED = {"Namespace"}


@rule
def names_are_names(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """DNS labels of 63 characters or fewer, each once, and everything in the one namespace."""
    seen: set[str] = set()
    for manifest in rendered.manifests:
        where = name_of(manifest)
        if where in seen:
            yield where, "is rendered twice"
        seen.add(where)
        if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", str(manifest["metadata"].get("name"))):
            yield where, "is not a DNS label"
        if manifest["kind"] not in CLUSTER_SCOPED and manifest["metadata"].get("namespace") != NAMESPACE:
            yield where, f"is not in namespace {NAMESPACE}"


@rule
def namespaces_refuse_soft_pods(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """The API server enforces the restricted level at a fixed version."""
    namespaces = {m["metadata"]["name"]: m["metadata"].get("labels", {}) for m in rendered.of("Namespace")}
    labels = namespaces.get(NAMESPACE, {})
    if labels.get("pod-security.kubernetes.io/enforce") != "restricted":
        yield f"Namespace/{NAMESPACE}", "does not enforce the restricted level"
    if not re.fullmatch(r"v1\.\d+", labels.get("pod-security.kubernetes.io/enforce-version", "")):
        yield f"Namespace/{NAMESPACE}", "enforces an unnamed version"


@rule
def pods_say_who_they_are(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """name, component and part-of on the workload and on its pods."""
    for workload in rendered.workloads:
        for labels, what in ((workload.manifest["metadata"].get("labels", {}), "it"), (workload.labels, "its pod")):
            lacking = (IDENTITY_LABELS | {"app.kubernetes.io/part-of"}) - labels.keys()
            if lacking:
                yield workload.name, f"{what} lacks {', '.join(sorted(lacking))}"


@rule
def selectors_never_have_to_change(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """Selectors are immutable: made of name and component only, and fitting their own pods and no others."""
    for workload in rendered.workloads:
        if workload.kind not in LONG_RUNNING:
            continue
        selector = workload.spec.get("selector", {})
        if set(selector.get("matchLabels", {})) != IDENTITY_LABELS or selector.get("matchExpressions"):
            yield workload.name, "its selector is not made of name and component"
        if [found.name for found in rendered.selected(selector)] != [workload.name]:
            yield workload.name, "its selector does not select exactly its own pods"


@rule
def services_lead_somewhere(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """A Service selects one workload, and each of its ports is a port of that workload's container."""
    for service in rendered.of("Service"):
        where, spec = name_of(service), service["spec"]
        found = rendered.selected({"matchLabels": spec.get("selector") or {}})
        if len(found) != 1 or not spec.get("selector"):
            yield where, f"selects {len(found)} workloads"
            continue
        for port in spec.get("ports", []):
            target = port_number(found[0].containers[0], port.get("targetPort", port.get("port")))
            if target is None:
                yield where, f"port {port.get('name')} leads to no container port"
            elif target != port.get("port"):
                yield where, f"port {port.get('name')} is {port.get('port')}, its pods have {target}"
        if spec.get("type", "ClusterIP") != "ClusterIP":
            yield where, "is open to the outside; the ingress of the cluster does that"


@rule
def references_exist(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """ConfigMaps, accounts, volumes and mounts; a ConfigMap's name ends in the hash that rolls pods when it changes."""
    maps, accounts = rendered.names("ConfigMap"), rendered.names("ServiceAccount")
    for workload in rendered.workloads:
        claims = {claim["metadata"]["name"] for claim in workload.spec.get("volumeClaimTemplates", [])}
        volumes = {volume["name"] for volume in workload.pod.get("volumes", [])} | claims
        mounts = {mount["name"] for container in workload.containers for mount in container.get("volumeMounts", [])}
        for name in sorted(mounts ^ volumes):
            yield workload.name, f"volume {name} is {'mounted' if name in mounts else 'there'} without its other half"
        account = workload.pod.get("serviceAccountName")
        if workload.service and account not in accounts:
            yield workload.name, f"service account {account} does not exist"
        for name in _config_maps_of(workload):
            if name not in maps:
                yield workload.name, f"ConfigMap {name} does not exist"
            elif not re.search(r"-[a-z0-9]{10}$", name):
                yield workload.name, f"ConfigMap {name} has no hash in its name, so a change rolls nothing"


def _config_maps_of(workload: Workload) -> Iterator[str]:
    for container in workload.containers:
        for source in container.get("envFrom", []):
            if "configMapRef" in source:
                yield source["configMapRef"]["name"]
    for volume in workload.pod.get("volumes", []):
        if "configMap" in volume:
            yield volume["configMap"]["name"]
