"""Which bytes a file holds: its real kind, its text encoding, and a strict way to UTF-8."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from pipelines.errors import PipelineError

HEAD_BYTES = 1 << 20
_CHUNK = 1 << 22
_CERTAIN = 20  # valid multi-byte sequences after which a text is UTF-8 with a broken byte, not another encoding
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
UTF8_ELSE_CP1252 = "utf-8 else cp1252"
ENCODINGS = ("utf-8", "gb18030", "utf-16", "big5", "cp950", "cp949", "cp1252", UTF8_ELSE_CP1252)


def _cp1252_bytes(fault: UnicodeError) -> tuple[str, int]:
    """Read what is no UTF-8 as cp1252 (its five undefined bytes as Latin-1 control characters)."""
    if not isinstance(fault, UnicodeDecodeError):
        raise fault
    wrong = fault.object[fault.start : fault.end]
    return "".join(_CP1252[byte] for byte in wrong), fault.end


_CP1252 = [bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256)]
codecs.register_error("cp1252_bytes", _cp1252_bytes)


def head_of(path: Path) -> bytes:
    """The first mebibyte of a file."""
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def real_kind(head: bytes) -> str:
    r"""What a file is by its first bytes: empty, zip, ole, gzip, parquet, html, xml, pdf, image, or text.

    >>> real_kind(b"PK\x03\x04...."), real_kind(b"  <html><table>"), real_kind("编号,死亡".encode("gb18030"))
    ('zip', 'html', 'text')
    """
    if not head.strip(b"\x00\xef\xbb\xbf \t\r\n"):
        return "empty"
    for magic, kind in (
        (b"PK\x03\x04", "zip"),
        (b"PK\x05\x06", "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
        (b"\x1f\x8b", "gzip"),
        (b"PAR1", "parquet"),
        (b"%PDF", "pdf"),
        (b"\x89PNG", "image"),
        (b"\xff\xd8\xff", "image"),
    ):
        if head.startswith(magic):
            return kind
    start = head[:4096].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta")) or b"<html" in start[:1024]:
        return "html"
    return "xml" if start.startswith(b"<?xml") else "text"


def guess(head: bytes) -> str:
    """The encoding that the first bytes speak for: utf-8, utf-16-le, utf-16-be or gb18030. The rest may disagree."""
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding
    sample = head[:8192]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if even + odd > len(sample) // 50:
        if odd > 10 * even:
            return "utf-16-le"
        if even > 10 * odd:
            return "utf-16-be"
    return "utf-8" if _first_bad(head, "utf-8", final=len(head) < HEAD_BYTES) is None or _is_utf8(head) else "gb18030"


def _first_bad(data: bytes, encoding: str, final: bool) -> int | None:
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(data, final)
    except UnicodeDecodeError as fault:
        return fault.start
    return None


def _is_utf8(head: bytes) -> bool:
    """Whether what precedes the first bad byte holds so many Chinese characters that it can be nothing but UTF-8."""
    bad = _first_bad(head, "utf-8", final=False) or 0
    return sum(byte >= 0xC0 for byte in head[:bad]) >= _CERTAIN


def text_chunks(path: Path, encoding: str, shown: str) -> Iterator[str]:
    """Decode a file strictly, piece by piece, without its byte-order mark.

    Raises:
        PipelineError: A byte that the encoding does not know; says its offset and line.
    """
    name, errors = ("utf-8", "cp1252_bytes") if encoding == UTF8_ELSE_CP1252 else (encoding, "strict")
    decoder = codecs.getincrementaldecoder(name)(errors)
    before, first = 0, True
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            kept = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk, not chunk)
            except UnicodeDecodeError as fault:
                offset = before - kept + fault.start
                facts = {"encoding": name, "offset": offset, "line": _line_of(path, name, offset)}
                byte = f"{fault.object[fault.start]:02X}"
                raise PipelineError("bad_bytes", where=shown, byte=byte, **facts) from None
            before += len(chunk)
            if first and text:
                text, first = text.removeprefix("\ufeff"), False
            if text:
                yield text
            if not chunk:
                return


def _line_of(path: Path, encoding: str, offset: int) -> int:
    """The physical line, 1-based, on which a byte stands; all before it is sound."""
    if encoding.startswith("utf-16"):
        with path.open("rb") as file:
            return 1 + file.read(offset).decode(encoding, "ignore").count("\n")
    line, left = 1, offset
    with path.open("rb") as file:
        while left and (chunk := file.read(min(left, _CHUNK))):
            line, left = line + chunk.count(b"\n"), left - len(chunk)
    return line


def decide(path: Path, shown: str, declared: str | None = None) -> str:
    """The encoding in which a whole text file can be read without a wrong byte.

    Raises:
        PipelineError: Neither UTF-8 nor GB18030 (nor UTF-16 with a mark) fits.
    """
    found = declared if declared not in (None, "utf-16") else guess(head_of(path))
    try:
        for _ in text_chunks(path, found, shown):
            pass
        return found
    except PipelineError as fault:
        first = fault
    if declared is not None:
        raise first
    if found == "utf-8" and not _is_utf8(head_of(path)):
        try:
            for _ in text_chunks(path, "gb18030", shown):
                pass
            return "gb18030"
        except PipelineError as second:
            raise _neither(first, second, shown) from None
    if found == "gb18030":
        raise _neither(_fault_in(path, "utf-8", shown) or first, first, shown) from None
    raise first


def _fault_in(path: Path, encoding: str, shown: str) -> PipelineError | None:
    try:
        for _ in text_chunks(path, encoding, shown):
            pass
    except PipelineError as fault:
        return fault
    return None


def _neither(utf8: PipelineError, gb18030: PipelineError, shown: str) -> PipelineError:
    return PipelineError(
        "no_encoding",
        where=shown,
        utf8_offset=utf8.facts["offset"],
        utf8_line=utf8.facts["line"],
        gb_offset=gb18030.facts["offset"],
        gb_line=gb18030.facts["line"],
    )


def to_utf8(path: Path, encoding: str, target: Path, shown: str) -> None:
    """Write `target` as the UTF-8 twin of `path`, line for line; strict, see `text_chunks`."""
    with target.open("wb") as out:
        for text in text_chunks(path, encoding, shown):
            out.write(text.encode("utf-8"))
