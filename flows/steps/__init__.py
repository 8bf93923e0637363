"""The steps of a run: each reads the results of the step before from the warehouse and skips work already done."""
