"""Which day counts as the newest."""

import datetime as dt

from pipelines.assessment.assessor import as_of_dates
from pipelines.assessment.series import newest_known_on
from pipelines.plans import load_plans
from tests.assessment.world import World, make_target


def test_plans_on_records_share_one_newest_day_and_published_totals_have_their_own(repository):
    plans = load_plans(repository / "data/plans")
    known = {"120000": dt.date(2024, 9, 30), "120113": dt.date(2024, 9, 11), "000000": dt.date(2026, 1, 20)}

    def ask(sql, params):
        regions, today = params
        return [(region, day) for region, day in known.items() if region in regions and day <= today]

    found = as_of_dates(ask, plans.values(), dt.date(2026, 11, 22))
    assert found["beichen"][-1] == found["tianjin"][-1] == dt.date(2024, 9, 30)
    assert found["nation"][-1] == dt.date(2026, 1, 20)
    assert found["tongan"] == [], "a plan whose region has no data has no dates"


def test_a_zero_return_is_news_as_much_as_a_record():
    world = (
        World()
        .count("accidents", "2024-03", 1, known="2024-04-10")
        .count("accidents", "2024-03", -1, known="2024-05-10")
    )
    world.reported(2024, 2024, kinds=["accidents"], late={"2024-03-31": "2024-06-10", "2024-06-30": None})
    newest = newest_known_on(world.ask, ["120113"], dt.date(2024, 6, 30))
    assert newest == {"120113": dt.date(2024, 6, 10)}


def test_a_year_whose_files_were_all_withdrawn_is_not_reported_and_never_zero():
    world = World().reported(2023, 2023, kinds=["accidents"])
    for known, amount in (("2023-06-30", 1), ("2024-05-10", -1)):
        world.count("accidents", "2023-06", amount, known=known).count("work_deaths", "2023-06", amount, known=known)
    world.con.execute("UPDATE mart_reporting_status SET lapsed_on = DATE '2024-05-10'")
    target = make_target("work_deaths", "monitored")
    before, after = (world.assess(target, on).years[2023] for on in ("2024-05-09", "2024-05-10"))
    assert (before.value, before.missing_reason) == (1, None)
    assert (after.value, after.missing_reason) == (None, "not_reported")
