"""``python -m mlsec_lab``: the command line."""

from __future__ import annotations

import sys

from mlsec_lab.cli import main

sys.exit(main())
