"""Alembic's entry: runs the one line of migrations on the connection that the caller gives."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    version_table="schema_version",
    version_table_schema="runtime",
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
