"""The style sheet and templates: nothing foreign, no script, readable colours."""

import re
from importlib import resources

import pytest
from nuaikit.credit_bank.v1 import transfers_pb2
from nuaikit.student_registry.v1 import enrolments_pb2
from portal import words

CSS = resources.files("portal").joinpath("static/portal.css").read_text("utf-8")
TEMPLATES = {
    entry.name: entry.read_text("utf-8") for entry in resources.files("portal").joinpath("templates").iterdir()
}
COLOURS = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})", CSS))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    digits = colour.removeprefix("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    channels = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        (COLOURS["ink"], COLOURS["paper"]),
        (COLOURS["ink"], COLOURS["ground"]),
        (COLOURS["soft"], COLOURS["paper"]),
        (COLOURS["soft"], COLOURS["ground"]),
        (COLOURS["blue"], COLOURS["paper"]),
        (COLOURS["blue"], COLOURS["ground"]),
        ("#ffffff", COLOURS["blue"]),
        ("#ffffff", COLOURS["blue-dark"]),
        (COLOURS["amber-ink"], COLOURS["amber"]),
        (COLOURS["violet-ink"], COLOURS["violet"]),
        (COLOURS["ink"], "#fff1e6"),
        (COLOURS["ink"], "#eef1f4"),
    ],
)
def test_text_has_the_contrast_of_wcag_aa(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


def test_focus_ring_stands_out_from_its_ground() -> None:
    assert contrast("#b34700", COLOURS["paper"]) >= 3
    assert contrast("#b34700", COLOURS["ground"]) >= 3


def test_sheet_fetches_nothing() -> None:
    assert "url(" not in CSS
    assert "@import" not in CSS


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_template_has_no_script_no_inline_style_and_no_foreign_address(name: str) -> None:
    text = TEMPLATES[name]
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:|https?:", text)
    assert "| safe" not in text


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_template_uses_known_kinds_of_words(name: str) -> None:
    for kind in re.findall(r"\| word\('([a-z_]+)'\)", TEMPLATES[name]):
        words.word("", kind)


def test_every_role_and_state_of_the_contracts_has_a_word() -> None:
    for enum, prefix, kind in (
        (transfers_pb2.CaseState, "CASE_STATE_", "case_state"),
        (transfers_pb2.LineState, "LINE_STATE_", "line_state"),
        (enrolments_pb2.EnrolmentRole, "ENROLMENT_ROLE_", "enrolment_role"),
    ):
        names = {name.removeprefix(prefix) for name in enum.keys()} - {"UNSPECIFIED"}  # noqa: SIM118  # no dict
        assert {name for name in names if not words.has_word(name, kind)} == set()
