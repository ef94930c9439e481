"""What a template may do: name facts, ask a loop about itself, call its own macros, use our filters; nothing else.

Every text and list that it builds is paid from a purse, so that no way of growing one leads far on any system.
"""

import warnings
from collections.abc import Callable, Iterable, Mapping
from types import CodeType
from typing import Any, Final

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

# The characters and entries that a template may build and print while it is filled.
OUTPUT_BUDGET: Final = 1 << 21
_LARGEST_NUMBER: Final = 10**15
_LOOP_ATTRIBUTES: Final = frozenset(
    {"index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0"}
    | {"cycle", "changed", "previtem", "nextitem"}
)
ALLOWED_FILTERS: Final = ("default", "first", "last", "length", "reverse")
ALLOWED_TESTS: Final = ("defined", "even", "none", "odd", "undefined")
_INCLUDING_NODES: Final = (nodes.Extends, nodes.FromImport, nodes.Import, nodes.Include)


class TooLargeError(TemplateError):
    """A text that grew beyond what anybody prints."""


class NotPrintableError(TemplateError):
    """A group of facts, or a list, where one text was to be printed."""


class ForbiddenIncludeError(TemplateSyntaxError):
    """Another template, or a file, that was to be brought in."""


class NamedAccess:
    """What has facts by name: the only thing besides a loop that a template may ask for one."""

    __slots__ = ()


def require_printable(value: Any) -> Any:
    """What may be printed: a text, a number, or what is not known, which tells so itself."""
    if isinstance(value, str | int | float | Undefined):
        return value
    raise NotPrintableError(str(getattr(value, "path", "")) or "[…]")


class _BudgetedCode(CodeGenerator):
    """The Python of a template in which `~`, too, is paid for."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - jinja's name
        self.write("environment.joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


class GuardedEnvironment(ImmutableSandboxedEnvironment):
    """Jinja without its globals, its methods of texts and its filters, but for those that are named here."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})
    code_generator_class = _BudgetedCode

    def __init__(self, filters: Mapping[str, Callable[..., Any]], finish: Callable[[Any], Any]) -> None:
        super().__init__(
            undefined=StrictUndefined,
            finalize=lambda value: finish(self._paid(require_printable(value))),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.purse = OUTPUT_BUDGET
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in ALLOWED_FILTERS} | dict(filters)
        self.tests = {name: self.tests[name] for name in ALLOWED_TESTS}

    def _compile(self, source: str, filename: str) -> CodeType:
        """Jinja's Python as code; what Python warns of in it (`3[::2]`) fails when it is worked out."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            return super()._compile(source, filename)

    def pay(self, count: int) -> None:
        """Take so many characters or entries from the purse; raises TooLargeError where it is empty."""
        self.purse -= count
        if self.purse < 0:
            raise TooLargeError

    def _paid(self, value: Any) -> Any:
        self.pay(len(value) if isinstance(value, str) else 1)
        return value

    def joined(self, values: Iterable[Any]) -> str:
        """Texts and numbers one behind the other."""
        return self.concat([str(require_printable(value)) for value in values])

    def concat(self, pieces: Iterable[str]) -> str:
        """Texts one behind the other."""
        texts = list(pieces)
        self.pay(sum(map(len, texts)))
        return "".join(texts)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(_INCLUDING_NODES):
            what = getattr(node, "template", None)
            named = repr(what.value) if isinstance(what, nodes.Const) else type(node).__name__.lower()
            raise ForbiddenIncludeError(named, node.lineno, name)
        return tree

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Add texts and lists while there is something in the purse; multiply numbers only."""
        both = (left, right)
        if operator == "**" or (operator != "+" and any(isinstance(one, str | list) for one in both)):
            raise SecurityError(operator)
        if any(isinstance(one, int | float) and abs(one) > _LARGEST_NUMBER for one in both):
            raise TooLargeError
        self.pay(sum(len(one) for one in both if isinstance(one, str | list)))
        return super().call_binop(context, operator, left, right)

    def call(self, context: Any, called: Any, /, *arguments: Any, **named: Any) -> Any:
        """Call a macro of the template, or a loop."""
        owner = getattr(called, "__self__", called)
        if not isinstance(owner, Macro | LoopContext | Undefined):
            raise SecurityError("(…)")
        return context.call(called, *arguments, **named)

    def getattr(self, owner: Any, attribute: str) -> Any:
        """A fact by its name, or what a loop knows of itself."""
        if isinstance(owner, NamedAccess):
            return owner[attribute]  # type: ignore[index] # each kind has its own way
        if isinstance(owner, dict):
            return owner[attribute] if attribute in owner else self.undefined(name=attribute)
        if isinstance(owner, Undefined) and attribute.startswith("_"):
            # What is not known is an object of Jinja, whose own attributes are no facts: __doc__ would be printed.
            raise SecurityError(attribute)
        if isinstance(owner, Undefined) or (isinstance(owner, LoopContext) and attribute in _LOOP_ATTRIBUTES):
            return getattr(owner, attribute)
        raise SecurityError(attribute)

    def getitem(self, owner: Any, argument: Any) -> Any:
        """The same in brackets, or an entry of a list by its number."""
        if isinstance(argument, str) or isinstance(owner, dict):
            return self.getattr(owner, argument)
        return owner[argument]
