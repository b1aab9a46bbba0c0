"""Sealing and opening."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.vault import Unreadable, Vault

OLD, NEW = bytes(range(32)), bytes(range(32, 64))


@given(st.text(), st.text(st.characters(codec="utf-8")))
def test_what_was_sealed_opens(plain: str, bound_to: str) -> None:
    """Any text that can be written comes back as it was."""
    vault = Vault({"old": OLD}, "old")
    writable = plain.encode("utf-8", "ignore").decode()
    assert writable == vault.open(vault.seal(writable, bound_to), bound_to)


def test_the_text_is_not_in_the_sealed_value() -> None:
    """Neither the text nor a repetition of it shows."""
    vault = Vault({"old": OLD}, "old")
    first, second = vault.seal("geheim", "cases/c1"), vault.seal("geheim", "cases/c1")
    assert b"geheim" not in first
    assert first != second


def test_a_value_opens_only_in_its_own_row() -> None:
    """A value copied to another row is Unreadable."""
    vault = Vault({"old": OLD}, "old")
    with pytest.raises(Unreadable, match="cases/c2"):
        vault.open(vault.seal("geheim", "cases/c1"), "cases/c2")


@given(st.data())
def test_a_touched_value_does_not_open(data: st.DataObject) -> None:
    """Whatever byte is changed, the value is Unreadable and nothing else goes wrong."""
    vault = Vault({"old": OLD}, "old")
    sealed = bytearray(vault.seal("geheim", "cases/c1"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Unreadable):
        vault.open(bytes(sealed), "cases/c1")


@given(st.binary(max_size=40))
def test_anything_else_does_not_open(value: bytes) -> None:
    """Bytes that no vault made are Unreadable."""
    with pytest.raises(Unreadable):
        Vault({"old": OLD}, "old").open(value, "cases/c1")


def test_a_key_is_rotated_by_adding_one() -> None:
    """Old values open with the old key while new ones are sealed with the new."""
    before, after = Vault({"old": OLD}, "old"), Vault({"old": OLD, "new": NEW}, "new")
    assert "geheim" == after.open(before.seal("geheim", "x"), "x")
    with pytest.raises(Unreadable, match="'new' is not known"):
        before.open(after.seal("geheim", "x"), "x")


@pytest.mark.parametrize(
    ("keys", "current"), [({"old": OLD}, "new"), ({"": OLD}, ""), ({"old": b"short"}, "old"), ({"é": OLD}, "é")]
)
def test_keys_that_cannot_work_are_refused(keys: dict[str, bytes], current: str) -> None:
    """A wrong key is found at start, not at the first message."""
    with pytest.raises(ValueError):  # noqa: PT011 - four reasons, one kind
        Vault(keys, current)
