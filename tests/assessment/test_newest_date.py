"""Which day counts as the newest."""

import datetime as dt

from pipelines.assessment.assessor import as_of_dates
from pipelines.plans import load_plans


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
