"""When: policies, facts, working days, the timeline of a case, and the guard before anything goes out."""
