"""What people ask about their own data: to see, copy, correct or restrict them; with a clock (guidance j)."""
