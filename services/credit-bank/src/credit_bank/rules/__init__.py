"""Policy rules as data: what was announced for which form and level of education, and what is only assumed."""
