"""What waits on the desk of an area office: always of its own subtree of the administration (credit-bank.md b, e.7)."""
