"""The verbs of security; each checks its operation, and none commits."""
