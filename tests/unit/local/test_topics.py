"""The topic definition says what the architecture says."""

import pytest
from nuaikit_local.topics import read_topics


def test_definition_holds_the_six_topics_of_the_architecture():
    assert {topic.name: topic.key.partition(",")[0] for topic in read_topics()} == {
        "nuaikit.student-registry.learners.v1": "learner id",
        "nuaikit.student-registry.institutions.v1": "institution id",
        "nuaikit.student-registry.assignments.v1": "institution id",
        "nuaikit.credit-bank.ledger.v1": "learner id",
        "nuaikit.credit-bank.catalogue.v1": "owner institution id",
        "nuaikit.guidance.care.v1": "learner id",
    }


def test_every_topic_keeps_its_history_for_ever():
    for topic in read_topics():
        assert topic.config == {"retention.ms": "-1", "cleanup.policy": "delete"}, topic.name
        assert (topic.partitions, topic.local_partitions) == (48, 6), topic.name


def test_misspelt_field_is_an_error(tmp_path):
    (tmp_path / "topics.toml").write_text('[[topic]]\nname = "x"\nkeys = "y"\n')
    with pytest.raises(TypeError):
        read_topics(tmp_path / "topics.toml")
