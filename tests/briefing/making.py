"""A brief as data, and a report as the document that is compared with the build."""

from pipelines.briefing import brief, word
from pipelines.briefing.documents import compared, plan_row, quarter_of, scene_of
from pipelines.texts import in_language


def brief_report(house, settings, plan, quarter, language="zh"):
    row = plan_row(house, plan)
    with in_language(language):
        return brief.report_of(scene_of(house, settings, row, quarter_of(house, row, quarter), language))


def finish(report, house, name):
    return compared(word.draw(report), report.book, house, name)
