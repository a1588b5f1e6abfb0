"""The Thai web console: signs people in and shows what the other services answer. It owns no data."""
