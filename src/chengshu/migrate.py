"""Brings a database to the newest schema, and tells cheaply whether it is there already."""

import psycopg
from psycopg import sql

from chengshu.runtime.settings import HOUSE

MIGRATIONS = HOUSE / "migrations"


def newest() -> str:
    """The newest revision, by the order of the file names: one line of history."""
    return sorted(f.name for f in (MIGRATIONS / "versions").glob("[0-9]*.py"))[-1].split("_")[0]


def current(url: str) -> str | None:
    """The revision the database is at, None for an empty one."""
    with psycopg.connect(url) as conn:
        try:
            row = conn.execute("select version_num from runtime.schema_version").fetchone()
        except psycopg.errors.UndefinedTable:
            return None
        return row[0] if row else None


def upgrade(url: str) -> bool:
    """Run the missing migrations; returns whether there were any."""
    if current(url) == newest():
        return False
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    engine = create_engine("postgresql+psycopg://", poolclass=NullPool, creator=lambda: psycopg.connect(url))
    with engine.connect() as connection:
        connection.exec_driver_sql("create schema if not exists runtime")
        connection.commit()
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        # Migrations wait for a lock five seconds, then give way to the running city.
        connection.exec_driver_sql("set lock_timeout = '5s'")
        command.upgrade(config, "head")
        connection.commit()
    return True


def ensure_database(url: str, name: str) -> None:
    """Create the database on the cluster when it is missing; `url` is of any database there."""
    with psycopg.connect(url, autocommit=True) as conn:
        if not conn.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            conn.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
