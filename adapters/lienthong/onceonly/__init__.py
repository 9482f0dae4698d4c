"""Never ask a citizen twice: catalogue, evidence store, rules, decisions with reasons."""

from ._applicant import Applicant
from ._catalogue import (
    Catalogue,
    ReplacementRule,
    choices_of,
    component_of,
    components_of,
    requirements_of,
)
from ._content import ContentStore, Source, StoredContent
from ._decisions import BUILT_IN, Decision, Rule, Verdict
from ._engine import Answer, Facts, decide, decide_all, version_of
from ._events import Event, EventKind, EventRule, events_between, load_event_rules
from ._evidence import EvidencePolicy, EvidenceStore
from ._evidence_facts import Evidence, PaperFacts, Received
from ._inputs import ENGINE, Inputs, Outage
from ._judge import SYSTEM_NAMES_VI, judge
from ._planner import CaseView, Plan, Planner, recorded
from ._recompute import Change, differences, recompute, with_rules
from ._signatures import REASONS_VI, Signature, SignatureChecker, SignatureVerdict
from ._sources import Question, inactive
from .errors import (
    CatalogueInvalid,
    EvidenceRefused,
    NotRecomputable,
    OnceOnlyError,
    UnknownComponent,
    UnknownProcedure,
)

__all__ = [
    "BUILT_IN",
    "ENGINE",
    "REASONS_VI",
    "SYSTEM_NAMES_VI",
    "Answer",
    "Applicant",
    "CaseView",
    "Catalogue",
    "CatalogueInvalid",
    "Change",
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
    "Inputs",
    "NotRecomputable",
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
    "decide_all",
    "differences",
    "events_between",
    "inactive",
    "judge",
    "load_event_rules",
    "recompute",
    "recorded",
    "requirements_of",
    "version_of",
    "with_rules",
]
