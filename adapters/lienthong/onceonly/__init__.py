"""Never ask a citizen twice: catalogue, evidence store, rules, decisions with reasons."""

from ._applicant import Applicant
from ._catalogue import Catalogue, ReplacementRule, choices_of, component_of, components_of
from ._content import ContentStore, Source, StoredContent
from ._decisions import BUILT_IN, Decision, Rule, Verdict
from ._engine import SYSTEM_NAMES_VI, Answer, Facts, Outage, decide
from ._events import Event, EventKind, EventRule, events_between, load_event_rules
from ._evidence import EvidencePolicy, EvidenceStore
from ._evidence_facts import Evidence, PaperFacts, Received
from ._planner import CaseView, Plan, Planner, recorded
from ._signatures import REASONS_VI, Signature, SignatureChecker, SignatureVerdict
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
    "REASONS_VI",
    "SYSTEM_NAMES_VI",
    "Answer",
    "Applicant",
    "CaseView",
    "Catalogue",
    "CatalogueInvalid",
    "ContentStore",
    "Decision",
    "Event",
    "EventKind",
    "EventRule",
    "Evidence",
    "EvidencePolicy",
    "EvidenceRefused",
    "EvidenceStore",
    "Facts",
    "OnceOnlyError",
    "Outage",
    "PaperFacts",
    "Plan",
    "Planner",
    "Question",
    "Received",
    "ReplacementRule",
    "Rule",
    "Signature",
    "SignatureChecker",
    "SignatureVerdict",
    "Source",
    "StoredContent",
    "UnknownComponent",
    "UnknownProcedure",
    "Verdict",
    "choices_of",
    "component_of",
    "components_of",
    "decide",
    "events_between",
    "inactive",
    "load_event_rules",
    "recorded",
]
