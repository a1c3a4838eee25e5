"""`docs/models.md`, written from the headers of the model files: `python -m pipelines.model_docs`."""

from __future__ import annotations

import sys
from pathlib import Path

from pipelines.model_files import LAYERS, MODELS_FOLDER, PROOF, Model, digest, load_models
from pipelines.texts import say

PAGE = Path(__file__).parent.parent / "docs" / "models.md"
_INTRODUCTION = """# Models and checks

Written from the headers of `pipelines/models/*/*.sql` by `python -m pipelines.model_docs`; edit those, not this page.

A model is one bare SELECT in the subset of SQL that means the same on DuckDB and Spark. The order follows from what
each reads. `staging` is only read on the way and not kept; the grain of `core` and `marts` is unique and not null,
which the build checks. Where a model says by which columns its rows fall apart, a build after new files makes anew only
the parts that these touch. A file with `KIND` in its name makes one model for each kind of record in its header. A
check returns offending rows: `stop` keeps a build from being published, `warn` is shown.
"""


def page(models: list[Model]) -> str:
    """The whole page."""
    parts = [_INTRODUCTION]
    for layer in LAYERS:
        ordered = sorted((model for model in models if model.layer == layer), key=lambda model: model.name)
        parts.append(f"## {layer}\n\n" + "\n".join(map(_entry, ordered)))
    return "\n".join(parts)


def _entry(model: Model) -> str:
    lines = [f"### {model.name}\n", model.summary[:1].upper() + model.summary[1:] + "\n"]
    if model.grain:
        lines.append(f"- grain: {', '.join(model.grain)}")
    if model.part:
        lines.append(f"- made anew by: {', '.join(model.part)}")
    if model.approximate:
        lines.append(f"- equal on every engine but for the last digits: {', '.join(model.approximate)}")
    lines.append(f"- reads: {', '.join(model.reads)}")
    lines += [f"- caveat: {caveat}" for caveat in model.caveats]
    if model.severity:
        lines.append(f"- severity: {model.severity}; says: {say(model.tell, 'en')} / {say(model.tell, 'zh')}")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page, and beside the models that these very files keep every rule."""
    PAGE.write_text(page(load_models()), encoding="utf-8")
    (MODELS_FOLDER / PROOF).write_text(digest() + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
