"""Templates made up from whatever Jinja's grammar lets them say: what comes out is text of ours, and nothing else is touched."""

import gc
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from complaintctl.storage.documents import worker
from tests.storage.arbitrary import MANY
from tests.storage.documents.test_sandbox import CONTEXT

# What the process that fills never does, nor may a template make it do.
TOUCHING: Final = (
    "open",
    "import",
    "os.",
    "subprocess.",
    "socket.",
    "shutil.",
    "ctypes.",
    "exec.",
    "pickle.",
)
PROGRAM: Final = (
    "object at",
    "0x",
    "built-in",
    " -> ",
    "<class",
    "<function",
    "<module",
    "jinja",
    "complaintctl",
    "root:",
)


def listed(words: str) -> list[str]:
    return words.split()


NAMES: Final = st.sampled_from(listed("case text self loop caller varargs m a b range"))
ATTRIBUTES: Final = st.sampled_from(
    listed(
        "title tasks level key __doc__ __module__ __class__ __init__ __globals__ __mro__ __subclasses__ __call__ "
        "__self__ gi_frame format undefined environment name cycle"
    )
)
FILTERS: Final = st.sampled_from(
    listed(
        "first last length reverse default(case) listed listed('what') join join(case) money wrap(20) wrap(-1) "
        "where('what','call') where('__class__',1) upper lower trim"
    )
)
CONSTANTS: Final = st.sampled_from(listed("'' '{0.__class__}' '%s' 1 -1.5 9**9 none true [] {} ()"))


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions one step larger."""
    signs = st.sampled_from(["+", "-", "*", "/", "//", "%", "~", "==", "<", "in", "and", "or", "is sameas"])
    return st.one_of(
        st.builds("{}.{}".format, inner, ATTRIBUTES),
        st.builds("{}['{}']".format, inner, ATTRIBUTES),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("{}[{}:]".format, inner, inner),
        st.builds("{}|{}".format, inner, FILTERS),
        st.builds("{}({})".format, inner, inner),
        st.builds("{}(*{}, **{})".format, inner, inner, inner),
        st.builds("({} {} {})".format, inner, signs, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{{'a': {}, {}: 1}}".format, inner, inner),
    )


# The way to the program, if there were one, is a chain of attributes.
CHAINS: Final = st.builds(
    "{}{}".format, NAMES | CONSTANTS, st.lists(ATTRIBUTES.map(".{}".format), max_size=3).map("".join)
)
EXPRESSIONS: Final = CHAINS | st.recursive(CHAINS, grown, max_leaves=6)


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Templates one statement larger."""
    one = EXPRESSIONS
    return st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("{{% set a = {} %}}{}".format, one, inner),
        st.builds("{{% set a.b = {} %}}{}".format, one, inner),
        st.builds("{{% set a %}}{}{{% endset %}}{{{{ a }}}}".format, inner),
        st.builds(
            "{{% for a in {} %}}{}{{{{ loop }}}}{{% else %}}{}{{% endfor %}}".format, one, inner, inner
        ),
        st.builds("{{% for a in {} recursive %}}{}{{{{ loop({}) }}}}{{% endfor %}}".format, one, inner, one),
        st.builds("{{% if {} %}}{}{{% endif %}}".format, one, inner),
        st.builds(
            "{{% macro m(b={}) %}}{}{{{{ caller() }}}}{{% endmacro %}}{{{{ m() }}}}".format, one, inner
        ),
        st.builds("{{% call(b) m({}) %}}{}{{% endcall %}}".format, one, inner),
        st.builds("{{% filter {} %}}{}{{% endfilter %}}".format, FILTERS, inner),
        st.builds("{{% with b = {} %}}{}{{% endwith %}}".format, one, inner),
    )


TEMPLATES: Final = st.recursive(
    st.builds("{{{{ {} }}}}".format, EXPRESSIONS) | st.just("x"), nested, max_leaves=4
)


class _Watch:
    on = False
    seen: Final[list[str]] = []


def _note(event: str, _arguments: object) -> None:
    if _Watch.on and event.startswith(TOUCHING):
        _Watch.seen.append(event)


@pytest.fixture(scope="module", autouse=True)
def watched() -> None:
    """An ear for what the interpreter is about to do; it cannot be taken off again, so it listens only when told."""
    worker._warm_up()
    sys.addaudithook(_note)


def outcome(template: str) -> str | None:
    """The text that a template gives, or None for one that is refused."""
    job: dict[str, Any] = {"template": "t", "context": CONTEXT, "escape": "none"}
    _Watch.seen.clear()
    # What other tests left behind is not cleared away while the watch listens.
    gc.disable()
    _Watch.on = True
    try:
        # As the process does: an expression may raise anything.
        with suppress(Exception):
            return worker.fill_template(job, template)
        return None
    finally:
        _Watch.on = False
        gc.enable()


@MANY
@given(TEMPLATES)
@example("{{ self.__module__ }}")
@example("{{ {}.title.__doc__ }}")
@example("{% set a = [] %}{{ a.__doc__ }}")
def test_whatever_a_template_says_text_comes_out_and_nothing_is_touched(template: str) -> None:
    text = outcome(template)
    assert _Watch.seen == []
    assert text is None or (type(text) is str and not any(sign in text.lower() for sign in PROGRAM))


def test_the_watch_hears_a_file_that_is_opened() -> None:
    _Watch.on = True
    Path(__file__).read_bytes()
    _Watch.on = False
    assert "open" in _Watch.seen
