"""One bad file through the whole landing of an office; and the messages, written anew by one command.

python -m tests.sources.gallery.office     # then read the difference before committing it
"""

import datetime
import shutil
import tempfile
from pathlib import Path

from pipelines.errors import PipelineError
from pipelines.settings import Settings
from pipelines.sources.landing import Landing, land_all
from pipelines.texts import in_language
from tests.sources.gallery import figures  # noqa: F401 - puts its bad files into the gallery
from tests.sources.gallery.defects import GALLERY, Defect

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
TODAY = datetime.date(2024, 10, 8)


def office(folder: Path, defect: Defect, limit: float) -> Settings:
    """An office whose only file of records is the bad one; `limit` is the rejected share that it puts up with."""
    shutil.copytree(ROOT / "data" / "codes", folder / "data" / "codes")
    target = folder / "data" / "raw" / defect.kind / defect.name
    target.parent.mkdir(parents=True)
    defect.write(target)
    return Settings(root=folder, build={"max_rejected_share": limit, "rejected_rows_borne": 0})


def land(folder: Path, defect: Defect, limit: float = 0.05) -> Landing:
    """Land the bad file; what is wrong is in `errors`."""
    return land_all(office(folder, defect, limit), today=TODAY, stop=False)


def message(folder: Path, defect: Defect, language: str) -> str:
    """The whole message that the sender of the bad file sees."""
    with in_language(language):
        errors = land(folder, defect).errors
        if len(errors) != 1 or not isinstance(errors[0], PipelineError) or errors[0].exit_code != 2:
            return f"not one error of input: {errors}"
        return errors[0].tell(language)


def messages(language: str) -> dict[str, str]:
    """The messages as they must be, by file."""
    text = (HERE / f"messages.{language}.txt").read_text(encoding="utf-8")
    blocks = [block.partition("\n") for block in text.split("=== ")[1:]]
    return {name.strip(): said.strip("\n") for name, _, said in blocks}


def write_messages() -> None:
    """Write both files of messages anew."""
    for language in ("en", "zh"):
        blocks = []
        for defect in GALLERY:
            with tempfile.TemporaryDirectory() as folder:
                blocks.append(f"=== {defect.name}\n{message(Path(folder), defect, language)}\n")
        (HERE / f"messages.{language}.txt").write_text("\n".join(blocks), encoding="utf-8")


if __name__ == "__main__":
    write_messages()
