"""Signing and verifying: credentials behind one protocol, a type for every stage, the port of the trust services."""
