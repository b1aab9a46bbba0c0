"""The review date of one agreement: kept, adapted or stopped."""

from __future__ import annotations

from conversations.changes import Reviewed
from conversations.chapters.notes import known
from conversations.chapters.reviewing import review, reviewed
from conversations.talking.dialogue import Scene, Script, Tell
from conversations.talking.endings import done


def talk(scene: Scene) -> Script:
    """`about["agreement"]` says which one; without it (or when it stopped meanwhile) the running ones are offered."""
    plan = scene.the_case.plan
    if plan is None or not plan.running:
        yield Tell("nothing_runs", known(scene))
        return done(scene)
    due = next((one for one in plan.running if one.id == scene.about.get("agreement")), None)
    if due is None:
        _, changed = yield from reviewed(scene, plan)
    else:
        after = yield from review(scene, due)
        changed = (after,) if after != due else ()
    yield Tell("kept", known(scene, changed=changed))
    return (*map(Reviewed, changed), *done(scene))
