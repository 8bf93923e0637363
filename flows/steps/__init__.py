"""The steps of a run: each takes what the one before left in the warehouse and does what is not done yet."""
