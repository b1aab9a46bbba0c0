"""What is counted for operators. Numbers only: no person, no case, no organisation in any label."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge

REGISTRY = CollectorRegistry()
TURNS = Counter("terugkeer_turns", "What people did that was handled.", ["channel"], registry=REGISTRY)
CALLS = Counter(
    "terugkeer_calls", "Messages given to a channel, and what became of them.", ["channel", "kind", "outcome"],
    registry=REGISTRY,
)  # fmt: skip
QUEUE = Gauge("terugkeer_queue_length", "Messages that wait to be sent.", registry=REGISTRY)
OLDEST = Gauge("terugkeer_queue_oldest_seconds", "How long the oldest of them could have gone out.", registry=REGISTRY)
UNSURE = Gauge("terugkeer_unsure", "Messages of which nobody knows whether they arrived.", registry=REGISTRY)
OWN_WORDS_FAILED = Counter(
    "terugkeer_own_words_failed", "Nudges that went out in our words because HR's own could not be used.",
    registry=REGISTRY,
)  # fmt: skip
PAGES = Gauge("terugkeer_open_pages", "Pages that wait for news.", registry=REGISTRY)
READY = Gauge("terugkeer_channel_ready", "1 while the platform takes our messages.", ["channel"], registry=REGISTRY)
IGNORED = Counter(
    "terugkeer_ignored", "What a platform told that nothing was done with, and why.", ["channel", "reason"],
    registry=REGISTRY,
)  # fmt: skip
