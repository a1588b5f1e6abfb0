"""What a file is, by its bytes. What the sender calls it, and the type he claims, are never asked. Pure.

An allow-list and no scanner for viruses: types that programs run or that hold macros are not on it, and a PDF that says
in the open that it carries scripts, programs or other files is refused. What is stored is only ever given out as a
download that a browser neither opens nor guesses about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

HEAD_BYTES: Final = 32
TAIL_BYTES: Final = 1_024
"""What `media_type_of` looks at."""

EXTENSIONS: Final[Mapping[str, str]] = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
}
"""Media types that are taken, and what the names of downloads end with."""

_ACTIVE: Final = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia")
_LONGEST: Final = max(map(len, _ACTIVE))


def media_type_of(head: bytes, tail: bytes, size: int) -> str | None:
    """Media type of a whole file; None for one that is not taken, or that was cut off.

    Args:
        head: Its first bytes, at least `HEAD_BYTES` of a longer one.
        tail: Its last bytes, likewise `TAIL_BYTES`.
        size: In bytes.
    """
    if head.startswith(b"%PDF-"):
        return "application/pdf" if b"%%EOF" in tail else None
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg" if b"\xff\xd9" in tail else None
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png" if b"IEND" in tail else None
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp" if int.from_bytes(head[4:8], "little") + 8 <= size else None
    return None


@dataclass(slots=True)
class ActiveContent:
    """Looks for active content of a PDF while its bytes go by, in pieces of any size."""

    is_found: bool = False
    _rest: bytes = b""

    def feed(self, piece: bytes) -> None:
        """Look at the next piece."""
        if not self.is_found:
            window = self._rest + piece
            self.is_found = any(word in window for word in _ACTIVE)
            self._rest = window[-(_LONGEST - 1) :]
