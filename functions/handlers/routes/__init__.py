"""The calls of the API, by what they are about. Each: its declaration, and a function of one call."""

from importlib import import_module
from pathlib import Path

from handlers._operations import OPERATIONS, Operation


def all_operations() -> list[Operation]:
    """All there are, module by module, whichever was imported first: a function imports those it is asked for."""
    modules = [f"{__name__}.{path.stem}" for path in sorted(Path(__file__).parent.glob("[a-z]*.py"))]
    for module in modules:
        import_module(module)
    return sorted(OPERATIONS, key=lambda each: modules.index(each.declared_in))
