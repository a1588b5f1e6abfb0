"""What is known of a learner beside who he is: restricted facts, contact data, family, schooling, photograph."""
