"""Reading a policy: from the text HR wrote to a `Policy`, or to a `PolicyError` that says what to write instead."""

from __future__ import annotations

from conversations.timing.terms import At, Clock, Milestone, Policy, PolicyError, Scope, Span

__all__ = ["At", "Clock", "Milestone", "Policy", "PolicyError", "Scope", "Span"]
