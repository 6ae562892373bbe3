"""The head for MR: a real average brain bent into an individual one, with skull, scalp, eyes and sinuses around it."""
