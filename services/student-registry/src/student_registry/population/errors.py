"""Refusals of population counts."""

from __future__ import annotations

from chassis.errors import Invalid, Refused


class DimensionsInvalid(Invalid):
    """At most two different characteristics; groups stand alone, as one learner may be in several."""

    reason = "DIMENSIONS_INVALID"


class TooManyCells(Refused):
    """The table would have too many cells; count a smaller part, or by fewer characteristics."""

    reason = "TOO_MANY_CELLS"
