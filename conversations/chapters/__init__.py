"""Pieces of talks: the chapters that dialogues are made of, each taking the plan on and giving it back."""
