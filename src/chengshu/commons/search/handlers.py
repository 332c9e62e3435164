"""Reactions to other rooms' events come from the sources: app.py asks `facade.handlers(registry)`."""

from chengshu.runtime.outbox import Handler

HANDLERS: list[Handler] = []
