"""城枢: one operating platform on which a county-level city runs; see docs/explanation/architecture.md."""
