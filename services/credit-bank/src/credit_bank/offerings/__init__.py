"""What goes before an offering, and when it is taught: surveys, weekly times, clashes (R-21, R-22, R-25)."""
