"""OneRoster 1.2 CSV bundles out and in: who is in which homeroom of one institution."""
