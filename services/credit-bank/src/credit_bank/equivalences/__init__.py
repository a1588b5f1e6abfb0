"""The equivalence catalogue: what may be accepted for what, who approved it, and whether something will transfer."""
