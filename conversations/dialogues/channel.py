"""Where I write first: the channel somebody asks for, of those that are linked."""

from __future__ import annotations

from conversations.talking.dialogue import Ask, Prefer, Scene, Script, Tell

NEEDS = ("channels",)


def talk(scene: Scene) -> Script:
    """`about["channel"]` is the channel that was named. Answers stay where they are asked, whatever is chosen here."""
    now, *others = scene.channels
    wanted = scene.about.get("channel")
    if wanted is not None and wanted not in scene.channels:
        yield Tell("not_linked", {"channel": wanted, "now": now})
        return ()
    if wanted is None and not others:
        yield Tell("only_one", {"now": now})
        return ()
    if wanted is None:
        data = {"now": now, "offered": scene.channels}
        wanted = yield Ask("which", choices=scene.channels, data=data, required=True)
    yield Tell("kept", {"channel": wanted})
    return (Prefer(wanted),)
