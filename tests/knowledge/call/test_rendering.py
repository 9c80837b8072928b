"""Templates become French at an instant of Paris."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from knowledge.call.check import load_call
from knowledge.call.rendering import Renderer, phase_of
from knowledge.language.written import write_date, write_days, write_short_date
from knowledge.templates.faults import TemplateFault

SOUND = Path(__file__).parents[1] / "sound"


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    call = load_call(SOUND)
    return Renderer(call.facts, call.phrases)


@pytest.mark.parametrize(
    ("day", "long", "short"),
    [
        (date(2020, 11, 6), "vendredi 6 novembre 2020", "6 novembre 2020"),
        (date(2021, 1, 1), "vendredi 1er janvier 2021", "1er janvier 2021"),
        (date(2021, 1, 11), "lundi 11 janvier 2021", "11 janvier 2021"),
    ],
)
def test_dates_are_written_in_french(day: date, long: str, short: str) -> None:
    assert (write_date(day), write_short_date(day)) == (long, short)


def test_days_are_counted_in_french() -> None:
    assert [write_days(count).replace("\xa0", " ") for count in (0, 1, 2)] == ["0 jour", "1 jour", "2 jours"]


@pytest.mark.parametrize(
    ("today", "phase"),
    [
        (date(2030, 1, 9), "before"),
        (date(2030, 1, 10), "open"),
        (date(2030, 6, 30), "open"),
        (date(2030, 7, 1), "closed"),
    ],
)
def test_the_call_is_open_from_its_first_to_its_last_day(renderer: Renderer, today: date, phase: str) -> None:
    assert phase_of(renderer.facts, today) == phase


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2030, 6, 30, 21, 59, tzinfo=UTC), date(2030, 6, 30)),
        (datetime(2030, 6, 30, 22, 0, tzinfo=UTC), date(2030, 7, 1)),  # midnight in Paris, in summer
        (datetime(2030, 1, 9, 23, 0, tzinfo=UTC), date(2030, 1, 10)),  # and in winter
    ],
)
def test_the_day_is_that_of_paris(renderer: Renderer, now: datetime, day: date) -> None:
    assert renderer.day(now) == day


def test_a_wave_knows_how_it_stands(renderer: Renderer) -> None:
    template = "{{ waves['vague-1'].days_left }} {{ waves['vague-1'].is_last_day }} {{ waves['vague-1'].is_closed }}"
    told = [renderer.render_on(template, date(2030, 3, day)) for day in (1, 2)]
    assert [renderer.render_on(template, date(2030, 2, 28)), *told] == ["1 False False", "0 True False", "0 False True"]


def test_the_current_wave_is_the_first_that_is_not_closed(renderer: Renderer) -> None:
    days = [date(2030, 1, 1), date(2030, 3, 1), date(2030, 3, 2), date(2030, 6, 30)]
    assert [renderer.render_on("{{ current_wave.number }}", day) for day in days] == ["1", "1", "2", "2"]
    with pytest.raises(TemplateFault):
        renderer.render_on("{{ current_wave.number }}", date(2030, 7, 1))


@pytest.mark.parametrize("template", ["{{ nowhere }}", "{{ figures.nowhere }}", "{{ call.nowhere }}"])
def test_a_fact_that_is_not_there_is_an_error(renderer: Renderer, template: str) -> None:
    with pytest.raises(TemplateFault):
        renderer.render_on(template, date(2030, 2, 1))


def test_a_phrase_serves_every_template(renderer: Renderer) -> None:
    assert renderer.render_on("{{ until(waves['vague-2']) }}", date(2030, 2, 1)) == "jusqu'au dimanche 30 juin 2030"


def test_values_given_at_rendering_are_used(renderer: Renderer) -> None:
    assert renderer.render_on("{{ title }}", date(2030, 2, 1), title="L'affiche") == "L'affiche"


@pytest.mark.parametrize(
    "template",
    [
        "Toujours le même texte, {{ call.name }}.",
        "{% if phase == 'open' %}Ouvert{% else %}Fermé{% endif %}.",
        "{{ phrase_of_the_day() }}",
        "{% for wave in wave_list %}{{ wave.days_left | days }} {% endfor %}",
        "{% if given %}{{ given }}{% else %}Nous sommes le {{ today | date }}.{% endif %}",
        "{% if today >= call.closes_on %}Clos{% endif %} {% if call.opens_on < today %}depuis{% endif %}",
        "{% if waves['vague-1'].days_left > 20 %}Loin{% elif wave_list[0].is_last_day %}Ce soir{% endif %}.",
        "{% for wave in wave_list if wave.closes_on >= today and not wave.is_closed %}{{ wave.number }} {% endfor %}.",
        "{% if waves['vague-1'].days_left == wave_list[1].days_left %}Autant{% else %}{{ 3 < 2 }}{% endif %}.",
        "{% if {'open': 'open', 'before': 'x', 'closed': 'open'}[phase] != 'x' %}Dès l'ouverture{% endif %}.",
        "{% set today = call.opens_on %}{% if today == call.opens_on %}Ouverture{% endif %}.",
        "{% if phase in ['open', 'closed'] %}Ouvert ou clos{% endif %} {{ waves['vague-2'].days_left + 1 }}",
        "{{ 'Un' if 5 > waves['vague-2'].days_left else 'Deux' }} {{ until(wave_list[1]) if phase == 'open' else '' }}",
    ],
)
@pytest.mark.parametrize("given", ["", "ceci"])
def test_a_text_that_is_worked_out_for_several_days_reads_as_on_each(template: str, given: str) -> None:
    call = load_call(SOUND)
    phrases = f"{call.phrases}\n{{% macro phrase_of_the_day() %}}C'est {{{{ phase }}}}.{{% endmacro %}}"
    closings = [wave.closes_on for wave in call.facts.waves]
    around = [day + timedelta(days=by) for day in (call.facts.opens_on, *closings) for by in (-21, -1, 0, 1, 21)]
    days = [date(2020, 1, 1), *sorted(around), date(2031, 1, 1)]
    together = [*Renderer(call.facts, phrases).render_each_day(template, days, {"given": given})]
    assert together == [Renderer(call.facts, phrases).render_on(template, day, given=given) for day in days]
    if "given" not in template:
        kept = Renderer(call.facts, phrases)
        assert together == [kept.render_on(template, day) for day in days]
