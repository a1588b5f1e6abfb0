"""Tests of the whole repository, by layer: unit, property, integration, contract, e2e, deploy."""
