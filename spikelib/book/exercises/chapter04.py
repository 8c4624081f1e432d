"""Exercises of chapter 4: what training a spiking network is made of, and judging it."""

import dataclasses

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

__all__ = [
    "check_kicked", "check_lost_from", "check_mean_current", "check_next_traces",
    "check_slow_matrix", "hint", "reference", "stub",
]


def _mean_current(encoder, factors):
    return encoder @ factors.mean(axis=0)


def _next_traces(traces, spikes, slow_decay, fast_decay):
    n = len(spikes)
    return traces * np.repeat([slow_decay, fast_decay], n) + np.tile(spikes, 2)


def _slow_matrix(encoder, factor_weights, trained_neurons):
    matrix = np.zeros((len(encoder), len(encoder)))
    matrix[:, trained_neurons] = encoder @ factor_weights[:, : len(trained_neurons)]
    return matrix


def _lost_from(errors, limit):
    good = np.flatnonzero(np.asarray(errors) <= limit)
    return int(good[-1]) + 1 if good.size else 0


def _kicked(state, size, rng):
    voltage = state.voltage + size * rng.standard_normal(state.voltage.size)
    return dataclasses.replace(state.copy(), voltage=voltage)


_ANSWERS = {
    "mean_current": _mean_current,
    "next_traces": _next_traces,
    "slow_matrix": _slow_matrix,
    "lost_from": _lost_from,
    "kicked": _kicked,
}
stub = fallback_to(_ANSWERS)
reference = references(_ANSWERS)


def check_mean_current(answer):
    """Check ``mean_current(encoder, factors)``: the time average of u y, shape (N,)."""
    rng = np.random.default_rng(0)
    cases = [
        (rng.standard_normal((n, p)), rng.standard_normal((t, p)) + 1)
        for n, p, t in ((5, 2, 30), (4, 4, 12), (7, 3, 1))
    ]
    return check_function(
        "mean_current",
        answer,
        reference=_mean_current,
        cases=cases,
        mistakes=[
            Mistake(
                hint="that is the current at each step, (T, N); average it over time.",
                made_by=lambda u, y: y @ u.T,
            ),
            Mistake(
                hint="that is the sum over time; divide by the number of steps.",
                made_by=lambda u, y: u @ y.sum(axis=0),
            ),
            Mistake(
                hint="this is an average over neurons; each neuron has a mean of its own.",
                made_by=lambda u, y: (y @ u.T).mean(axis=1),
            ),
            Mistake(
                hint="I_mean is subtracted later, in V∞; here it keeps its sign.",
                made_by=lambda u, y: -_mean_current(u, y),
            ),
        ],
        hint="one number for each neuron: the time average of what the factors send to it.",
    )


def check_next_traces(answer):
    """Check ``next_traces(traces, spikes, slow_decay, fast_decay)``: s one step later."""
    rng = np.random.default_rng(1)
    cases = [
        (rng.uniform(0, 3, 2 * n), (rng.random(n) < 0.4).astype(float), 0.99, 0.8)
        for n in (3, 6, 10)
    ]

    def swapped(traces, spikes, slow_decay, fast_decay):
        return _next_traces(traces, spikes, fast_decay, slow_decay)

    def late(traces, spikes, slow_decay, fast_decay):
        decays = np.repeat([slow_decay, fast_decay], len(spikes))
        return (traces + np.tile(spikes, 2)) * decays

    def slow_only(traces, spikes, slow_decay, fast_decay):
        decays = np.repeat([slow_decay, fast_decay], len(spikes))
        return traces * decays + np.concatenate([spikes, 0 * spikes])

    def in_turn(traces, spikes, slow_decay, fast_decay):
        decays = np.tile([slow_decay, fast_decay], len(spikes))
        return traces * decays + np.repeat(spikes, 2)

    return check_function(
        "next_traces",
        answer,
        reference=_next_traces,
        cases=cases,
        mistakes=[
            Mistake(
                hint="slow and fast are swapped: the first half of s holds the slow traces.",
                made_by=swapped,
            ),
            Mistake(
                hint="first forget, then add: a spike of this step counts in full.",
                made_by=late,
            ),
            Mistake(
                hint="a spike steps both synapses, the slow one and the fast one.",
                made_by=slow_only,
            ),
            Mistake(
                hint="s holds all slow traces and then all fast ones; they do not take turns.",
                made_by=in_turn,
            ),
        ],
    )


def check_slow_matrix(answer):
    """Check ``slow_matrix(encoder, factor_weights, trained_neurons)``, shape (N, N)."""
    rng = np.random.default_rng(2)
    cases = []
    for n, p, trained in ((6, 2, [1, 2, 5]), (5, 3, [0, 4]), (4, 1, [0, 1, 2, 3])):
        weights = rng.standard_normal((p, 2 * len(trained)))
        cases.append((rng.standard_normal((n, p)), weights, np.array(trained)))

    def fast(u, W, trained):
        return _slow_matrix(u, W[:, len(trained) :], trained)

    def first_columns(u, W, trained):
        matrix = np.zeros((len(u), len(u)))
        matrix[:, : len(trained)] = u @ W[:, : len(trained)]
        return matrix

    return check_function(
        "slow_matrix",
        answer,
        reference=_slow_matrix,
        cases=cases,
        mistakes=[
            Mistake(
                hint="rows are the receiving neurons, columns the sending ones: (post, pre).",
                made_by=lambda u, W, trained: _slow_matrix(u, W, trained).T,
            ),
            Mistake(
                hint="this is the matrix of the fast synapses; the slow ones are the first n "
                "columns of the factor weights.",
                made_by=fast,
            ),
            Mistake(
                hint="the columns belong to the trained neurons, wherever these are, and not to "
                "the first n neurons: matrix[:, trained_neurons] = ...",
                made_by=first_columns,
            ),
            Mistake(
                hint="one row and one column for every neuron; the columns of neurons without "
                "trained synapses are zero.",
                made_by=lambda u, W, trained: u @ W[:, : len(trained)],
            ),
        ],
    )


def check_lost_from(answer):
    """Check ``lost_from(errors, limit)``: first trial from which all errors exceed it."""
    good, bad = 0.003, 1.8
    cases = [
        (np.array([good] * 6), 0.1),
        (np.array([good, good, bad, bad, bad]), 0.1),
        (np.array([good, bad, good, good]), 0.1),
        (np.array([bad, good, bad, good, bad, bad]), 0.1),
        (np.array([bad] * 4), 0.1),
    ]

    def first_bad(errors, limit):
        over = errors > limit
        return int(np.argmax(over)) if over.any() else len(errors)

    def last_good(errors, limit):
        good = np.flatnonzero(errors <= limit)
        return int(good[-1]) if good.size else -1

    return check_function(
        "lost_from",
        answer,
        reference=_lost_from,
        cases=cases,
        mistakes=[
            Mistake(
                hint="one bad trial is not yet a loss, the network may find back: look for the "
                "last good trial.",
                made_by=first_bad,
            ),
            Mistake(
                hint="one too early: this is the last good trial, and the network is lost from "
                "the next.",
                made_by=last_good,
            ),
            Mistake(
                hint="this counts the bad trials; what is asked for is where the last run of them "
                "begins.",
                made_by=lambda errors, limit: int(np.sum(errors > limit)),
            ),
        ],
        hint="the number of trials up to and including the last good one; 0 where none is good.",
    )


def check_kicked(answer):
    """Check ``kicked(state, size, rng)``: a copy of a state with its voltages kicked."""
    return check_by(properties.kicked, answer)
