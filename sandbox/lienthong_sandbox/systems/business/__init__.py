"""The business registration database (CSDLQG đăng ký doanh nghiệp), generation 1."""

from lienthong_sandbox.systems.business._system import build

__all__ = ["build"]
