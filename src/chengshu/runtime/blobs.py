"""Files by the SHA-256 of their content, on disk, written whole or not at all."""

import asyncio
import hashlib
import os
import re
import tempfile
from pathlib import Path

HASH = re.compile(r"[0-9a-f]{64}")


class Blobs:
    """A content-addressed store below one folder; what `put` acknowledged is on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, hash: str) -> Path:
        """Where the bytes of a hash lie; raises ValueError for anything that is no hash."""
        if not HASH.fullmatch(hash):
            raise ValueError(f"not a SHA-256 in hex: {hash[:80]!r}")
        return self.folder / hash[:2] / hash[2:4] / hash

    async def put(self, content: bytes) -> str:
        """Store the bytes durably and return their hash; storing the same bytes again costs nothing."""
        return await asyncio.to_thread(self.put_now, content)

    def put_now(self, content: bytes) -> str:
        hash_ = hashlib.sha256(content).hexdigest()
        target = self.path(hash_)
        if target.exists():
            return hash_
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return hash_

    async def read(self, hash: str) -> bytes:
        """The bytes; raises FileNotFoundError."""
        return await asyncio.to_thread(self.path(hash).read_bytes)
