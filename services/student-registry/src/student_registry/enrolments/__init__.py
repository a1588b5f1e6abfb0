"""Who is enrolled where, in which role beside his other enrolments, from when to when."""
