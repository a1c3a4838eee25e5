"""Still pictures of figures: nothing that the figure shows is lost."""

import re
import xml.etree.ElementTree as ET

import pytest

from dashboard.charts import months, trajectory, waterfall
from dashboard.charts.picture import picture, svg
from tests.dashboard.test_charts import FAN, LIGHT, PATH, ROW, YEARS


def shown(figure, width=600):
    root = ET.fromstring(svg(figure, width))
    texts = ["".join(part.itertext()) for part in root.iter("{http://www.w3.org/2000/svg}text")]
    return root, texts


def test_every_note_and_every_observed_point_of_a_trajectory_is_in_its_picture():
    figure = trajectory(YEARS, PATH, ROW, LIGHT, fan=FAN, breaks=((2021.5, "口径变化"),))
    root, texts = shown(figure)
    for note in figure["layout"]["annotations"]:
        assert note["text"].replace("<br>", "") in texts
    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 3  # the missing year is no point
    assert {"2019", "2025"} <= set(texts)


def test_nothing_of_a_picture_lies_outside_its_frame():
    figure = trajectory(YEARS, PATH, ROW, LIGHT, fan=FAN, breaks=((2024.9, "很长很长的口径变化说明文字"),))
    text = svg(figure, 420)
    assert all(-1 <= float(x) <= 421 for x in re.findall(r'<tspan x="([-.\d]+)"', text))
    assert all(-1 <= float(y) <= 361 for y in re.findall(r'<tspan x="[-.\d]+" y="([-.\d]+)"', text))
    spots = re.findall(r'text-anchor="(\w+)"><tspan x="([-.\d]+)"[^>]*>([^<]+)', text)
    anchor, at = next((anchor, float(x)) for anchor, x, words in spots if "很长" in words)
    assert (at <= 420 and anchor == "end") or at + 14 * 13 <= 420


def test_bars_stand_on_their_base_and_carry_their_amounts():
    root, texts = shown(waterfall(("2020", 1.0), [("分子", -0.4), ("分母", 0.1)], ("2023", 0.7), ROW, LIGHT))
    bars = list(root.iter("{http://www.w3.org/2000/svg}rect"))
    assert len(bars) == 4
    tops = [float(bar.get("y")) for bar in bars]
    assert tops[0] == pytest.approx(tops[1], abs=0.2)  # the fall hangs from the level before it
    assert "−0.40" in texts and "+0.10" in texts


def test_an_unknown_kind_of_trace_is_refused():
    figure = trajectory(YEARS, PATH, ROW, LIGHT)
    figure["data"].append({"type": "heatmap", "x": [], "y": []})
    with pytest.raises(ValueError, match="heatmap"):
        picture(figure, 400)


def test_months_without_a_record_have_no_bar():
    import datetime

    counts = [{"month": datetime.date(2024, 2, 1), "n": 3}]
    root, texts = shown(months(counts, datetime.date(2024, 1, 1), datetime.date(2024, 3, 31), "", LIGHT))
    assert len(list(root.iter("{http://www.w3.org/2000/svg}rect"))) == 1
    assert "2024-01" in texts
