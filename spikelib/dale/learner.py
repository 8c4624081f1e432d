"""What training under Dale's law carries from trial to trial; see `spikelib.dale.training`."""

from dataclasses import replace

import numpy as np

from spikelib import _checkpoint
from spikelib._kernels import dale as _kernel
from spikelib.errors import InfeasibleError
from spikelib.least_squares.signed import sweep
from spikelib.spiking.simulation import membrane_noise

_WINDOW = 10  # trials whose median error tells which weights were the best
_SWEEPS_TO_CHECK = 20
_KIND = np.float32  # of moments and weights in training: half the time of a matrix product


class DaleLearner:
    """Weights, moments of the traces, and the state of the network (see `spikelib.loop`).

    Parameters
    ----------
    network : SpikingNetwork
    trials : sequence of Trial
        In the order in which they are run, again from the first after the last.
    signs : ndarray, shape (N,)
    connected : ndarray of bool, shape (N, N)
    recipe : DaleRecipe
    rng : numpy.random.Generator
        For random states and for noise.
    noise : float
        As for `spikelib.spiking.simulation.simulate`, in training.
    fast_synapses : bool
        Whether the traces are slow and fast, M = 2 N of them, or slow only, M = N.
    keep_best : bool
        Whether the weights in the end are those of the best trials, or the last.
    """

    def __init__(self, network, trials, signs, connected, recipe, rng, *, noise=0.0,
                 fast_synapses=True, keep_best=True):
        p = network.parameters
        n, kinds = p.n_neurons, 2 if fast_synapses else 1
        m = kinds * n
        self._start = _checkpoint.pack_generator(rng)
        self.network, self.trials, self.recipe = network, trials, recipe
        self.signs, self.connected = signs, connected
        self.noise, self.keep_best, self.rng = noise, keep_best, rng
        self.membrane = _kernel.Membrane(*p.decays, p.threshold, p.reset)
        self.trace_signs = np.tile(signs, kinds).astype(_KIND)
        self.allowed = np.tile(np.ascontiguousarray(connected.T), (kinds, 1))
        self.gram = np.zeros((m + 1, m + 1), _KIND)  # the last regressor is constant
        self.cross = np.zeros((m + 1, network.n_factors + network.n_outputs))
        self.weights = np.zeros((m, n), _KIND)
        self.bias = -network.mean_current
        self.stride = max(1, round(recipe.sample_every / p.dt))
        shortest = min(trial.n_steps for trial in trials)
        if shortest < self.stride:
            raise ValueError(
                f"sample_every: expected at most the shortest trial, {shortest * p.dt:g} s, got "
                f"{recipe.sample_every:g} s"
            )
        self.restart()
        self.inverse = np.linalg.pinv(network.encoder)
        # Power of the target currents around their mean, over all trials.
        factors = np.vstack([
            trial.factors if trial.counted is None else trial.factors[trial.counted]
            for trial in _distinct(trials)
        ])
        centred = factors - factors.mean(axis=0)
        second = centred.T @ centred / len(centred)
        self.power = float(np.mean(np.sum((network.encoder @ second) * network.encoder, axis=1)))
        self.factor_power = float(np.trace(second))
        if self.power == 0:
            raise ValueError("trials: expected factors that change in time, got constant ones")
        self.recent = []  # current errors of the last trials
        self.best = None  # error, weights, bias, Gram and cross moments

    def restart(self):
        """A random state: voltages between reset and threshold, no currents."""
        p = self.network.parameters
        self.voltage = self.rng.uniform(p.reset, p.threshold, p.n_neurons)
        self.traces = np.zeros((2, p.n_neurons))

    def trial(self, index):
        """Run on the leash, add to the moments, improve the weights."""
        trial = self.trials[index % len(self.trials)]
        since, every = index - self.recipe.n_growth_trials, self.recipe.restart_every
        if every and since >= 0 and since % every == 0:
            self.restart()
        samples, own, target, row = self._run(index, trial)
        own -= target
        row["current_error"] = float(np.mean(own**2)) / self.power
        row["factor_error"] = (
            float(np.mean(np.sum((own @ self.inverse.T) ** 2, axis=1))) / self.factor_power
        )
        if self.keep_best:
            self._remember(index)
        self._add(trial, samples)
        self._improve()
        if index + 1 == self.recipe.n_forced_trials and self.recipe.max_residual is not None:
            self._check_feasible(samples, target)
        self.recent = [*self.recent, row["current_error"]][-_WINDOW:]
        return row

    def _run(self, index, trial):
        network, n = self.network, self.network.parameters.n_neurons
        p = network.parameters
        target = trial.factors @ network.encoder.T - network.mean_current
        outside = trial.inputs @ network.input_weights.T
        if self.noise:  # the kernel knows currents only: 1 - decay of one enters the voltage
            steps = membrane_noise(p, self.noise, trial.n_steps, self.rng)
            outside += steps / (1 - p.decays[0])
        n_samples = trial.n_steps // self.stride
        samples = np.empty((n_samples, len(self.weights)))
        own = np.empty((n_samples, n))
        slow, fast = self.traces
        synapses = _kernel.Synapses(self.weights[:n], self.weights[n:], self.bias)
        # After the weights have changed, the currents are those of the new ones.
        slow_current, fast_current = (slow @ synapses.slow).astype(float), np.zeros(n)
        if len(synapses.fast):
            fast_current[:] = fast @ synapses.fast
        n_spikes, free = _kernel.run_on_leash(
            self.membrane, synapses,
            _kernel.Leash(target, outside, np.sqrt(self.power), self.recipe.leash_at(index)),
            _kernel.Activity(self.voltage, slow_current, fast_current, slow, fast),
            self.stride, samples, own,
        )
        row = {"slack": free / trial.n_steps, "mean_rate": n_spikes / (n * trial.duration)}
        at = self._sampled(trial, n_samples)
        if trial.counted is not None:
            kept = trial.counted[self._steps(n_samples)]
            samples, own = samples[kept], own[kept]
        return samples, own, target[at], row

    def _steps(self, n_samples):
        """Steps at the end of which the traces were looked at."""
        return np.arange(1, n_samples + 1) * self.stride - 1

    def _sampled(self, trial, n_samples):
        """Those of them that count."""
        at = self._steps(n_samples)
        return at if trial.counted is None else at[trial.counted[at]]

    def _add(self, trial, samples):
        memory = self.recipe.memory
        keep = 1.0 if memory is None else np.exp(-trial.duration / memory)
        at = self._sampled(trial, trial.n_steps // self.stride)
        targets = np.hstack([trial.factors, trial.outputs])[at]
        self.cross *= keep
        self.cross[:-1] += samples.T @ targets
        self.cross[-1] += targets.sum(axis=0)
        narrow = np.hstack([samples, np.ones((len(samples), 1))]).astype(_KIND)
        self.gram *= _KIND(keep)
        self.gram += narrow.T @ narrow

    def _moments(self):
        """Weight of the data, means, Gram and cross moments around the means."""
        total = float(self.gram[-1, -1])
        mean = self.gram[-1, :-1] / total
        target_mean = self.cross[-1, : self.network.n_factors] / total
        gram = self.gram[:-1, :-1] - np.outer(total * mean, mean)
        cross = self.cross[:-1, : self.network.n_factors] - np.outer(total * mean, target_mean)
        return total, mean, target_mean, gram, cross

    def _improve(self):
        network, recipe = self.network, self.recipe
        total, mean, target_mean, gram, cross = self._moments()
        ridge = recipe.ridge * float(np.trace(gram)) / len(gram)
        # With a constant drawn towards b0 with weight ρ, the best b_i is
        # (target mean - J_i · mean + ρ b0) / (1 + ρ); put in, it leaves the centred problem
        # and one more term, ρ/(1 + ρ) (J_i · mean - (target mean - b0))².
        drawn = total * recipe.constant_weight / (1 + recipe.constant_weight)
        gram += np.outer(drawn * mean, mean)
        mean_current = network.encoder @ target_mean - network.mean_current
        factors = np.hstack([cross, drawn * mean[:, None]]).astype(_KIND)
        targets = np.vstack([network.encoder.T, mean_current - recipe.constant_current])
        for _ in range(recipe.n_sweeps):
            sweep(gram, factors, targets.astype(_KIND), self.weights, self.trace_signs,
                  self.allowed, ridge)
        rho = recipe.constant_weight
        free = mean_current - (mean @ self.weights).astype(float)
        self.bias = (free + rho * recipe.constant_current) / (1 + rho)

    def _check_feasible(self, samples, target):
        """After the forced trials: can such weights make such currents at all?"""
        for _ in range(_SWEEPS_TO_CHECK):
            self._improve()
        made = samples @ self.weights + self.bias
        missed = float(np.median(np.var(made - target, axis=0) / np.var(target, axis=0)))
        if missed > self.recipe.max_residual:
            excite = int(np.count_nonzero(self.signs > 0))
            raise InfeasibleError(
                f"trials: expected currents that weights of these signs can make, got "
                f"{missed:.0%} of the variance of the median neuron's current out of reach "
                f"(max_residual = {self.recipe.max_residual:.0%}) with {excite} excitatory and "
                f"{self.signs.size - excite} inhibitory neurons and "
                f"{self.connected.sum(axis=1).mean():.1f} inputs a neuron"
            )

    def _remember(self, index):
        """Keep the weights whose trials on a long leash were the best so far."""
        recipe = self.recipe
        if index < recipe.n_growth_trials + _WINDOW or index % _WINDOW:
            return
        # The median: trials after a restart are on their way back.
        error = np.median(self.recent)
        if self.best is None or error < self.best[0]:
            self.best = error, self.weights.copy(), self.bias, self.gram.copy(), self.cross.copy()

    def trained_network(self):
        """The frozen network: signed weights, constant currents, no encoder.

        Its readout of factors and outputs is made from the moments of the weights' time.
        """
        if self.best is not None:
            _, self.weights, self.bias, self.gram, self.cross = self.best
        gram = self.gram[:-1, :-1].astype(float)
        ridge = self.recipe.readout_ridge * np.trace(gram) / len(gram)
        readout = np.linalg.solve(gram + ridge * np.eye(len(gram)), self.cross[:-1]).T
        network, n = self.network, self.signs.size
        weights = self.weights.astype(float)
        if len(weights) == n:  # no fast synapses
            readout = np.hstack([readout, np.zeros_like(readout)])
        return replace(
            network,
            parameters=replace(network.parameters, trained_fraction=1.0, inhibition=0.0),
            encoder=np.zeros_like(network.encoder),
            mean_current=-self.bias,
            trained_neurons=np.arange(n),
            factor_weights=readout[: network.n_factors],
            output_weights=readout[network.n_factors :],
            slow_weights=weights[:n].T,
            fast_weights=weights[n:].T if len(weights) > n else None,
        )

    def _arrays(self):
        names = ("gram", "cross", "weights", "bias", "voltage", "traces")
        return {name: getattr(self, name) for name in names}

    def state(self):
        """See `spikelib.loop`."""
        state = self._arrays() | {"recent": np.array(self.recent)}
        if self.best is not None:
            names = ("error", "weights", "bias", "gram", "cross")
            state |= {f"best_{k}": np.asarray(x) for k, x in zip(names, self.best, strict=True)}
        return state | {"generator": _checkpoint.pack_generator(self.rng)}

    def restore(self, state):
        """See `spikelib.loop`."""
        mine = self._arrays()
        _checkpoint.fill(mine, state, mine)
        self.recent = state["recent"].tolist()
        names = ("weights", "bias", "gram", "cross")
        self.best = None if "best_error" not in state else (
            float(state["best_error"]), *(state[f"best_{name}"] for name in names)
        )
        _checkpoint.unpack_generator(self.rng, state["generator"])

    def identity(self):
        """See `spikelib.loop`."""
        network = self.network
        return {
            "parameters": network.parameters, "encoder": network.encoder,
            "input weights": network.input_weights, "mean current": network.mean_current,
            "signs": self.signs, "connections": self.connected, "trials": self.trials,
            "recipe": self.recipe, "noise": self.noise, "starting generator": self._start,
        }


def _distinct(items):
    """The items, each object once."""
    return list({id(item): item for item in items}.values())
