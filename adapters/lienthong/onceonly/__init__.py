"""Never ask a citizen twice: catalogue, evidence store, rules, decisions with reasons."""

from ._applicant import Applicant
from ._catalogue import (
    Catalogue,
    choices_of,
    chosen_of,
    component_of,
    components_of,
    requirements_of,
)
from ._catalogue_diff import Difference, compare, contradictions
from ._catalogue_store import (
    CatalogueStore,
    NationalCatalogue,
    ProcedureChange,
    Seen,
    SyncRecord,
    keep_version,
)
from ._catalogue_sync import CatalogueReport, CatalogueSync
from ._content import ContentStore, Source, StoredContent
from ._decisions import BUILT_IN, NOTHING_WANTED, Decision, Rule, Verdict
from ._dry_run import CaseTried, dry_run
from ._engine import Answer, Facts, Subject, decide, decide_all, version_of
from ._events import Event, EventKind, EventRule, events_between, load_event_rules
from ._evidence import EvidenceStore
from ._evidence_facts import Evidence, EvidencePolicy, PaperFacts, Received
from ._explain import Explanation, explained
from ._inputs import ENGINE, Inputs, Outage
from ._judge import SYSTEM_NAMES_VI, judge
from ._planner import UNSETTLED, CaseView, Plan, Planner
from ._recompute import Change, differences, recompute, with_rules
from ._recording import record, recorded
from ._rules import ReplacementRule, load_rules
from ._signatures import REASONS_VI, Signature, SignatureChecker, SignatureVerdict
from ._sources import Question, inactive
from .errors import (
    CatalogueInvalid,
    CatalogueNotSynchronised,
    EvidenceRefused,
    NotRecomputable,
    OnceOnlyError,
    UnknownComponent,
    UnknownProcedure,
)

__all__ = [
    "BUILT_IN",
    "ENGINE",
    "NOTHING_WANTED",
    "REASONS_VI",
    "SYSTEM_NAMES_VI",
    "UNSETTLED",
    "Answer",
    "Applicant",
    "CaseTried",
    "CaseView",
    "Catalogue",
    "CatalogueInvalid",
    "CatalogueNotSynchronised",
    "CatalogueReport",
    "CatalogueStore",
    "CatalogueSync",
    "Change",
    "ContentStore",
    "Decision",
    "Difference",
    "Event",
    "EventKind",
    "EventRule",
    "Evidence",
    "EvidencePolicy",
    "EvidenceRefused",
    "EvidenceStore",
    "Explanation",
    "Facts",
    "Inputs",
    "NationalCatalogue",
    "NotRecomputable",
    "OnceOnlyError",
    "Outage",
    "PaperFacts",
    "Plan",
    "Planner",
    "ProcedureChange",
    "Question",
    "Received",
    "ReplacementRule",
    "Rule",
    "Seen",
    "Signature",
    "SignatureChecker",
    "SignatureVerdict",
    "Source",
    "StoredContent",
    "Subject",
    "SyncRecord",
    "UnknownComponent",
    "UnknownProcedure",
    "Verdict",
    "choices_of",
    "chosen_of",
    "compare",
    "component_of",
    "components_of",
    "contradictions",
    "decide",
    "decide_all",
    "differences",
    "dry_run",
    "events_between",
    "explained",
    "inactive",
    "judge",
    "keep_version",
    "load_event_rules",
    "load_rules",
    "recompute",
    "record",
    "recorded",
    "requirements_of",
    "version_of",
    "with_rules",
]
