"""How every property is tried: a machine that is busy is no reason to fail. In CI the examples are always the same."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("unhurried", settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("unhurried")
