"""The register of workplaces, learning places and local experts, and who works with them."""
