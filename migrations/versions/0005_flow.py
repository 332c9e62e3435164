"""Tables of flow."""

from alembic import op

revision = "0005"
down_revision = "0004"

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
