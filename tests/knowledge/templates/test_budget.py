"""A template that would fill a memory or never end is refused, at the same step on every machine."""

import cProfile
import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from knowledge.call.check import load_call
from knowledge.call.rendering import Renderer
from knowledge.templates.faults import TemplateFault

TODAY = date(2030, 2, 1)
LOOPS = "".join(f"{{% for {name} in w %}}" for name in "abcdefgh")
ENDS = "{% endfor %}" * 8
WIDE = "{{ w|map(attribute='id')|join('" + "x" * 15_000 + "') }}"
DOUBLED = "{% set w = wave_list %}" + "{% set w = w + w %}" * 60

BOMBS = {
    "loops": "{% set w = wave_list + wave_list + wave_list %}" + LOOPS + "x" + ENDS,
    "empty loops": "{% set w = wave_list + wave_list + wave_list %}" + LOOPS + ENDS,
    "a list doubled": DOUBLED,
    "a list of lists": "{% set a = [1] %}" + "{% set a = [a, a] %}" * 60 + "{{ a == a }}",
    "a number doubled": "{% set a = 9 %}" + "{% set a = a + a %}" * 200 + "{{ a }}",
    "a text in a loop": "{% set w = wave_list + wave_list %}" + LOOPS + "x" * 5_000 + ENDS,
    "joined": "{% set w = wave_list %}" + "{% set w = w + w %}" * 11 + WIDE,
    "enumerated": "{% set w = wave_list %}" + "{% set w = w + w %}" * 14 + "{{ w|map(attribute='id')|enumeration }}",
    "nested calls": "{{ until(" * 30 + "waves['vague-1']" + ") }}" * 30,
    "multiplied": "{{ 'a' * 10**9 }}",
    "a power": "{{ 10**10**8 }}",
    "a shift by format": "{{ '%1000000000d'|format(1) }}",
    "centred": "{{ 'a'|center(1000000000) }}",
    "justified": "{{ 'a'.ljust(1000000000) }}",
    "replaced": "{{ 'aaaa'|replace('a', 'aaaaaaaaaa') }}",
    "indented": "{{ 'a'|indent(1000000000) }}",
    "wrapped": "{{ 'a'|wordwrap(1) }}",
    "a range": "{% for a in range(10**9) %}{% endfor %}",
    "joined by ~": "{{ 'a' ~ 'a' }}",
    "deep": "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
    "deep nots": "{{ " + "not " * 4_000 + "1 }}",
    "a long chain": "{{ today" + "|date" * 3_000 + " }}",
    "a long path": "{{ call" + ".a" * 4_000 + " }}",
    "a long sum": "{{ 1" + " + 1" * 4_000 + " }}",
    "a long or": "{{ 1" + " or 1" * 3_000 + " }}",
    "deep ifs": "{% if 1 %}" * 900 + "{% endif %}" * 900,
    "a long number": "{{ " + "9" * 5_000 + " }}",
    "a long template": "x" * 20_001,
}  # fmt: skip


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    call = load_call(Path(__file__).parents[1] / "sound")
    return Renderer(call.facts, call.phrases)


@pytest.mark.parametrize("template", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_in_bounded_work_and_memory(renderer: Renderer, template: str) -> None:
    counted = cProfile.Profile(subcalls=False)  # the interpreter's own counter: one in Python took most of the time
    with pytest.raises(TemplateFault), counted:
        renderer.render_on(template, TODAY)
    calls = sum(entry.callcount for entry in counted.getstats())
    tracemalloc.start()
    try:
        with pytest.raises(TemplateFault):
            renderer.render_on(template, TODAY)
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert calls < 500_000
    assert peak < 30_000_000


def test_a_phrase_that_calls_two_others_is_stopped() -> None:
    call = load_call(Path(__file__).parents[1] / "sound")
    body = "{% macro pHERE(a) %}{{ pNEXT(a) }}{{ pNEXT(a) }}{% endmacro %}"
    phrases = "".join(body.replace("HERE", str(rank)).replace("NEXT", str(rank + 1)) for rank in range(19))
    renderer = Renderer(call.facts, phrases + "{% macro p19(a) %}x{% endmacro %}")
    with pytest.raises(TemplateFault):
        renderer.render_on("{{ p0(1) }}", TODAY)


def test_the_budget_fails_at_the_same_step_each_time(renderer: Renderer) -> None:
    faults = []
    for _ in range(2):
        with pytest.raises(TemplateFault) as refused:
            renderer.render_on(BOMBS["loops"], TODAY)
        faults.append((refused.value.code, refused.value.line))
    assert faults[0] == faults[1] == ("template-steps", 1)
