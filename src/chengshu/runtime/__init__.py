"""Plumbing that talks to the machine and knows no domain.

Settings, the database and its unit of work, outbox, jobs, blobs, the web edge and live push.
"""
