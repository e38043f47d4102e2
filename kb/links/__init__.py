"""Links between programs: what a text refers to, and which calibration activity a title names.

Both functions are pure; what they know about words is data under ``ontology/links/``.
"""

from kb.links.activity import Activity, activity_key
from kb.links.references import find_references

__all__ = ["Activity", "activity_key", "find_references"]
