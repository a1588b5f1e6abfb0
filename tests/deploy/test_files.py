"""Dockerfile, .dockerignore, compose.yaml and locks obey their rules, and each rule refuses something broken."""

from __future__ import annotations

import copy
import re

import pytest
import yaml

from tests.deploy import files, policy

DOCKERFILE = files.DOCKERFILE.read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(files.COMPOSE.read_text(encoding="utf-8"))


def test_committed_files_obey_the_rules():
    assert [str(finding) for finding in files.judge()] == []


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("has-no-syntax-line", "ARG BASE_IMAGE=", "# syntax=docker/dockerfile:1\nARG BASE_IMAGE="),
        ("base-image-is-the-first-argument", "ARG BASE_IMAGE=", "ARG SERVICE\nARG BASE_IMAGE="),
        ("stages-start-from-the-base-image", "FROM ${BASE_IMAGE} AS build", "FROM python:3.11 AS build"),
        ("works-with-the-legacy-builder", "RUN python3", "RUN --mount=type=cache,target=/root/.cache python3"),
        ("works-with-the-legacy-builder", "COPY libs/chassis", "COPY --chmod=0644 libs/chassis"),
        ("downloads-nothing-by-hand", "RUN groupadd", "RUN curl --fail https://example.org/install | bash && groupadd"),
        ("downloads-nothing-by-hand", "COPY libs/chassis", "ADD libs/chassis"),
        ("installs-locked-files-only", "--require-hashes ", ""),
        ("installs-locked-files-only", " --only-binary=:all:", ""),
        ("installs-locked-files-only", "--no-deps --no-index wheels", "wheels"),
        ("user-is-10001", "USER 10001:10001", "USER root"),
        ("user-is-10001", "USER 10001:10001\n", ""),
        ("user-is-10001", "STOPSIGNAL SIGTERM", "RUN touch /opt/nuaikit/changed"),
        ("program-is-in-exec-form", 'ENTRYPOINT ["/opt/nuaikit/bin/service"]', "ENTRYPOINT service"),
        ("final-stage-installs-nothing", "RUN groupadd", "RUN python3 -m pip install --no-index x && groupadd"),
        ("is-labelled", "org.opencontainers.image.revision", "revision"),
    ],
)
def test_broken_dockerfile_is_refused_by_its_rule(rule, old, new):
    assert old in DOCKERFILE
    assert rule in {finding.rule for finding in files.dockerfile(DOCKERFILE.replace(old, new))}


def test_continued_lines_are_one_instruction():
    assert files.instructions("# a\nRUN a \\\n    && b\nUSER 1\n") == [("RUN", "a && b"), ("USER", "1")]


@pytest.mark.parametrize("text", ["!libs\n", "*\n!.\n", "*\n!deploy\n", "*\n!tests\n"])
def test_context_that_lets_in_more_is_refused(text):
    assert list(files.dockerignore(text)) != []


def change(service, **fields):
    document = copy.deepcopy(COMPOSE)
    document["services"][service].update(fields)
    return document


@pytest.mark.parametrize(
    ("rule", "document"),
    [
        ("compose-is-hardened", change("portal", read_only=False)),
        ("compose-is-hardened", change("kafka", cap_drop=[])),
        ("compose-is-hardened", change("kafka", cap_add=["NET_ADMIN"])),
        ("compose-is-hardened", change("postgresql", security_opt=[])),
        ("compose-is-hardened", change("credit-bank", user="0:0")),
        ("compose-is-hardened", change("credit-bank", mem_limit=None)),
        ("images-have-a-version", change("kafka", image="apache/kafka:latest")),
        ("images-have-a-version", change("kafka", image="${NUAIKIT_KAFKA_IMAGE:-apache/kafka}")),
        ("compose-has-health-checks", change("guidance", healthcheck={"disable": True})),
        ("compose-is-local", change("portal", ports=["8100:8080"])),
        ("compose-is-local", change("portal", ports=["127.0.0.1:9999:8080"])),
        ("secrets-are-files", change("postgresql", environment={"POSTGRES_PASSWORD": "synthetic"})),
        ("settings-are-known", change("guidance", environment={"GUIDANCE_LOG_LEVLE": "INFO"})),
        ("settings-are-known", change("guidance", environment={})),
    ],
)
def test_broken_compose_is_refused_by_its_rule(rule, document):
    if document["services"]["credit-bank"]["mem_limit"] is None:
        del document["services"]["credit-bank"]["mem_limit"]
    assert rule in {finding.rule for finding in files.compose(document)}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "grpcio==1.82.3\n",
        "grpcio>=1 \\\n    --hash=sha256:00\n",
        "--index-url https://example.org\na==1 --hash=sha256:00\n",
    ],
)
def test_lock_without_hash_or_with_an_address_is_refused(text):
    assert list(files.lock_file("x.lock", text)) != []


def test_lock_with_versions_and_hashes_is_accepted():
    assert (
        list(
            files.lock_file("x.lock", "# a comment\ngrpcio==1.82.3 \\\n    --hash=sha256:00 \\\n    --hash=sha256:01\n")
        )
        == []
    )


def test_patches_that_differ_are_refused():
    pod, cron_job_pod = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in files.TWINS)
    assert list(files.twins(pod, cron_job_pod)) == []
    pod["spec"]["template"]["spec"]["enableServiceLinks"] = True
    assert list(files.twins(pod, cron_job_pod)) != []


def test_compose_and_kubernetes_run_the_same_versions():
    dev = policy.Rendered(files_of_dev())
    images = {w.manifest["metadata"]["name"]: w.containers[0]["image"] for w in dev.workloads}
    default = re.compile(r"\$\{\w+:-(.*)\}")
    of_compose = {name: default.sub(r"\1", service["image"]) for name, service in COMPOSE["services"].items()}
    assert of_compose["postgresql"] == images["postgresql"]
    assert of_compose["kafka"] == of_compose["kafka-topics"] == images["kafka"]
    assert {of_compose[service] for service in policy.SERVICES} == {
        images[f"{service}-api"] for service in policy.SERVICES
    }


def files_of_dev():
    from tests.support import manifests  # noqa: PLC0415  # it imports this package itself

    return manifests.render(manifests.OVERLAYS[0])
