"""A talk begins, is taken up where it was left, or goes one turn further."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from conversations.talking.dialogue import Scene, Talk, Talker, Tell
from conversations.talking.hearing import Hearing
from conversations.talking.replay import replay
from conversations.talking.reply import Reply, following

if TYPE_CHECKING:
    from conversations.talking.reply import Heard, Words

WITHOUT_NUDGE = frozenset({"why", "notice", "take_over"})  # about a milestone that was said before, or to another


def open_talk(talk: Talk, talker: Talker, scene: Scene) -> Reply:
    """The first lines: the nudge of the milestone that opened it, then the script up to its first question."""
    reply = following(talk, replay(talker, scene, talk.answers))
    if scene.milestone is None or talk.dialogue in WITHOUT_NUDGE:
        return reply
    return Reply(reply.talk, (nudge(scene), *reply.lines), reply.effects)


def nudge(scene: Scene) -> Tell:
    """The words of the milestone that opened the talk, with what they may use."""
    about = scene.about
    data = {
        "employee": scene.employee,
        "manager": scene.name(scene.the_case.manager),
        "due": date.fromisoformat(about["due"]) if "due" in about else scene.today,
        "nth": int(about.get("nth", "0")) + 1,
        "agreement": about.get("agreement", ""),
        "hour": _hour(scene),
    }
    rule = scene.policy.milestone(about["milestone"]) if scene.policy else None
    if rule is not None and rule.ask == "contact" and scene.the_case.is_quiet:
        return Tell("nudges/unanswered", data)  # the ordinary words would be a third push (domain.md f.3, 2)
    return Tell(f"nudges/{about['milestone']}", data)


def _hour(scene: Scene) -> str | None:
    """The hour of the talk that is planned for this day, where somebody said one."""
    plan, planned = scene.the_case.plan, scene.the_case.anchors.get("talk_planned")
    return plan.planned_hour if plan is not None and plan.planned_at == planned == scene.today else None


def take_up(talk: Talk, talker: Talker, scene: Scene) -> Reply:
    """Where a talk was left: the open question again, or its end when the case overtook it."""
    turn = replay(talker, scene, talk.answers)
    reply = following(replace(talk, state="open", pending=None), turn)
    return replace(reply, lines=(turn.asked,)) if turn.asked else reply


def answer(talk: Talk, talker: Talker, scene: Scene, heard: Heard, words: Words, today: date) -> Reply:
    """What follows on what was heard. `today` is the day it is said; the script keeps the day the talk began."""
    turn = replay(talker, scene, talk.answers)
    if turn.asked is None:
        return replace(following(talk, turn), lost=bool(heard.text))
    hearing = Hearing(talk, talker, scene, turn, turn.asked, words, today)
    if heard.choice is not None or heard.values is not None:
        return hearing.pressed(heard)
    return hearing.typed(heard.text)
