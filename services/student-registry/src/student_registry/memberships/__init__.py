"""Which institutions take part in which programmes: the denominators of the reports."""
