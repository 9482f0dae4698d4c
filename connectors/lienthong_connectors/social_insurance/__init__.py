"""Social insurance database (CSDL quốc gia về bảo hiểm, BHXH Việt Nam)."""

from ._connector import SocialInsuranceConnector
from ._options import SocialInsuranceOptions
from ._results import RESULTS, Result, Verdict

__all__ = ["RESULTS", "Result", "SocialInsuranceConnector", "SocialInsuranceOptions", "Verdict"]
