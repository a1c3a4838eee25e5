"""What Word, PowerPoint and Excel refuse to open or offer to repair, told without these programs.

The orders are those of the sequences of ECMA-376, parts 1 and 4 (wml, dml, chart, sml), which these programs check;
LibreOffice and the Python libraries do not.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator

from lxml import etree

R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "c",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://schemas.openxmlformats.org/presentationml/2006/main": "p",
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "x",
}
_FILL = "noFill|solidFill|gradFill|blipFill|pattFill|grpFill"
_EFFECT = "effectLst|effectDag"
_RUN = f"ln {_FILL} {_EFFECT} highlight uLnTx|uLn uFillTx|uFill latin ea cs sym hlinkClick hlinkMouseOver rtl extLst"
_TEXT = (
    "lnSpc spcBef spcAft buClrTx|buClr buSzTx|buSzPct|buSzPts buFontTx|buFont "
    "buNone|buAutoNum|buChar|buBlip tabLst defRPr extLst"
)
_LABEL = (
    "numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent showBubbleSize separator "
    "showLeaderLines leaderLines extLst"
)
_AXIS = (
    "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos "
    "spPr txPr crossAx crosses|crossesAt"
)
_CHARTS = "areaChart|barChart|lineChart|pieChart|scatterChart"
_WORD_RUN = (
    "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish "
    "webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang "
    "eastAsianLayout specVanish oMath rPrChange"
)
ORDERS = {
    "w:pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "w:rPr": _WORD_RUN,
    "w:tbl": "tblPr tblGrid tr",
    "w:tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
    "w:tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "w:tcBorders": "top start|left bottom end|right insideH insideV tl2br tr2bl",
    "w:tblBorders": "top start|left bottom end|right insideH insideV",
    "w:tblCellMar": "top start|left bottom end|right",
    "w:tcMar": "top start|left bottom end|right",
    "w:sectPr": "headerReference|footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings",
    "w:font": "altName panose1 charset family notTrueType pitch sig embedRegular embedBold embedItalic",
    "w:style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked "
    "personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr",
    "a:rPr": _RUN,
    "a:defRPr": _RUN,
    "a:endParaRPr": _RUN,
    "a:pPr": _TEXT,
    "a:bodyPr": "prstTxWarp noAutofit|normAutofit|spAutoFit scene3d sp3d|flatTx extLst",
    "a:tbl": "tblPr tblGrid tr",
    "a:tc": "txBody tcPr extLst",
    "a:tcPr": f"lnL lnR lnT lnB lnTlToBr lnBlToTr cell3D {_FILL} headers extLst",
    "a:ln": "noFill|solidFill|gradFill|pattFill prstDash|custDash round|bevel|miter headEnd tailEnd extLst",
    "p:spPr": f"xfrm custGeom|prstGeom {_FILL} ln {_EFFECT} scene3d sp3d extLst",
    "c:spPr": f"xfrm custGeom|prstGeom {_FILL} ln {_EFFECT} scene3d sp3d extLst",
    "c:chartSpace": "date1904 lang roundedCorners AlternateContent style clrMapOvr pivotSource protection chart spPr "
    "txPr externalData printSettings userShapes extLst",
    "c:chart": "title autoTitleDeleted pivotFmts view3D floor sideWall backWall plotArea legend plotVisOnly "
    "dispBlanksAs extLst",
    "c:plotArea": f"layout {_CHARTS} catAx|valAx|dateAx|serAx dTable spPr extLst",
    "c:lineChart": "grouping varyColors ser dLbls dropLines hiLowLines upDownBars marker smooth axId extLst",
    "c:barChart": "barDir grouping varyColors ser dLbls gapWidth overlap serLines axId extLst",
    "c:areaChart": "grouping varyColors ser dLbls dropLines axId extLst",
    "c:lineChart/c:ser": "idx order tx spPr marker dPt dLbls trendline errBars cat val smooth extLst",
    "c:barChart/c:ser": "idx order tx spPr invertIfNegative pictureOptions dPt dLbls trendline errBars cat val shape "
    "extLst",
    "c:areaChart/c:ser": "idx order tx spPr pictureOptions dPt dLbls trendline errBars cat val extLst",
    "c:ser/c:marker": "symbol size spPr extLst",
    "c:dPt": "idx invertIfNegative marker bubble3D explosion spPr pictureOptions extLst",
    "c:dLbls": f"dLbl delete {_LABEL}",
    "c:dLbl": f"idx delete layout tx {_LABEL}",
    "c:catAx": f"{_AXIS} auto lblAlgn lblOffset tickLblSkip tickMarkSkip noMultiLvlLbl extLst",
    "c:valAx": f"{_AXIS} crossBetween majorUnit minorUnit dispUnits extLst",
    "c:scaling": "logBase orientation max min extLst",
    "c:legend": "legendPos legendEntry layout overlay spPr txPr extLst",
    "c:strCache": "ptCount pt extLst",
    "c:numCache": "formatCode ptCount pt extLst",
    "x:worksheet": "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection "
    "protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr "
    "conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks "
    "colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF picture "
    "oleObjects controls webPublishItems tableParts extLst",
    "x:workbook": "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups "
    "externalReferences definedNames calcPr oleSize customWorkbookViews pivotCaches fileRecoveryPr extLst",
    "x:styleSheet": "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst",
    "x:dataValidation": "formula1 formula2",
    "x:sheetView": "pane selection pivotSelection extLst",
}
LABEL_PLACES = {"areaChart": set(), "lineChart": {"t", "b", "l", "r", "ctr"}}
UNIQUE = {
    "wp:docPr": "id",
    "p:cNvPr": "id",
    "p:sldId": "id",
    "w:style": "{*}styleId",
    "w:abstractNum": "{*}abstractNumId",
}
LONGEST = {"promptTitle": 32, "errorTitle": 32, "prompt": 255, "error": 255}
LONGEST_LIST = 255
LONGEST_CELL = 32_767
LONGEST_NAME = 31


def faults(package: bytes) -> list[str]:
    """Whatever one of the programs would complain of, a sentence each; empty for a sound file."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        names = [entry.filename for entry in archive.infolist()]
        parts = {name: archive.read(name) for name in names}
    found = [f"{name} stands twice" for name, n in Counter(names).items() if n > 1]
    found += [] if names[0] == "[Content_Types].xml" else ["the first part is not [Content_Types].xml"]
    trees = {name: etree.fromstring(data) for name, data in parts.items() if name.endswith((".xml", ".rels"))}
    found += [*_types(trees, names), *_relations(trees, names)]
    for name, tree in trees.items():
        found += [f"{name}: {one}" for one in (*_orders(tree), *_ids(tree), *_tables(tree), *_charts(tree))]
        if name.startswith("xl/"):
            found += [f"{name}: {one}" for one in _sheets(tree)]
    for name, data in parts.items():
        if name.endswith(".xlsx"):  # the data of a chart
            found += [f"{name}: {one}" for one in faults(data)]
    return found


def _tag(element) -> str:
    name = etree.QName(element)
    return f"{PREFIXES.get(name.namespace, '?')}:{name.localname}"


def _elements(tree) -> Iterator:
    return (one for one in tree.iter() if isinstance(one.tag, str))


def _types(trees: dict, names: list[str]) -> Iterator[str]:
    types = trees["[Content_Types].xml"]
    said = {one.get("Extension", "").lower() for one in types if etree.QName(one).localname == "Default"}
    parts = [one.get("PartName")[1:] for one in types if etree.QName(one).localname == "Override"]
    yield from (f"the type of {name} is told, but it is not there" for name in parts if name not in names)
    yield from (f"the type of {name} is told twice" for name, n in Counter(parts).items() if n > 1)
    for name in names:
        if name != "[Content_Types].xml" and name not in parts and name.rpartition(".")[2].lower() not in said:
            yield f"{name} has no content type"


def _relations(trees: dict, names: list[str]) -> Iterator[str]:
    for name, tree in trees.items():
        if not name.endswith(".rels"):
            continue
        folder, file = posixpath.split(name)
        base = posixpath.dirname(folder)
        owner = posixpath.join(base, file.removesuffix(".rels"))
        ids = [one.get("Id") for one in tree]
        yield from (f"{name}: {one} stands twice" for one, n in Counter(ids).items() if n > 1)
        for one in tree:
            target = one.get("Target")
            where = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(base, target))
            if one.get("TargetMode") != "External" and where not in names:
                yield f"{name}: {target} is not there"
        if owner in trees:
            used = {value for element in _elements(trees[owner]) for key, value in element.attrib.items()
                    if etree.QName(key).namespace == R}  # fmt: skip
            yield from (f"{owner}: {one} leads nowhere" for one in sorted(used - set(ids)))


def _orders(tree) -> Iterator[str]:
    for element in _elements(tree):
        tag = _tag(element)
        parent = element.getparent()
        order = ORDERS.get(f"{_tag(parent)}/{tag}") if parent is not None else None
        order = order or ORDERS.get(tag)
        if order is None:
            continue
        places = {name: at for at, names in enumerate(order.split()) for name in names.split("|")}
        last = -1
        for child in element:
            if not isinstance(child.tag, str):
                continue
            name = etree.QName(child).localname
            if name not in places:
                yield f"{tag} holds {name}"
            elif places[name] < last:
                yield f"{tag}: {name} comes too late"
            last = max(last, places.get(name, last))


def _ids(tree) -> Iterator[str]:
    for tag, attribute in UNIQUE.items():
        values = [
            value
            for one in _elements(tree)
            if _tag(one) == tag
            for key, value in one.attrib.items()
            if etree.QName(key).localname == attribute.removeprefix("{*}")
            and (not etree.QName(key).namespace or attribute.startswith("{*}"))
        ]
        yield from (f"{tag} {value} stands {n} times" for value, n in Counter(values).items() if n > 1)


def _tables(tree) -> Iterator[str]:
    for element in _elements(tree):
        tag = _tag(element)
        children = [_tag(one) for one in element if isinstance(one.tag, str)]
        if tag == "w:tc" and (not children or children[-1] != "w:p"):
            yield "a cell of a table does not end with a paragraph"
        if tag == "a:tc" and "a:txBody" not in children:
            yield "a cell of a table has no text body"
        if tag in ("a:txBody", "p:txBody", "c:txPr", "c:rich") and "a:p" not in children:
            yield f"{tag} has no paragraph"
        if tag in ("w:tbl", "a:tbl"):
            prefix = tag[0]
            width = len(element.findall("{*}tblGrid/{*}gridCol"))
            rows = element.findall("{*}tr")
            if not width or not rows:
                yield f"a table of {width} columns and {len(rows)} rows"
            for row in rows:
                cells = row.findall("{*}tc")
                spans = [one.find("{*}tcPr/{*}gridSpan") if prefix == "w" else None for one in cells]
                wide = sum(1 if span is None else int(next(iter(span.attrib.values()))) for span in spans)
                if wide != width:
                    yield f"a row of {wide} cells in a table of {width} columns"
    body = tree.find("{*}body")
    if body is not None and _tag(tree) == "w:document" and _tag(body[-1]) != "w:sectPr":
        yield "the body does not end with its section"


def _charts(tree) -> Iterator[str]:
    if _tag(tree) != "c:chartSpace":
        return
    area = tree.find("{*}chart/{*}plotArea")
    axes = {one.find("{*}axId").get("val"): one.find("{*}crossAx").get("val")
            for one in area if etree.QName(one).localname.endswith("Ax")}  # fmt: skip
    yield from (f"axis {one} crosses {other}, which is none" for one, other in axes.items() if other not in axes)
    for key in ("idx", "order"):
        said = [one.get("val") for one in area.findall(f"{{*}}*/{{*}}ser/{{*}}{key}")]
        yield from (f"{key} {one} of a series stands twice" for one, n in Counter(said).items() if n > 1)
    for chart in area:
        kind = etree.QName(chart).localname
        if not kind.endswith("Chart"):
            continue
        mine = [one.get("val") for one in chart.findall("{*}axId")]
        if len(mine) != 2 or set(mine) - set(axes):
            yield f"{kind} has the axes {mine}"
        grouping = chart.find("{*}grouping")
        is_stacked = grouping is not None and grouping.get("val") in ("stacked", "percentStacked")
        for place in chart.iter("{*}dLblPos"):
            said = place.get("val")
            if said not in LABEL_PLACES.get(kind, {said}) or (kind == "barChart" and is_stacked and said == "outEnd"):
                yield f"{kind} has labels at {said}"
        for cache in chart.iter("{*}strCache", "{*}numCache"):
            at = [int(one.get("idx")) for one in cache.findall("{*}pt")]
            if at != sorted(set(at)) or (at and at[-1] >= int(cache.find("{*}ptCount").get("val"))):
                yield f"{kind} has the points {at}"


def _sheets(tree) -> Iterator[str]:
    for element in _elements(tree):
        tag = _tag(element)
        if tag == "x:sheets":
            names = [one.get("name") for one in element]
            yield from (f"the sheet {one} stands twice" for one, n in Counter(map(str.lower, names)).items() if n > 1)
            for name in names:
                if len(name) > LONGEST_NAME or re.search(r"[\[\]:*?/\\]|^'|'$", name):
                    yield f"no sheet may be called {name}"
        elif tag == "x:dataValidation":
            yield from (f"{key} is too long: {element.get(key)}" for key, most in LONGEST.items()
                        if len(element.get(key, "")) > most)  # fmt: skip
            for formula in element:
                if len(formula.text or "") > LONGEST_LIST:
                    yield f"a rule of {len(formula.text)} signs: {formula.text[:60]}"
        elif tag == "x:t" and len(element.text or "") > LONGEST_CELL:
            yield f"a text of {len(element.text)} signs"
        elif tag == "x:definedName" and not re.fullmatch(r"[\w\\][\w.\\]*", element.get("name")):
            yield f"no name may be {element.get('name')}"
        elif tag == "x:row":
            cells = [re.match(r"([A-Z]+)(\d+)$", one.get("r")) for one in element if one.get("r")]
            columns = [_column(one[1]) for one in cells]
            if columns != sorted(set(columns)) or any(one[2] != element.get("r") for one in cells):
                yield f"the cells of row {element.get('r')} are out of order"
        elif tag == "x:mergeCells":
            boxes = [_box(one.get("ref")) for one in element]
            yield from (f"merged cells overlap at {one}" for n, one in enumerate(boxes)
                        for other in boxes[:n] if _overlap(one, other))  # fmt: skip


def _column(letters: str) -> int:
    n = 0
    for letter in letters:
        n = n * 26 + ord(letter) - 64
    return n


def _box(ref: str) -> tuple[int, int, int, int]:
    found = re.fullmatch(r"([A-Z]+)(\d+):([A-Z]+)(\d+)", ref)
    return _column(found[1]), int(found[2]), _column(found[3]), int(found[4])


def _overlap(one: tuple, other: tuple) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
