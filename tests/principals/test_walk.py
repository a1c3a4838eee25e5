"""Two people go through the whole app, and neither meets anything of the other's."""

from __future__ import annotations

import pytest

from dashboard.components.record_table import RECORD
from dashboard.frame import PAGES
from pipelines import warehouse
from pipelines.settings import load_settings
from pipelines.texts import say
from tests.principals.conftest import SEEDS
from tests.principals.office import BEICHEN, DONGJIANG, numbers_of
from tests.principals.walk import numbers, open_as, shown, walk

OTHER = {BEICHEN: DONGJIANG, DONGJIANG: BEICHEN}
NO_RECORD = say("app.records.no_record", "zh")
TARGETS = {BEICHEN: ("1", "2", "3", "5", "9"), DONGJIANG: ("1", "2", "3", "4")}


def marks(district):
    """Texts that only this district's records hold."""
    return (f"{district.sign}-20", district.enterprise, district.topic, f"{district.plan}_all.csv")


def secret_numbers(district):
    """Numbers of a district that are not by chance a number of the other's too."""
    return numbers_of(district, SEEDS[district.sign]) - numbers_of(OTHER[district], SEEDS[OTHER[district].sign])


@pytest.fixture(scope="module")
def walked(office):
    """What each of the two meets, walked once."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        yield {who: walk(who.plan, office, monkeypatch, targets=TARGETS[who]) for who in OTHER}


@pytest.mark.parametrize("district", OTHER, ids=lambda district: district.plan)
def test_a_district_meets_nothing_of_its_sibling_on_any_page_or_in_any_file(walked, district):
    text, files = walked[district]
    assert len(files) > 10
    everything = "\n".join([text, *files])
    for mark in marks(district)[:2]:
        assert mark in everything, "its own records are there"
    for mark in marks(OTHER[district]):
        assert mark not in everything
    told = numbers(everything)
    assert told & numbers_of(district, SEEDS[district.sign])
    assert told & secret_numbers(OTHER[district]) == set()


@pytest.mark.parametrize("district", OTHER, ids=lambda district: district.plan)
def test_no_difference_between_a_visible_number_and_ones_own_is_the_siblings(walked, district):
    """The city is the sum of its two districts: were a number of the city visible, the rest would be the sibling's."""
    text, files = walked[district]
    told = numbers("\n".join([text, *files]))
    own = numbers_of(district, SEEDS[district.sign])
    sums = {number for number in secret_numbers(OTHER[district]) if number > 3_000_000}
    differences = {a - b for a in told - own for b in own}
    assert sums and differences & sums == set()


def test_the_bureau_meets_both_so_that_the_walk_can_fail(office, monkeypatch):
    text = shown(open_as("bureau", office, "records", {"kind": "inspections", "plan": "tianjin"}, monkeypatch))
    everything = text + shown(open_as("bureau", office, "data_loads", {}, monkeypatch))
    for district in OTHER:
        assert marks(district)[0] in everything and marks(district)[3] in everything
        assert numbers(everything) & secret_numbers(district)


def test_the_address_of_anothers_record_opens_nothing_of_it(office, monkeypatch):
    """Whoever guesses or is sent the number of a sibling's record is told that there is none."""
    secret, own_ids = secret_numbers(DONGJIANG), {}
    with warehouse.open(load_settings(office)) as house:
        for kind in ("accidents", "disasters", "inspections", "training"):
            sql = f"SELECT source, record_id, region_code FROM core_{kind}__versions WHERE record_id LIKE "
            one = [house.query(f"{sql}'{sign}-%' ORDER BY ALL LIMIT 1")[0].values() for sign in ("DJ", "BC")]
            own_ids[kind] = [RECORD.join(values) for values in one]
    for kind, (others, own) in own_ids.items():
        text, of_own = (
            shown(
                open_as("beichen", office, "records", {"plan": "beichen", "kind": kind, "record": there}, monkeypatch)
            )
            for there in (others, own)
        )
        assert NO_RECORD in text and NO_RECORD not in of_own
        assert not [mark for mark in marks(DONGJIANG)[1:] if mark in text]
        assert numbers(text) & secret == set()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", ["", "a stranger", "town"])
def test_whoever_has_no_role_or_no_plan_is_told_so_on_every_page_and_sees_nothing(office, monkeypatch, page, name):
    text = shown(open_as(name, office, page, {}, monkeypatch))
    assert ("登录后查看" if not name else "无权查看") in text
    assert "anlan build" not in text, "no build would help whoever may see nothing"
    for district in OTHER:
        assert not any(mark in text for mark in marks(district))
    assert numbers(text) == set()
