"""Make the template of one kind of record for one region."""

from __future__ import annotations

import difflib
from pathlib import Path

from pipelines.errors import PipelineError, writing
from pipelines.plans import load_plans
from pipelines.settings import Settings
from pipelines.sources.codes import Codes, read_codes
from pipelines.sources.contract import KINDS
from pipelines.templates.fields import describe_form
from pipelines.texts import current_language


def make_template(
    settings: Settings, kind: str, folder: Path, region: str | None = None, language: str | None = None
) -> Path:
    """Write a blank workbook that a reporting unit fills in; filled, it loads without a mapping.

    Args:
        settings: Where the code lists and plans are.
        kind: accidents, disasters, inspections, training or statistics.
        folder: Where to; it is made when it is not there. The file is `<kind>.xlsx` or `<kind>-<region code>.xlsx`.
        region: Code or name of a region, or the id of a plan; its towns are offered. None offers every region.
        language: zh, en, or None for the current one.

    Returns:
        The workbook.

    Raises:
        PipelineError: `template_kind`, `template_region`, `file_exists` (a filled one may have that name), and
            those of `pipelines.errors.writing`.
    """
    if kind not in KINDS:
        raise PipelineError("template_kind", where=kind, kinds=", ".join(KINDS))
    codes = read_codes(settings.path("codes"))
    code = _region_code(settings, codes, region) if region else None
    path = folder / (f"{kind}-{code}.xlsx" if code else f"{kind}.xlsx")
    from pipelines.templates.workbook import write_template

    form = describe_form(kind, codes, code, language or current_language())
    with writing(path):
        if path.exists():
            raise PipelineError("file_exists", where=str(path))
        folder.mkdir(parents=True, exist_ok=True)
        working = path.with_name(f".{path.name}")
        try:
            with working.open("wb") as file:
                write_template(file, form)
            working.replace(path)
        finally:
            working.unlink(missing_ok=True)
    return path


def _region_code(settings: Settings, codes: Codes, region: str) -> str:
    plans = load_plans(settings.path("plans"))
    if region in plans:
        return plans[region].region_code
    found = codes.regions.find(region)
    if found.code is None:
        near = found.nearest or next(iter(difflib.get_close_matches(region, list(plans), n=1)), "")
        raise PipelineError("template_region", where=region, nearest=near or "—", plans=", ".join(plans))
    return found.code
