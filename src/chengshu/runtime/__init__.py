"""Plumbing that talks to the machine: settings, database and its unit of work, outbox, jobs, blobs, web edge, live push. Knows no domain."""
