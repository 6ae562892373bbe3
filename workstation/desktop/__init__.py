"""The window: worklist, reading room, opinion form, signing, outbox and settings, worked by mouse and keys."""
