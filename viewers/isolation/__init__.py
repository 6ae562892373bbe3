"""Isolated workers: processes that parse hostile bytes behind a wall, and the guards that look at bytes first."""
