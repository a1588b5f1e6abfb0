"""Who stands for whom after merges, as this service knows it.

The ledger is never rewritten for a merge. A read resolves the learner it was asked for and takes the rows of the whole
family; what both records hold of one result is counted once by the readers (`ledger.merged`).

Other packages come in through this door; the statements are in `store_merges`.
"""

from __future__ import annotations

from credit_bank.people.domain import Family, KnownMerge
from credit_bank.people.store_merges import families, keep

__all__ = ["Family", "KnownMerge", "families", "keep"]
