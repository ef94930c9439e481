"""Tests templates generated from Jinja's grammar: they produce only known text and have no side effects."""

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

# Audit events that never occur in the process that fills templates.
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


# An escape from the sandbox would be a chain of attributes.
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
    """Installs an audit hook. Hooks cannot be removed, so it records only while it is switched on."""
    worker._warm_up()
    sys.addaudithook(_note)


def outcome(template: str) -> str | None:
    """The text of a filled template, or None if the template is refused."""
    job: dict[str, Any] = {"template": "t", "context": CONTEXT, "escape": "none"}
    _Watch.seen.clear()
    # Garbage of other tests must not be collected while the hook records.
    gc.disable()
    _Watch.on = True
    try:
        # Like the process that fills templates: an expression may raise any exception.
        with suppress(Exception):
            return worker.fill_template(job, template)
        return None
    finally:
        _Watch.on = False
        gc.enable()


@pytest.mark.nightly
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
