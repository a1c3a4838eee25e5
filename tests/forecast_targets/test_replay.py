"""From records to probabilities: as-of, processes, cache, causes of change, and what a build then holds."""

import dataclasses
import datetime as dt
import itertools
import json
from collections import defaultdict
from fractions import Fraction

import duckdb
import numpy as np
import pytest

from pipelines.assessment.arithmetic import exact
from pipelines.comparison_readers import still_open
from pipelines.errors import PipelineError
from pipelines.forecast.proof import Proof
from pipelines.forecast.targets import Changes, DriverPaths, forecast_at, tell_forecast, what_if, with_forecast
from pipelines.forecast.targets.cache import Cache
from pipelines.forecast.targets.changes import change_rows, read_moves, value_of
from pipelines.forecast.targets.control import control_rows, control_totals, year_totals
from pipelines.forecast.targets.control_spans import span_rows
from pipelines.forecast.targets.eligibility import ground_of
from pipelines.forecast.targets.probability import evaluate, prepare
from pipelines.forecast.targets.simulate import simulate, simulate_all
from pipelines.forecast.targets.tables import forecast_dates
from pipelines.texts import has
from tests.forecast_targets import district

AS_OF = dt.date(2022, 9, 30)
NEWEST = dt.date(2023, 9, 30)


def prepared_at(house, folder, as_of):
    gatherer = district.gatherer_of(house, district.office_of(folder, "tianjin", "beichen"), as_of)
    return gatherer, prepare(gatherer, gatherer.archive.office.plans["beichen"], as_of)


@pytest.fixture(scope="module")
def at_newest(district_house, district_folder):
    gatherer, prepared = prepared_at(district_house, district_folder, NEWEST)
    paths = {name: simulate(series) for name, series in prepared.series.items()}
    return gatherer, prepared, paths


def evidence_of(gatherer, proof, prepared, paths):
    """Probability and evidence of every target, the models chosen as in a build."""
    applied = proof.applied(prepared)
    mine = {name: paths[series.key] for name, series in applied.series.items()}
    found = evaluate(gatherer, applied, mine)
    return [(one.target.target.id, one.probability, one.verdict, proof.target_row(applied, one)) for one in found]


@pytest.mark.parametrize("as_of", [dt.date(2021, 3, 31), dt.date(2022, 9, 30), dt.date(2023, 6, 30)])
def test_a_later_report_never_changes_an_earlier_forecast(tmp_path, district_house, district_folder, as_of):
    """All records against only those known at the date: the same series to the last digit, so the same paths."""
    # Several dates are proven together, as in a build; what is known at the last must not reach the first.
    gatherer, newest = prepared_at(district_house, district_folder, NEWEST)
    all_of = prepare(gatherer, newest.plan, as_of)
    replay = [all_of, newest]
    house = district.build(tmp_path, district.known_by(district.records(), as_of))
    alone, then = prepared_at(house, tmp_path, as_of)
    proofs = Proof.of(gatherer, replay, Cache(None)), Proof.of(alone, [then], Cache(None))
    assert {name: proofs[0].choice(one, as_of) for name, one in all_of.series.items()} == {
        name: proofs[1].choice(one, as_of) for name, one in then.series.items()
    }
    paths = [
        simulate_all(proof.applied(one).series.values(), Cache(None))
        for proof, one in zip(proofs, (all_of, then), strict=True)
    ]
    assert paths[0].keys() == paths[1].keys()
    rows = [evidence_of(*found) for found in zip((gatherer, alone), proofs, (all_of, then), paths, strict=True)]
    assert rows[0] == rows[1] and rows[0]
    house.close()
    assert {name: series.key for name, series in all_of.series.items()} == {
        name: series.key for name, series in then.series.items()
    }
    assert all_of.recipes == then.recipes
    assert {name: series.key for name, series in all_of.series.items()}


def test_every_target_has_a_probability_or_a_reason(at_newest):
    gatherer, prepared, paths = at_newest
    forecasts = evaluate(gatherer, prepared, paths)
    assert [one.target.target.id for one in forecasts] == [target.id for target in prepared.plan.targets]
    for one in forecasts:
        assert (one.probability is None) == bool(one.ground.refused)
        assert one.ground.refused == "" or has(f"forecast.no_forecast.{one.ground.refused}")
        assert one.probability is None or 0 <= one.probability <= 1
    kinds = {one.target.target.id: one for one in forecasts}
    assert kinds["2"].probability is not None
    assert kinds["8"].probability is not None
    assert kinds["t3"].probability == 1.0 or kinds["t3"].found is not None
    assert kinds["m1"].ground.refused == "watched"
    assert kinds["6"].ground.refused == "not_reported"


def test_no_path_is_missing_or_negative(at_newest):
    _, prepared, paths = at_newest
    for name, series in prepared.series.items():
        for part, values in paths[name].items():
            known = values[1:] if series.model == "denominator" else values
            assert (known >= 0).all() or part == "constant", (name, part)
            assert np.isfinite(values[-3:]).all(), (name, part)


def test_a_decided_target_has_probability_zero_or_one(district_house, district_folder):
    gatherer, prepared = prepared_at(district_house, district_folder, NEWEST)
    decided = [
        one
        for one in evaluate(gatherer, prepared, {name: simulate(s) for name, s in prepared.series.items()})
        if one.target.finding.settled in ("met", "not_met", "secured", "out_of_reach")
    ]
    assert all(one.probability in (0.0, 1.0) for one in decided)
    assert all((one.probability == 1.0) == (one.verdict in ("met", "secured")) for one in decided)


def test_one_process_or_two_give_the_same_paths(at_newest, monkeypatch):
    _, prepared, paths = at_newest
    monkeypatch.setattr("pipelines.forecast.targets.simulate.WORTH_A_PROCESS", 1)
    monkeypatch.setattr("pipelines.forecast.targets.simulate.CHUNK", 1)
    some = dict(sorted(prepared.series.items())[:3])
    found = simulate_all(some.values(), Cache(None), processes=2)
    for name, series in some.items():
        for part, values in paths[name].items():
            assert np.array_equal(found[series.key][part], values, equal_nan=True)


def test_the_cache_gives_back_what_was_simulated_and_survives_damage(tmp_path, at_newest, monkeypatch):
    _, prepared, paths = at_newest
    name, series = next(iter(prepared.series.items()))
    cache = Cache(tmp_path / "cache")
    simulate_all([series], cache)
    monkeypatch.setattr("pipelines.forecast.targets.simulate.simulate", None)
    again = simulate_all([series], cache)[series.key]
    assert all(np.array_equal(again[part], values, equal_nan=True) for part, values in paths[name].items())
    file = next(cache.folder.iterdir())
    file.write_bytes(file.read_bytes()[:200])
    assert cache.get(series.key) is None
    (cache.folder / "killed.npz.1.part").write_bytes(b"half")
    cache.keep_only([])
    assert not list(cache.folder.iterdir())


def test_the_causes_of_a_change_sum_to_it(district_house, district_folder):
    gatherer, _ = prepared_at(district_house, district_folder, NEWEST)

    def ask(sql, params):
        return [tuple(row.values()) for row in district_house.query(sql, params)]

    plan = gatherer.archive.office.plans["beichen"]
    moves = read_moves(ask, {plan.region_code}, gatherer.measures)
    seen = set()
    dates = [day for day in gatherer.archive.facts.points if day.year >= 2021 and (day.month, day.day) != (1, 30)]
    for before, as_of in itertools.pairwise(dates):
        for one in prepare(gatherer, plan, as_of).targets:
            sums = defaultdict(Fraction)
            rows = change_rows(gatherer.archive, plan, one, before, as_of, moves)
            for *_, year, cause, amount, _ in rows:
                sums[year] += amount
                seen.add(cause)
            reader = gatherer.archive.reader(plan, one.target)
            scale = exact(one.indicator.scale) if one.indicator.denominator else None
            for year, total in sums.items():
                now = value_of(gatherer.archive.years(reader, as_of), year, scale)
                was = value_of(gatherer.archive.years(reader, before), year, scale)
                assert total == now - (was or 0)
    assert seen == {"new_events", "late_reports", "revisions", "struck_off", "denominators"}


def test_what_was_struck_off_by_a_date_is_known_with_its_month_and_stratum(at_newest):
    _, prepared, paths = at_newest
    rows = district.records()["accidents"]
    first = {row["record_id"]: row for row in rows if row["status"] == "reported"}
    struck = [row["record_id"] for row in rows if row["status"] == "struck_off"]
    gone = [first[name] for name in struck if last_word(rows, name)["reported_at"][:10] <= NEWEST.isoformat()]
    by_stratum = {"other": ["road_traffic"], "industrial": ["construction", "chemicals"]}
    for stratum, sectors in by_stratum.items():
        mine = [row for row in gone if row["sector_code"] in sectors]
        series = prepared.series[f"{stratum}_deaths@120113"]
        assert series.numbers["struck"].sum() == len(mine) > 0
        assert series.numbers["dead_struck"].sum() == sum(row["deaths"] for row in mine)
        months = [
            (int(row["occurred_at"][:4]) - district.FIRST) * 12 + int(row["occurred_at"][5:7]) - 1 for row in mine
        ]
        of_month = series.numbers["struck"].astype(int)
        assert np.repeat(np.arange(of_month.size), of_month).tolist() == sorted(months)
        own = paths[series.name]
        assert (own["kept"].mean(axis=1) >= own["deaths"].mean(axis=1)).all()


def last_word(rows, name):
    return max((row for row in rows if row["record_id"] == name), key=lambda row: row["reported_at"])


def test_towns_and_sectors_sum_to_the_district_on_every_path(at_newest):
    gatherer, prepared, paths = at_newest
    names = {stratum: f"{stratum}_deaths@120113" for stratum in ("industrial", "other")}
    totals = year_totals(gatherer, prepared.plan, NEWEST, prepared.series, paths, names)
    for measure, found in totals.items():
        whole = found["120113", ""]
        towns = sum(amount for (region, sector), amount in found.items() if region != "120113")
        sectors = sum(amount for (region, sector), amount in found.items() if sector)
        assert measure in ("accidents", "work_deaths")
        assert (towns == whole).all()
        assert (sectors == whole).all()


def test_the_chance_of_staying_within_a_control_figure(at_newest):
    gatherer, prepared, paths = at_newest
    totals = control_totals(gatherer, prepared.plan, NEWEST, prepared.series, paths)
    rows = {(row[2], row[4], row[5]): row for row in control_rows(gatherer, prepared.plan, NEWEST, totals)}
    used, expected, low, high, within = rows["work_deaths", "120113", ""][7:]
    assert used <= low <= expected <= high
    assert 0 <= within <= 1
    assert rows["work_deaths", "120113001", ""][11] == 1.0  # a figure of a thousand
    assert rows["work_deaths", "120113", "road_traffic"][11] == 0.0  # a figure of zero with deaths on record


def test_the_quarters_lead_to_the_year_and_what_has_been_does_not_move(at_newest):
    gatherer, prepared, paths = at_newest
    totals = control_totals(gatherer, prepared.plan, NEWEST, prepared.series, paths)
    year = {row[2:3] + row[4:6]: row for row in control_rows(gatherer, prepared.plan, NEWEST, totals)}
    found = {}
    for row in span_rows(gatherer, prepared.plan, NEWEST, totals):
        found.setdefault(row[2:5], []).append(row)
    assert set(found) == set(year)
    for place, rows in found.items():
        quarters = [row for row in rows if row[5] == "quarter"]
        assert [row[7].month for row in quarters] == [3, 6, 9, 12]
        assert quarters[-1][8:] == pytest.approx(year[place][6:]), "to the end of the year it is the year's chance"
        expected = [row[10] for row in quarters]
        assert expected == sorted(expected), "what is used only grows"
    own = [row for row in found["work_deaths", "120113", ""] if row[5] == "quarter"]
    assert own[0][10] == pytest.approx(own[0][9], abs=0.2), "little of the first quarter is still to be reported"
    assert own[2][8] == pytest.approx(year["work_deaths", "120113", ""][6] * 273 / 365)


class Opened:
    """As much of the gate as the forecasts need."""

    def __init__(self, con):
        self.con = con

    def query(self, sql, params=()):
        answer = self.con.execute(sql, params)
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def tables(self):
        return {name for (name,) in self.con.execute("SELECT table_name FROM information_schema.tables").fetchall()}


def test_a_build_holds_every_target_at_every_quarter_end(forecast_build):
    rows = forecast_build.execute(
        "SELECT target_id, as_of_on, has_forecast, probability, no_forecast_reason, verdict, reason_facts "
        "FROM forecast_probabilities"
    ).fetchall()
    assert len({row[1] for row in rows}) == 12  # the quarter-ends of 2021 to 2023
    assert len(rows) == 12 * 21
    for _, _, has_forecast, probability, reason, verdict, facts in rows:
        assert has_forecast == (probability is not None)
        assert (reason is None) == has_forecast
        assert verdict != "undecided"
        for language in ("zh", "en"):
            assert tell_forecast(json.loads(facts), language) or has_forecast


def test_fans_are_in_order_and_final_years_have_no_width(forecast_build):
    rows = forecast_build.execute("SELECT lo80, lo50, median, hi50, hi80 FROM forecast_fans").fetchall()
    assert rows
    assert all(list(row) == sorted(row) for row in rows)


def test_the_fan_of_a_total_runs_up_from_what_is_known_and_stands_beside_no_other_kind(forecast_build, tmp_path):
    kinds = {target.id: target.kind for target in district.office_of(tmp_path, "beichen").plans["beichen"].targets}
    read = forecast_build.execute(
        "SELECT target_id, year, median, lo80, hi80, observed_share, total_median, total_lo80, total_hi80 "
        "FROM forecast_fans WHERE as_of_on = DATE '2023-12-31' ORDER BY target_id, year"
    ).fetchall()
    rows = [(row[0], kinds[row[0]], *row[1:]) for row in read]
    assert all((row[7] is None) == (row[1] != "period_total") for row in rows)
    totals = {target: [row for row in rows if row[0] == target] for target in {r[0] for r in rows if r[7] is not None}}
    assert totals
    for years in totals.values():
        known = [row for row in years if row[4] == row[5]]
        assert [row[7] for row in known] == pytest.approx(
            [sum(r[3] for r in known[: n + 1]) for n in range(len(known))]
        )
        widths = [row[9] - row[8] for row in years]
        assert widths == sorted(widths)  # what is not known yet adds up


def test_the_number_of_binding_targets_met_is_a_distribution(forecast_build):
    sums = forecast_build.execute(
        "SELECT SUM(probability), MAX(met) = ANY_VALUE(of) FROM forecast_binding GROUP BY as_of_on"
    ).fetchall()
    assert sums
    assert all(total == pytest.approx(1) and complete for total, complete in sums)


def test_what_if_without_changes_gives_the_probabilities_of_the_build(forecast_build):
    scene = DriverPaths.read(Opened(forecast_build), "beichen")
    stored = dict(
        forecast_build.execute(
            "SELECT target_id, probability FROM forecast_probabilities "
            "WHERE as_of_on = ? AND model <> 'decided' AND probability IS NOT NULL",
            [scene.as_of],
        ).fetchall()
    )
    found = what_if(scene)
    assert stored
    assert {name: one.probability for name, one in found.items()} == pytest.approx(stored)


def test_what_if_moves_each_target_the_right_way(forecast_build):
    scene = DriverPaths.read(Opened(forecast_build), "beichen")
    usual = what_if(scene)
    safer = what_if(scene, Changes(fewer_deaths=2))["2"]
    assert safer.probability > usual["2"].probability
    assert (safer.judged <= usual["2"].judged + 1e-12).all()
    dropped = what_if(scene, Changes(sector_drop={"construction": 0.5, "chemicals": 0.5}))["2"]
    assert (dropped.judged <= usual["2"].judged + 1e-12).all()
    worst = max(range(2019, 2023), key=lambda year: scene.paths["disasters@120113"]["loss"][year - scene.first_year][0])
    flood = what_if(scene, Changes(flood_like=worst))
    assert (flood["3"].judged >= usual["3"].judged - 1e-15).all()
    richer = what_if(scene, Changes(gdp_growth=0.2))
    assert (richer["3"].judged <= usual["3"].judged + 1e-15).all()
    assert usual["2"].probability == what_if(scene)["2"].probability  # nothing was changed for good


def test_what_cannot_be_assumed_is_said(forecast_build):
    scene = DriverPaths.read(Opened(forecast_build), "beichen")
    with pytest.raises(PipelineError) as told:
        what_if(scene, Changes(gdp_growth=3.0, flood_like=2030, fewer_deaths=-1, sector_drop={"sky": 0.1}))
    assert told.value.code == "what_if_impossible"
    assert len(told.value.rows) == 4
    with pytest.raises(PipelineError) as told:
        DriverPaths.read(Opened(forecast_build), "tianjin")
    assert told.value.code == "no_driver_paths"


def test_between_quarter_ends_no_probability_is_shown(forecast_build, tmp_path):
    house = Opened(forecast_build)
    assert forecast_at(house, district.settings_of(tmp_path), "beichen", dt.date(2022, 10, 1)) == {}
    stored = forecast_at(house, district.settings_of(tmp_path), "beichen", AS_OF)
    assert len(stored) == 21


def test_between_quarter_ends_what_is_open_carries_the_forecast_of_the_last_one(forecast_build, tmp_path):
    settings, house = district.settings_of(tmp_path), Opened(forecast_build)
    stored = forecast_at(house, settings, "beichen", AS_OF)
    verdicts = {"1": "undecided", "2": "out_of_reach", "m1": "watched", "t6": "no_data"}
    rows = [{"target_id": name, "verdict": verdict} for name, verdict in verdicts.items()]
    day, found = with_forecast(house, settings, "beichen", dt.date(2022, 11, 20), rows)
    assert day == AS_OF
    assert (found[0]["probability"], found[0]["verdict"]) == (stored["1"]["probability"], stored["1"]["verdict"])
    assert found[1:] == rows[1:]


def test_a_replay_without_stored_forecasts_gives_the_same(forecast_build, district_house, tmp_path):
    stored = forecast_at(Opened(forecast_build), district.settings_of(tmp_path), "beichen", AS_OF)
    fresh = forecast_at(district_house, district.settings_of(tmp_path), "beichen", AS_OF)
    assert {key: row["probability"] for key, row in fresh.items()} == {
        key: row["probability"] for key, row in stored.items()
    }


def test_completeness_never_falls_with_age_and_shows_the_late_reports(forecast_build):
    rows = forecast_build.execute(
        "SELECT month, reported_share, lo80, hi80 FROM forecast_completeness "
        "WHERE measure = 'other_accidents' AND as_of_on = ? ORDER BY month",
        [AS_OF],
    ).fetchall()
    shares = [share for _, share, _, _ in rows]
    assert len(rows) == 12
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.97
    assert 0.6 < shares[-1] < 0.9  # one in five of the simulated reports is later than the month's end
    assert all(low <= share <= high for _, share, low, high in rows)


def test_a_plan_is_forecast_at_no_later_date_than_it_is_assessed():
    plans = district.office_of(district.ROOT, "tianjin", "beichen").plans
    con = duckdb.connect()
    con.execute("CREATE TABLE assess_plans (plan_id VARCHAR, newest_as_of DATE)")
    con.execute("INSERT INTO assess_plans VALUES ('beichen', DATE '2021-08-15'), ('tianjin', NULL)")
    found = forecast_dates(lambda sql, params: con.execute(sql, params).fetchall(), plans)
    assert found == {"tianjin": [], "beichen": [dt.date(2021, 3, 31), dt.date(2021, 6, 30)]}


def test_a_control_figure_and_a_target_read_the_same_paths(at_newest):
    gatherer, prepared, paths = at_newest
    totals = control_totals(gatherer, prepared.plan, NEWEST, prepared.series, paths)
    rows = control_rows(gatherer, prepared.plan, NEWEST, totals)
    figure, *_, within = next(row[6:] for row in rows if row[2:6] == ("work_deaths", NEWEST.year, "120113", ""))
    series = prepared.series["other_deaths@120113"]
    at = NEWEST.year - series.first_year
    total = sum(paths[f"{stratum}_deaths@120113"]["deaths"][at] for stratum in ("industrial", "other"))
    assert within == pytest.approx(float((total <= figure).mean()))


def test_what_one_reading_settles_and_the_other_does_not_has_no_probability(at_newest):
    gatherer, prepared, paths = at_newest
    one = next(one for one in prepared.targets if one.target.id == "3")
    finding = dataclasses.replace(one.finding, settled="secured", definition_to_confirm=True)
    doubtful = dataclasses.replace(one, finding=finding)
    ground = ground_of(prepared.plan, doubtful, 0)
    changed = dataclasses.replace(
        prepared,
        targets=tuple(doubtful if other is one else other for other in prepared.targets),
        grounds={**prepared.grounds, one.target.id: ground},
    )
    found = next(f for f in evaluate(gatherer, changed, paths) if f.target is doubtful)
    assert (ground.refused, found.probability, found.verdict) == ("definition_to_confirm", None, "no_forecast")


def test_a_forecast_divides_by_the_revision_that_the_assessment_divides_by(tmp_path):
    """GDP is printed first and revised up by a hundredth two years later; 2023 has its first print only."""
    rows = district.records()
    firsts = [row for row in rows["statistics"] if row["measure"] == "gdp" and row["frequency"] == "year"]
    for row in firsts:
        year = int(row["period_end"][:4])
        row["vintage"] = "first-published"
        revised = {
            **row,
            "value": row["value"] * 1.01,
            "vintage": "revised",
            "reported_at": f"{year + 2}-06-01 09:00:00",
        }
        rows["statistics"] += [revised] if year <= 2021 else []
    house = district.build(tmp_path, rows)
    _, prepared = prepared_at(house, tmp_path, dt.date(2023, 9, 30))
    house.close()
    numbers = prepared.series["gdp@120113"].numbers
    read = dict(zip(numbers["year"].tolist(), numbers["value"].tolist(), strict=True))
    target = next(one for one in prepared.targets if one.target.id == "3")
    assessed = {year: float(known.denominator) for year, known in target.years.items() if known.denominator}
    assert {year: read[year] for year in assessed} == pytest.approx(assessed)
    assert read[2021] == pytest.approx(next(row["value"] for row in firsts if row["period_end"] == "2021-12-31"))


def test_an_exceeded_control_figure_has_no_chance_of_being_kept():
    rows = [
        {"used": 33, "figure": 29, "probability_within": 0.04},
        {"used": 29, "figure": 29, "probability_within": 0.3},
    ]
    assert [row["probability_within"] for row in still_open(rows)] == [None, 0.3]
