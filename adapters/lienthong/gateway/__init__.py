"""The one door through which every national call passes: access rule, audit, policies, connector."""

from ._gateway import Gateway
from ._line import LastCheck, Line
from ._subjects import fingerprint, subject_of

__all__ = ["Gateway", "LastCheck", "Line", "fingerprint", "subject_of"]
