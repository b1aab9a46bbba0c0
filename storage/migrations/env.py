"""How Alembic runs a migration here: on the connection it is given, in the transaction of that connection."""

from typing import Any, Literal

from alembic import context

from storage.columns import UtcDateTime
from storage.tables import metadata


def written(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """A migration stays as it was when the code moves on, so it names no type of ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=context.config.attributes.get("batch", True),
    render_item=written,
)
context.run_migrations()
