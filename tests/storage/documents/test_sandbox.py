"""Tests harmful templates: refused or stopped within seconds and limited memory, with their line."""

import contextlib
import subprocess
import sys
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import TemplateError, Undefined

from complaintctl.storage.documents import sandbox, worker, worker_filters
from complaintctl.storage.documents.sandbox import TemplateFault, TemplateJob
from complaintctl.storage.documents.worker_guard import OUTPUT_BUDGET, GuardedEnvironment, NamedAccess
from tests.sampling import sample

WORDS: Final = {"and": "{first} and {last}", "comma": ", ", "money": "{currency} {amount}", "CNY": "CNY"}
CONTEXT: Final = {
    "case": {
        "id": "C-20261121-7K3FQ",
        "title": "Battery swells",
        "level": {"$text": "urgent", "key": "high"},
        "owner": {"$absent": "case.owner"},
        "remedy": {"cost": "1299.00 CNY"},
        "tasks": [{"what": "check the stock"}, {"what": "call"}, {"what": "repair"}],
    },
    "text": "x" * 1000,
    "$words": WORDS,
}
# Each is on line 3 of its template.
REFUSED: Final = {
    "template-unsafe": (
        "{{ ''.__class__ }}",
        "{{ ''['__class__'] }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ '{0.__class__}'.format(case) }}",
        "{{ case.title() }}",
        "{{ case.title.encode() }}",
        "{% for a in [1] %}{{ loop._iterator }}{% endfor %}",
        "{% macro m() %}{% endmacro %}{{ m.__call__ }}",
        "{{ 'x'.center(1000000000) }}",
        "{{ 'x'.replace('x', text) }}",
        "{{ 'x' * 1000000000 }}",
        "{{ 1000000000 * [0] }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 10**10**10 }}",
    ),
    "template-unknown-name": (
        "{{ case.__class__ }}",
        "{{ case.level.upper() }}",
        "{{ range(1000000000) }}",
        "{{ lipsum(1000000) }}",
        "{{ config }}",
        "{{ namespace() }}",
        "{{ case['ownr'] }}",
    ),
    "template-filter": (
        "{{ case|attr('__class__') }}",
        "{{ '%s'|format(case) }}",
        "{{ 'x'|center(1000000000) }}",
        "{{ [case]|map(attribute='__class__') }}",
    ),
    "template-tag": ("{% do 1 %}", "{% endif %}", "{% for a in [1] %}{% endif %}", "{% end if %}"),
    "template-open": ("{% if case %}", "{% for a in case.tasks %}"),
    "template-sign": ("{{ case。title }}", "{{ case.title|default(“none”) }}", "{{ text|default（‘x’） }}"),
    "template-brace": (
        "{ case.title }}",
        "{{ case.title }}}",
        "{ case.title }",
        "｛｛ case.title ｝｝",
        "{ if case %}",
        "{% raw %}{{ text }}{% endraw %}",
    ),
    "template-unclosed": (
        "{{ case.",
        "{{ case.title }",
        "{{ case.title",
        "{{ case.title “a”\n{{ text }}",
        "{% if case }\n{% endif %}",
    ),
    "template-spelling": ("{{ case title }}", "{{ 'case }}", "{{ case. }}"),
    "template-not-there": (
        "{% include '/etc/passwd' %}",
        "{% include '../../secret' ignore missing %}",
        "{% include text %}",
        "{% import 'os' as os %}",
        "{% from 'os' import environ %}",
        "{% if false %}{% extends 'template' %}{% endif %}",
    ),
    "template-no-text": (
        "{{ case }}",
        "{{ self }}",
        "{{ case.tasks }}",
        "{{ case.tasks ~ '' }}",
        "{{ case|upper }}",
        "{{ none }}",
        "{% macro m() %}{% endmacro %}{{ m }}",
        "{% for one in case %}{% endfor %}",
    ),
    "template-lacks": (
        "{{ case.owner }}",
        "{{ case.owner.key }}",
        "{{ case.owner * 2 }}",
        "{{ case.owner|upper }}",
    ),
    "template-too-large": (
        "{% macro m(a) %}{{ m(a ~ a) }}{% endmacro %}{{ m(text) }}",
        "{% set a = text %}" + "{% set a = a ~ a %}" * 30,
        "{% set a = text %}" + "{% set a = a + a %}" * 30,
        "{% set a = [1, 2, 3] %}" + "{% set a = a + a %}" * 30,
        "{% set a %}{{ text }}{% endset %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 30,
        "{% set a = text ~ text ~ text %}{{ a|join(a) }}",
        "{% for a in text %}{{ text }}{{ text }}{{ text }}{{ text }}{{ text }}{% endfor %}",
        "{{ 999999999 * 999999999 * 2 }}",
    ),
    "template-endless": (
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    ),
}
# Faults that occur before lines are known.
TOO_DEEP: Final = (
    "{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}",
    "{{ " + "not " * 50_000 + "1 }}",
    "{% if 1 %}" * 2000 + "{% endif %}" * 2000,
    "{% for a in [1] %}" * 60 + "{% endfor %}" * 60,
    "{{ " + "9" * 100_000 + " }}",
)
ENDLESS: Final = "{% for a in text %}" * 6 + "{% endfor %}" * 6
MOST_MEGABYTES: Final = 150
MOST_SECONDS: Final = 30  # on a busy machine; six seconds on an idle one


def filled(*templates: str) -> list[str | TemplateFault]:
    named = {f"t{place}": f"\n\n{text}" for place, text in enumerate(templates)}
    return sandbox.fill_templates(
        named, [TemplateJob(template=name, context=CONTEXT, escape="none") for name in named]
    )


@pytest.mark.parametrize("key", sample(REFUSED, 5))
def test_what_reaches_beyond_the_facts_or_grows_beyond_a_page_is_refused_with_its_line(key: str) -> None:
    found = filled(*REFUSED[key])
    told = [(one.key, one.line) if isinstance(one, TemplateFault) else one for one in found]
    assert dict(zip(REFUSED[key], told, strict=True)) == dict.fromkeys(REFUSED[key], (key, 3))


def test_what_is_nested_too_deep_is_refused_and_the_next_template_is_filled() -> None:
    *deep, last = filled(*TOO_DEEP, "fine")
    assert last == "\n\nfine"
    assert all(isinstance(one, TemplateFault) and "\n" not in one.detail for one in deep)


@pytest.mark.nightly
def test_a_loop_without_an_output_is_stopped_at_its_line_and_the_next_template_is_filled() -> None:
    endless, last = filled(ENDLESS, "fine")
    assert isinstance(endless, TemplateFault)
    assert (endless.key, endless.line, last) == ("template-endless", 3, "\n\nfine")


def test_a_template_that_wants_much_takes_little_memory_and_few_seconds() -> None:
    pytest.importorskip("resource", reason="Windows does not tell what a process used")
    # In a separate process, whose only child is the process that fills.
    said = subprocess.run(
        [sys.executable, "-c", _MEASURED],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    megabytes, seconds = map(float, said.split())
    print(f"{megabytes:.0f} MB, {seconds:.1f} s")
    assert megabytes < MOST_MEGABYTES
    assert seconds < MOST_SECONDS


_MEASURED: Final = """
import resource, sys, time
from tests.storage.documents.test_sandbox import ENDLESS, REFUSED, TOO_DEEP, filled
started = time.monotonic()
filled(*REFUSED["template-too-large"], *TOO_DEEP, ENDLESS)
kilobytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(kilobytes / (1 << 20 if sys.platform == "darwin" else 1 << 10), time.monotonic() - started)
"""


def test_the_process_that_fills_opens_nothing_even_if_a_template_found_the_way() -> None:
    attempt = (
        "import sys; from complaintctl.storage.documents import worker\n"
        "worker._warm_up(); worker._forbid_system_access()\n"
        "for way in (lambda: open('/etc/hostname'), lambda: __import__('os').system('true'),\n"
        "            lambda: __import__('sqlite3'), lambda: __import__('os').listdir('.')):\n"
        "    try: way()\n"
        "    except PermissionError: print('no')\n"
    )
    said = subprocess.run([sys.executable, "-c", attempt], capture_output=True, check=True, text=True)
    assert said.stdout.split() == ["no"] * 4


def test_filters_say_lists_amounts_and_lines_as_the_reader_does() -> None:
    text = "The battery swells, and 电池鼓包了，不能再用。"
    asked = {
        "{{ case.tasks|listed('what') }}": "check the stock, call and repair",
        "{{ ['a']|listed }}{{ []|listed }}": "a",
        "{{ case.tasks|where('what', 'call')|listed('what') }}": "call",
        "{{ case.tasks|join(' / ', 'what') }}": "check the stock / call / repair",
        "{{ case.remedy.cost|money }}": "CNY 1,299.00",
        "{{ 1234567|money }}": "1,234,567",
        "{{ 'a voucher'|money }}": "a voucher",
        "{{ case.owner|default('nobody') }}": "nobody",
        # Wide characters take two columns: 20 per line.
        f"{{{{ '{text}'|wrap(20) }}}}": "The battery swells,\nand 电池鼓包了，不能\n再用。",
    }
    assert dict(zip(asked, (str(one).strip() for one in filled(*asked)), strict=True)) == asked


def surroundings() -> GuardedEnvironment:
    made: GuardedEnvironment
    made = GuardedEnvironment(worker_filters.make_filters(WORDS, lambda: made), lambda value: value)
    return made


def reached(guard: GuardedEnvironment, value: Any, seen: dict[int, Any]) -> None:
    """Collects in `seen` everything that a template can reach from a value by names and indexes, recursively."""
    seen[id(value)] = value
    names = {*dir(value), *CONTEXT["case"], "key", "what", "cost", "$text"}
    for name in (*names, 0, -1):
        for ask in (guard.getattr, guard.getitem):
            with contextlib.suppress(TemplateError, TypeError, LookupError, ValueError):
                found = ask(value, name)  # type: ignore[arg-type] # numbers stand in brackets only
                if id(found) not in seen:
                    reached(guard, found, seen)


@pytest.mark.parametrize("name", [name for name in CONTEXT if name != "$words"])
def test_whatever_a_template_reaches_is_a_text_a_number_a_list_or_more_facts(name: str) -> None:
    seen: dict[int, Any] = {}
    reached(surroundings(), worker.wrap_value(name, CONTEXT[name], worker.MissingValue), seen)
    assert {type(value) for value in seen.values()} <= {
        str,
        int,
        float,
        bool,
        list,
        worker.NamedValues,
        worker.DescribedText,
        worker.MissingValue,
    }


@pytest.mark.parametrize("value", ["x", 1, 1.5, True, [1], {"a": 1}, print, GuardedEnvironment, sys])
def test_nothing_else_is_asked_for_anything(value: Any) -> None:
    own = set(value) if isinstance(value, dict) else set()
    for name in {*dir(value), "__globals__", "__dict__"} - own:
        try:
            found = surroundings().getattr(value, name)
        except TemplateError:
            continue
        assert isinstance(found, Undefined), name


PARTS: Final = st.sampled_from(
    ["case", "text", "self", "loop", "''", "[]", "{}", "1", "none", "(case)", "m", "caller", "varargs"]
)
STEPS: Final = st.sampled_from(
    [
        *(
            f".{name}"
            for name in ("title", "tasks", "level", "key", "__class__", "__init__", "__globals__", "gi_frame")
        ),
        *(
            "[0]",
            "['__class__']",
            "[::2]",
            "()",
            "(case)",
            "|first",
            "|join",
            "|listed('what')",
            "|money",
            "|wrap(20)",
        ),
        *(
            "|upper",
            "|reverse",
            "|default(case)",
            "|attr('__class__')",
            " ~ case.title",
            " + text",
            " * 3",
            " % 2",
        ),
        *("|length", " in case", " if case else m", " is defined"),
    ]
)


@given(PARTS, st.lists(STEPS, max_size=6))
@example("case", [" * 3", "[::2]"])
def test_no_expression_prints_anything_of_the_program(part: str, steps: list[str]) -> None:
    source = f"{{% macro m(a=1) %}}{{{{ a }}}}{{% endmacro %}}{{{{ {part}{''.join(steps)} }}}}"
    try:
        text = worker.fill_template({"template": "t", "context": CONTEXT, "escape": "none"}, source)
    except (TemplateError, TypeError, ValueError, LookupError, AttributeError):
        return
    assert not any(sign in text for sign in ("<", "object at", "0x", "built-in", "jinja", "complaintctl"))


def test_what_has_facts_is_marked_so() -> None:
    assert {kind.__name__ for kind in NamedAccess.__subclasses__()} == {
        "NamedValues",
        "DescribedText",
        "MissingValue",
    }
    assert surroundings().purse == OUTPUT_BUDGET
