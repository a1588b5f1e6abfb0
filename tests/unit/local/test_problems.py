"""What the runtime says to people is complete: every reason the code gives has its sentences in both languages."""

import ast
import errno
import re
import string
from pathlib import Path

import nuaikit_local
import pytest
from nuaikit_local.problems import Problem, catalogue, disk_space_told

SOURCES = sorted(Path(nuaikit_local.__file__).parent.rglob("*.py"))
THAI = re.compile(r"[\u0e00-\u0e7f]")


def raised() -> list[tuple[str, set[str] | None]]:
    """Every `Problem("REASON", fact=…)` of the package; None for facts that are not spelt out."""
    found: list[tuple[str, set[str] | None]] = []
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="Problem"), args=[ast.Constant(value=str(reason))], keywords=keywords):
                    names = {keyword.arg for keyword in keywords}
                    found.append((reason, None if None in names else names))
                case _:
                    continue
    return found


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_raised_reason_has_sentences_that_its_facts_fill():
    assert len(raised()) > 20
    for reason, facts in raised():
        said = catalogue()[reason]
        needed = set().union(*(placeholders(text) for text in (said.en, said.th, said.way_en, said.way_th)))
        assert facts is None or needed <= facts, reason


def test_every_sentence_is_used_and_in_its_language():
    assert set(catalogue()) == {reason for reason, _ in raised()}
    for reason, said in catalogue().items():
        assert THAI.search(said.th), reason
        assert THAI.search(said.way_th), reason
        assert not THAI.search(said.en + said.way_en), reason


def test_problem_with_facts_says_them():
    said = Problem("PORT_TAKEN", part="kafka", port=59092, variable="KAFKA", holder="java (pid 7)").sentences
    assert "59092" in said.en
    assert "java (pid 7)" in said.th
    assert "NUAIKIT_PORT_KAFKA" in said.way_en


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_full_disk_becomes_a_problem_that_names_the_folder(tmp_path, number):
    with pytest.raises(Problem) as raised_problem, disk_space_told(tmp_path):
        raise OSError(number, "full")
    assert raised_problem.value.reason == "NO_DISK_SPACE"
    assert str(tmp_path) in raised_problem.value.sentences.th


def test_other_error_stays_what_it_is(tmp_path):
    with pytest.raises(PermissionError), disk_space_told(tmp_path):
        raise PermissionError(errno.EACCES, "closed")
