"""Tables of the ledger: what was done, sealed into a chain."""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"

FOLDER = Path(__file__).parents[1] / "sql" / "0003_ledger"


def upgrade() -> None:
    """Create the tables, functions, rights and policies, in the order of the files' names."""
    for file in sorted(FOLDER.glob("[0-9]_*.sql")):
        op.execute(file.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Drop what upgrade made."""
    op.execute((FOLDER / "down.sql").read_text(encoding="utf-8"))
