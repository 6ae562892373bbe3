"""The structured opinion: evidence, sections from a template, what is still missing, what contradicts."""
