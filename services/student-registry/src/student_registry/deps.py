"""What the use cases of this service need beside their command."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.auth import subject_hash
from chassis.pg import Pool

from student_registry.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Deps:
    """Resources of the use cases; made once by `app.compose`.

    Attributes:
        bootstrap_subject_hash: Hash of the subject who is registry_admin without an assignment; None: nobody is.
        import_rows_max: Most rows of one learner file.
        import_inline_bytes_max: A file up to this size is answered at once, a larger one is worked on afterwards.
    """

    pool: Pool
    keyring: Keyring
    subject_hash_key: bytes
    bootstrap_subject_hash: str | None
    import_rows_max: int
    import_inline_bytes_max: int = 2 * 1024 * 1024

    def hash_subject(self, subject: str) -> str:
        """The keyed hash under which a sign-in subject is kept."""
        return subject_hash(subject, self.subject_hash_key)
