"""What Alembic runs: the steps, in the connection and the transaction that it is given."""

from alembic import context

from storage.engine.tables import Kept

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Kept.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
