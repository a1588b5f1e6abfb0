"""Nothing may talk to anything; then each flow by name, at both of its ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.deploy.policy.model import NAMESPACE, SERVICES, Rendered, What, Where, matches, rule
from tests.support.manifests import Manifest, name_of

OUTSIDE_POLICIES = {"use-sign-in": {443}, "use-evidence-store": {443}, "use-exchange": {443}}
"""Policies that may open a way to addresses instead of pods, and their ports."""


@rule
def everything_is_denied_first(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """One policy that selects every pod and allows nothing in either direction."""
    for policy in rendered.of("NetworkPolicy"):
        spec = policy["spec"]
        is_empty = spec.get("podSelector") == {} and not spec.get("ingress") and not spec.get("egress")
        if is_empty and set(spec.get("policyTypes", [])) == {"Ingress", "Egress"}:
            return
    yield f"Namespace/{NAMESPACE}", "has no policy that denies everything"


@rule
def flows_are_named(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """Every allowed flow names its peers and ports; each end that is one of our pods exists."""
    for policy in rendered.of("NetworkPolicy"):
        where, spec = name_of(policy), policy["spec"]
        if not rendered.selected(spec.get("podSelector", {})):
            yield where, "selects no pod"
        for direction, key in (("ingress", "from"), ("egress", "to")):
            if spec.get(direction) and direction.capitalize() not in spec.get("policyTypes", []):
                yield where, f"has {direction} rules and not that policyType"
            for entry in spec.get(direction, []):
                if not entry.get(key) or not entry.get("ports"):
                    yield where, f"a rule for {direction} is open: it lacks peers or ports"
                if any("port" not in port for port in entry.get("ports", [])):
                    yield where, f"a rule for {direction} opens every port"
                for peer in entry.get(key, []):
                    yield from ((where, fault) for fault in _peer_faults(rendered, policy, peer, entry))


def _peer_faults(rendered: Rendered, policy: Manifest, peer: dict[str, Any], entry: dict[str, Any]) -> Iterator[What]:
    if "ipBlock" in peer:
        ports = {port.get("port") for port in entry.get("ports", [])}
        if not ports <= OUTSIDE_POLICIES.get(policy["metadata"]["name"], set()):
            yield f"opens the way to addresses on {sorted(map(str, ports))}"
        return
    for selector in (peer.get("podSelector"), peer.get("namespaceSelector")):
        if selector == {}:
            yield "a peer is everybody"
    if "namespaceSelector" not in peer and not rendered.selected(peer.get("podSelector", {})):
        yield "a peer does not exist"
    listed = (
        e for e in peer.get("podSelector", {}).get("matchExpressions", []) if e["key"] == "app.kubernetes.io/name"
    )
    for expression in listed:
        known = {workload.labels.get("app.kubernetes.io/name") for workload in rendered.workloads}
        for name in sorted(set(expression.get("values", [])) - known):
            yield f"peer {name} does not exist"


def _allows(policy: Manifest, direction: str, peer_labels: dict[str, str], port: int) -> bool:
    key = {"ingress": "from", "egress": "to"}[direction]
    return any(
        any(entry_port.get("port") == port for entry_port in entry.get("ports", []))
        and any(
            "podSelector" in peer and "namespaceSelector" not in peer and matches(peer["podSelector"], peer_labels)
            for peer in entry.get(key, [])
        )
        for entry in policy["spec"].get(direction, [])
    )


def flows(rendered: Rendered) -> set[tuple[str, str, int]]:
    """Every way from one workload to a port of another that the policies leave open at both of its ends."""
    policies = rendered.of("NetworkPolicy")
    found: set[tuple[str, str, int]] = set()
    for source in rendered.workloads:
        leaving = [p for p in policies if matches(p["spec"].get("podSelector", {}), source.labels)]
        for target in rendered.workloads:
            entering = [p for p in policies if matches(p["spec"].get("podSelector", {}), target.labels)]
            for declared in target.containers[0].get("ports", []):
                port = declared["containerPort"]
                if any(_allows(p, "egress", target.labels, port) for p in leaving) and any(
                    _allows(p, "ingress", source.labels, port) for p in entering
                ):
                    found.add((source.manifest["metadata"]["name"], target.manifest["metadata"]["name"], port))
    return found


def _addresses(rendered: Rendered, service: str) -> Iterator[tuple[str, str, int]]:
    """Settings that name a Service of this rendering: setting, Service, port."""
    names = rendered.names("Service")
    for name, value in rendered.settings(service).items():
        found = re.fullmatch(r"(?:\w+://)?([a-z0-9-]+):(\d+)(?:/.*)?", value)
        if found and found[1] in names:
            yield name, found[1], int(found[2])


@rule
def flows_fit_the_settings(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """A service may reach what its settings name, at the port they name, and no other service of ours."""
    open_ways = flows(rendered)
    for service in SERVICES:
        own = {w.manifest["metadata"]["name"] for w in rendered.workloads if w.service == service}
        if not own:
            continue
        named = list(_addresses(rendered, service))
        for setting, target, port in named:
            if "KAFKA" not in setting and (f"{service}-api", target, port) not in open_ways:
                yield service, f"{setting} names {target}:{port}, and no flow leads there"
        for source, target, port in sorted(open_ways):
            is_ours = any(target.startswith(f"{other}-") for other in SERVICES)
            if source in own and is_ours and (target, port) not in {(t, p) for _, t, p in named}:
                yield source, f"may reach {target}:{port}, which no setting names"


@rule
def events_can_flow(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """Relays and consumers reach the broker that their settings name; nothing else of ours does."""
    for workload in rendered.workloads:
        if workload.service is None:
            continue
        is_needed = workload.labels.get("app.kubernetes.io/component") in {"relay", "consumer"}
        if (workload.labels.get("nuaikit/uses-kafka") == "true") != is_needed:
            yield workload.name, "uses Kafka without need, or needs it and may not"
