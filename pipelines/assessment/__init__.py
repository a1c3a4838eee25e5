"""The arithmetic of targets: values, paths, pace, room, verdicts and what moved them, at any as-of date."""

from pipelines.assessment.assess import Assessment, assess_plan
from pipelines.assessment.assessor import Office
from pipelines.assessment.live import assess_at
from pipelines.assessment.reasons import tell_reason
from pipelines.assessment.tables import write_assessments

__all__ = ["Assessment", "Office", "assess_at", "assess_plan", "tell_reason", "write_assessments"]
