"""How we talk: the replayed script, what people type, and what we never keep."""
