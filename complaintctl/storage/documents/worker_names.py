"""Finds unknown names in all branches of a template, by walking its syntax tree instead of filling it (D-074)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from jinja2 import nodes

# Names that Jinja defines itself in a loop, a macro or a call.
_JINJA_NAMES: Final = frozenset({"loop", "self", "caller", "varargs", "kwargs"})
# Filters whose result has the same entries as the list.
_ENTRY_KEEPING_FILTERS: Final = frozenset({"first", "last", "reverse", "where"})

# Stands for the entries of an empty list: any name is accepted.
_UNKNOWN_ENTRY: Final = {"$absent": ""}

UnknownNameUse = tuple[int, str, tuple[str, ...]]


class _TemplateReader:
    """Walks one template, with the context of a case in which every field is set."""

    def __init__(self, tree: nodes.Template, context: Mapping[str, Any]) -> None:
        self.context = context
        self.own = {node.name for node in tree.find_all(nodes.Name) if node.ctx != "load"}
        self.entries: dict[str, list[Any]] = {}
        self.found: dict[UnknownNameUse, None] = {}
        # Names that the template checks before it uses them: `'team' in case.x`.
        self.asked = {
            f"{_node_path(node.ops[0].expr)}.{node.expr.value}"
            for node in tree.find_all(nodes.Compare)
            if isinstance(node.expr, nodes.Const) and node.ops[0].op == "in"
        }
        for loop in tree.find_all(nodes.For):
            lists = [value for value in self.values(loop.iter) if isinstance(value, list)]
            if isinstance(loop.target, nodes.Name):
                entries = [entry for many in lists for entry in many] or [_UNKNOWN_ENTRY]
                self.entries.setdefault(loop.target.name, []).extend(entries)

    def values(self, node: nodes.Node) -> list[Any]:
        """The possible values of an expression, as far as its names show; empty if unknown."""
        if isinstance(node, nodes.Name):
            if node.name in self.own or node.name in _JINJA_NAMES:
                return self.entries.get(node.name, [])
            if node.name not in self.context:
                self._note(node.lineno, node.name, self.context)
            return [self.context[node.name]] if node.name in self.context else []
        if isinstance(node, nodes.Or | nodes.And):
            return [*self.values(node.left), *self.values(node.right)]
        if isinstance(node, nodes.Filter) and node.node is not None:
            inner = self.values(node.node)
            return inner if node.name in _ENTRY_KEEPING_FILTERS else []
        if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Slice):
            return self.values(node.node)
        name = _requested_name(node)
        return self._part(node, name) if name else []

    def _part(self, node: Any, name: str) -> list[Any]:
        holders = self.values(node.node)
        if any(isinstance(holder, dict) and "$absent" in holder for holder in holders):
            return []
        maps = [holder for holder in holders if isinstance(holder, dict)]
        if holders and not any(name in holder for holder in maps):
            choices = [key for holder in maps for key in holder if not key.startswith("$")]
            self._note(node.lineno, _node_path(node), choices)
        return [holder[name] for holder in maps if name in holder]

    def _note(self, line: int, path: str, choices: Iterable[str]) -> None:
        if path not in self.asked:
            self.found[line, path, tuple(choices)] = None


def _requested_name(node: nodes.Node) -> str | None:
    """The name after a dot or in brackets, or None."""
    if isinstance(node, nodes.Getattr):
        return node.attr
    is_text = isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const)
    return node.arg.value if is_text and isinstance(node.arg.value, str) else None  # type: ignore[attr-defined]


def _node_path(node: Any) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    name = _requested_name(node)
    return f"{_node_path(node.node)}.{name}" if name else "…"


def unknown_name_uses(tree: nodes.Template, context: Mapping[str, Any]) -> Iterator[UnknownNameUse]:
    """Yields line, path as written, and known names for each unknown name, in order."""
    reader = _TemplateReader(tree, context)
    for node in tree.find_all((nodes.Name, nodes.Getattr, nodes.Getitem)):
        if not isinstance(node, nodes.Name) or node.ctx == "load":
            reader.values(node)
    yield from sorted(reader.found)
