"""The social insurance database behind NGSP; written from the insurance page alone."""

from lienthong_sandbox._world import World

from ._system import SocialInsurance

__all__ = ["SocialInsurance", "build"]


def build(world: World) -> SocialInsurance:
    """The insurance services for one sandbox."""
    return SocialInsurance(world)
