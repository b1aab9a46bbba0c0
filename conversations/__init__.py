"""The core: what should happen and when, never how. Imports nothing of ours and touches nothing outside."""
