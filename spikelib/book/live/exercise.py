"""Exercises that a reader does in the page, with the sliders of the widget above."""

import textwrap

import traitlets

from spikelib import figures
from spikelib.book.live._base import Live
from spikelib.book.live._bundle import bundle

QUESTIONS = {
    "below_threshold": (
        "Set the sliders of the neuron above so that it fires between 5 and 15 times a second "
        "although its current is -1 or less, below the threshold of 0."
    ),
    "fewest_components": (
        "Find the smallest number of components that holds at least 99% of the variance. "
        "Look at the rebuilt currents while you do: would you have stopped earlier?"
    ),
    "how_many_can_go": (
        "Guess how many neurons the network above can lose and still keep its pattern: the "
        "error of the fifth trial is to stay below 0.1, but not with two more silenced. Set "
        "the slider to your guess, and check."
    ),
    "without_restarts": (
        "Choose a pattern above and empty the box Restarts from random states. Say what the "
        "frozen network will do; then train, and compare."
    ),
    "fewest_factors": (
        "Train osc4 above with ever fewer factors, all else as it was at first. Find a small "
        "number with which it is still learned: errors of at most 0.02 from each start. "
        "Train; then check."
    ),
    "strength_in_few": (
        "Remove as many of the weakest synapses as you can while those that are left hold at "
        "least 90% of the total strength."
    ),
}


class PageExercise(Live):
    """A question about the widget above it, and a button that checks what the sliders say.

    The check runs in the page and needs no kernel. It looks at the last widget of the right kind
    above it.

    Parameters
    ----------
    name : str
        One of `QUESTIONS`.

    Raises
    ------
    ValueError
        Another name.

    Examples
    --------
    >>> PageExercise("fewest_components").question[:33]
    'Find the smallest number of compo'
    """

    _esm = bundle("exercise.js")
    _description = "An exercise in words"
    name = traitlets.Unicode().tag(sync=True)
    question = traitlets.Unicode().tag(sync=True)

    def __init__(self, name):
        if name not in QUESTIONS:
            raise ValueError(f"name: expected one of {', '.join(QUESTIONS)}, got {name!r}")
        super().__init__(name=name, question=QUESTIONS[name])

    def picture(self):
        figure, axes = figures.figure(height=1.2)
        axes.axis("off")
        axes.text(0, 0.5, textwrap.fill(self.question, 70), va="center")
        return figure
