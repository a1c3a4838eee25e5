import datetime

from dashboard.address import Place, parse, settled

DAYS = [datetime.date(2024, 3, 31), datetime.date(2024, 6, 30), datetime.date(2024, 9, 30)]


def test_an_address_says_the_whole_place_and_is_read_back():
    place = Place("tianjin", DAYS[1], "t1", "en", {"kind": "accidents", "page": "2"})
    assert parse(place.query()) == place


def test_a_link_changes_only_what_it_names_and_leaves_out_what_is_empty():
    place = Place("tianjin", None, "t1", "zh", {"kind": "accidents", "month": "2024-03"})
    assert place.query(month="", year=2024) == {
        "plan": "tianjin", "target": "t1", "lang": "zh", "kind": "accidents", "year": "2024"
    }  # fmt: skip


def test_what_cannot_be_read_is_left_at_its_default():
    place = parse({"plan": "../../etc", "as_of": "yesterday", "lang": "fr", "evil": "1", "target": "<script>"}, "en")
    assert place == Place(lang="en")


def test_an_unknown_plan_becomes_the_first_and_a_date_between_two_the_earlier():
    place = settled(Place("gone", datetime.date(2024, 7, 15)), ["beichen", "tianjin"], DAYS)
    assert (place.plan, place.as_of) == ("beichen", DAYS[1])
    assert settled(Place("tianjin", datetime.date(1999, 1, 1)), ["tianjin"], DAYS).as_of == DAYS[0]
    assert settled(Place("tianjin"), ["tianjin"], DAYS).as_of is None
    assert settled(Place("tianjin"), []).plan == ""
