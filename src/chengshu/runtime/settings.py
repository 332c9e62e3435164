"""Settings of one installation, from the environment (`CHENGSHU_<SECTION>_<NAME>`) and the command line."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

HOUSE = Path(__file__).resolve().parents[3]
"""The project's own folder: packs, site, migrations and the built UI live there."""


class Settings(BaseSettings):
    """All settings with their defaults; unknown CHENGSHU_ variables are left to the tools that own them."""

    model_config = SettingsConfigDict(env_prefix="CHENGSHU_", extra="ignore")

    data_dir: Path = Field(default=HOUSE / ".chengshu", description="Where everything this city keeps lies")
    site_dir: Path = Field(default=HOUSE / "site" / "yixing", description="The county's own choices")
    packs_dirs: list[Path] = Field(default=[HOUSE / "packs"], description="Folders that hold packs")
    ui_dir: Path = Field(default=HOUSE / "ui" / "dist", description="The built UI")

    database_url: str | None = Field(default=None, description="External PostgreSQL >= 15 of the owner role")
    database_web_url: str | None = Field(
        default=None, description="The same with a login that may become only chengshu_web"
    )
    database_pool: int = Field(default=8, description="Connections per web process")

    web_host: str = "127.0.0.1"
    web_port: int = 8600
    web_processes: int = Field(default=1, description="Web processes")
    web_origin: str | None = Field(default=None, description="Address people type, when a proxy stands before us")
    web_secure_cookies: bool = Field(default=False, description="Set behind TLS")
    web_trusted_proxies: str = Field(default="127.0.0.1", description="Whose X-Forwarded-For is believed")
    web_body_limit: int = Field(default=25 * 1024 * 1024, description="Bytes of one request body")

    demo: bool = Field(default=False, description="Demo people with a known password, and the hint on the sign-in page")
    demo_password: SecretStr = SecretStr("Chengshu-2026")

    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_claim: str = Field(default="preferred_username", description="The claim that names our login")

    sms_gateway: str | None = Field(default=None, description="HTTP address that takes short messages")
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def blobs_dir(self) -> Path:
        return self.data_dir / "blobs"

    @property
    def keys_dir(self) -> Path:
        return self.data_dir / "keys"
