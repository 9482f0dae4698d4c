"""The Government operations centre (hub): login, dossiers, progress, procedures; written from the hub page alone."""

from lienthong_sandbox._world import World

from ._system import SESSION_LIFE, OperationsCentre

__all__ = ["SESSION_LIFE", "OperationsCentre", "build"]


def build(world: World) -> OperationsCentre:
    """The hub for one sandbox, with whatever it kept in the state folder."""
    return OperationsCentre(world)
