"""A chat from which nothing was heard for long: it is asked whether it is still of whoever linked it."""

from __future__ import annotations

from datetime import date

from conversations.talking.dialogue import Ask, Confirm, Scene, Script, Tell, Unlink

NEEDS = ("channels",)


def talk(scene: Scene) -> Script:
    """`about["channel"]` is the channel, and `about["until"]` the day on which it is let go without an answer."""
    channel = scene.about["channel"]
    if channel not in scene.channels:
        yield Tell("gone_already", {"channel": channel})
        return ()
    data = {"channel": channel, "until": date.fromisoformat(scene.about["until"])}
    mine = yield Ask("mine", choices=("yes", "no"), data=data, required=True)
    if mine == "no":
        rest = next((one for one in scene.channels if one != channel), None)
        yield Tell("gone", {"channel": channel, "rest": rest})
        return (Unlink(channel),)
    yield Tell("stays", {"channel": channel})
    return (Confirm(channel),)
