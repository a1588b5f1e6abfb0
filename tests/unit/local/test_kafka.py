"""What of Kafka's set-up can be judged without a broker."""

import base64

from nuaikit_local import kafka
from nuaikit_local.kafka import cluster_id


def test_cluster_id_never_looks_like_an_option(monkeypatch):
    class Uuids:
        made = iter([b"\xfb" + bytes(15), bytes(16)])  # the first one's base64 begins with "-"

        @property
        def bytes(self):
            return next(self.made)

    monkeypatch.setattr(kafka.uuid, "uuid4", Uuids)
    assert cluster_id() == "A" * 22


def test_cluster_id_is_16_bytes_as_kafka_writes_them():
    assert len(base64.urlsafe_b64decode(cluster_id() + "==")) == 16


def test_password_in_the_tools_output_is_hidden():
    assert kafka._without_passwords("[name=admin,iterations=8192,password=abc123] bad") == (
        "[name=admin,iterations=8192,password=***] bad"
    )


def test_newer_version_is_ordered_by_number():
    assert kafka._ordered("4.10.0") > kafka._ordered("4.3.1")
