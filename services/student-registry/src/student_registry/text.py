"""Thai text as people type it, made comparable: pure, and used by every domain module."""

from __future__ import annotations

import unicodedata

_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"))


def clean(text: str) -> str:
    """NFC, without invisible and control characters, white space collapsed.

    SARA AM is one letter: NIKHAHIT followed by SARA AA looks the same, keyboards type it too, and NFC keeps both.
    """
    joined = unicodedata.normalize("NFC", text).translate(_INVISIBLE).replace("\u0e4d\u0e32", "\u0e33")
    if not joined.isprintable():  # almost every text is; looking at each character is what costs
        joined = "".join(" " if unicodedata.category(character) in ("Cc", "Cs") else character for character in joined)
    return " ".join(joined.split())


def ascii_digits(text: str) -> str:
    """Thai digits as ASCII ones."""
    return text.translate(_THAI_DIGITS)
