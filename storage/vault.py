"""Sealing text: AES-GCM with the key's id in front, bound to the row it belongs to.

A sealed value that was copied to another row, or touched, does not open. Several keys may be known at once: the
current one seals, all of them open, so a key is rotated by adding one.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 1
NONCE = 12  # bytes, drawn anew for every value (NIST SP 800-38D, 8.2.2)


class Unreadable(Exception):  # noqa: N818 - named by what it is, like the other problems of the house
    """A sealed value does not open: its key is not known, or it was changed or moved. Tell the operator."""


class Vault:
    """Seals and opens. `keys` are by id (1-255 ASCII characters), 16, 24 or 32 bytes each; `current` seals."""

    def __init__(self, keys: Mapping[str, bytes], current: str) -> None:
        if current not in keys:
            raise ValueError(f"The current key {current!r} is not among the known keys.")
        self._keys = {self._header(name): AESGCM(key) for name, key in keys.items()}
        self._current = self._header(current)

    @staticmethod
    def _header(name: str) -> bytes:
        encoded = name.encode("ascii")
        if not 1 <= len(encoded) <= 255:
            raise ValueError("The id of a key is 1 to 255 ASCII characters.")
        return bytes((FORMAT, len(encoded))) + encoded

    def seal(self, plain: str, bound_to: str) -> bytes:
        """The text, readable only with the key and only for that row ("cases/c1")."""
        header, nonce = self._current, os.urandom(NONCE)
        return header + nonce + self._keys[header].encrypt(nonce, plain.encode(), header + bound_to.encode())

    def open(self, sealed: bytes, bound_to: str) -> str:
        """The text again; raises Unreadable."""
        if len(sealed) < 2 or sealed[0] != FORMAT:
            raise Unreadable("This value was not sealed by a vault.")
        end = 2 + sealed[1]
        header = sealed[:end]
        key = self._keys.get(header)
        if key is None:
            raise Unreadable(f"The key {header[2:].decode('ascii', 'replace')!r} is not known here.")
        try:
            nonce, secret = sealed[end : end + NONCE], sealed[end + NONCE :]
            return key.decrypt(nonce, secret, header + bound_to.encode()).decode()
        except (InvalidTag, ValueError) as problem:
            raise Unreadable(f"The sealed value of {bound_to} was changed or moved.") from problem
