"""The note beside the files: who made them, when they came, and that they are simulated."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import yaml

from pipelines.catalogue.yamlfile import read_mapping
from pipelines.demo.calendar import DATA_DATE, quarter_bounds
from pipelines.demo.draws import SEED

PROVENANCE = "provenance.yml"
DEFAULT = "default"
PUBLISHER = {"publisher": "模拟数据", "publisher_en": "Simulated data"}
OFFICES = {
    "tianjin": ("天津市", "Tianjin"),
    "beichen": ("北辰区", "Beichen District"),
    "dongjiang": ("东疆综合保税区", "Dongjiang Comprehensive Bonded Zone"),
    "tongan": ("同安区", "Tong'an District"),
    "mentougou": ("门头沟区", "Mentougou District"),
}
_NOTE = {
    "small": (
        f"模拟数据，随机种子 {SEED}；2016—2020 年各项合计与规划所载数字一致。"
        f" Simulated from the fixed seed {SEED}; the sums of 2016-2020 equal the figures that the plans print."
    ),
    "full": f"模拟数据，随机种子 {SEED}，全量规模。 Simulated from the fixed seed {SEED}, at full scale.",
}
_SAMPLE = (
    "本规模下天津市检查记录为抽样（五年约 1.6 万家次），不反映规划所载 300 万余家次和 4 万余件；全量请用 --scale full。"
    " At this scale Tianjin's inspections are a sample: the plan's rounded totals (more than 3 million inspections,"
    " more than 40,000 cases) are reproduced by --scale full only."
)


class _Plain(yaml.SafeDumper):
    """Writes a date again each time, rather than a reference to the first."""

    def ignore_aliases(self, data: object) -> bool:
        """No references."""
        return True


def files_named(provenance: Path) -> list[str]:
    """The names of the files beside it that a provenance file speaks of.

    Raises:
        PipelineError: The file is no YAML (`yaml_unreadable`).
    """
    return [name for name in _read(provenance) if name != DEFAULT and Path(name).name == name]


def scale_of(provenance: Path) -> str:
    """The scale at which the files beside a provenance file were made: a later quarter goes on at the same."""
    note = _read(provenance).get(DEFAULT, {}).get("note")
    return "full" if note == _NOTE["full"] else "small"


def _read(provenance: Path) -> dict[str, dict]:
    where = f"{provenance.parent.name}/{provenance.name}"
    if not provenance.read_bytes().strip():
        return {}
    _, told = read_mapping(provenance, where)
    return {str(name): entry for name, entry in told.items()}


def write_provenance(folder: Path, kind: str, names: list[str], *, scale: str, quarter: str | None) -> None:
    """Write, or for a later quarter extend, the `provenance.yml` of a folder.

    Args:
        folder: The folder of one kind.
        kind: Kind of record.
        names: File names, each beginning with the office that sends it (`tianjin_2016.csv`).
        scale: small or full.
        quarter: None for the history; else the quarter on whose last day the files came in.
    """
    path = folder / PROVENANCE
    if quarter and path.exists():
        told = _read(path)
    else:
        told = {DEFAULT: {**PUBLISHER, "synthetic": True, "note": _NOTE[scale]}}
    received = quarter_bounds(quarter)[1] if quarter else DATA_DATE
    for name in names:
        told[name] = _entry(kind, name, received, scale, is_history=quarter is None)
    text = yaml.dump(told, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=1000)
    path.write_text("# 模拟数据 / simulated records; made by `anlan demo`\n" + text, encoding="utf-8", newline="\n")


def _entry(kind: str, name: str, received: date, scale: str, *, is_history: bool) -> dict:
    office = name.split("_", 1)[0]
    zh, en = OFFICES[office]
    sender = {"publisher": f"{zh}（模拟报送）", "publisher_en": f"{en} (simulated)"}
    entry = {"source": f"demo_{office}", **sender, "received_on": received, "history": is_history}
    if kind == "inspections" and office == "tianjin" and scale == "small":
        entry["note"] = f"{_NOTE[scale]} {_SAMPLE}"
    return entry
