"""The register of schools, colleges, offices and agencies, and to whom each reports over time."""
