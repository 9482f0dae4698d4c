"""Business registration database (CSDL quốc gia về đăng ký doanh nghiệp)."""

from ._connector import BusinessConnector
from ._options import BusinessOptions

__all__ = ["BusinessConnector", "BusinessOptions"]
