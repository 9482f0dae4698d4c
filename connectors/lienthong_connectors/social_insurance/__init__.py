"""Social insurance database (CSDL quốc gia về bảo hiểm, BHXH Việt Nam)."""

from ._connector import SocialInsuranceConnector
from ._options import SocialInsuranceOptions

__all__ = ["SocialInsuranceConnector", "SocialInsuranceOptions"]
