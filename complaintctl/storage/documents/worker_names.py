"""Names in a template that no case has, in every branch of it: found by reading, not by filling."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from jinja2 import nodes

# What jinja names by itself, in a loop, a macro or a call.
_JINJA_NAMES: Final = frozenset({"loop", "self", "caller", "varargs", "kwargs"})
# Filters after which an entry of the list is still one.
_ENTRY_KEEPING_FILTERS: Final = frozenset({"first", "last", "reverse", "where"})

# Of what is not known nothing can be said.
_UNKNOWN_ENTRY: Final = {"$absent": ""}

UnknownNameUse = tuple[int, str, tuple[str, ...]]


class _TemplateReader:
    """One template, read beside the facts of a case of which everything is known."""

    def __init__(self, tree: nodes.Template, context: Mapping[str, Any]) -> None:
        self.context = context
        self.own = {node.name for node in tree.find_all(nodes.Name) if node.ctx != "load"}
        self.entries: dict[str, list[Any]] = {}
        self.found: dict[UnknownNameUse, None] = {}
        # Names that the template asks for before it uses them: `'team' in case.x`.
        self.asked = {
            f"{_node_path(node.ops[0].expr)}.{node.expr.value}"
            for node in tree.find_all(nodes.Compare)
            if isinstance(node.expr, nodes.Const) and node.ops[0].op == "in"
        }
        for loop in tree.find_all(nodes.For):
            lists = [value for value in self.values(loop.iter) if isinstance(value, list)]
            if isinstance(loop.target, nodes.Name):
                entries = [one for many in lists for one in many] or [_UNKNOWN_ENTRY]
                self.entries.setdefault(loop.target.name, []).extend(entries)

    def values(self, node: nodes.Node) -> list[Any]:
        """What an expression may be, as far as its names tell; nothing where they do not."""
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
        if any(isinstance(one, dict) and "$absent" in one for one in holders):
            return []
        maps = [one for one in holders if isinstance(one, dict)]
        if holders and not any(name in one for one in maps):
            choices = [key for one in maps for key in one if not key.startswith("$")]
            self._note(node.lineno, _node_path(node), choices)
        return [one[name] for one in maps if name in one]

    def _note(self, line: int, path: str, choices: Iterable[str]) -> None:
        if path not in self.asked:
            self.found[line, path, tuple(choices)] = None


def _requested_name(node: nodes.Node) -> str | None:
    """The name that is asked for, by a dot or in brackets."""
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
    """The line of each name that there is not, the name as it is written, and the names that there are."""
    reader = _TemplateReader(tree, context)
    for node in tree.find_all((nodes.Name, nodes.Getattr, nodes.Getitem)):
        if not isinstance(node, nodes.Name) or node.ctx == "load":
            reader.values(node)
    yield from sorted(reader.found)
