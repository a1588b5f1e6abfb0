"""Local copies of the registry's facts, made from its events and rebuildable from them."""
