"""Exercises of chapter 8: target outputs, scores, hints, a gradient, a task of one's own."""

import numpy as np

from spikelib.book.exercises import properties
from spikelib.book.exercises._checking import (
    Mistake,
    check_by,
    check_function,
    fallback_to,
    hint,
    references,
)
from spikelib.tasks.trials import Trial

__all__ = [
    "check_draw_delayed_response", "check_last_sign", "check_memory_hint",
    "check_readout_gradient", "check_timing_error", "hint", "reference", "stub",
]


def _last_sign(inputs):
    outputs, state = np.zeros(inputs.shape), np.zeros(inputs.shape[1])
    for t, f_in in enumerate(inputs):
        state = np.where(f_in != 0, np.sign(f_in), state)
        outputs[t] = state
    return outputs


def _timing_error(outputs, ready, set_):
    above = np.flatnonzero(outputs[set_:] > 0.5)
    if above.size == 0:
        return 1.0
    interval = set_ - ready
    return abs(above[0] - interval) / interval


def _memory_hint(inputs):
    onsets = np.flatnonzero(np.diff(np.concatenate([[0.0], inputs])) * inputs > 0)
    hint = np.zeros(len(inputs))
    hint[onsets[0] : onsets[1]] = np.sign(inputs[onsets[0]])
    return hint


def _readout_gradient(rates, errors):
    return 2 / errors.size * errors.T @ rates


def _draw_delayed_response(rng):
    now = 50 + int(rng.integers(200, 401))
    end = now + 50 + 200
    cue = rng.choice([-1.0, 1.0])
    inputs = np.zeros((end + 200, 2))
    outputs, hints = np.zeros((end + 200, 1)), np.zeros((end + 200, 1))
    inputs[:50, 0], inputs[now : now + 50, 1] = cue, 1.0
    outputs[now + 50 : end] = cue
    hints[:end] = cue
    return Trial(inputs=inputs, outputs=outputs, hints=hints, dt=0.001)


_ANSWERS = {
    "last_sign": _last_sign,
    "timing_error": _timing_error,
    "memory_hint": _memory_hint,
    "readout_gradient": _readout_gradient,
    "draw_delayed_response": _draw_delayed_response,
}
stub = fallback_to(_ANSWERS)
reference = references(_ANSWERS)


def check_last_sign(answer):
    """Check ``last_sign(inputs)``: the target output (T, n) of a flip-flop."""
    first, second = np.zeros((12, 1)), np.zeros((15, 2))
    first[2:4], first[8:9] = 1.0, -1.0
    second[0:2, 0], second[5:7, 1], second[9:11, 0] = -1.0, 0.5, 0.5

    def one_late(inputs):
        return np.vstack([np.zeros((1, inputs.shape[1])), _last_sign(inputs)[:-1]])

    return check_function(
        "last_sign",
        answer,
        reference=_last_sign,
        cases=[(first,), (second,)],
        mistakes=[
            Mistake(hint="it forgets: between pulses the output keeps its value.",
                    made_by=np.sign),
            Mistake(
                hint="that adds the pulses up. A flip-flop forgets all but the last one.",
                made_by=lambda inputs: np.cumsum(inputs, axis=0),
            ),
            Mistake(
                hint="a pulse of 0.5 has to give an output of 1: take its sign.",
                made_by=lambda inputs: _last_sign(inputs) * np.abs(inputs).max(axis=0),
            ),
            Mistake(hint="one step late: the output follows from the onset of the pulse on.",
                    made_by=one_late),
            Mistake(
                hint="the channels are mixed up: each output looks at its own input only.",
                made_by=lambda inputs: np.tile(
                    _last_sign(inputs.sum(axis=1, keepdims=True)), inputs.shape[1]
                ),
            ),
        ],
        hint="go through time with a state of shape (n,): where an input is not zero, the state "
        "becomes its sign, and elsewhere it stays.",
    )


def check_timing_error(answer):
    """Check ``timing_error(outputs, ready, set_)``: a fraction of the interval."""
    late, early, never = np.zeros(100), np.zeros(100), np.full(100, 0.3)
    late[62:70], late[66] = 0.8, 1.0
    early[10:15], early[52:60] = 0.9, 0.9
    cases = [(late, 10, 35), (early, 5, 30), (never, 10, 40), (late, 0, 31)]

    def where(outputs, ready, set_):
        return np.flatnonzero(outputs[set_:] > 0.5)

    return check_function(
        "timing_error",
        answer,
        reference=_timing_error,
        cases=cases,
        mistakes=[
            Mistake(
                hint="an output before `set_` does not count: look at outputs[set_:].",
                made_by=lambda outputs, ready, set_: _timing_error(outputs, ready, set_)
                if not (outputs[:set_] > 0.5).any()
                else abs(np.argmax(outputs > 0.5) - (2 * set_ - ready)) / (set_ - ready),
            ),
            Mistake(
                hint="too early is an error too: take the absolute value.",
                made_by=lambda outputs, ready, set_: (where(outputs, ready, set_)[0] - set_ + ready)
                / (set_ - ready) if where(outputs, ready, set_).size else 1.0,
            ),
            Mistake(
                hint="the time counts at which the output first passes 0.5, not that of its peak.",
                made_by=lambda outputs, ready, set_: abs(
                    np.argmax(outputs[set_:]) - set_ + ready
                ) / (set_ - ready) if where(outputs, ready, set_).size else 1.0,
            ),
            Mistake(
                hint="np.argmax of a condition that is never true is 0: an answer that never "
                "comes has to cost 1.",
                made_by=lambda outputs, ready, set_: abs(
                    np.argmax(outputs[set_:] > 0.5) - set_ + ready
                ) / (set_ - ready) if where(outputs, ready, set_).size else 0.0,
            ),
            Mistake(
                hint="that is in steps. Divide by the interval, set_ - ready.",
                made_by=lambda outputs, ready, set_: _timing_error(outputs, ready, set_)
                * (set_ - ready) if where(outputs, ready, set_).size else 1.0,
            ),
        ],
        hint="the target time is set_ + (set_ - ready).",
    )


def check_memory_hint(answer):
    """Check ``memory_hint(inputs)``: the sign of the first of two pulses, until the second."""
    same, other, long = np.zeros(40), np.zeros(40), np.zeros(60)
    same[5:9], same[20:24] = 1.0, 1.0
    other[3:8], other[15:20] = -1.0, 1.0
    long[10:20], long[40:50] = -0.5, -0.5

    def onsets(inputs):
        return np.flatnonzero((inputs != 0) & (np.concatenate([[0.0], inputs[:-1]]) == 0))

    def to_the_end(inputs):
        return np.where(np.arange(len(inputs)) >= onsets(inputs)[0],
                        np.sign(inputs[onsets(inputs)[0]]), 0.0)

    def after_the_pulse(inputs):
        hint = _memory_hint(inputs)
        return np.where(inputs == 0, hint, 0.0)

    return check_function(
        "memory_hint",
        answer,
        reference=_memory_hint,
        cases=[(same,), (other,), (long,)],
        mistakes=[
            Mistake(hint="the hint ends where the second pulse begins.", made_by=to_the_end),
            Mistake(hint="the hint is there during the first pulse, too.",
                    made_by=after_the_pulse),
            Mistake(
                hint="that is the flip-flop: it holds the last sign, and a hint for the second "
                "pulse as well. Only the first is to be remembered.",
                made_by=lambda inputs: _last_sign(inputs[:, None])[:, 0],
            ),
            Mistake(
                hint="the hint is a sign, +1 or -1, whatever the height of the pulse.",
                made_by=lambda inputs: _memory_hint(inputs) * np.abs(inputs).max(),
            ),
        ],
        hint="find the two steps at which the input leaves zero; between them the hint has the "
        "sign of the input at the first.",
    )


def check_readout_gradient(answer):
    """Check ``readout_gradient(rates, errors)``: the slope of the loss, (n_outputs, Ñ)."""
    rng = np.random.default_rng(0)
    cases = [
        (rng.standard_normal((6, 4)), rng.standard_normal((6, 1))),
        (rng.standard_normal((9, 3)), rng.standard_normal((9, 2))),
    ]
    return check_function(
        "readout_gradient",
        answer,
        reference=_readout_gradient,
        cases=cases,
        mistakes=[
            Mistake(hint="the 2 of the square is missing.",
                    made_by=lambda rates, errors: errors.T @ rates / errors.size),
            Mistake(
                hint="the loss is a mean: divide by the number of errors, T times n_outputs.",
                made_by=lambda rates, errors: 2 * errors.T @ rates,
            ),
            Mistake(
                hint="with several outputs the mean is over all of them: divide by "
                "errors.size, not by len(errors).",
                made_by=lambda rates, errors: 2 / len(errors) * errors.T @ rates,
            ),
            Mistake(hint="it is transposed: w has the shape (n_outputs, n_units).",
                    made_by=lambda rates, errors: 2 / errors.size * rates.T @ errors),
            Mistake(
                hint="a sign: the errors are output minus target, and the gradient points uphill.",
                made_by=lambda rates, errors: -_readout_gradient(rates, errors),
            ),
        ],
        hint="one entry: ∂/∂w_ij of the mean of errors² is 2/M times the sum over time of "
        "errors_i rates_j.",
    )


def check_draw_delayed_response(answer):
    """Check ``draw_delayed_response(rng)``: one `Trial` of a task of the reader's own."""
    return check_by(properties.draw_delayed_response, answer)
