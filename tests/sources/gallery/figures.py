"""Bad files whose rows look right: figures that cannot be, places at odds, ids that a spreadsheet rewrote."""

import openpyxl

from tests.sources.gallery.defects import GOOD, HEADING, csv, defect

STATISTICS = "区划代码,指标,统计期,数值,单位"


@defect("merged_loss.xlsx")
def one_loss_merged_over_two_accidents(path):
    book = openpyxl.Workbook()
    for row in ([*HEADING.split(","), "直接经济损失（元）"], *([*row.split(","), 5000] for row in GOOD)):
        book.active.append(row)
    book.active.merge_cells("F2:F3")
    book.save(path)


@defect("place_at_odds.csv")
def a_code_of_one_district_and_the_name_of_another(path):
    named = [f"{row},{name}" for row, name in zip(GOOD, ("北辰区", "门头沟区", "门头沟区"), strict=True)]
    csv(path, *named, heading=f"{HEADING},区县")


@defect("rewritten_id.csv")
def an_id_that_a_spreadsheet_made_a_number(path):
    csv(path, GOOD[0].replace("A-1", "1.2E+17"), *GOOD[1:])


@defect("early_figure.csv", "statistics")
def a_figure_before_its_year_is_over(path):
    csv(path, "120113,常住人口,2023年,90,万人", "120113,常住人口,2024年,91,万人", heading=STATISTICS)


@defect("beyond_bounds.csv", "statistics")
def a_figure_that_no_place_can_have(path):
    csv(path, "120113,常住人口,2022年,90,万人", "120113,常住人口,2023年,900000,万人", heading=STATISTICS)


@defect("single_quarter.csv", "statistics")
def a_figure_of_the_fourth_quarter_alone(path):
    csv(
        path,
        "120113,地区生产总值,2023年,1210,亿元",
        "120113,地区生产总值,2023年四季度当季,320,亿元",
        heading=STATISTICS,
    )
