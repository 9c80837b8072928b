"""What is encrypted from now on, an older version cannot open: it is kept from trying. Nothing there changes."""

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Earlier tokens are still opened: they are encrypted anew when they are written, or with a new key."""


def downgrade() -> None:
    """What was written since stays as it is: only a newer version opens it."""
