"""Logs: rotated in place, read from the end, followed through a rotation."""

from nuaikit_local.follow import follow, last_lines
from nuaikit_local.supervisor import LOGS_KEPT, rotate


def test_rotated_log_goes_on_in_the_same_file(tmp_path):
    path = tmp_path / "kafka.log"
    with path.open("a") as log:
        for round_number in range(LOGS_KEPT + 2):
            log.write(f"round {round_number}\n")
            log.flush()
            rotate(path)
        log.write("now\n")
    assert path.read_text() == "now\n"
    assert (tmp_path / "kafka.log.1").read_text() == "round 4\n"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["kafka.log", *(f"kafka.log.{n}" for n in (1, 2, 3))]


def test_last_lines_are_the_last_ones(tmp_path):
    path = tmp_path / "kafka.log"
    assert last_lines(path, 3) == []
    path.write_text("".join(f"บรรทัด {number}\n" for number in range(5000)))
    assert last_lines(path, 2) == ["บรรทัด 4998", "บรรทัด 4999"]


def test_followed_log_is_said_line_by_line_through_a_rotation(tmp_path, monkeypatch):
    monkeypatch.setattr("nuaikit_local.follow.POLL_S", 0)
    path = tmp_path / "kafka.log"
    path.write_text("old\n")
    steps = iter(
        [
            lambda: path.open("a").write("one\ntw"),
            lambda: path.open("a").write("o\n"),
            lambda: rotate(path),
            lambda: path.open("a").write("three\n"),
        ]
    )
    said = []

    def keep_on() -> bool:
        step = next(steps, None)
        if step:
            step()
        return step is not None

    follow([path], lambda _path, line: said.append(line), keep_on=keep_on)
    assert said == ["one", "two", "three"]
