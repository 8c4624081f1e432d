"""Patterns on several outputs, one trial that repeats: drawings, a melody, a chaotic orbit.

A pulse says where the pattern begins; the network makes the rest on its own. There is no
score: the error (nMSE) says how well a pattern is made.
"""

import numpy as np
from scipy.interpolate import CubicSpline

from spikelib import _checks
from spikelib.tasks._origin import makes_task
from spikelib.tasks._parts import clock, plateau, repeating

__all__ = ["figure_of_eight", "handwriting", "lorenz", "melody", "star"]

#: The first fifteen notes of the Ode to Joy, as places on a scale of five.
ODE_TO_JOY = (2, 2, 3, 4, 4, 3, 2, 1, 0, 0, 1, 2, 2, 1, 1)

# The letter a, as (x, y) in the order in which a pen passes: the bowl, the stem, the way back.
LETTER_A = (
    (0.75, 0.75), (0.1, 1.0), (-0.6, 0.65), (-0.8, -0.1), (-0.5, -0.8), (0.1, -0.75),
    (0.6, -0.1), (0.8, 0.75), (0.72, -0.2), (0.85, -0.85), (1.15, -0.6), (1.2, 0.2),
)
# A closed orbit of Lorenz's equations (twice around each wing), found by Newton's method.
LORENZ_START, LORENZ_PERIOD = (-12.91513795, -17.67310017, 27.0), 3.08427681


@makes_task
def figure_of_eight(*, dt=0.001, period=1.0):
    """Draw an eight lying on its side: two outputs, x and y.

    Parameters
    ----------
    dt, period : float
        Time step and length of a trial in seconds.

    Returns
    -------
    Task
        One input, two outputs, no score.

    Notes
    -----
    The curve crosses itself: at the crossing the outputs are the same and go on differently.

    References
    ----------
    Pearlmutter (1989), Neural Comput. 1, 263.

    Examples
    --------
    >>> figure_of_eight().draw(np.random.default_rng(0)).outputs[[0, 250, 500]].round(6)
    array([[ 0.,  0.],
           [ 1.,  0.],
           [ 0., -0.]])
    """
    dt, times = clock(dt, period)
    phase = 2 * np.pi * times / period
    return repeating(
        "figure of eight", np.column_stack([np.sin(phase), 0.5 * np.sin(2 * phase)]), dt
    )


@makes_task
def star(*, dt=0.001, period=2.0, n_points=5):
    """Draw a star in one stroke, at constant speed, with sharp corners: two outputs.

    Parameters
    ----------
    dt, period : float
        Time step and length of a trial in seconds.
    n_points : int
        An odd number, at least 5.

    Returns
    -------
    Task
        One input, two outputs, no score.

    References
    ----------
    Drawing closed curves is a task since Pearlmutter (1989), Neural Comput. 1, 263; the star
    is our own, for its corners.

    Examples
    --------
    >>> outputs = star().draw(np.random.default_rng(0)).outputs
    >>> outputs[[0, 400, 800]].round(3)
    array([[ 0.   ,  1.   ],
           [ 0.588, -0.809],
           [-0.951,  0.309]])
    """
    dt, times = clock(dt, period)
    if _checks.count("n_points", n_points, at_least=5) % 2 == 0:
        raise ValueError(f"n_points: expected an odd number, got {n_points}")
    angles = 2 * np.pi * (n_points // 2) / n_points * np.arange(n_points + 1)
    at = times / period * n_points
    corners = np.sin(angles), np.cos(angles)
    lines = [np.interp(at, np.arange(n_points + 1), values) for values in corners]
    return repeating("star", np.column_stack(lines), dt)


@makes_task
def handwriting(*, dt=0.001, period=2.0):
    """Write the letter a, again and again: two outputs, the place of the pen.

    Parameters
    ----------
    dt, period : float
        Time step and length of a trial in seconds.

    Returns
    -------
    Task
        One input, two outputs, no score.

    Notes
    -----
    A closed cubic spline through points of our own; the pen stays on the paper on its way back.

    References
    ----------
    After the handwriting of Laje & Buonomano (2013), Nat. Neurosci. 16, 925.

    Examples
    --------
    >>> outputs = handwriting().draw(np.random.default_rng(0)).outputs
    >>> bool(np.abs(outputs[0] - outputs[-1]).max() < 0.01)
    True
    """
    dt, times = clock(dt, period)
    points = np.array([*LETTER_A, LETTER_A[0]])
    curve = CubicSpline(np.arange(len(points)), points, bc_type="periodic")
    return repeating("handwriting", curve(times / period * len(LETTER_A)), dt)


@makes_task
def melody(*, dt=0.001, notes=ODE_TO_JOY, duration=4.0):
    """Play a melody: each pitch has an output, and each note is a bump in one of them.

    Parameters
    ----------
    dt : float
        Time step in seconds.
    notes : sequence of int
        The output of each note, from 0; by default the Ode to Joy begins.
    duration : float
        Length of the melody in seconds; all notes take the same time.

    Returns
    -------
    Task
        One input, as many outputs as there are pitches, no score.

    Notes
    -----
    A note is a raised cosine, so between two notes all outputs are zero; and notes come
    twice in a row. What comes next cannot be told from what is heard.

    References
    ----------
    Nicola & Clopath (2017), Nat. Commun. 8, 2208.

    Examples
    --------
    >>> outputs = melody().draw(np.random.default_rng(0)).outputs
    >>> outputs.shape, int(outputs[400].argmax()), int(outputs[667].argmax())
    ((4000, 5), 2, 3)
    """
    dt, times = clock(dt, duration)
    notes = [_checks.count("notes", note, at_least=0, at_most=100)
             for note in _checks.listed("notes", notes)]
    if not notes or len(notes) > times.size:
        raise ValueError(f"notes: expected between 1 and {times.size}, got {len(notes)}")
    outputs = np.zeros((times.size, max(notes) + 1))
    edges = np.rint(np.linspace(0, times.size, len(notes) + 1)).astype(int)
    for note, start, stop in zip(notes, edges[:-1], edges[1:], strict=True):
        outputs[start:stop, note] = plateau(stop - start, (stop - start) // 2)
    return repeating("melody", outputs, dt)


@makes_task
def lorenz(*, dt=0.001, period=3.0):
    """Follow a closed orbit on Lorenz's butterfly, twice around each wing: three outputs.

    Parameters
    ----------
    dt, period : float
        Time step and length of a trial in seconds.

    Returns
    -------
    Task
        One input, three outputs (x, y and z - 27, each divided by its largest size), no score.

    Notes
    -----
    The orbit is unstable under Lorenz's own equations (σ = 10, ρ = 28, β = 8/3); as a target
    it closes, so that it can be repeated.

    References
    ----------
    Sussillo & Abbott (2009), Neuron 63, 544; Lorenz (1963), J. Atmos. Sci. 20, 130.

    Examples
    --------
    >>> outputs = lorenz().draw(np.random.default_rng(0)).outputs
    >>> outputs.shape, float(np.abs(outputs).max())
    ((3000, 3), 1.0)
    """
    dt, times = clock(dt, period)
    fine = np.linspace(0, 1, 2001)
    orbit = _lorenz_orbit(fine.size - 1)
    orbit[-1] = orbit[0]  # where the equations come back to within rounding
    outputs = CubicSpline(fine, orbit, bc_type="periodic")(times / period) - [0, 0, 27]
    return repeating("Lorenz orbit", outputs / np.abs(outputs).max(axis=0), dt)


def _lorenz_orbit(n_steps):
    """The closed orbit, shape (n_steps + 1, 3), by Runge and Kutta's method of fourth order."""
    def slope(state):
        x, y, z = state
        return np.array([10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z])

    h, orbit = LORENZ_PERIOD / n_steps, [np.array(LORENZ_START)]
    for _ in range(n_steps):
        u = orbit[-1]
        k1 = slope(u)
        k2 = slope(u + h / 2 * k1)
        k3 = slope(u + h / 2 * k2)
        orbit.append(u + h / 6 * (k1 + 2 * k2 + 2 * k3 + slope(u + h * k3)))
    return np.array(orbit)
