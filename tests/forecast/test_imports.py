"""What a program that only shows results must not load."""

import subprocess
import sys


def test_importing_the_doors_loads_neither_statsmodels_nor_pandas_nor_scipy(repository):
    program = (
        "import sys, pipelines.forecast; print([m for m in ('statsmodels', 'pandas', 'scipy') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=repository, check=True)
    assert ran.stdout.strip() == "[]"
