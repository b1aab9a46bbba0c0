"""What somebody wants who types freely: whom it is about, whether it was asked already, and the talk that begins."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot import scenes
from conversations.deputies import LEADS
from conversations.talking.intents import (
    Intent,
    asks,
    how_back,
    is_back,
    is_past,
    names,
    quiets,
    understand,
    went,
    what_changes,
    which_channel,
)
from conversations.talking.periods import first_day, last_day, one_day
from conversations.talking.reply import Heard
from conversations.talking.spelling import fold
from storage import cases, people

if TYPE_CHECKING:
    from bot.desk import Desk
    from conversations.case import Case
    from conversations.talking.dialogue import Scene, Talk

MENUS = frozenset({"my_cases", "hello"})
LISTS = MENUS | {"today", "late"}
# A day in the sentence that begins these is offered as the answer.
WITH_DAYS = frozenset({"away", "new_absence", "contact", "change_dates", "returned"})
NO_ANSWERS = frozenset({"readers", "away", "hand_over", "unlink"})  # what no menu offers
ABOUT_THE_NAMED = frozenset({"hand_over"})  # about everybody, unless somebody is named
ON_CHANNELS = frozenset({"channel", "unlink"})
# What somebody who leads nobody can begin, and what is said or begun instead of what is the manager's.
OWN = frozenset({"check_in", "plan_answer", "report", "why", "case_menu"})
DATES = frozenset({"change_dates", "returned", "new_spell"})
TOUCH = frozenset({"contact", "contact_agreement", "invite"})
WHAT_AFTER = ("certificate", "what")  # what comes after the certificate
HOW_IT_WENT = ("contact", "outcome")  # the question that a sentence about a contact answers


def of(desk: Desk, text: str) -> Intent | None:
    """What the text asks for, by somebody who may name these people."""
    known = {one.id: one.name for one in scenes.within_reach(desk.tx, desk.me).values() if one.id != desk.me.id}
    wish = understand(text, known)
    if wish is not None and wish.needs_case:
        wish = _of_whom_a_case_is(desk, text, known, wish)
    if wish is not None and wish.stranger in fold(desk.me.name).split():
        wish = replace(wish, stranger="")
    wish = _own(desk, wish, text) if wish is not None else None
    if wish is not None and wish.name in ON_CHANNELS:
        named = which_channel(text)
        return replace(wish, about={"here": desk.channel or "", **({"channel": named} if named else {})})
    if wish is None or wish.name not in WITH_DAYS:
        return wish
    ahead = _is_ahead(wish, text)
    since = one_day if wish.name == "returned" or (wish.name == "contact" and ahead) else first_day
    days = {
        "since": since(text, desk.today, "future" if ahead else "past"),
        "until": last_day(text, desk.today),
    }
    said = {key: day.isoformat() for key, day in days.items() if day}
    if wish.name == "contact":
        said["went"] = went(text)
    if wish.name == "away" and is_back(text):
        said["back"] = "yes"
    if wish.name == "change_dates":
        said["what"] = what_changes(text)
        on = one_day(text, desk.today, "future")
        said |= {"on": on.isoformat()} if on else {}
    if wish.name == "returned" and (how := how_back(text)):
        said["how"] = how
    return replace(wish, about={**wish.about, **said})


def _of_whom_a_case_is(desk: Desk, text: str, known: dict[str, str], wish: Intent) -> Intent:
    """Where two people are named ("heeft Els Jan al gebeld?"), it is about the one whose case this is."""
    named = wish.about.get("employee")
    if named is None or case_of(desk, named) is not None:
        return wish
    other = understand(text, {one: name for one, name in known.items() if one != named})
    about = other.about.get("employee") if other and other.name == wish.name else None
    return other if other and about and case_of(desk, about) else wish


def _own(desk: Desk, wish: Intent, text: str) -> Intent:
    """What somebody means who leads nobody: the own case, whoever is named. What a manager does there is not theirs."""
    if desk.me.roles & LEADS:
        return wish
    if wish.name == "guarded/less" or quiets(text):
        return Intent("stop")
    named = (*wish.candidates, *filter(None, (wish.about.get("employee"),)))
    own = cases.open_of(desk.tx, desk.me.id)
    if own is None or not wish.needs_case or any(case_of(desk, one) for one in named):
        return wish
    name = wish.name if wish.name in OWN else "guarded/own_dates" if wish.name in DATES else "case_menu"
    if wish.name in TOUCH:
        name = "check_in" if own.checkins == "yes" else "guarded/own_contact"
    return replace(wish, name=name, about={"employee": desk.me.id}, candidates=(), stranger="")


def _is_ahead(wish: Intent, text: str) -> bool:
    """Where a weekday lies that is not said in full."""
    if wish.name == "contact":
        return went(text) == "later"
    return wish.name == "away" or (wish.name == "returned" and not is_past(text))


def lost(desk: Desk, text: str) -> None:
    """Nobody understood it. Where it names somebody whose case is here, that case is offered; else what I can do."""
    named = names(text, {one: person.name for one, person in scenes.within_reach(desk.tx, desk.me).items()})
    case = case_of(desk, named)
    desk.begin("case_menu" if case else "hello", case, {"lost": "yes"})


def _is_own(desk: Desk) -> bool:
    """Whether the one who types is who a case is about."""
    return not desk.me.roles & LEADS and case_of(desk, desk.me.id) is not None


def follow(desk: Desk, wish: Intent, interrupted: Talk | None) -> None:
    """Begin what the person asked for; a talk in the middle is taken up again afterwards."""
    wish = _about(wish, cases.load(desk.tx, interrupted.case) if interrupted and interrupted.case else None)
    if wish.stranger or wish.name.startswith("meaning/"):
        desk.tell("problems/unknown_name" if wish.stranger else wish.name)
        if interrupted is not None and interrupted.pending is None:
            desk.ask_again(interrupted)
        return
    if "/" in wish.name:
        desk.tell(wish.name, own=_is_own(desk))
        return
    if wish.name not in desk.house.dialogues:
        desk.tell("problems/nothing_open")
        return
    about = dict(wish.about)
    if interrupted is not None and interrupted.answers and wish.name != "unlink":  # what is let go asks no more
        about["resumes"] = interrupted.id
    employee = wish.about.get("employee")
    among = {"among": ",".join(wish.candidates)} if wish.candidates else {}
    if not wish.needs_case and not (employee and wish.name in ABOUT_THE_NAMED):
        desk.begin(wish.name, case_of(desk, employee), {**about, **among})
    else:
        _of_a_case(desk, wish, {**about, **among})


def _of_a_case(desk: Desk, wish: Intent, about: dict[str, str]) -> None:
    """Begin what is about one case: the one whose name was said, or one that is chosen first."""
    employee = wish.about.get("employee") or (_planned_today(desk) if wish.name == "reintegration_talk" else None)
    case = case_of(desk, employee)
    named = [employee] if employee else list(wish.candidates)
    if employee is None and (not named or any(case_of(desk, one) for one in named)):
        desk.begin("my_cases", about={**about, "then": wish.name})
    elif case is None and employee and wish.name == "new_spell":
        desk.begin("new_absence", about=about)  # "terug ziek" is said of whoever was ill before, too
    elif case is None:
        known = (people.get(desk.tx, one) for one in named)
        desk.tell("problems/no_case", names=[one.name for one in known if one])
    else:
        desk.go_on_or_begin(wish.name, case, about)


def _planned_today(desk: Desk) -> str | None:
    """With whom a talk is planned for today, where that is one person."""
    seen = cases.all_visible(desk.tx, desk.me, desk.today)
    today = [case.employee for case in seen if case.anchors.get("talk_planned") == desk.today]
    return today[0] if len(today) == 1 else None


def case_of(desk: Desk, employee: str | None) -> str | None:
    """The running case of that employee, where it is for this person to see."""
    if employee is None:
        return None
    running = cases.open_of(desk.tx, employee)
    seen = cases.visible(desk.tx, desk.me, running.id if running else "", desk.today)  # nothing, at the same cost
    return seen.id if seen else None


def is_menu(talk: Talk) -> bool:
    """Whether it only leads to other talks."""
    return talk.dialogue in MENUS or talk.dialogue == "case_menu"


def goes_first(desk: Desk, asked: Talk, text: str) -> bool:
    """Whether it is done whatever is asked: not where it is the answer to just that, about the same person."""
    wish = understand(text, {})
    if wish is None or not wish.anytime:
        return False
    if wish.name != asked.dialogue:
        return True
    named = of(desk, text)
    about = cases.load(desk.tx, asked.case) if asked.case else None
    return named is None or named.about.get("employee") not in (None, about.employee if about else None)


def elsewhere(desk: Desk, asked: Talk, text: str) -> bool:
    """Whether a sentence is no answer to the open question, but about somebody else whom it names.

    Looked at where such a sentence is easily taken for an answer: at a menu, and where it is asked how a call went.
    """
    if asked.dialogue not in MENUS and (asked.dialogue, asked.asked) != HOW_IT_WENT:
        return False
    wish = of(desk, text)
    if wish is not None and (wish.stranger or (asked.dialogue in MENUS and wish.name in NO_ANSWERS)):
        return True
    if (
        wish is not None
        and asked.dialogue not in MENUS
        and (wish.name == "guarded/hospital" or (wish.name == "case_menu" and asks(text)))
    ):
        return True  # "is Jan al gebeld?" is no call, and who is in hospital is not called
    if wish is None or not wish.needs_case or wish.name == "case_menu" or "employee" not in wish.about:
        return False
    about = cases.load(desk.tx, asked.case) if asked.case else None
    return about is None or about.employee != wish.about["employee"]


def is_under_way(wish: Intent, talk: Talk, scene: Scene) -> bool:
    """Whether it is the very talk in which it is said, and begun: to begin it anew would lose what was answered."""
    case = scene.case.employee if scene.case else None
    return wish.name == talk.dialogue and bool(talk.answers) and wish.about.get("employee", case) == case


def is_no_wish(wish: Intent, talk: Talk, scene: Scene, text: str) -> bool:
    """Whether it is rather a clumsy answer than another wish, in the middle of a talk.

    It names nobody where that is about no case; or asks what to say, where that is about no call.
    """
    if talk.dialogue in LISTS or not talk.answers:
        return False
    if scene.case is not None:
        return wish.name == "contact" and asks(text)
    return wish.needs_case and not (wish.candidates or wish.stranger or "employee" in wish.about)


def about_whom(wish: Intent, scene: Scene) -> Intent:
    """In the middle of a talk about somebody, a wish without a name is about that person too."""
    return _about(wish, scene.case)


def _about(wish: Intent, case: Case | None) -> Intent:
    if case is None or not wish.needs_case or wish.candidates or wish.stranger or "employee" in wish.about:
        return wish
    if wish.name == "reintegration_talk" and "talk_planned" not in case.anchors:
        return wish  # "gesprek starten" is said of the talk that was planned
    return replace(wish, about={**wish.about, "employee": case.employee})


def answer_in(wish: Intent, talk: Talk, scene: Scene) -> tuple[Talk, Heard] | None:
    """The answer that a sentence holds to the very thing that is asked; with its day, if it says so."""
    if scene.case is None:
        return None
    whom = wish.about.get("employee")
    if scene.case.employee not in ({whom} if whom else set(wish.candidates) or {scene.case.employee}):
        return None
    if (talk.dialogue, talk.asked) == HOW_IT_WENT and wish.name == "contact":
        return _how_it_went(wish, talk, scene.case)
    if (talk.dialogue, talk.asked) == WHAT_AFTER and wish.about.get("what") == "longer":
        told = {"until": wish.about["until"]} if "until" in wish.about else {}
        return replace(talk, about={**talk.about, **told}), Heard(question=talk.asked, choice="extended")
    return None


def _how_it_went(wish: Intent, talk: Talk, case: Case) -> tuple[Talk, Heard] | None:
    """Who called also spoke, where a call was asked for ("Gebeld"); a message may still wait for its answer."""
    how = wish.about.get("went")
    if not how or (how == "called" and case.contact.channel not in (None, "phone", "visit")):
        return None
    told = {"since": wish.about["since"]} if "since" in wish.about else {}
    told |= {"declined": "yes"} if how == "not_needed" else {} if how == "later" else {"went": "called"}
    heard = Heard(question=talk.asked, choice="reached" if how == "called" else how)
    return replace(talk, about={**talk.about, **told}), heard
