"""``python -m workstation.sandbox``: the embedded service alone."""

import sys

from workstation.sandbox.program import main

if __name__ == "__main__":
    sys.exit(main())
