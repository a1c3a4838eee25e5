"""What inspections say of major hazards, where some files do not say which were rectified."""

from datetime import date

from pipelines.briefing.queries import of_major_hazards
from pipelines.place_readers import hazard_sum

KNOWN = date(2024, 9, 30)


def test_major_hazards_of_a_file_that_does_not_tell_what_was_rectified_are_neither_open_nor_rectified(warehouse_from):
    def found_in(file, day, place, **said):
        return {
            "file": file, "record_id": day, "inspected_on": day, "reported_at": f"{day} 10:00:00",
            "region_code": place, "major_hazards": 2, **said,
        }  # fmt: skip

    without = '[{"code": "lacking", "field": "major_rectified_on", "measures": ["major_hazards_rectified"]}]'
    house = warehouse_from(
        files={
            "told.csv": {"received_on": "2023-01-01", "is_history": True},
            "untold.csv": {"received_on": "2023-01-01", "is_history": True, "remarks": without},
        },
        inspections=[
            found_in("untold.csv", "2023-05-01", "120113001"),
            found_in("untold.csv", "2024-05-01", "120113001"),
            found_in("told.csv", "2024-05-02", "120113101"),
        ],
    )
    silent, told = house.major_hazards("120113", date(2024, 1, 1), KNOWN)["places"]
    names = ("listed", "rectified", "open", "overdue", "untold", "undated")
    assert [hazard_sum([silent], name) for name in names] == [2, None, None, None, 4, 0]
    assert [hazard_sum([told], name) for name in names] == [2, 0, 2, 0, 0, 2]
    assert [hazard_sum([silent, told], name) for name in names] == [4, 0, 2, 0, 4, 2]
    counted = of_major_hazards("120113", date(2024, 1, 1), KNOWN)
    rows = {row["code"]: row for row in house.query(counted.sql, dict(counted.params))}
    for code, places in (("120113001", [silent]), ("120113101", [told]), ("*", [silent, told])):
        assert [rows[code][name] for name in names] == [hazard_sum(places, name) for name in names]
