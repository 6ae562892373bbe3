"""Speed, measured beside a peer in one run: ratios, never bare seconds, and never an assertion on time."""
