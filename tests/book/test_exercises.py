"""Every check fails on a stub and on typical wrong answers, and passes on the reference."""

from __future__ import annotations

import importlib
import pkgutil

import numpy as np
import pytest

import spikelib
from spikelib.book import exercises
from spikelib.book.exercises import _checking
from spikelib.book.exercises._formulas import FORMULAS

CHAPTERS = [
    importlib.import_module(f"spikelib.book.exercises.{module.name}")
    for module in pkgutil.iter_modules(exercises.__path__)
    if module.name.startswith("chapter")
]
CHECKS = [
    pytest.param(getattr(module, name), id=f"{module.__name__.rsplit('.', 1)[-1]}-{name}")
    for module in CHAPTERS
    for name in module.__all__
    if name.startswith("check_")
]


def module_of(check):
    """The chapter that a check belongs to, and the name of its exercise."""
    return importlib.import_module(check.__module__), check.__name__.removeprefix("check_")


def answer_of(check, capsys):
    """The reference answer to what a check asks for."""
    module, name = module_of(check)
    answer = module.reference(name)
    assert "NOTICE" in capsys.readouterr().out
    return answer


@pytest.mark.parametrize("check", CHECKS)
def test_reference_passes(check, capsys):
    assert check(answer_of(check, capsys)) is True
    assert "✓" in capsys.readouterr().out


def said_next(capsys):
    """What the next hint says, in one line."""
    capsys.readouterr()
    exercises.hint()
    return " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("nothing", [None, ..., lambda *args, **kwargs: None])
def test_an_untouched_stub_shows_the_question_and_no_cross(check, nothing, capsys):
    assert check(nothing) is False
    out = capsys.readouterr().out
    assert "○" in out and "✗" not in out and module_of(check)[1] + "(" in out


@pytest.mark.parametrize("check", CHECKS)
def test_text_is_no_answer(check, capsys):
    assert check("text") is False
    assert "✗" in capsys.readouterr().out


@pytest.mark.parametrize("check", CHECKS)
def test_answer_that_raises_is_reported_and_explained(check, capsys):
    def broken(*args, **kwargs):
        raise ZeroDivisionError("oh no")

    assert check(broken) is False
    out = " ".join(capsys.readouterr().out.split())
    assert "✗" in out and "divides by zero" in out and 'raise ZeroDivisionError("oh no")' in out


@pytest.mark.parametrize("check", CHECKS)
def test_stub_falls_back_to_the_reference_but_does_not_pass(check, capsys):
    module, name = module_of(check)

    def empty(*args, **kwargs):
        ...

    empty.__name__ = name
    stub = module.stub(empty)
    assert check(stub) is False
    assert "○" in capsys.readouterr().out


def as_list(result):
    """A result with each array as a list, each number as an array of one."""
    if isinstance(result, tuple):
        return tuple(as_list(part) for part in result)
    if isinstance(result, np.ndarray):
        return result.tolist()
    if isinstance(result, (int, float, np.number)) and not isinstance(result, bool):
        return np.array([result])
    return result


@pytest.mark.parametrize("check", CHECKS)
def test_lists_numbers_and_arrays_are_one(check, capsys):
    """The right answer, given as a list, or a number in an array of its own, is right."""
    reference = answer_of(check, capsys)
    assert check(lambda *arguments: as_list(reference(*arguments))) is True


@pytest.mark.parametrize("check", CHECKS)
def test_every_exercise_has_three_steps_of_hints(check, capsys):
    """Asked for one at a time: a nudge, the place, the formula; none before it is asked for."""
    _, name = module_of(check)
    assert check("text") is False
    assert "formula" not in capsys.readouterr().out
    for number, kind in enumerate(("a nudge", "the place", "the formula"), start=1):
        assert said_next(capsys).startswith(f"Hint {number} of 3 to {name}, {kind}:")
    assert FORMULAS[name].split()[0] in said_next(capsys), "the last hint stays"


def test_there_is_a_formula_for_each_exercise_and_no_other():
    assert set(FORMULAS) == {module_of(check.values[0])[1] for check in CHECKS}


@pytest.mark.parametrize("check", CHECKS)
def test_every_known_mistake_gets_its_own_hint(check, capsys, monkeypatch):
    """Each `Mistake` of a check is itself tried as an answer."""
    found = []

    def collect(name, answer, *, reference, cases, mistakes=(), **options):
        found.append((reference, cases, mistakes, options))
        return True

    module, name = module_of(check)
    monkeypatch.setattr(module, "check_function", collect)
    check(answer_of(check, capsys))
    for reference, cases, mistakes, options in found:
        for mistake in mistakes:
            right = _checking.check_function(
                name, mistake.made_by, reference=reference, cases=cases, mistakes=mistakes,
                **options,
            )
            said = said_next(capsys)
            assert right is False
            assert " ".join(mistake.hint.split()) in said, said


def test_stub_notice_comes_once(capsys):
    @exercises.fallback_to({"double": lambda x: 2 * x})
    def double(x):
        ...

    assert [double(1), double(2)] == [2, 4]
    assert capsys.readouterr().out.count("NOTICE") == 1


def test_stub_gives_way_to_the_readers_own_answer(capsys):
    @exercises.fallback_to({"double": lambda x: 2 * x})
    def double(x):
        return 3 * x

    assert double(1) == 3
    assert not capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda x: np.where(x > 1.5, 2 * x, 0.0), "differs first at [0], and at 1 of 3 places"),
        (lambda x: [[1.0], [1.0, 2.0]], "rows differ in length"),
        (lambda x: 2 * x if x > 0 else 0, "need one True or False"),
        (lambda x: x[:1], "shape"),
        (lambda x: np.nan * x, "nan"),
        (lambda x: "text", "numbers"),
        (lambda x, y: x, "1 argument"),
        (lambda x: (x, x), "shape (2, 3)"),
        (lambda x: x.__imul__(2), "changes its arguments"),
    ],
)
def test_answers_of_the_wrong_kind_are_told_apart(answer, says, capsys):
    good = exercises.check_function(
        "double", answer, reference=lambda x: 2 * x, cases=[(np.arange(1.0, 4.0),)]
    )
    assert not good
    assert says in capsys.readouterr().out


def test_values_are_compared_with_a_tolerance(capsys):
    assert exercises.check_value("x", 0.25 * (1 + 1e-9), 0.25)
    assert not exercises.check_value("x", 0.26, 0.25)
    assert not exercises.check_value("x", None, 0.25)


def noisy_rates(*, scale, n_neurons=200, n_steps=1000):
    """The noisy neurons of chapter 1, with kicks of another size."""
    from spikelib.book.exercises import chapter01

    def answer(currents, noise, rng):
        return chapter01._noisy_rates(currents, scale(noise), rng, n_neurons, n_steps)

    return answer


@pytest.mark.parametrize(
    ("scale", "says"),
    [
        (lambda noise: noise / np.sqrt(1 - np.exp(-0.2)), "too much noise"),
        (lambda noise: noise * np.sqrt(0.001 / (1 - np.exp(-0.2))), "sqrt(dt)"),
        (lambda noise: 0 * noise, "changes nothing"),
        (lambda noise: 0.7 * noise, "anew"),
    ],
)
def test_noisy_rates_with_wrong_noise(scale, says, capsys):
    from spikelib.book.exercises import chapter01

    assert not chapter01.check_noisy_rates(noisy_rates(scale=scale))
    assert says in said_next(capsys)
    assert not chapter01.check_noisy_rates(lambda currents, noise, rng: 1.0)
    assert "one rate a current" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("noise", "after_the_step", "settled", "says"),
    [
        (0.0, False, 2, "is the noise added"),
        (0.02, True, 2, "before it"),
        (0.02, False, 2, "right"),
    ],
)
def test_noisy_readout_tells_its_mistakes_apart(noise, after_the_step, settled, says, capsys):
    from spikelib.book.exercises import chapter02

    def answer(network, trial, _, rng):
        rates, _ = chapter02._driven_rates(network, trial, 10, noise, rng)
        target = np.tile(trial.outputs, (10, 1))
        if after_the_step:
            rates, target = rates[1:], target[:-1]
        start = settled * trial.n_steps
        return chapter02._ridge_weights(rates[start:], target[start:], 1e-6)

    right = says == "right"
    assert chapter02.check_noisy_readout(answer) is right
    assert says in (capsys.readouterr().out if right else said_next(capsys))
    assert not chapter02.check_noisy_readout(lambda network, *rest: np.zeros((1, 150)))
    assert not chapter02.check_noisy_readout(lambda network, *rest: np.zeros(150))


@pytest.mark.parametrize(
    ("wave", "gain", "n_trials", "says"),
    [
        (lambda t: np.sin(3 * t), 1.4, 2, "whole periods"),
        (lambda t: 0.01 * np.sin(2 * np.pi * t), 1.4, 1, "scale the target output"),
        (lambda t: np.sin(2 * np.pi * t) + np.sin(20 * np.pi * t), 0.3, 1, "more trials"),
    ],
)
def test_own_rhythm_tells_its_mistakes_apart(wave, gain, n_trials, says, capsys):
    from spikelib.book.exercises import chapter02

    def answer(rng):
        outputs = wave(np.arange(1000) * 0.001)[:, None]
        trial = spikelib.Trial(inputs=np.zeros((1000, 1)), outputs=outputs, dt=0.001)
        network = spikelib.RateNetwork.draw(
            spikelib.RateParameters(n_units=50, gain=gain), n_inputs=1, n_outputs=1, rng=rng
        )
        return spikelib.train_force(network, [trial] * n_trials, rng=rng), trial

    assert not chapter02.check_own_rhythm(answer)
    assert says in said_next(capsys)
    assert not chapter02.check_own_rhythm(lambda rng: 3)
