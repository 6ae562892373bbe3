"""Campaigns: many faults planted on purpose, each of which must end in a picture or a named reason."""
