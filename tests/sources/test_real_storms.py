"""NOAA storm losses: gzip, losses as 5K, .5K, 10.00K, 2.5M, 1.2B and 5H, two-digit years, stray cp1252 bytes."""

import csv
import gzip
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

MAPPING = Path(__file__).parent / "mappings" / "noaa_storm_events.yml"
YUAN_PER_DOLLAR = 7  # the constant of the mapping
LETTERS = {"": 1, "H": 100, "K": 1000, "M": 1_000_000, "B": 1_000_000_000}
YEARS = {
    1993: "StormEvents_details-ftp_v1.0_d1993_c20160223.csv.gz",
    1994: "StormEvents_details-ftp_v1.0_d1994_c20160223.csv.gz",
    1995: "StormEvents_details-ftp_v1.0_d1995_c20170522.csv.gz",
    2017: "StormEvents_details-ftp_v1.0_d2017_c20170616.csv.gz",
}
LEFT_OUT = {"Dense Fog", "Rip Current", "Sneakerwave", "Astronomical Low Tide", "Freezing Fog"}
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]


def dollars(text):
    """A loss in dollars, None where blank; ValueError where it is not understood."""
    if not text:
        return None
    digits, letter = (text[:-1], text[-1].upper()) if not text[-1].isdigit() else (text, "")
    if letter not in LETTERS:
        raise ValueError(text)
    return Decimal(digits) * LETTERS[letter]


def day(text):
    """A date such as 03-MAY-93 18:35:00 in ISO form."""
    date, month, year = text.split(" ")[0].split("-")
    return f"{(1900 if int(year) >= 50 else 2000) + int(year)}-{MONTHS.index(month) + 1:02}-{int(date):02}"


@pytest.fixture
def events(real_records):
    """The events of one year as the csv module reads them."""

    def of(year):
        def decoded(line):
            try:
                return line.decode("utf-8")
            except UnicodeDecodeError:
                return line.decode("cp1252")

        with gzip.open(real_records / "disaster-losses" / YEARS[year]) as file:
            return list(csv.DictReader(map(decoded, file)))

    return of


@pytest.mark.parametrize("year", list(YEARS))
def test_losses_deaths_and_days_of_a_year_agree_with_the_csv_module(real_records, land, events, year):
    expected_loss, expected_deaths, days, known = Decimal(0), 0, Counter(), 0
    not_understood, unknown_kinds, backwards = set(), set(), set()
    hazards = {"Hail", "Thunderstorm Wind", "Tornado"}
    for event in events(year):
        if event["EVENT_TYPE"] in LEFT_OUT:
            continue
        if year < 2000 and event["EVENT_TYPE"] not in hazards:
            unknown_kinds.add(event["EVENT_ID"])
            continue
        try:
            losses = [dollars(event["DAMAGE_PROPERTY"]), dollars(event["DAMAGE_CROPS"])]
        except ValueError:
            not_understood.add(event["EVENT_ID"])
            continue
        if day(event["END_DATE_TIME"]) < day(event["BEGIN_DATE_TIME"]):
            backwards.add(event["EVENT_ID"])
            continue
        known += 1
        expected_loss += sum(loss for loss in losses if loss is not None)
        expected_deaths += int(event["DEATHS_DIRECT"]) + int(event["DEATHS_INDIRECT"])
        days[day(event["BEGIN_DATE_TIME"])] += 1

    landed = land(real_records / "disaster-losses" / YEARS[year], mapping=MAPPING)

    count, loss, deaths = landed.accepted(
        "count(*), CAST(sum(direct_loss_fen) AS BIGINT), CAST(sum(deaths) AS BIGINT)"
    )[0]
    assert (count, loss, deaths) == (known, int(expected_loss * YUAN_PER_DOLLAR * 100), expected_deaths)
    assert Counter(row[0] for row in landed.accepted("CAST(started_on AS VARCHAR)")) == days
    reasons = landed.reasons()
    assert len(not_understood) == len({line for line, _, field, _ in reasons if field == "direct_loss_fen"})
    assert len(unknown_kinds) == len({line for line, _, field, _ in reasons if field == "hazard_code"})
    assert len(backwards) == len({line for line, _, field, _ in reasons if field == "ended_on"})
    assert len(landed.rejected()) == len(not_understood | unknown_kinds | backwards)


def test_a_loss_that_nobody_understands_goes_to_quarantine_with_its_line(real_records, land, events):
    landed = land(real_records / "disaster-losses" / YEARS[1995], mapping=MAPPING)
    unknown = {line: value for line, _, field, value in landed.reasons() if field == "direct_loss_fen"}
    assert unknown == {2260: "0 + 0?", 12648: "80K + 0?"}
    lines = {line: original for line, original, _ in landed.rejected()}
    theirs = events(1995)
    for line in unknown:
        assert theirs[line - 2]["EVENT_ID"] in lines[line].split(",")
