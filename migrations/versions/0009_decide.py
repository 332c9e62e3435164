"""Tables of decide."""

from alembic import op

revision = "0009"
down_revision = "0008"

UP = """
"""

DOWN = """
"""


def upgrade() -> None:
    """Create the tables, indexes, rights and policies."""
    if UP.strip():
        op.execute(UP)


def downgrade() -> None:
    """Drop what upgrade made."""
    if DOWN.strip():
        op.execute(DOWN)
