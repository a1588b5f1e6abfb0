"""The end of a school year: promotion, graduation, where leavers are expected, and who did not arrive."""
