"""The container of what lives as long as the process: built once by app.py, reached as `work.city`."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chengshu.runtime.blobs import Blobs
    from chengshu.runtime.database import Database
    from chengshu.runtime.settings import Settings


class City:
    """Settings, database, blobs, and under their own names the long-lived objects that rooms contribute.

    A room stores with `city.put("regions", index)` and documents the name in its facade; `city.regions` gives it back.
    """

    settings: "Settings"
    db: "Database"
    blobs: "Blobs"

    def __init__(self, settings: "Settings", db: "Database", blobs: "Blobs") -> None:
        self.settings = settings
        self.db = db
        self.blobs = blobs
        self._parts: dict[str, Any] = {}
        db.city = self

    def put(self, name: str, part: Any) -> Any:
        """Contribute a long-lived object under a name; the newest wins, so a refreshed index is put again."""
        self._parts[name] = part
        return part

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_parts"][name]
        except KeyError:
            raise AttributeError(f"no room has put '{name}' into the city") from None

    def has(self, name: str) -> bool:
        return name in self._parts
