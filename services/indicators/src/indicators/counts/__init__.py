"""The indicators: what is counted over whom, and the figures."""
