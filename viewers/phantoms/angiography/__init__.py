"""Coronary angiography: arteries on a beating heart, contrast running through them, and the C-arm that sees it."""
