"""Replicas, rollouts, Jobs and schedules, and which roles a service has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.deploy.policy.model import Rendered, What, Where, matches, rule
from tests.support.manifests import name_of


@rule
def replicas_survive_a_drain(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """More than one replica: one disruption budget that lets one pod go, and a spread over nodes that counts them."""
    for workload in rendered.workloads:
        if workload.kind not in {"Deployment", "StatefulSet"} or workload.spec.get("replicas", 1) < 2:
            continue
        budgets = [b for b in rendered.of("PodDisruptionBudget") if matches(b["spec"]["selector"], workload.labels)]
        if len(budgets) != 1:
            yield workload.name, f"has {len(budgets)} disruption budgets"
        spread = workload.pod.get("topologySpreadConstraints", [])
        if not any(matches(constraint.get("labelSelector", {}), workload.labels) for constraint in spread):
            yield workload.name, "is not spread over nodes"
        for constraint in spread:
            if len(rendered.selected(constraint.get("labelSelector", {}))) != 1:
                yield workload.name, "its spread counts pods of others"


@rule
def budgets_do_not_block(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """A budget selects one workload and lets at least one pod go, else no node can ever be drained."""
    for budget in rendered.of("PodDisruptionBudget"):
        if len(rendered.selected(budget["spec"].get("selector", {}))) != 1:
            yield name_of(budget), "does not select exactly one workload"
        if budget["spec"].get("maxUnavailable") in {None, 0, "0%"}:
            yield name_of(budget), "lets no pod go"


@rule
def relays_are_alone(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """One relay per service, replaced and not rolled: order per key depends on it."""
    for workload in rendered.workloads:
        if workload.labels.get("app.kubernetes.io/component") != "relay":
            continue
        if workload.spec.get("replicas") != 1:
            yield workload.name, "has not exactly one replica"
        if workload.spec.get("strategy", {}).get("type") != "Recreate":
            yield workload.name, "is not replaced with Recreate"


@rule
def rollouts_keep_serving(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """An api never has fewer ready pods than it should."""
    for workload in rendered.workloads:
        if workload.labels.get("app.kubernetes.io/component") == "api":
            rolling = workload.spec.get("strategy", {}).get("rollingUpdate", {})
            if rolling.get("maxUnavailable") != 0:
                yield workload.name, "a rollout takes ready pods away (maxUnavailable)"


@rule
def jobs_end(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """A Job has a deadline and a limit of tries; one that every rollout brings goes away by itself."""
    for workload in rendered.workloads:
        if workload.kind not in {"Job", "CronJob"}:
            continue
        for field in ("activeDeadlineSeconds", "backoffLimit"):
            if field not in workload.job:
                yield workload.name, f"has no {field}"
        if workload.pod.get("restartPolicy") not in {"Never", "OnFailure"}:
            yield workload.name, "its restartPolicy is not one for Jobs"
        if workload.kind == "Job":
            if not 0 < workload.job.get("ttlSecondsAfterFinished", 0) <= 3600:
                yield workload.name, "stays when finished, and cannot be changed by the next rollout"
            if workload.manifest["metadata"].get("labels", {}).get("nuaikit/runs") != "with-each-rollout":
                yield workload.name, "is not found by the roll-out script (label nuaikit/runs)"


@rule
def schedules_are_ours(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """Thai time said aloud, one run at a time, names short enough; migrate-post is never started by the clock."""
    for manifest in rendered.of("CronJob"):
        spec, where = manifest["spec"], name_of(manifest)
        if spec.get("timeZone") != "Asia/Bangkok":
            yield where, "timeZone is not Asia/Bangkok"
        if spec.get("concurrencyPolicy") != "Forbid":
            yield where, "may run twice at once"
        if len(manifest["metadata"]["name"]) > 52:
            yield where, "is named in more than 52 characters, to which a CronJob adds 11"
        if not re.fullmatch(r"@yearly|@daily|(\S+ ){4}\S+", str(spec.get("schedule"))):
            yield where, f"schedule {spec.get('schedule')!r} is none"
        is_post = manifest["metadata"]["labels"].get("app.kubernetes.io/component") == "migrate-post"
        if bool(spec.get("suspend")) != is_post:
            yield where, "migrate-post is suspended, and nothing else is"


@rule
def every_service_has_its_roles(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """The roles of the architecture, one workload each, started with the right command."""
    commands = {
        "api": ["serve"],
        "relay": ["relay"],
        "consumer": ["consume"],
        "migrate-pre": ["migrate", "--step", "pre"],
        "migrate-post": ["migrate", "--step", "post"],
        "audit": ["audit"],
    }
    stored = {"api", "migrate-pre", "migrate-post"}
    wanted = {
        "student-registry": stored | {"relay"},
        "credit-bank": stored | {"relay", "consumer", "audit"},
        "guidance": stored | {"relay", "consumer"},
        "indicators": stored | {"consumer"},
        "portal": {"api"},
    }
    for service, roles in wanted.items():
        own = [workload for workload in rendered.workloads if workload.service == service]
        found = sorted(workload.labels.get("app.kubernetes.io/component", "") for workload in own)
        if found != sorted(roles):
            yield service, f"has the roles {', '.join(found)}"
        for workload in own:
            role = workload.labels.get("app.kubernetes.io/component", "")
            if workload.containers[0].get("args") != commands.get(role) or "command" in workload.containers[0]:
                yield workload.name, f"does not run {commands.get(role)}"
