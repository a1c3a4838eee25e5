"""Office files are zip archives: the same parts must give the same bytes, whenever they are written."""

from __future__ import annotations

import io
import zipfile

_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def same_bytes(package: bytes) -> bytes:
    """A package with its parts in their order, but without the times at which they were written."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            said = zipfile.ZipInfo(entry.filename, _LONG_AGO)
            said.compress_type = zipfile.ZIP_DEFLATED
            said.external_attr = 0o600 << 16
            said.create_system = 3
            new.writestr(said, old.read(entry))
    return file.getvalue()
