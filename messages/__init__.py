"""Everything a person reads: words in files, rendered to messages a channel can show."""
