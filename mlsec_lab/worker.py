"""``python -m mlsec_lab.worker``: the process that scans, so that a scan can be limited and killed."""

from __future__ import annotations

import sys

from mlsec_lab.engine.worker.child import main

sys.exit(main())
