"""The dialogues, one file each: a generator that reads like the talk it is."""
