"""A policy as HR edits it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conversations.timing import cadence, merging
from conversations.timing.cadence import FIELDS, Cadence
from conversations.timing.policy import Policy, PolicyError, parse
from conversations.timing.steps import step_of, steps_of
from tests.conversations.cadences import PACKS

COMPANY = PACKS["company_c"]


def ours() -> Cadence:
    """The pack for companies, nothing changed."""
    return cadence.begin("ours", COMPANY)


def milestones(policy: Policy) -> dict[str, object]:
    """The milestones by their id."""
    return {one.id: one for one in policy.milestones}


@pytest.mark.parametrize("name", sorted(PACKS))
def test_written_in_full_a_policy_means_the_same_without_its_pack(name: str) -> None:
    """What is published extends nothing, and every milestone, clock and setting is as it was."""
    policy = PACKS[name]
    again = parse(cadence.in_full(policy), "full.yaml", PACKS.__getitem__)
    assert again.extends is None
    for one in ("name", "version", "milestones", "valid_from", "valid_until", "scope", "send_at", "late", "clocks"):
        assert getattr(policy, one) == getattr(again, one), one


@pytest.mark.parametrize("name", sorted(PACKS))
def test_a_cadence_that_changes_nothing_is_its_pack(name: str) -> None:
    """A start from a pack has the pack's milestones, each of them inherited or off by the pack itself."""
    fresh = cadence.begin("ours", PACKS[name])
    assert PACKS[name].milestones == fresh.policy.milestones
    assert {"inherited", "off"} >= {step.state for step in steps_of(fresh)}


def test_what_is_changed_is_visible() -> None:
    """A changed step says which fields differ, in the words a form shows, with the pack's beside it."""
    edited = cadence.change(ours(), "after_2_weeks", {"at": "back_at_work + 3w", "remind": "2wd, 4wd", "to": "coach"})
    step = step_of(edited, "after_2_weeks")
    assert ("changed", {"to", "at", "remind"}) == (step.state, set(step.changed))
    assert ("back_at_work + 3w", "2wd, 4wd") == (step.words["at"], step.words["remind"])
    assert ("back_at_work + 2w", "2wd, 5wd") == (step.inherited_words["at"], step.inherited_words["remind"])


def test_a_change_back_to_what_the_pack_says_is_none() -> None:
    """Typing the pack's own value again leaves nothing changed, and so does going back to the pack."""
    edited = cadence.change(ours(), "after_2_weeks", {"at": "back_at_work + 3w", "escalate": ""})
    assert ours() == cadence.change(edited, "after_2_weeks", {"at": "back_at_work + 2w", "escalate": "8wd"})
    assert ours() == cadence.change(edited, "after_2_weeks", {"at": None, "escalate": None})
    assert ours() == cadence.restored(edited, "after_2_weeks")


def test_empty_takes_away_what_the_pack_says() -> None:
    """An emptied field is gone from the policy, and stays gone in the file."""
    edited = cadence.change(ours(), "after_2_weeks", {"remind": "", "escalate": ""})
    found = cadence.read(cadence.written(edited), "ours.yaml", lambda _: COMPANY).policy.milestone("after_2_weeks")
    assert found is not None
    assert ((), None) == (found.remind, found.escalate)


def test_off_removed_and_restored() -> None:
    """What is switched off stays in the list; what is removed too, so that it can come back."""
    off = cadence.switched(ours(), "welcome_ready", on=False)
    assert "off" == step_of(off, "welcome_ready").state
    gone = cadence.removed(off, "welcome_ready")
    assert ("removed", None) == (step_of(gone, "welcome_ready").state, gone.policy.milestone("welcome_ready"))
    assert ours() == cadence.restored(gone, "welcome_ready")


def test_a_milestone_of_ones_own() -> None:
    """It is added with as little as to whom and when, is own policy (groene grens), and can be removed."""
    edited = cadence.added(ours(), "buddy_coffee", {"to": "manager", "at": "back_at_work + 3d"})
    step = step_of(edited, "buddy_coffee")
    assert ("added", "green", "after_return", "own") == (step.state, step.limit, step.phase, step.milestone.source)
    assert ours() == cadence.removed(edited, "buddy_coffee")


@pytest.mark.parametrize(
    ("milestone", "phase", "limit"),
    [
        ("first_call", "report", "green"),
        ("contact_agreement", "report", "green"),
        ("weekly_contact", "absence", "green"),
        ("estimate_8_weeks", "absence", "red"),
        ("formal_track_6_months", "absence", "red"),
        ("pre_return_talk", "before_return", "green"),
        ("partial_return_request", "before_return", "red"),
        ("first_day", "after_return", "green"),
        ("return_exam", "after_return", "red"),
        ("evaluation", "after_return", "green"),
    ],
)
def test_phase_and_limit(milestone: str, phase: str, limit: str) -> None:
    """The table is grouped by where in the course a step stands, and says whether it is law."""
    step = step_of(ours(), milestone)
    assert (phase, limit) == (step.phase, step.limit)


@pytest.mark.parametrize(
    ("milestone", "fields", "field", "code"),
    [
        ("after_2_weeks", {"at": "1 week later"}, "at", "moment"),
        ("after_2_weeks", {"at": "back_to_work + 2w"}, "at", "unknown"),
        ("after_2_weeks", {"at": ""}, "at", "no_moment"),
        ("after_2_weeks", {"remind": "5wd, 2wd"}, "remind", "remind_order"),
        ("after_2_weeks", {"remind": "2 days"}, "remind", "span"),
        ("after_2_weeks", {"escalate_to": "manager"}, "escalate_to", "escalates_to_itself"),
        ("after_2_weeks", {"escalate_to": "boss"}, "escalate_to", "unknown"),
        ("after_2_weeks", {"to": ""}, "to", "empty"),
        ("after_2_weeks", {"kind": "law"}, "kind", "not_law"),
        ("after_2_weeks", {"every": "3wd"}, "every", "every"),
        ("after_2_weeks", {"times": "3"}, "times", "times"),
        ("after_2_weeks", {"at": "back_at_work + 2w, back_at_work + 1m", "every": "1w"}, "at", "several_at"),
        ("after_2_weeks", {"only": "absent_1_month", "unless": "absent_1_month"}, "unless", "only_unless"),
        ("after_2_weeks", {"locked": "true"}, "locked", "key"),
        ("after_2_weeks", {"valid_from": "gisteren"}, "valid_from", "date"),
        ("estimate_8_weeks", {"at": "incapacity_start + 9w"}, "at", "locked_later"),
        ("estimate_8_weeks", {"at": "absence_start + 1w"}, "at", "locked_later"),
        ("estimate_8_weeks", {"to": "manager"}, "to", "locked"),
        ("estimate_8_weeks", {"off": "true"}, "off", "locked"),
        ("formal_track_6_months", {"latest": "incapacity_start + 7m"}, "latest", "locked_later"),
        ("nowhere", {"at": "back_at_work"}, "id", "not_there"),
    ],
)
def test_every_mistake_names_its_field(milestone: str, fields: dict[str, str], field: str, code: str) -> None:
    """A mistake is a PolicyError with the milestone, the field, what kind it is, and what to do instead."""
    with pytest.raises(PolicyError) as mistake:
        cadence.change(ours(), milestone, fields)
    found = mistake.value
    assert (milestone, field, code) == (found.milestone, found.field, found.code)
    assert found.problem
    assert found.remedy


@pytest.mark.parametrize(
    ("milestone", "fields", "field"),
    [
        ("after_2_weeks", {"to": "manager", "at": "back_at_work"}, "id"),
        ("Buddy coffee", {"to": "manager", "at": "back_at_work"}, "id"),
        ("buddy", {"at": "back_at_work"}, "to"),
        ("buddy", {"to": "manager"}, "at"),
        ("buddy", {"to": "manager", "at": "back_at_work", "kind": "law"}, "kind"),
        ("buddy", {"to": "manager", "at": "back_at_work", "ask": "karaoke"}, "ask"),
    ],
)
def test_a_mistake_in_a_new_milestone_names_its_field(milestone: str, fields: dict[str, str], field: str) -> None:
    """The same for a milestone of one's own."""
    with pytest.raises(PolicyError) as mistake:
        cadence.added(ours(), milestone, fields)
    assert field == mistake.value.field


def test_what_is_locked_may_come_earlier_and_be_reminded_of_more() -> None:
    """Rode grens: earlier and more is accepted, and it cannot be removed."""
    edited = cadence.change(ours(), "estimate_8_weeks", {"at": "incapacity_start + 7w", "remind": "1wd, 2wd, 5wd"})
    assert "changed" == step_of(edited, "estimate_8_weeks").state
    with pytest.raises(PolicyError) as mistake:
        cadence.removed(edited, "estimate_8_weeks")
    assert "locked" == mistake.value.code


def test_settings_of_the_whole() -> None:
    """The hour and what is too late are HR's; the pack's value again is no change; a bad one names the setting."""
    edited = cadence.settled(ours(), {"send_at": "08:15", "late": "7d"})
    assert ("08:15", "7d") == (edited.policy.send_at.isoformat("minutes"), str(edited.policy.late))
    assert ours() == cadence.settled(edited, {"send_at": "09:00", "late": None})
    with pytest.raises(PolicyError) as mistake:
        cadence.settled(ours(), {"send_at": "23:00"})
    assert ("send_at", "hour") == (mistake.value.field, mistake.value.code)


@pytest.mark.parametrize(
    "text",
    [
        "policy: ours\nversion: 1\n",
        "policy: ours\nversion: 1\nextends: nothing_known\n",
        "policy: ours\nversion: 1\nextends: company_c\nscope: {sector: [private]}\n",
        "policy: ours\nversion: 1\nextends: company_c\ntexts: [a]\n",
        "policy: ours\nversion: 1\nextends: company_c\nmilestones:\n  - id: after_2_weeks\n    at: soon\n",
        "policy: ours\n  version: 1",
        "- policy",
        "",
    ],
)
def test_a_file_that_is_not_right_is_refused(text: str) -> None:
    """Whatever is wrong with a file, it is a PolicyError."""

    def base(name: str) -> Policy:
        if name not in PACKS:
            raise PolicyError("ours.yaml", None, "It is not there.", "Choose another.")
        return PACKS[name]

    with pytest.raises(PolicyError):
        cadence.read(text, "ours.yaml", base)


EDITS = st.one_of(
    st.tuples(
        st.just("change"),
        st.sampled_from(["after_2_weeks", "check_in", "personal_talk", "first_steps", "return_talk", "own"]),
        st.dictionaries(
            st.sampled_from(FIELDS),
            st.sampled_from([
                None, "", "back_at_work + 2w", "absence_start + 3w", "absence_start + 1m, absence_start + 5m", "2w",
                "1m", "2wd", "2wd, 4wd", "hr", "manager", "coach", "true", "false", "contact", "absent_1_month", "own",
                "3", "practice", "2026-06-01", "absence_start + 9w",
            ]),
            max_size=3,
        ),
    ),
    st.tuples(
        st.sampled_from(["off", "removed", "restored"]),
        st.sampled_from(["after_2_weeks", "welcome_ready", "estimate_8_weeks", "own", "check_in"]),
        st.just({}),
    ),
    st.tuples(st.just("added"), st.just("own"), st.just({"to": "hr", "at": "back_at_work + 4d"})),
)  # fmt: skip


def edit(before: Cadence, what: str, milestone: str, fields: dict[str, str | None]) -> Cadence:
    """One operation by its name."""
    match what:
        case "change":
            return cadence.change(before, milestone, fields)
        case "off":
            return cadence.switched(before, milestone, on=False)
        case "added":
            return cadence.added(before, milestone, fields)
        case "removed":
            return cadence.removed(before, milestone)
        case _:
            return cadence.restored(before, milestone)


def after(edits: list[tuple[str, str, dict[str, str | None]]], start: Cadence | None = None) -> Cadence:
    """The cadence after these operations, without those that are refused."""
    found = start or ours()
    for one in edits:
        try:
            found = edit(found, *one)
        except PolicyError as mistake:
            assert mistake.field or mistake.code == "wrong", mistake  # noqa: PT017 - refused, and says what for
    return found


@settings(deadline=None, max_examples=40)
@given(st.lists(EDITS, max_size=6))
@example([("change", "check_in", {"escalate_to": "manager"})])
def test_out_and_in_again_is_the_same(edits: list[tuple[str, str, dict[str, str | None]]]) -> None:
    """Export and import give the same cadence and the same policy, also in full and one version on."""
    found = after(edits)
    again = cadence.read(cadence.written(found), "ours.yaml", lambda _: COMPANY)
    assert found == again
    assert found.policy.milestones == again.policy.milestones
    assert found.policy.milestones == parse(cadence.in_full(found.policy), "full", PACKS.__getitem__).milestones


@settings(deadline=None, max_examples=40)
@given(st.lists(EDITS, max_size=4), st.lists(EDITS, max_size=4), st.lists(EDITS, max_size=4))
def test_two_editors_lose_nothing(
    before: list[tuple[str, str, dict[str, str | None]]],
    first: list[tuple[str, str, dict[str, str | None]]],
    second: list[tuple[str, str, dict[str, str | None]]],
) -> None:
    """Together, every field is what the one who changed it made of it; where both did, the second one's."""
    common = after(before)
    theirs, yours = after(first, common), after(second, common)
    try:
        together = merging.merged(common, theirs, yours)
    except PolicyError:
        return  # each is right by itself, and both together are not: the page shows the difference
    texts = {(one.milestone, one.field): one for one in merging.clashes(common, theirs, yours)}
    for key, clash in texts.items():
        if "both" != clash.whose:
            continue
        assert clash.theirs != clash.yours, key
    if not merging.differences(common, theirs):
        assert not merging.differences(yours, together)
    if not merging.differences(common, yours):
        assert not merging.differences(theirs, together)


def test_the_three_way_difference_names_who_changed_what() -> None:
    """The second editor sees per field what was, what the other made of it, and the own value."""
    common = ours()
    theirs = cadence.change(common, "after_2_weeks", {"at": "back_at_work + 3w", "to": "coach"})
    yours = cadence.change(common, "after_2_weeks", {"at": "back_at_work + 1w", "remind": "1wd"})
    found = {(one.milestone, one.field): one.whose for one in merging.clashes(common, theirs, yours)}
    step = "after_2_weeks"
    assert {(step, "at"): "both", (step, "to"): "theirs", (step, "remind"): "yours"} == {
        key: whose for key, whose in found.items() if key[1] in ("at", "to", "remind")
    }
    together = merging.merged(common, theirs, replace(yours)).policy.milestone(step)
    assert together is not None
    assert ("back_at_work + 1w", "coach", "1wd") == (str(together.at[0]), together.to, str(together.remind[0]))
