"""Logs as one line a record on standard error; never a body, a token or a phone number."""

import logging
import sys


def set_up(level: str = "info", name: str = "") -> None:
    """Send all logs to standard error; `name` tells the process."""
    handler = logging.StreamHandler(sys.stderr)
    prefix = f"{name} " if name else ""
    handler.setFormatter(logging.Formatter(f"%(asctime)s {prefix}%(levelname).1s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for noisy in ("httpx", "httpcore", "psycopg.pool", "uvicorn.access", "PIL"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
