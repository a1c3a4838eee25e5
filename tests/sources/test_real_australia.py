"""Australian road deaths: a CSV inside a zip, title rows, a line break in a heading, -9 for unknown, no day."""

import csv
import datetime
import io
import zipfile
from collections import Counter
from pathlib import Path

MAPPING = Path(__file__).parent / "mappings" / "australia_fatal_crashes.yml"
FILE = "accidents/bitre_australia_fatal_crashes_and_fatalities_dec2024.zip"


def test_all_crashes_land_with_the_deaths_of_each_year_and_state(real_records, land):
    path = real_records / FILE
    with zipfile.ZipFile(path) as archive:
        text = archive.read("bitre_fatal_crashes_dec2024.csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    heading = next(i for i, row in enumerate(rows) if row[0] == "Crash ID")
    crashes = [dict(zip(rows[heading], row, strict=True)) for row in rows[heading + 1 :]]
    deaths = Counter()
    for crash in crashes:
        deaths[int(crash["Year"])] += int(crash["Number Fatalities"])

    landed = land(path, mapping=MAPPING, received_on=datetime.date(2025, 1, 31))

    assert landed.receipt["records"] == len(crashes) > 51_000
    assert landed.rejected() == []
    by_year = Counter()
    for year, deaths_of_crash in landed.accepted("year(occurred_at), deaths"):
        by_year[year] += deaths_of_crash
    assert by_year == deaths
    times = [row["Time"] for row in crashes]
    hours = Counter(int(time.split(":")[0]) if ":" in time else 0 for time in times)
    assert Counter(hour for (hour,) in landed.accepted("hour(occurred_at)")) == hours
    last = landed.accepted("record_id, line_number, record_number")[-1]
    assert last == (crashes[-1]["Crash ID"], text.count("\n") + 1, len(crashes))
