"""Fetch the wheels of requirements/base.txt, or of signin.txt, into a folder, for a machine without internet.

    python requirements/fetch_wheels.py wheels                                   for machines like this one
    python requirements/fetch_wheels.py wheels --system Windows --python 3.12    for other ones

pip evaluates the markers of a requirements file for the machine it runs on, so for another system the lines that
apply there are picked here first.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.requirements import Requirement

HERE = Path(__file__).parent
SYSTEMS = {
    "Linux": {"platform_system": "Linux", "sys_platform": "linux", "os_name": "posix", "platform_machine": "x86_64"},
    "Windows": {"platform_system": "Windows", "sys_platform": "win32", "os_name": "nt", "platform_machine": "AMD64"},
}
PLATFORMS = {
    "Linux": ["manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_24_x86_64", "manylinux_2_17_x86_64",
              "manylinux2014_x86_64", "manylinux_2_12_x86_64", "manylinux_2_5_x86_64", "manylinux1_x86_64"],
    "Windows": ["win_amd64"],
}  # fmt: skip


def applicable(lines: str, system: str, python: str) -> str:
    """The requirements that hold on `system` with `python`, without their markers, hashes kept."""
    target = {
        **SYSTEMS[system],
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    kept = []
    for entry in lines.replace("\\\n", " ").splitlines():
        if not entry.strip() or entry.startswith("#"):
            continue
        said, *hashes = entry.split("--hash=")
        requirement = Requirement(said)
        if requirement.marker is None or requirement.marker.evaluate(target):
            pinned = f"{requirement.name}{requirement.specifier}"
            kept.append(" ".join([pinned, *(f"--hash={digest.strip()}" for digest in hashes)]))
    return "\n".join(kept) + "\n"


def main() -> int:
    """Run pip download for the target; pip's own exit code is passed on."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder", type=Path)
    ask.add_argument("--system", choices=sorted(SYSTEMS), default="Windows" if sys.platform == "win32" else "Linux")
    ask.add_argument("--python", default=f"{sys.version_info.major}.{sys.version_info.minor}")
    ask.add_argument("--sign-in", action="store_true", help="with what signing in by OpenID Connect needs")
    ask.add_argument("--postgres", action="store_true", help="with what reading from PostgreSQL needs")
    said = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "requirements.txt"
        files = ["signin.txt"] * said.sign_in + ["postgres.txt"] * said.postgres or ["base.txt"]
        pinned = "\n".join((HERE / name).read_text(encoding="utf-8") for name in files)
        entries = dict.fromkeys(applicable(pinned, said.system, said.python).splitlines())
        wanted.write_text("\n".join(entries) + "\n", encoding="utf-8")
        platforms = [part for name in PLATFORMS[said.system] for part in ("--platform", name)]
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary=:all:",
                   "--python-version", said.python, *platforms, "-d", str(said.folder), "-r", str(wanted)]  # fmt: skip
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
