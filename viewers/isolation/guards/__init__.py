"""Guards: what looks at hostile bytes before a parser or a decoder does, in Python that cannot overflow."""
