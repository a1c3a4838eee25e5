#!/usr/bin/env bash
# Pins every package that pyproject.toml asks for, with hashes, for Linux and Windows and Python 3.11 to 3.13.
# Run by `make lock` after a change of the dependencies; read the result as a diff.
set -euo pipefail
cd "$(dirname "$0")/.."
uv="${UV:-.venv-lock/bin/uv}"
options=(--universal --generate-hashes --python-version 3.11 --no-header --no-annotate --no-emit-index-url --no-emit-find-links)
"$uv" pip compile -q "${options[@]}" --extra install pyproject.toml -o requirements/base.txt "$@"
"$uv" pip compile -q "${options[@]}" --extra install --extra signin -c requirements/base.txt pyproject.toml -o requirements/signin.txt "$@"
"$uv" pip compile -q "${options[@]}" --extra install --extra postgres -c requirements/base.txt pyproject.toml -o requirements/postgres.txt "$@"
"$uv" pip compile -q "${options[@]}" --extra install --extra dev -c requirements/base.txt pyproject.toml -o requirements/dev.txt "$@"
"$uv" pip compile -q "${options[@]}" --no-deps requirements/fuzz.in -o requirements/fuzz.txt "$@"
# Spark's environment holds nothing else of the product, so only that extra is pinned.
.venv-lock/bin/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["spark"])' \
  | "$uv" pip compile -q "${options[@]}" - -o requirements/spark.txt "$@"
