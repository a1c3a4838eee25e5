"""The app's entry; `dashboard.frame` does the work."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # `streamlit run` puts only this file's folder there
    sys.path.insert(0, str(ROOT))


from dashboard import frame  # noqa: E402

frame.run()
