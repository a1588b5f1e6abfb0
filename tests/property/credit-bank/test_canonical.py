"""The fast canonical form is that of RFC 8785 for all that is hashed here (CB-I22)."""

from typing import Any

import rfc8785
from credit_bank.canonical import canonical_bytes, digest, digest_plain
from hypothesis import example, given
from hypothesis import strategies as st

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(TEXT, VALUES, max_size=6))
@example({"\U0001f600": 1, "\uffff": 2, "\ue000": 3})  # UTF-16 orders these otherwise than code points do
@example({"ก": '\b\t\n\f\r"\\/\x00\x1f\x7f\u2028\u2029', "a": [True, False, None, 0, -1, 2**53 - 1]})
def test_fast_form_is_the_canonical_one(document: dict[str, Any]) -> None:
    assert canonical_bytes(document) == rfc8785.dumps(document)
    assert digest_plain(document) == digest(document)
