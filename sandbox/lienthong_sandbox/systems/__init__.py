"""The five national systems of the sandbox, one package each, built by ``build(world)``."""
