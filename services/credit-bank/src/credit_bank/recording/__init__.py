"""Results: recorded by one person, verified by another, returned with a reason; and files of them."""
