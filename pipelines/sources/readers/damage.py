"""What a library says of a damaged file, in the user's words; its own sentence goes to the log."""

from __future__ import annotations

import logging
import re
from xml.etree import ElementTree

from pipelines.texts import say

_CUT_OFF = re.compile(
    r"not a zip file|end-of-stream|no magic bytes|too small to be a parquet|unexpected end|truncated|eof", re.IGNORECASE
)
_CHECKSUM = re.compile(r"crc|checksum|incorrect data check", re.IGNORECASE)
_FORMAT = re.compile(r"cannot detect file format|not a gzipped file|magic number|invalid ole", re.IGNORECASE)


def told(fault: Exception | str) -> str:
    """The reason why a file cannot be read, for the brackets of a message.

    Args:
        fault: What a reader raised, or the sentence that it left behind.
    """
    logging.getLogger("anlan").info("unreadable file: %s", fault)
    if isinstance(fault, ElementTree.ParseError):
        line, column = fault.position
        return say("readers.damage.xml", line=line, column=column + 1)
    said = str(fault)
    for pattern, key in ((_CUT_OFF, "cut_off"), (_CHECKSUM, "checksum"), (_FORMAT, "format")):
        if pattern.search(said):
            return say(f"readers.damage.{key}")
    return say("readers.damage.content")
