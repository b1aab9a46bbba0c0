"""An account is let go: this chat, or another one that is named."""

from __future__ import annotations

from conversations.talking.dialogue import Ask, Scene, Script, Tell, Unlink

NEEDS = ("channels",)
WEB = "web"  # by signing in, so there is nothing to let go


def talk(scene: Scene) -> Script:
    """`about["here"]` is the channel it was typed on, `about["channel"]` the one that was named."""
    chats = tuple(one for one in scene.channels if one != WEB)
    named, here = scene.about.get("channel"), scene.about.get("here")
    if not chats:
        yield Tell("nothing")
        return ()
    if named is not None and named not in chats:
        yield Tell("not_linked", {"channel": named})
        return ()
    wanted = named or (here if here in chats else None)
    if wanted is None and len(chats) > 1:
        wanted = yield Ask("which", choices=chats, data={"offered": chats}, required=True)
    wanted = wanted or chats[0]
    sure = yield Ask("sure", choices=("yes", "no"), data={"channel": wanted}, required=True)
    if sure == "no":
        yield Tell("stays", {"channel": wanted})
        return ()
    rest = next((one for one in scene.channels if one != wanted), None)
    yield Tell("gone", {"channel": wanted, "rest": rest})
    return (Unlink(wanted),)
