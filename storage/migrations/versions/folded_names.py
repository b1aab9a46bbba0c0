"""Names as they are looked for in what people type: in any order, without capitals and accents."""

from __future__ import annotations

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _key(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name)
    plain = "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()
    return " ".join(sorted(re.sub(r"[\W_]+", " ", plain).split()))


def upgrade() -> None:
    """A column more, filled in, and an index over it."""
    op.add_column("people", sa.Column("name_key", sa.Text(), nullable=False, server_default=""))
    people = sa.table("people", sa.column("id"), sa.column("name"), sa.column("name_key"))
    connection = op.get_bind()
    known = [{"who": who, "key": _key(name)} for who, name in connection.execute(sa.select(people.c.id, people.c.name))]
    if known:
        change = sa.update(people).where(people.c.id == sa.bindparam("who")).values(name_key=sa.bindparam("key"))
        connection.execute(change, known)
    op.create_index("people_name_key", "people", ["organisation", "name_key"], unique=False)
