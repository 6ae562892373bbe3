"""``python -m workstation.sandbox``: the embedded service alone."""

import sys

from workstation.sandbox.serving import main

if __name__ == "__main__":
    sys.exit(main())
