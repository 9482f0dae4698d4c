"""The business registration database (CSDLQG đăng ký doanh nghiệp), both generations and the front of Hồ Chí Minh City."""

from lienthong_sandbox.systems.business._system import build

__all__ = ["build"]
