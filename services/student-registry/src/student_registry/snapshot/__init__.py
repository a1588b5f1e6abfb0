"""The registry's facts as its events state them, for services that build a copy."""
