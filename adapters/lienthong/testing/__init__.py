"""One conformance suite for every connector: ``await run_suite(subject)``; see ``docs/write-a-connector.md``."""

from ._bench import Bench, Failed, NotApplicable
from ._find import find_subject, find_subjects, subject_names
from ._loopback import Heard, Loopback, Said
from ._reference import ReferenceConnector, SessionChannel, reference_subject
from ._relay import Relay, Trouble
from ._subject import PURPOSE, FarSide, Sample, Subject
from ._suite import CheckResult, SuiteReport, Trial, check_names, open_trial, run_suite
from ._tiny import TinyFarSide, tiny_far_side

__all__ = [
    "PURPOSE",
    "Bench",
    "CheckResult",
    "Failed",
    "FarSide",
    "Heard",
    "Loopback",
    "NotApplicable",
    "ReferenceConnector",
    "Relay",
    "Said",
    "Sample",
    "SessionChannel",
    "Subject",
    "SuiteReport",
    "TinyFarSide",
    "Trial",
    "Trouble",
    "check_names",
    "find_subject",
    "find_subjects",
    "open_trial",
    "reference_subject",
    "run_suite",
    "subject_names",
    "tiny_far_side",
]
