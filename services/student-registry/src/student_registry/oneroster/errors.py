"""Refusals of bundles."""

from __future__ import annotations

from chassis.errors import Invalid


class BundleUnreadable(Invalid):
    """The file is no ZIP file of CSV files, or one of its parts is missing or broken."""

    reason = "BUNDLE_UNREADABLE"


class BundleTooLarge(Invalid):
    """The bundle unfolds to more than one bundle may have."""

    reason = "BUNDLE_TOO_LARGE"


class BundleVersion(Invalid):
    """The manifest names another version than OneRoster 1.2, or a way of processing other than bulk."""

    reason = "BUNDLE_VERSION"
