"""Other dates, certificates, a new spell; care, closing and silence."""

from __future__ import annotations

from datetime import date, timedelta

from conversations.changes import AbsentAgain, CareSet, Closed, Corrected, Done, Moved, Silenced
from conversations.talking.dialogue import Begin
from conversations.talking.replay import replay
from tests.conversations.scenes import (
    ELS,
    TODAY,
    a_case,
    a_scene,
    by_milestone,
    ends,
    returned_case,
    talker,
)

LATER = date(2027, 2, 1)
EXPIRING = a_case(anchors={"certificate_end": TODAY + timedelta(days=2)})
EXPIRED = a_case(anchors={"certificate_end": date(2026, 11, 20)})


def test_a_longer_certificate_takes_away_a_return_before_its_end() -> None:
    """Two dates that cannot both be true: the older one goes, and that is said."""
    case = a_case(anchors={"expected_return": date(2026, 12, 7)})
    effects = ends("change_dates", a_scene(case), what="longer", until="2026-12-18", keep="yes")
    assert (Moved("certificate_end", date(2026, 12, 18)), Moved("expected_return", None)) == effects


def test_a_longer_certificate_leaves_a_return_that_was_made() -> None:
    """Who works partially stays absent in part; only a return that is still to come can be overtaken."""
    case = a_case(anchors={"partial_return": date(2026, 11, 16), "actual_return": date(2026, 12, 14)})
    effects = ends("change_dates", a_scene(case), what="longer", until="2026-12-18", keep="yes")
    assert (Moved("certificate_end", date(2026, 12, 18)), Moved("actual_return", None)) == effects


def test_a_certificate_that_was_moved_elsewhere_is_not_asked_about() -> None:
    """The question of before does not stand; a day that was typed already is offered."""
    moved = a_case(anchors={"certificate_end": date(2026, 12, 18)})
    scene = by_milestone("certificate_ends", moved, due=str(TODAY))
    assert (Done("certificate_ends"),) == ends("certificate", scene)
    turn = replay(talker("certificate"), a_scene(EXPIRING, about={"until": "2026-11-30"}), {"what": "extended"})
    assert turn.asked is not None
    assert (date(2026, 11, 30),) == turn.asked.suggest


def test_an_earlier_return_shortens_the_certificate() -> None:
    """Back before the end of the certificate: its end is the day before."""
    scene = a_scene(a_case(anchors={"certificate_end": date(2026, 12, 18)}))
    effects = ends("change_dates", scene, what="earlier", back_on="2026-12-07", keep="yes")
    assert (Moved("expected_return", date(2026, 12, 7)), Moved("certificate_end", date(2026, 12, 6))) == effects


def test_who_is_back_already_goes_on_with_the_return() -> None:
    """A day that has come is a return, not an expectation."""
    effects = ends("change_dates", a_scene(a_case()), what="earlier", back_on="2026-11-24")
    assert (Begin("returned", about={"on": "2026-11-24"}),) == effects


def test_an_expected_return_may_become_unknown() -> None:
    """Skipping takes the old day away."""
    effects = ends("change_dates", a_scene(a_case()), what="expected", expected=None, keep="yes")
    assert (Moved("expected_return", None),) == effects


def test_a_wrong_first_day_is_corrected() -> None:
    """All terms count anew, and HR hears of it (f.3, 31)."""
    effects = ends("change_dates", a_scene(a_case()), what="first_day", start="2026-10-30", keep="yes")
    about = {"notice": "first_day_corrected", "by": "sofie", "since": "2026-10-30"}
    assert (Corrected(date(2026, 10, 30)), Begin("notice", "hr", about=about)) == effects
    assert () == ends("change_dates", a_scene(a_case()), what="first_day", start="2026-10-30", keep="no")


def test_an_absence_that_was_none_is_withdrawn() -> None:
    """A mistake closes the case after a yes."""
    effects = ends("change_dates", a_scene(a_case(), me=ELS), what="withdrawn", keep="yes")
    assert (Closed("withdrawn", TODAY),) == effects


def test_absent_again_is_a_date() -> None:
    """Never whether it is the same illness; HR hears the date (f.3, 6)."""
    effects = ends("new_spell", a_scene(returned_case(), today=LATER), since="2027-02-01", until="2027-02-12",
                   keep="yes")  # fmt: skip
    notice = Begin("notice", "hr", about={"notice": "absent_again", "by": "sofie", "since": "2027-02-01"})
    assert (AbsentAgain(LATER), Moved("certificate_end", date(2027, 2, 12)), notice) == effects


def test_absent_again_while_absent_is_a_change_of_dates() -> None:
    """Who never came back cannot be absent again."""
    assert (Begin("change_dates"),) == ends("new_spell", a_scene(a_case()))


def test_a_certificate_is_extended() -> None:
    """The new end is kept, and the question is done."""
    scene = by_milestone("certificate_ends", EXPIRING)
    effects = ends("certificate", scene, what="extended", until="2026-12-18")
    assert (Moved("certificate_end", date(2026, 12, 18)), Done("certificate_ends")) == effects


def test_a_certificate_without_news_goes_to_hr_on_the_day() -> None:
    """Before the day the manager asks kindly; from then HR looks on (f.3, 25)."""
    before, after = by_milestone("certificate_ends", EXPIRING), by_milestone("certificate_ended", EXPIRED)
    assert () == ends("certificate", before, what="unknown")
    notice = Begin("notice", "hr", about={"notice": "certificate", "by": "sofie"})
    assert (Done("certificate_ended"), notice) == ends("certificate", after, what="unknown")
    assert () == ends("certificate", by_milestone("certificate_ended", EXPIRED, me=ELS), what="unknown")


def test_after_a_certificate_somebody_comes_back() -> None:
    """A day to come is expected; a day that has come is the return."""
    scene = by_milestone("certificate_ended", EXPIRED)
    later = ends("certificate", scene, what="back", back_on="2026-11-30")
    assert (Moved("expected_return", date(2026, 11, 30)), Done("certificate_ended")) == later
    now = ends("certificate", scene, what="back", back_on="2026-11-23")
    assert (Done("certificate_ended"), Begin("returned", about={"on": "2026-11-23"})) == now


# --- Care, closing, silence ---


def test_care_is_turned_on_and_off_without_a_reason() -> None:
    """Zorgmodus is a choice of the manager (f.3, 8)."""
    assert (CareSet(on=True),) == ends("care", a_scene(a_case()), start_care="yes")
    assert () == ends("care", a_scene(a_case()), start_care="no")
    assert (CareSet(on=False),) == ends("care", a_scene(a_case(care=True)), stop_care="yes")


def test_a_manager_closes_a_full_return() -> None:
    """After a return that is known; without one, the return comes first."""
    effects = ends("close", a_scene(returned_case(), today=LATER), outcome="returned", sure="yes")
    assert (Closed("returned", LATER),) == effects
    assert (Begin("returned"),) == ends("close", a_scene(a_case()), outcome="returned")


def test_who_left_is_closed_by_hr() -> None:
    """A manager passes it on; HR closes (f.3, 10)."""
    notice = Begin("notice", "hr", about={"notice": "has_left", "by": "sofie"})
    assert (notice,) == ends("close", a_scene(a_case()), outcome="left")
    assert (Closed("left", TODAY),) == ends("close", a_scene(a_case(), me=ELS), outcome="left", sure="yes")


def test_silence_takes_one_question() -> None:
    """Everything stops at the first yes, tips or not; HR hears of it when a manager did it (f.3, 9)."""
    notice = Begin("notice", "hr", about={"notice": "silenced", "by": "sofie", "employee": "jan"})
    assert (Silenced(), notice) == ends("silence", a_scene(a_case()), sure="yes_tips")
    assert (Silenced(),) == ends("silence", a_scene(a_case(), me=ELS), sure="yes")
    assert () == ends("silence", a_scene(a_case()), sure="no")
