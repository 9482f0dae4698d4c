"""The social insurance database behind NGSP; written from the insurance page alone."""

from lienthong_sandbox._world import World

from ._system import TOKEN_LIFE, SocialInsurance

__all__ = ["TOKEN_LIFE", "SocialInsurance", "build"]


def build(world: World) -> SocialInsurance:
    """The insurance services for one sandbox."""
    return SocialInsurance(world)
