"""The verbs of cases: check the operation, load, run logic, save, publish."""
