"""The outbox: signed bytes on their way, step by step, provably once."""
