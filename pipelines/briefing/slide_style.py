"""What python-pptx does not offer: plain tables, layouts for 16:9, and typefaces for both scripts in the theme."""

from __future__ import annotations

from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
RULE = "d5dbe2"


def bare(grid) -> None:
    """Without the colours of a table style, so that the table looks the same in every office program."""
    properties = grid._tbl.tblPr
    properties.set("firstRow", "1")
    properties.set("bandRow", "0")
    for style in properties.findall(qn("a:tableStyleId")):
        style.text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # "no style, no grid"


def ground(cell, fill: str, *, is_last: bool) -> None:
    """The ground of a cell and the rule below it.

    Args:
        cell: The cell.
        fill: Hex digits; empty for none.
        is_last: Whether the rule is a strong one.
    """
    properties = cell._tc.get_or_add_tcPr()
    for side in ("lnL", "lnR", "lnT"):
        properties.append(parse_xml(f'<a:{side} xmlns:a="{A}" w="0"><a:noFill/></a:{side}>'))
    colour = "9aa7b3" if is_last else RULE
    properties.append(
        parse_xml(f'<a:lnB xmlns:a="{A}" w="9525"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:lnB>')
    )
    body = f'<a:solidFill><a:srgbClr val="{fill}"/></a:solidFill>' if fill else "<a:noFill/>"
    properties.append(parse_xml(body.replace(">", f' xmlns:a="{A}">', 1) if fill else f'<a:noFill xmlns:a="{A}"/>'))


def widen(file) -> None:
    """Stretch the layouts of the 4:3 template, so that slides which a user adds fit too."""
    for layout in (file.slide_master, *file.slide_layouts):
        for shape in layout.placeholders:
            if shape._element.spPr.xfrm is not None:
                shape.left, shape.width = shape.left * 4 // 3, shape.width * 4 // 3


def with_faces(theme: bytes, face: str, east_asian: str) -> bytes:
    """The theme with our typefaces for Latin and East Asian letters."""
    text = theme.decode("utf-8")
    for kind, name in (("latin", face), ("ea", east_asian)):
        for part in ("majorFont", "minorFont"):
            head, _, rest = text.partition(f"<a:{part}>")
            before, _, after = rest.partition(f"<a:{kind} ")
            _, close, tail = after.partition("/>")
            text = f'{head}<a:{part}>{before}<a:{kind} typeface="{name}"{close}{tail}'
    return text.encode("utf-8")
