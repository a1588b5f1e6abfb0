"""What a signed-in person sees: learners, credits per unit, cases, recognised learning, indicators, who looked."""
