"""From a template nothing can be reached but plain values: by no name, no attribute, no filter, no piece of syntax."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from bot.conversation.talk.message_names import MESSAGES
from knowledge.call.check import check_folder, load_call
from knowledge.call.criteria import eligibility_texts
from knowledge.call.rendering import Renderer, names_on
from knowledge.call.template_check import days_to_try
from knowledge.templates.faults import TemplateFault
from knowledge.templates.filters import FILTERS, apply_filter
from knowledge.templates.plain import NotPlain, plain, plain_mapping
from tests.shipped import shipped

SOUND = Path(__file__).parents[1] / "sound"
TODAY = date(2030, 2, 1)
PLAIN = {type(None), bool, int, float, str, date, datetime, time, tuple, MappingProxyType}

#: Ways out of Jinja2's sandbox and its like that were published, and those that stood in our own templates.
ESCAPES = [
    "{{ call.parse_raw('x', content_type='application/pickle', allow_pickle=True) }}",
    "{{ call.model_construct() }}",
    "{{ call.model_fields }}",
    "{{ call.__class__.__mro__ }}",
    "{{ call['__class__'] }}",
    "{{ ''.__class__.__base__.__subclasses__() }}",
    "{{ ''['__class__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ ''|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "{{ [].__class__ }}",
    "{{ {}.__class__ }}",
    "{{ {}.items() }}",
    "{{ (1).__class__ }}",
    "{{ '{0.__class__}'.format(call) }}",
    "{{ '{0.__class__}'|format(call) }}",
    "{{ '%s'|format(call) }}",
    "{{ '{a.__class__}'.format_map({'a': call}) }}",
    "{{ self }}",
    "{{ self.__init__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ lipsum.__globals__['os'] }}",
    "{{ lipsum() }}",
    "{{ range(10) }}",
    "{{ dict(a=1) }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ url_for.__globals__ }}",
    "{{ config }}",
    "{{ request }}",
    "{{ _ }}",
    "{{ gettext('a') }}",
    "{{ varargs }}{{ kwargs }}{{ caller() }}",
    "{{ until.__globals__ }}",
    "{{ until._func }}",
    "{{ until }}",
    "{{ today.__class__ }}",
    "{{ today.replace(year=2000) }}",
    "{{ today.strftime('%Y') }}",
    "{{ wave_list.__class__ }}",
    "{{ wave_list.count(1) }}",
    "{{ waves.keys() }}",
    "{{ waves.mapping }}",
    "{% for wave in wave_list %}{{ loop.__class__ }}{% endfor %}",
    "{% for wave in wave_list %}{{ loop.cycle('a') }}{% endfor %}",
    "{% for wave in wave_list %}{{ loop(wave_list) }}{% endfor %}",
    "{% for wave in wave_list recursive %}{{ wave }}{% endfor %}",
    "{% for a, b in wave_list %}{{ a }}{% endfor %}",
    "{% import 'os' as os %}{{ os }}",
    "{% from 'os' import path %}",
    "{% include '/etc/passwd' %}",
    "{% extends 'base' %}",
    "{% block a %}{% endblock %}",
    "{% macro a() %}{% endmacro %}{{ a() }}",
    "{% call until(waves['vague-1']) %}a{% endcall %}",
    "{% filter upper %}a{% endfilter %}",
    "{% with a = 1 %}{{ a }}{% endwith %}",
    "{% set ns.a = 1 %}",
    "{% set a, b = 1, 2 %}",
    "{% set a %}b{% endset %}{{ a.__class__ }}",
    "{% do wave_list.append(1) %}",
    "{% autoescape true %}a{% endautoescape %}",
    "{% trans %}a{% endtrans %}",
    "{% debug %}",
    "{{ 1 is callable }}",
    "{{ wave_list|map('attr', '__class__') }}",
    "{{ wave_list|map(attribute='__class__')|length }}",
    "{{ wave_list|selectattr('__class__', 'equalto', 1)|length }}",
    "{{ wave_list|selectattr('number', 'callable')|length }}",
    "{{ wave_list|map('map', 'attr')|length }}",
    "{{ until(*wave_list) }}",
    "{{ until(**waves) }}",
    "{{ [until][0](1) }}",
    "{{ ''|safe }}",
    "{{ ''|xmlattr }}",
    "{{ ''|tojson }}",
    "{{ call|pprint }}",
    "{{ call|string }}",
    "{{ wave_list|groupby('number') }}",
    "{{ wave_list|sort(attribute='__class__') }}",
    "{{ 'a' ~ call }}",
    "{{ 2 ** 3 }}{{ 'a' * 3 }}{{ '%s' % call }}",
]  # fmt: skip


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    call = load_call(SOUND)
    return Renderer(call.facts, call.phrases)


@pytest.mark.parametrize("template", ESCAPES)
def test_no_known_way_out_is_open(renderer: Renderer, template: str) -> None:
    with pytest.raises(TemplateFault):
        renderer.render_on(template, TODAY)


def test_an_answer_cannot_run_a_command(tmp_path: Path) -> None:
    """The pickle is « touch witness »: protocol 0, as the format is read by pydantic's `parse_raw`."""
    base, witness = tmp_path / "base", tmp_path / "witness"
    shutil.copytree(SOUND, base)
    call = f"call.parse_raw(\"cposix\\nsystem\\n(S'touch {witness}'\\ntR.\", allow_pickle=True, content_type="
    answer = base / "answers/dates.yaml"
    template = "{{ " + call + '"application/pickle", encoding="latin-1") }}'
    answer.write_text(answer.read_text("utf-8").replace("{{ figures.places|number }}", template), "utf-8")
    (fault,) = check_folder(base, TODAY, {"welcome": {}, "apology": {}})
    assert str(fault).startswith("answers/dates.yaml:8: un gabarit n'appelle rien d'autre")
    assert not witness.exists()


def contexts() -> Iterator[Mapping[str, Any]]:
    """Everything that a template of the shipped call may be filled with."""
    call = shipped().call
    for day in days_to_try(call.facts):
        yield names_on(call.facts, day)
    for example in MESSAGES.values():
        yield plain_mapping(example)
    assert call.eligibility is not None
    for _, _, example in eligibility_texts(call.eligibility):
        yield plain_mapping(example)


def parts(path: str, value: Any, depth: int = 6) -> Iterator[tuple[str, Any]]:
    """Yield `value` and all that stands in it, each with the expression that reaches it."""
    assert depth, path
    yield path, value
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from parts(f"{path}[{key!r}]", item, depth - 1)
    elif isinstance(value, tuple):
        for rank, item in enumerate(value):
            yield from parts(f"{path}[{rank}]", item, depth - 1)


def test_every_value_of_every_template_is_plain_to_its_depths() -> None:
    found = {type(value) for names in contexts() for name, each in names.items() for _, value in parts(name, each)}
    assert found <= PLAIN
    assert MappingProxyType in found


def test_no_attribute_of_a_value_is_reached_but_its_own_keys() -> None:
    facts = shipped().call.facts
    renderer = Renderer(facts, shipped().call.phrases)
    reached = 0
    for name, each in names_on(facts, facts.opens_on).items():
        for path, value in parts(name, each):
            with pytest.raises(TemplateFault):
                renderer.render_on(f"{{{{ {path}.__class__ }}}}", facts.opens_on)
            # By a name of its own: the same few hundred texts for all values are each read once.
            for attribute in {*dir(value), *dir(type(value)), "__dict__", "parse_raw", "model_dump"} - _keys(value):
                for form in (f"value.{attribute}", f"value[{attribute!r}]"):
                    with pytest.raises(TemplateFault):
                        renderer.render_on(f"{{{{ {form} }}}}", facts.opens_on, value=value)
                    reached += 1
    assert reached > 10_000


def _keys(value: Any) -> set[str]:
    return set(value) if isinstance(value, Mapping) else set()


@pytest.mark.parametrize("name", sorted(FILTERS))
def test_a_filter_gives_plain_values(name: str) -> None:
    samples: list[Any] = [date(2030, 1, 1), datetime(2030, 1, 1, 9, tzinfo=None), time(9), 12, "texte"]  # noqa: DTZ001
    samples += [plain([1, 2]), plain(["a", "b", "c"]), plain([{"id": "a"}]), plain({"id": "a"})]
    for sample in samples:
        with suppress(TemplateFault):  # a value that it does not take
            arguments = [", "] * FILTERS[name].fewest if name == "join" else []
            assert type(apply_filter(name, sample, arguments, 1)) in PLAIN


class _Sly(str):
    __slots__ = ()

    def __str__(self) -> str:
        raise AssertionError("run")


@pytest.mark.parametrize(
    "value",
    [object(), {1: "a"}, [object()], {"a": {"b": object()}}, {1, 2}, b"a", print, Path()],
    # Not as they are written: an address in memory is another in each process.
    ids=["object", "key", "in-list", "in-group", "set", "bytes", "function", "path"],
)
def test_what_is_not_plain_is_refused_aloud(value: Any, renderer: Renderer) -> None:
    with pytest.raises(NotPlain):
        renderer.render_on("{{ value }}", TODAY, value=value)


def test_a_text_of_another_kind_leaves_its_methods_behind() -> None:
    kept: Any = plain({_Sly("a"): _Sly("b")})
    assert {type(part) for part in (*kept, *kept.values())} == {str}
    assert dict(kept) == {"a": "b"}


def test_a_value_that_holds_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(NotPlain):
        plain(loop)


def test_a_template_can_change_nothing() -> None:
    kept: Any = plain({"a": [1, {"b": "c"}]})
    with pytest.raises(TypeError):
        kept["a"] = 2
    assert type(kept["a"]) is tuple
    with pytest.raises(TypeError):
        kept["a"][1]["b"] = "d"
