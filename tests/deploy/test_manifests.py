"""Everything renders, validates strictly for every Kubernetes, and agrees with the one definition of the topics."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support import manifests

FOLDERS = (*manifests.bases(), *manifests.TARGETS)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(manifests.ROOT)))
def test_rendering_validates_against_every_kubernetes(folder):
    rendered = manifests.render(folder)
    assert rendered
    assert [str(finding) for finding in manifests.validate(rendered)] == []


def test_versions_reach_from_the_oldest_supported_to_the_newest_on_disk():
    versions = manifests.kubernetes_versions()
    assert versions[0].startswith("1.30.")
    assert len(versions) == len(set(versions)) >= 8


def deployment():
    return next(m for m in manifests.render(manifests.OVERLAYS[0]) if manifests.name_of(m) == "Deployment/portal-api")


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m["spec"].update(replica=3),
        lambda m: m["spec"]["template"]["spec"].update(enableServiceLink=False),
        lambda m: m["spec"]["template"]["spec"]["containers"][0]["livenessProbe"].update(httpget={}),
        lambda m: m["spec"].update(replicas="two"),
        lambda m: m["spec"].pop("selector"),
    ],
    ids=["unknown field", "misspelt pod field", "misspelt probe field", "wrong type", "missing field"],
)
def test_wrong_manifest_is_refused_by_every_kubernetes(change):
    manifest = deployment()
    change(manifest)
    findings = list(manifests.validate([manifest]))
    assert {str(finding).partition("(Kubernetes ")[2].partition(")")[0] for finding in findings} == set(
        manifests.kubernetes_versions()
    )


def test_field_that_came_later_is_refused_by_the_older_kubernetes_only():
    manifest = deployment()
    manifest["spec"]["template"]["spec"]["hostnameOverride"] = "portal"
    refusing = {finding.what.rpartition("(Kubernetes ")[2] for finding in manifests.validate([manifest])}
    assert "1.30.0)" in refusing
    assert "1.37.0)" not in refusing


def test_kind_that_no_schema_knows_is_a_finding():
    unknown = {"apiVersion": "nuaikit/v1", "kind": "Wish", "metadata": {"name": "x"}}
    assert [finding.rule for finding in manifests.validate([unknown], ["1.37.0"])] == ["schema"]


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m["spec"].update(partition=48),
        lambda m: m["spec"].update(partitions=0),
        lambda m: m.pop("spec"),
        lambda m: m.update(apiVersion="kafka.strimzi.io/v1beta2"),
    ],
    ids=["unknown field", "impossible value", "missing field", "version the operator no longer serves"],
)
def test_wrong_custom_resource_is_refused(change):
    topic = manifests.render(manifests.K8S / "base" / "platform" / "topics")[0]
    assert list(manifests.validate([topic])) == []
    change(topic)
    assert list(manifests.validate([topic])) != []


def test_folder_that_cannot_be_rendered_is_an_error_with_the_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(manifests, "ROOT", tmp_path)
    (tmp_path / "kustomization.yaml").write_text("resources: [absent.yaml]\n")
    with pytest.raises(manifests.RenderError, match=r"absent\.yaml"):
        manifests.render(tmp_path)


def test_topic_resources_equal_the_one_definition():
    rendered = manifests.render(manifests.K8S / "base" / "platform" / "topics")
    assert {
        topic["metadata"]["name"]: (
            topic["spec"]["partitions"],
            topic["spec"]["config"]["retention.ms"],
            topic["spec"]["config"]["cleanup.policy"],
        )
        for topic in rendered
    } == {t["name"]: (t["partitions"], t["retention_ms"], t["cleanup_policy"]) for t in manifests.topics()}
    assert {(t["spec"]["replicas"], t["spec"]["config"]["min.insync.replicas"]) for t in rendered} == {(3, 2)}


def test_topics_of_dev_equal_the_one_definition():
    dev = manifests.render(manifests.OVERLAYS[0])
    table = next(m["data"]["topics.tsv"] for m in dev if m["metadata"]["name"].startswith("kafka-topics-"))
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    assert rows == [
        [t["name"], str(t["local_partitions"]), str(t["retention_ms"]), t["cleanup_policy"]] for t in manifests.topics()
    ]


def test_edited_generated_file_is_reported_and_written_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(manifests, "ROOT", tmp_path)
    monkeypatch.setattr(manifests, "TOPIC_TABLE", tmp_path / "topics.tsv")
    monkeypatch.setattr(manifests, "TOPIC_RESOURCES", tmp_path / "topics.yaml")
    (tmp_path / "topics.yaml").write_text(manifests.topic_resources().replace("partitions: 48", "partitions: 49", 1))
    assert [finding.where for finding in manifests.drift()] == ["topics.yaml", "topics.tsv"]
    assert manifests.main(["--write"]) == 0
    assert list(manifests.drift()) == []


def test_topics_are_six_each_with_its_version():
    names = [topic["name"] for topic in manifests.topics()]
    assert len(names) == len(set(names)) == 6
    assert all(name.startswith("nuaikit.") and name.endswith(".v1") for name in names)


def test_check_of_the_committed_files_finds_nothing():
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.manifests"],
        cwd=manifests.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "0 findings" in done.stdout
