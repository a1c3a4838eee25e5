import datetime
import json
from urllib.parse import unquote

import plotly.graph_objects as go
import pytest

from dashboard.charts import months, sparkline, trajectory, waterfall
from dashboard.charts.waterfall import together
from dashboard.theme import palette
from pipelines.texts import in_language

LIGHT = palette("light")
ROW = {
    "display_factor": 1, "display_decimals": 2, "display_unit": "人", "target_value": 1.2, "operator": "<=",
    "due_year": 2025, "baseline_year": 2020, "baseline_value": 1.9, "kind": "end_value",
}  # fmt: skip
YEARS = [
    {"year": 2019, "value": 2.1, "is_final": True},
    {"year": 2020, "value": None, "is_final": True},
    {"year": 2021, "value": 1.7, "is_final": True},
    {"year": 2022, "value": 1.4, "is_final": False},
]
PATH = [{"year": 2020, "required": 1.9}, {"year": 2025, "required": 1.2}]
FAN = [{"year": 2023, "lo80": 1.0, "lo50": 1.2, "median": 1.3, "hi50": 1.5, "hi80": 1.8}]


def texts(figure):
    return [note["text"] for note in figure["layout"]["annotations"]]


def test_a_missing_year_is_a_gap_and_never_a_zero():
    final = trajectory(YEARS, PATH, ROW, LIGHT)["data"][1]
    assert final["x"] == [2019, 2020, 2021] and final["y"] == [2.1, None, 1.7]
    assert final["connectgaps"] is False


def test_a_provisional_year_is_a_hollow_point_joined_by_dots():
    traces = trajectory(YEARS, PATH, ROW, LIGHT)["data"]
    hollow = traces[-1]
    assert hollow["x"] == [2022] and hollow["marker"]["color"] == LIGHT["card"]
    assert [trace["line"]["dash"] for trace in traces if trace["mode"] == "lines"] == ["dash", "dot"]


def test_the_line_stays_open_across_years_without_a_value_and_changes_of_definition():
    years = [{"year": year, "value": 10.0, "is_final": True} for year in (2016, 2017, 2019, 2020, 2021)]
    years.append({"year": 2022, "value": 9.0, "is_final": False})
    figure = trajectory(years, [], ROW, LIGHT, breaks=[(2020.5, "x"), (2021.5, "y")])
    final = figure["data"][0]
    assert list(zip(final["x"], final["y"], strict=True)) == [
        (2016, 10.0), (2017, 10.0), (2018.5, None), (2019, 10.0), (2020, 10.0), (2020.5, None), (2021, 10.0),
    ]  # fmt: skip
    assert not any(trace["line"].get("dash") == "dot" for trace in figure["data"] if trace.get("mode") == "lines")


def test_the_fan_starts_at_the_last_observed_year_on_a_shaded_ground():
    with in_language("zh"):
        figure = trajectory(YEARS, PATH, ROW, LIGHT, fan=FAN)
    band = figure["data"][0]
    assert band["x"][0] == 2022 and band["y"][0] == 1.4
    assert "预测 →" in texts(figure)


def test_a_target_far_outside_is_named_and_does_not_flatten_the_line():
    with in_language("zh"):
        figure = trajectory(YEARS, [], {**ROW, "target_value": 500.0}, LIGHT)
    assert figure["layout"]["yaxis"]["range"][1] < 10
    assert any(text.startswith("↑") and "图外" in text for text in texts(figure))


def test_years_stay_whole_numbers_on_the_axis():
    axis = trajectory(YEARS, PATH, ROW, LIGHT)["layout"]["xaxis"]
    assert axis["tickformat"] == "d" and axis["dtick"] == 1


def test_a_break_of_the_series_is_drawn_where_it_lies():
    figure = trajectory(YEARS, PATH, ROW, LIGHT, breaks=[(2021.5, "口径"), (1990.0, "earlier")])
    assert "口径" in texts(figure) and "earlier" not in texts(figure)


def test_an_indicator_without_any_value_still_gives_a_figure():
    empty = [{"year": year, "value": None, "is_final": False} for year in range(2021, 2024)]
    figure = trajectory(empty, [], {**ROW, "baseline_value": None}, LIGHT)
    assert go.Figure(figure).layout.xaxis.range == (2020.6, 2025.4)


@pytest.mark.parametrize("ground", ["light", "dark"])
def test_figures_are_plain_dicts_that_plotly_accepts_without_a_template(ground):
    colours = palette(ground)
    month = datetime.date(2024, 3, 1)
    figures = (
        trajectory(YEARS, PATH, ROW, colours, fan=FAN, breaks=[(2021.5, "x")]),
        waterfall(("2020", 1.9), [("a", -0.3), ("b", 0.1)], ("2023", 1.7), ROW, colours),
        months([{"month": month, "n": 3}], month, datetime.date(2024, 12, 31), "2024-03", colours),
    )
    for figure in figures:
        json.dumps(figure)
        assert figure["layout"]["template"] == "none"
        go.Figure(figure)


def test_the_waterfall_goes_from_the_value_before_to_the_value_after():
    figure = waterfall(("2020", 1.9), [("a", -0.3), ("b", 0.1)], ("2023", 1.7), ROW, LIGHT)
    bars = figure["data"][0]
    tops = [round(base + size, 6) for base, size in zip(bars["base"], bars["y"], strict=True)]
    assert tops == [1.9, 1.9, 1.7, 1.7]
    assert texts(figure) == ["1.90", "−0.30", "+0.10", "1.70"]


def test_small_parts_are_drawn_together_and_the_sum_stays():
    parts = [(str(n), float(n)) for n in range(10)]
    shown = together(parts)
    assert len(shown) == 6 and sum(amount for _, amount in shown) == 45.0


def test_months_without_a_known_record_have_no_bar():
    month = datetime.date(2024, 3, 1)
    bars = months([{"month": month, "n": 3}], datetime.date(2024, 2, 1), datetime.date(2024, 4, 30), "", LIGHT)["data"][
        0
    ]
    assert bars["x"] == ["2024-02", "2024-03", "2024-04"] and bars["y"] == [None, 3, None]


def test_a_sparkline_breaks_its_line_at_a_gap_and_ends_hollow_when_provisional():
    picture = unquote(sparkline(YEARS, 1.2, 2025, FAN))
    assert picture.startswith("data:image/svg+xml,<svg")
    assert picture.count('<path d="M') - picture.count("dasharray") - 1 == 2  # two runs, beside the fan
    assert "<circle" in picture and 'fill="none" stroke="#3d7ab5" stroke-width="1.5"' in picture
    assert sparkline([{"year": 2020, "value": None, "is_final": True}], 1.2, 2025) == ""


def test_a_target_far_from_the_values_is_an_arrow_with_its_words_and_no_line_that_seems_just_reached():
    far = unquote(sparkline(YEARS, 1000.0, 2025, FAN, "＜ 1000"))
    assert "↑ ＜ 1000</text>" in far and "H150" not in far
    assert "↓ &lt; 1</text>" in unquote(sparkline(YEARS, -1000.0, 2025, FAN, "< 1"))
    near = unquote(sparkline(YEARS, 1.2, 2025, FAN, "＜ 1.2"))
    assert "H150" in near and "<text" not in near


def test_every_role_of_the_palette_has_both_grounds():
    assert palette("light").keys() == palette("dark").keys()


def test_a_break_in_the_series_is_drawn_and_named_in_full_on_the_side_that_has_room():
    words = "2021年7月起门头沟区道路运输亡人事故不再区分是否为生产经营性"
    with in_language("zh"):
        figure = trajectory(YEARS, PATH, ROW, LIGHT, breaks=((2020.5, words), (2024.5, "可比基数调整")))
    uprights = [shape for shape in figure["layout"]["shapes"] if shape.get("x0") == shape.get("x1")]
    assert [shape["x0"] for shape in uprights] == [2020.5, 2024.5]
    notes = {note["text"].replace("<br>", ""): note for note in figure["layout"]["annotations"]}
    assert "<br>" in notes[words]["text"] and notes[words]["xanchor"] == "left"
    assert notes["可比基数调整"]["xanchor"] == "right"
    assert notes["可比基数调整"]["yshift"] < notes[words]["yshift"]


def test_a_forecast_never_runs_back_over_a_year_that_is_known_and_says_how_much_of_a_year_is():
    fan = [{**FAN[0], "year": 2022, "observed_share": 1.0}, {**FAN[0], "observed_share": 0.75}]
    with in_language("zh"):
        figure = trajectory(YEARS, PATH, ROW, LIGHT, fan=fan)
    assert figure["data"][0]["x"] == [2022, 2023, 2023, 2022]
    assert "2023 年已知 75%" in texts(figure)
    assert sparkline(YEARS, 1.2, 2025, fan) == sparkline(YEARS, 1.2, 2025, fan[1:])
