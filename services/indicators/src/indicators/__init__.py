"""Read model of the indicators: counts facts that other services announced, and owns none of them."""
