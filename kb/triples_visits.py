"""What documents report of visits → statements: where each stands, when it was or will be made, and what for.

A report is a node of its own: schedules and status reports of many days speak of one visit, and what each says stays.
Rules join it to the observation and the visit that another document describes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb import iris, vocabulary
from kb.nquads import Moment

if TYPE_CHECKING:
    from kb.nquads import Quads
    from kb.records import Reading
    from kb.visits import VisitReport

__all__ = ["state_reports", "state_status"]


def state_reports(quads: Quads, node: str, reading: Reading) -> None:
    """State what a document reports of visits.

    Parameters
    ----------
    quads
        The document's graph.
    node
        The document.
    reading
        What it says.

    """
    document = reading.document
    quads.put(node, "dcterms:title", document.title)
    quads.put(node, "packageNumber", document.package)
    quads.put(node, "scheduledWeek", document.week)
    made_at = document.created  # a day alone is no point in time
    quads.put(node, "dcterms:created", Moment(made_at) if made_at and "T" in made_at else made_at)
    nodes = {one.order: f"<{iris.report_iri(document.format, document.key, one.order)}>" for one in reading.reports}
    for report in reading.reports:
        made = nodes[report.order]
        quads.link(node, "reportsVisit", made)
        _report(quads, made, report)
        if report.attached_to is not None:
            quads.link(made, "attachedTo", nodes[report.attached_to])


def state_status(quads: Quads, node: str, status: str | None) -> None:
    """State where a visit stands: as written, and the concept where the vocabulary has one."""
    quads.put(node, "visitStatus", status or None)
    found = vocabulary.load().find("visit-status", status) if status else None
    if found is not None:
        quads.link(node, "hasStatus", f"<{found.iri}>")


def _report(quads: Quads, node: str, report: VisitReport) -> None:
    templates = vocabulary.load().templates
    quads.type(node, "VisitReport")
    quads.put(node, "rdfs:label", f"Visit {report.name}{' (in parallel)' if report.parallel else ''}")
    quads.put(node, "line", report.line)
    quads.put(node, "order", report.order)
    quads.link(node, "ofProgram", f"<{iris.program_iri(report.program)}>")
    quads.put(node, "observationNumber", report.observation)
    quads.put(node, "visitNumber", report.visit)
    state_status(quads, node, report.status)
    quads.put(node, "startTime", Moment(report.start) if report.start else None)
    quads.put(node, "endTime", Moment(report.end) if report.end else None)
    quads.put(node, "scheduledDuration", report.seconds)
    quads.put(node, "chargedHours", report.hours)
    quads.put(node, "visitType", report.kind)
    quads.put(node, "guidingMode", report.guiding)
    for template in report.templates:
        quads.put(node, "reportedMode", template)
        if template in templates:
            quads.link(node, "reportedTemplate", f"<{templates[template].iri}>")
    for target in report.targets:
        quads.put(node, "reportedTarget", target)
    quads.put(node, "targetCategory", report.category)
    for keyword in report.keywords:
        quads.put(node, "targetKeyword", keyword)
    for order, window in enumerate(report.windows, 1):
        made = f"<{node[1:-1]}/window/{order}>"
        quads.link(node, "hasPlanWindow", made)
        quads.type(made, "PlanWindow")
        quads.put(made, "rdfs:label", window.raw)
        quads.put(made, "line", report.line)
        quads.put(made, "windowStart", Moment(f"{window.start}T00:00:00Z"))
        quads.put(made, "windowEnd", Moment(f"{window.end}T23:59:59Z"))
    quads.put(node, "planStatus", report.plan_status)
    for repeat in report.repeats:
        quads.put(node, "repeatNote", str(repeat))
    quads.put(node, "isParallel", True if report.parallel else None)
