"""The committed overlays obey the policy, and every rule of it refuses what it is there to refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.deploy import policy
from tests.support import manifests

DEV = manifests.OVERLAYS[0]
WITH_EXCHANGE = next(folder for folder in manifests.OVERLAYS if folder.name == "dev-with-exchange")

Change = Callable[[list[manifests.Manifest]], None]


def resource(found: list[manifests.Manifest], name: str) -> manifests.Manifest:
    """The resource `Kind/name`."""
    return next(manifest for manifest in found if manifests.name_of(manifest) == name)


def pod(found: list[manifests.Manifest], name: str) -> dict[str, Any]:
    """The pod template of `Kind/name`."""
    return policy.template_of(resource(found, name))


def set_in(name: str, path: str, value: Any) -> Change:
    """A change that sets one field; path parts are keys, numbers are positions."""

    def change(found: list[manifests.Manifest]) -> None:
        holder: Any = resource(found, name)
        *parents, last = (int(part) if part.isdigit() else part.replace("~", "/") for part in path.split(" "))
        for part in parents:
            holder = holder[part]
        holder[last] = value

    return change


def drop_in(name: str, path: str) -> Change:
    """A change that takes one field away."""

    def change(found: list[manifests.Manifest]) -> None:
        holder: Any = resource(found, name)
        *parents, last = (int(part) if part.isdigit() else part.replace("~", "/") for part in path.split(" "))
        for part in parents:
            holder = holder[part]
        del holder[last]

    return change


def drop(name: str) -> Change:
    """A change that takes a resource away."""
    return lambda found: found.remove(resource(found, name))


def add(manifest: manifests.Manifest) -> Change:
    """A change that adds a resource."""
    return lambda found: found.append(manifest)


def set_setting(service: str, name: str, value: str) -> Change:
    """A change of one setting in the ConfigMap of a service."""

    def change(found: list[manifests.Manifest]) -> None:
        for manifest in found:
            if manifest["kind"] == "ConfigMap" and manifest["metadata"]["name"].startswith(f"{service}-settings-"):
                manifest["data"][name] = value

    return change


def forget_issuer(found: list[manifests.Manifest]) -> None:
    """A change that leaves out a required setting."""
    for manifest in found:
        manifest.get("data", {}).pop("CREDIT_BANK_OIDC_ISSUER", None)


API = "Deployment/credit-bank-api"
RELAY = "Deployment/credit-bank-relay"
AUDIT = "CronJob/credit-bank-audit"
POST = "CronJob/credit-bank-migrate-post"
PRE = "Job/credit-bank-migrate-pre"
POD = "spec template spec"
BOX = f"{POD} containers 0"
CRON_BOX = "spec jobTemplate spec template spec containers 0"

BROKEN: list[tuple[str, str, Change]] = [
    ("pods_run_as_an_ordinary_user", "root", set_in(API, f"{POD} securityContext runAsUser", 0)),
    (
        "pods_run_as_an_ordinary_user",
        "nothing said",
        drop_in(AUDIT, "spec jobTemplate spec template spec securityContext"),
    ),
    ("pods_run_as_an_ordinary_user", "root in the container", set_in(API, f"{BOX} securityContext runAsUser", 0)),
    ("pods_run_as_an_ordinary_user", "another user", set_in(API, f"{POD} securityContext runAsUser", 1000)),
    ("pods_run_as_an_ordinary_user", "root allowed", set_in(API, f"{BOX} securityContext runAsNonRoot", False)),
    ("root_file_system_is_read_only", "writable", set_in(API, f"{BOX} securityContext readOnlyRootFilesystem", False)),
    ("root_file_system_is_read_only", "no /tmp", drop_in(API, f"{BOX} volumeMounts 0")),
    ("root_file_system_is_read_only", "boundless", drop_in(API, f"{POD} volumes 0 emptyDir sizeLimit")),
    ("capabilities_are_dropped", "kept", drop_in(API, f"{BOX} securityContext capabilities")),
    ("capabilities_are_dropped", "added", set_in(API, f"{BOX} securityContext capabilities add", ["NET_ADMIN"])),
    ("capabilities_are_dropped", "escalation", drop_in(RELAY, f"{BOX} securityContext allowPrivilegeEscalation")),
    ("capabilities_are_dropped", "privileged", set_in(API, f"{BOX} securityContext privileged", True)),
    ("seccomp_is_runtime_default", "absent", drop_in(API, f"{POD} securityContext seccompProfile")),
    ("seccomp_is_runtime_default", "off", set_in(API, f"{BOX} securityContext seccompProfile", {"type": "Unconfined"})),
    ("pods_do_not_touch_the_node", "network", set_in(API, f"{POD} hostNetwork", True)),
    (
        "pods_do_not_touch_the_node",
        "files",
        set_in(API, f"{POD} volumes 0", {"name": "tmp", "hostPath": {"path": "/"}}),
    ),
    ("pods_do_not_touch_the_node", "port", set_in(API, f"{BOX} ports 0 hostPort", 8080)),
    ("no_token_of_the_api_server", "pod", drop_in(API, f"{POD} automountServiceAccountToken")),
    (
        "no_token_of_the_api_server",
        "account",
        drop_in("ServiceAccount/credit-bank-runtime", "automountServiceAccountToken"),
    ),
    ("no_service_links", "default", drop_in(API, f"{POD} enableServiceLinks")),
    ("sizes_are_stated", "no limit", drop_in(API, f"{BOX} resources limits memory")),
    ("sizes_are_stated", "no request", drop_in(AUDIT, f"{CRON_BOX} resources requests")),
    ("sizes_are_stated", "upside down", set_in(API, f"{BOX} resources requests memory", "1Gi")),
    ("sizes_are_stated", "not a quantity", set_in(API, f"{BOX} resources requests cpu", "half")),
    ("images_have_a_version", "latest", set_in(API, f"{BOX} image", "nuaikit/credit-bank:latest")),
    ("images_have_a_version", "none", set_in(API, f"{BOX} image", "registry.example:5000/nuaikit/credit-bank")),
    ("images_have_a_version", "placeholder", set_in(API, f"{BOX} image", "nuaikit/service:0.1.0")),
    ("ports_are_possible", "too high", set_in(API, f"{BOX} ports 0 containerPort", 99999)),
    ("ports_are_possible", "for root", set_in(API, f"{BOX} ports 0 containerPort", 80)),
    ("ports_are_possible", "twice", set_in(API, f"{BOX} ports 0 containerPort", 9090)),
    ("ports_are_possible", "long name", set_in(API, f"{BOX} ports 0 name", "a-name-of-sixteen")),
    ("long_running_containers_have_probes", "liveness", drop_in(API, f"{BOX} livenessProbe")),
    ("long_running_containers_have_probes", "database", drop_in("StatefulSet/postgresql", f"{BOX} readinessProbe")),
    ("probes_ask_declared_ports", "other port", set_in(API, f"{BOX} livenessProbe grpc port", 9091)),
    ("probes_ask_declared_ports", "other name", set_in(RELAY, f"{BOX} readinessProbe httpGet port", "web")),
    ("probes_ask_declared_ports", "two ways", set_in(API, f"{BOX} readinessProbe grpc", {"port": 9090})),
    ("probes_ask_declared_ports", "grpc by name", set_in(API, f"{BOX} livenessProbe grpc port", "grpc")),
    ("probe_times_make_sense", "slow answer", set_in(API, f"{BOX} readinessProbe timeoutSeconds", 60)),
    ("probe_times_make_sense", "hasty restart", set_in(API, f"{BOX} livenessProbe failureThreshold", 1)),
    ("probe_times_make_sense", "no time to start", set_in(API, f"{BOX} startupProbe failureThreshold", 3)),
    ("services_answer_the_right_questions", "ready", set_in(API, f"{BOX} readinessProbe httpGet path", "/livez")),
    ("services_answer_the_right_questions", "alive", set_in(RELAY, f"{BOX} livenessProbe httpGet path", "/readyz")),
    (
        "services_answer_the_right_questions",
        "gRPC over HTTP",
        set_in(API, f"{BOX} livenessProbe", {"httpGet": {"path": "/livez", "port": "http"}}),
    ),
    ("there_is_time_to_drain", "grace", set_in(API, f"{POD} terminationGracePeriodSeconds", 20)),
    ("there_is_time_to_drain", "default", drop_in(RELAY, f"{POD} terminationGracePeriodSeconds")),
    ("there_is_time_to_drain", "no wait", drop_in(API, f"{BOX} lifecycle")),
    ("replicas_survive_a_drain", "no budget", drop("PodDisruptionBudget/credit-bank-api")),
    ("replicas_survive_a_drain", "no spread", drop_in(API, f"{POD} topologySpreadConstraints")),
    (
        "replicas_survive_a_drain",
        "foreign spread",
        drop_in(API, f"{POD} topologySpreadConstraints 0 labelSelector matchLabels app.kubernetes.io~name"),
    ),
    ("budgets_do_not_block", "none may go", set_in("PodDisruptionBudget/credit-bank-api", "spec maxUnavailable", 0)),
    (
        "budgets_do_not_block",
        "of everybody",
        set_in(
            "PodDisruptionBudget/credit-bank-api", "spec selector matchLabels", {"app.kubernetes.io/component": "api"}
        ),
    ),
    ("relays_are_alone", "two", set_in(RELAY, "spec replicas", 2)),
    ("relays_are_alone", "rolled", set_in(RELAY, "spec strategy", {"type": "RollingUpdate"})),
    ("rollouts_keep_serving", "one away", set_in(API, "spec strategy rollingUpdate maxUnavailable", 1)),
    ("jobs_end", "never", drop_in(PRE, "spec activeDeadlineSeconds")),
    ("jobs_end", "tries", drop_in(AUDIT, "spec jobTemplate spec backoffLimit")),
    ("jobs_end", "stays", drop_in(PRE, "spec ttlSecondsAfterFinished")),
    ("jobs_end", "restart", set_in(PRE, f"{POD} restartPolicy", "Always")),
    ("jobs_end", "lost", drop_in("Job/kafka-topics", "metadata labels nuaikit~runs")),
    ("schedules_are_ours", "zone", drop_in(AUDIT, "spec timeZone")),
    ("schedules_are_ours", "twice at once", set_in(AUDIT, "spec concurrencyPolicy", "Allow")),
    ("schedules_are_ours", "clock", set_in(POST, "spec suspend", False)),
    ("schedules_are_ours", "asleep", set_in(AUDIT, "spec suspend", True)),
    ("schedules_are_ours", "no schedule", set_in(AUDIT, "spec schedule", "nightly")),
    ("schedules_are_ours", "long name", set_in(AUDIT, "metadata name", "a" * 53)),
    ("every_service_has_its_roles", "lost relay", drop("Deployment/guidance-relay")),
    ("every_service_has_its_roles", "lost audit", drop(AUDIT)),
    ("every_service_has_its_roles", "other command", set_in(RELAY, f"{BOX} args", ["serve"])),
    ("every_service_has_its_roles", "shell", set_in(RELAY, f"{BOX} command", ["sh"])),
    ("names_are_names", "capitals", set_in("Service/credit-bank-api", "metadata name", "Credit_Bank")),
    ("names_are_names", "elsewhere", set_in("Service/credit-bank-api", "metadata namespace", "default")),
    ("names_are_names", "twice", set_in("Service/credit-bank-api", "metadata name", "guidance-api")),
    (
        "namespaces_refuse_soft_pods",
        "baseline",
        set_in("Namespace/nuaikit", "metadata labels pod-security.kubernetes.io~enforce", "baseline"),
    ),
    ("namespaces_refuse_soft_pods", "no namespace", drop("Namespace/nuaikit")),
    ("pods_say_who_they_are", "pod", drop_in(API, "spec template metadata labels app.kubernetes.io~part-of")),
    ("pods_say_who_they_are", "workload", drop_in(API, "metadata labels app.kubernetes.io~component")),
    (
        "selectors_never_have_to_change",
        "environment",
        set_in(API, "spec selector matchLabels nuaikit~environment", "dev"),
    ),
    ("selectors_never_have_to_change", "of all apis", drop_in(API, "spec selector matchLabels app.kubernetes.io~name")),
    (
        "services_lead_somewhere",
        "nowhere",
        set_in("Service/credit-bank-api", "spec selector app.kubernetes.io~name", "x"),
    ),
    ("services_lead_somewhere", "no such port", set_in("Service/credit-bank-api", "spec ports 0 targetPort", "web")),
    ("services_lead_somewhere", "another port", set_in("Service/credit-bank-api", "spec ports 0 port", 80)),
    ("services_lead_somewhere", "open", set_in("Service/portal-api", "spec type", "LoadBalancer")),
    ("references_exist", "settings", set_in(API, f"{BOX} envFrom 0 configMapRef name", "credit-bank-settings")),
    ("references_exist", "account", set_in(API, f"{POD} serviceAccountName", "default")),
    ("references_exist", "volume", set_in(API, f"{BOX} volumeMounts 0 name", "scratch")),
    ("settings_are_known", "misspelt", set_setting("credit-bank", "CREDIT_BANK_LOG_LEVLE", "INFO")),
    ("settings_are_known", "of another", set_setting("credit-bank", "GUIDANCE_LOG_LEVEL", "INFO")),
    ("settings_are_known", "required", forget_issuer),
    ("secrets_stay_out", "rendered", add({"kind": "Secret", "metadata": {"name": "x", "namespace": "nuaikit"}})),
    ("secrets_stay_out", "in a ConfigMap", set_setting("credit-bank", "CREDIT_BANK_CLIENT_SECRET", "synthetic")),
    (
        "secrets_stay_out",
        "in an address",
        set_setting("portal", "PORTAL_INDICATORS_URL", "http://a:b@indicators-api:8080"),
    ),
    (
        "secrets_stay_out",
        "environment",
        set_in(API, f"{BOX} env", [{"name": "CREDIT_BANK_DATABASE_DSN", "value": "x"}]),
    ),
    (
        "secrets_are_mounted",
        "another's",
        set_in(API, f"{POD} volumes 1 projected sources 0 secret name", "guidance-keys"),
    ),
    ("secrets_are_mounted", "elsewhere", set_setting("credit-bank", "CREDIT_BANK_SECRETS_DIR", "/etc/secrets")),
    ("secrets_are_mounted", "for all", set_in(API, f"{POD} volumes 1 projected defaultMode", 0o444)),
    ("secrets_are_mounted", "writable", drop_in(API, f"{BOX} volumeMounts 1 readOnly")),
    ("secrets_are_mounted", "no database", drop_in(API, f"{POD} volumes 1 projected sources 1")),
    (
        "secrets_are_mounted",
        "no bucket's key",
        set_setting("credit-bank", "CREDIT_BANK_EVIDENCE_STORE_URL", "s3://x/y"),
    ),
    (
        "secrets_are_mounted",
        "way to no bucket",
        set_in(API, "spec template metadata labels nuaikit~uses-evidence-store", "true"),
    ),
    (
        "exchange_is_whole",
        "list without its Secret",
        set_in(API, f"{BOX} env", [{"name": "CREDIT_BANK_EXCHANGE_PEERS_FILE", "value": "/run/x/peers.toml"}]),
    ),
    (
        "exchange_is_whole",
        "way for nobody",
        set_in(RELAY, "spec template metadata labels nuaikit~uses-exchange", "true"),
    ),
    ("addresses_are_those_of_the_pod", "http", set_setting("credit-bank", "CREDIT_BANK_HTTP_ADDRESS", "0.0.0.0:8081")),
    ("addresses_are_those_of_the_pod", "grpc", set_setting("guidance", "GUIDANCE_GRPC_ADDRESS", "0.0.0.0:9091")),
    ("everything_is_denied_first", "gone", drop("NetworkPolicy/default-deny")),
    ("everything_is_denied_first", "half", set_in("NetworkPolicy/default-deny", "spec policyTypes", ["Ingress"])),
    ("flows_are_named", "everybody", set_in("NetworkPolicy/use-kafka", "spec egress 0 to 0 podSelector", {})),
    ("flows_are_named", "no peers", drop_in("NetworkPolicy/use-kafka", "spec egress 0 to")),
    ("flows_are_named", "no ports", drop_in("NetworkPolicy/use-kafka", "spec egress 0 ports")),
    ("flows_are_named", "every port", drop_in("NetworkPolicy/use-kafka", "spec egress 0 ports 0 port")),
    ("flows_are_named", "nobody", set_in("NetworkPolicy/use-kafka", "spec podSelector matchLabels", {"no": "body"})),
    (
        "flows_are_named",
        "the world",
        set_in("NetworkPolicy/use-kafka", "spec egress 0 to 0", {"ipBlock": {"cidr": "::/0"}}),
    ),
    ("flows_are_named", "wider sign-in", set_in("NetworkPolicy/use-sign-in", "spec egress 0 ports 0 port", 22)),
    ("flows_are_named", "wrong type", set_in("NetworkPolicy/use-kafka", "spec policyTypes", ["Ingress"])),
    (
        "flows_are_named",
        "unknown peer",
        set_in(
            "NetworkPolicy/credit-bank-api-calls",
            "spec egress 0 to 0 podSelector matchExpressions 0 values",
            ["student-registry", "student-registyr"],
        ),
    ),
    ("flows_fit_the_settings", "cut off", drop("NetworkPolicy/guidance-api-calls")),
    (
        "flows_fit_the_settings",
        "other port",
        set_setting("guidance", "GUIDANCE_REGISTRY_ADDRESS", "student-registry-api:8080"),
    ),
    (
        "flows_fit_the_settings",
        "unused",
        set_setting("guidance", "GUIDANCE_REGISTRY_ADDRESS", "elsewhere.example:9090"),
    ),
    ("events_can_flow", "no way", drop_in(RELAY, "spec template metadata labels nuaikit~uses-kafka")),
    ("events_can_flow", "no need", set_in(API, "spec template metadata labels nuaikit~uses-kafka", "true")),
]


@pytest.mark.parametrize("overlay", manifests.OVERLAYS, ids=lambda folder: folder.name)
def test_committed_overlay_obeys_the_policy(overlay):
    assert [str(finding) for finding in policy.judge(manifests.render(overlay))] == []


@pytest.mark.parametrize(
    ("rule", "change"), [(r, c) for r, _, c in BROKEN], ids=[f"{r}-{name}" for r, name, _ in BROKEN]
)
def test_broken_manifest_is_refused_by_its_rule(rule, change):
    found = manifests.render(DEV)
    change(found)
    assert list(policy.RULES[rule](policy.Rendered(found))) != []


@pytest.mark.parametrize(
    "change",
    [
        drop_in(RELAY, "spec template metadata labels nuaikit~uses-exchange"),
        set_in(API, "spec template metadata labels nuaikit~uses-exchange", "true"),
        drop_in(RELAY, f"{POD} volumes 1 projected sources 2"),
        set_in(API, f"{BOX} env 0 value", "/run/secrets/nuaikit/peers.toml"),
    ],
    ids=["no way", "way of the api", "no key", "list elsewhere"],
)
def test_half_an_exchange_is_refused(change):
    found = manifests.render(WITH_EXCHANGE)
    change(found)
    assert list(policy.RULES["exchange_is_whole"](policy.Rendered(found))) != []


def test_every_rule_has_a_broken_manifest():
    assert {rule for rule, _, _ in BROKEN} == policy.RULES.keys()


def test_open_ways_between_pods_are_exactly_these():
    services = ("student-registry", "credit-bank", "guidance", "indicators")
    expected = {
        (f"{service}-{role}", "postgresql", 5432)
        for service in services
        for role in ("api", "migrate-pre", "migrate-post")
    }
    expected |= {(f"{service}-relay", target, port) for service in services[:3] for target, port in _STORES}
    expected |= {(f"{service}-consumer", target, port) for service in services[1:] for target, port in _STORES}
    expected |= {
        ("credit-bank-audit", "postgresql", 5432),
        ("credit-bank-api", "student-registry-api", 9090),
        ("credit-bank-relay", "student-registry-api", 9090),
        ("guidance-api", "student-registry-api", 9090),
        ("portal-api", "student-registry-api", 9090),
        ("portal-api", "credit-bank-api", 9090),
        ("portal-api", "guidance-api", 9090),
        ("portal-api", "indicators-api", 8080),
        ("kafka-topics", "kafka", 9092),
        ("kafka", "kafka", 9092),
    }
    assert policy.flows(policy.Rendered(manifests.render(DEV))) == expected


_STORES = (("postgresql", 5432), ("kafka", 9092))


def test_selector_with_an_unknown_operator_is_an_error():
    with pytest.raises(ValueError, match="unknown operator"):
        policy.matches({"matchExpressions": [{"key": "a", "operator": "Like", "values": ["b"]}]}, {"a": "b"})


@pytest.mark.parametrize(
    ("operator", "labels", "is_selected"),
    [
        ("In", {"a": "1"}, True),
        ("In", {"a": "2"}, False),
        ("NotIn", {"a": "2"}, True),
        ("NotIn", {}, True),
        ("Exists", {"a": "9"}, True),
        ("DoesNotExist", {"a": "9"}, False),
    ],
)
def test_selector_expression_selects_as_kubernetes_does(operator, labels, is_selected):
    assert (
        policy.matches({"matchExpressions": [{"key": "a", "operator": operator, "values": ["1"]}]}, labels)
        is is_selected
    )


@pytest.mark.parametrize(
    ("text", "value"), [("50m", "0.05"), ("1", "1"), ("512Mi", "536870912"), ("1Gi", "1073741824")]
)
def test_quantity_is_read_as_kubernetes_reads_it(text, value):
    assert str(policy.quantity(text).normalize()) in {value, f"{policy.quantity(value).normalize()}"}


def test_what_is_no_quantity_is_none():
    assert policy.quantity("half") is None
