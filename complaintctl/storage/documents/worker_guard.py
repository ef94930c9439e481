"""The guarded Jinja environment: templates may read values and `loop`, call their own macros and use our filters.

Every text and list that a template builds is paid from a budget (`purse`), so that none can grow large.
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

# The number of characters and list entries that a template may build and print (D-070).
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
    """A text or number grew too large."""


class NotPrintableError(TemplateError):
    """A template prints a mapping or a list instead of a text."""


class ForbiddenIncludeError(TemplateSyntaxError):
    """A template tries to include another template or file."""


class NamedAccess:
    """Base of objects with values by name: besides `loop`, the only objects whose attributes a template may read."""

    __slots__ = ()


def require_printable(value: Any) -> Any:
    """Returns a text, a number or an undefined value (which raises when printed); else raises NotPrintableError."""
    if isinstance(value, str | int | float | Undefined):
        return value
    raise NotPrintableError(str(getattr(value, "path", "")) or "[…]")


class _BudgetedCode(CodeGenerator):
    """Compiles `~` to a call that pays from the budget."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 - jinja's name
        self.write("environment.joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


class GuardedEnvironment(ImmutableSandboxedEnvironment):
    """Jinja without globals, string methods and filters, except those named here (D-069)."""

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
        """Compiles Jinja's Python without SyntaxWarning; code that Python warns about (`3[::2]`) fails when it runs."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            return super()._compile(source, filename)

    def pay(self, count: int) -> None:
        """Take a number of characters or entries from the budget; raises TooLargeError if it is used up."""
        self.purse -= count
        if self.purse < 0:
            raise TooLargeError

    def _paid(self, value: Any) -> Any:
        self.pay(len(value) if isinstance(value, str) else 1)
        return value

    def joined(self, values: Iterable[Any]) -> str:
        """Concatenates texts and numbers."""
        return self.concat([str(require_printable(value)) for value in values])

    def concat(self, pieces: Iterable[str]) -> str:
        """Concatenates texts."""
        texts = list(pieces)
        self.pay(sum(map(len, texts)))
        return "".join(texts)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(_INCLUDING_NODES):
            what = getattr(node, "template", None)
            included = repr(what.value) if isinstance(what, nodes.Const) else type(node).__name__.lower()
            raise ForbiddenIncludeError(included, node.lineno, name)
        return tree

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Adding texts and lists is paid from the budget; other operators work on numbers only."""
        operands = (left, right)
        if operator == "**" or (
            operator != "+" and any(isinstance(operand, str | list) for operand in operands)
        ):
            raise SecurityError(operator)
        if any(isinstance(operand, int | float) and abs(operand) > _LARGEST_NUMBER for operand in operands):
            raise TooLargeError
        self.pay(sum(len(operand) for operand in operands if isinstance(operand, str | list)))
        return super().call_binop(context, operator, left, right)

    def call(self, context: Any, called: Any, /, *arguments: Any, **named: Any) -> Any:
        """Call a macro of the template, or a loop; raises SecurityError for anything else."""
        owner = getattr(called, "__self__", called)
        if not isinstance(owner, Macro | LoopContext | Undefined):
            raise SecurityError("(…)")
        return context.call(called, *arguments, **named)

    def getattr(self, owner: Any, attribute: str) -> Any:
        """Returns a value by name, or an attribute of `loop`; raises SecurityError for anything else."""
        if isinstance(owner, NamedAccess):
            return owner[attribute]  # type: ignore[index] # each kind has its own way
        if isinstance(owner, dict):
            return owner[attribute] if attribute in owner else self.undefined(name=attribute)
        if isinstance(owner, Undefined) and attribute.startswith("_"):
            # An undefined value is an object of Jinja, and its own attributes, such as __doc__, must not be printed.
            raise SecurityError(attribute)
        if isinstance(owner, Undefined) or (isinstance(owner, LoopContext) and attribute in _LOOP_ATTRIBUTES):
            return getattr(owner, attribute)
        raise SecurityError(attribute)

    def getitem(self, owner: Any, argument: Any) -> Any:
        """Like `getattr`, for `owner["name"]`; or an entry of a list by index."""
        if isinstance(argument, str) or isinstance(owner, dict):
            return self.getattr(owner, argument)
        return owner[argument]
