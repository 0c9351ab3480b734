"""``python -m ferrule_cli``."""

from __future__ import annotations

import sys

from ferrule_cli.main import main

sys.exit(main())
