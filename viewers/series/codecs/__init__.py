"""Codecs: one file per decoder plugin behind one table; values out, never a guess about what they mean."""
