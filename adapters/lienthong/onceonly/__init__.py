"""Never ask a citizen twice: catalogue, evidence store, rules, decisions with reasons."""

from ._applicant import Applicant
from ._catalogue import Catalogue, ReplacementRule, choices_of, component_of, components_of
from ._content import ContentStore, StoredContent
from ._decisions import BUILT_IN, Decision, Rule, Verdict
from ._engine import SYSTEM_NAMES_VI, Answer, Facts, decide
from ._evidence import Evidence, EvidenceStore, PaperFacts
from ._planner import CaseView, Plan, Planner, recorded
from ._sources import Question, inactive
from .errors import (
    CatalogueInvalid,
    EvidenceRefused,
    OnceOnlyError,
    UnknownComponent,
    UnknownProcedure,
)

__all__ = [
    "BUILT_IN",
    "SYSTEM_NAMES_VI",
    "Answer",
    "Applicant",
    "CaseView",
    "Catalogue",
    "CatalogueInvalid",
    "ContentStore",
    "Decision",
    "Evidence",
    "EvidenceRefused",
    "EvidenceStore",
    "Facts",
    "OnceOnlyError",
    "PaperFacts",
    "Plan",
    "Planner",
    "Question",
    "ReplacementRule",
    "Rule",
    "StoredContent",
    "UnknownComponent",
    "UnknownProcedure",
    "Verdict",
    "choices_of",
    "component_of",
    "components_of",
    "decide",
    "inactive",
    "recorded",
]
