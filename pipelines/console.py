"""What a command prints must never stop it, whatever the console or the file that it is led to can hold."""

from __future__ import annotations

import io
from typing import TextIO


def make_printable(*streams: TextIO) -> None:
    """Keep the encoding of a stream that knows Chinese, with ? for the few signs that it lacks; else take UTF-8.

    On Windows a console takes every sign, but `anlan status > status.txt` is written in the system's own encoding:
    GBK has no ✓, and that of a Western system has no Chinese at all.
    """
    for stream in streams:
        if not isinstance(stream, io.TextIOWrapper):
            continue
        try:
            "安澜".encode(stream.encoding)
        except (UnicodeEncodeError, LookupError):
            stream.reconfigure(encoding="utf-8")
        else:
            stream.reconfigure(errors="replace")
