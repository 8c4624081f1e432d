"""What training under Dale's law carries from trial to trial; see `spikelib.dale`."""

import time

import numpy as np

from spikelib._kernels import dale as _kernel
from spikelib.errors import InfeasibleError
from spikelib.signed import sweep

_WINDOW = 10  # trials whose median error tells which weights were the best
_SWEEPS_TO_CHECK = 20
_KIND = np.float32  # of moments and weights in training: half the time of a matrix product


class Learner:
    """Weights, moments of the traces, and the state of the network."""

    def __init__(self, network, trials, signs, connected, recipe, rng):
        p = network.parameters
        n = p.n_neurons
        self.network, self.recipe = network, recipe
        self.signs, self.connected = signs, connected
        self.trace_signs = np.tile(signs, 2).astype(_KIND)
        self.allowed = np.tile(np.ascontiguousarray(connected.T), (2, 1))
        self.n_rows = network.n_factors + network.n_outputs
        self.gram = np.zeros((2 * n + 1, 2 * n + 1), _KIND)  # the last regressor is constant
        self.cross = np.zeros((2 * n + 1, self.n_rows))
        self.weights = np.zeros((2 * n, n), _KIND)
        self.bias = np.zeros(n)
        self.rng = rng
        self.restart()
        self.inverse = np.linalg.pinv(network.encoder)
        # Power of the wanted currents around their mean, over all trials.
        factors = np.vstack([trial.factors for trial in _distinct(trials)])
        centred = factors - factors.mean(axis=0)
        second = centred.T @ centred / len(centred)
        self.power = float(np.mean(np.sum((network.encoder @ second) * network.encoder, axis=1)))
        self.factor_power = float(np.trace(second))
        if self.power == 0:
            raise ValueError("trials: expected factors that change in time, got constant ones")
        self.rows = []  # one dictionary a trial
        self.best = None

    def restart(self):
        """A random state: voltages between reset and threshold, no currents."""
        p = self.network.parameters
        self.voltage = self.rng.uniform(p.reset, p.threshold, p.n_neurons)
        self.traces = np.zeros((2, p.n_neurons))

    def one_trial(self, index, trial):
        """Run on the leash, add to the moments, improve the weights; False where that diverged."""
        start = time.perf_counter()
        since, every = index - self.recipe.n_growth_trials, self.recipe.restart_every
        if every and since >= 0 and since % every == 0:
            self.restart()
        samples, own, wanted, entry = self._run(index, trial)
        own -= wanted
        entry["current_error"] = float(np.mean(own**2)) / self.power
        entry["factor_error"] = (
            float(np.mean(np.sum((own @ self.inverse.T) ** 2, axis=1))) / self.factor_power
        )
        self._remember(index)
        self._add(trial, samples)
        self._improve()
        if index + 1 == self.recipe.n_forced_trials:
            self._check_feasible(samples, wanted)
        self.rows.append(entry | {"seconds": time.perf_counter() - start})
        return bool(np.isfinite(entry["current_error"]))

    def _run(self, index, trial):
        network, n = self.network, self.network.parameters.n_neurons
        p = network.parameters
        stride = max(1, round(self.recipe.sample_every / p.dt))
        n_samples = trial.n_steps // stride
        wanted = trial.factors @ network.encoder.T - network.mean_current
        samples = np.empty((n_samples, 2 * n))
        own = np.empty((n_samples, n))
        slow, fast = self.traces
        # After the weights have changed, the currents are those of the new ones.
        currents = slow @ self.weights[:n], fast @ self.weights[n:]
        n_spikes, free = _kernel.run_on_leash(
            self.weights[:n], self.weights[n:], self.bias, wanted,
            trial.inputs @ network.input_weights.T, np.sqrt(self.power),
            self.recipe.leash_at(index), self.voltage, currents[0].astype(float),
            currents[1].astype(float), slow, fast, np.array(p.decays), p.threshold, p.reset,
            samples, own,
        )
        at = np.arange(1, n_samples + 1) * stride - 1
        entry = {"slack": free / trial.n_steps, "mean_rate": n_spikes / (n * trial.duration)}
        return samples, own, wanted[at], entry

    def _add(self, trial, samples):
        stride = trial.n_steps // len(samples)
        keep = np.exp(-trial.duration / self.recipe.memory)
        at = np.arange(1, len(samples) + 1) * stride - 1
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
        wanted_mean = network.encoder @ target_mean - network.mean_current
        factors = np.hstack([cross, drawn * mean[:, None]]).astype(_KIND)
        targets = np.vstack([network.encoder.T, wanted_mean - recipe.constant_current])
        for _ in range(recipe.n_sweeps):
            sweep(gram, factors, targets.astype(_KIND), self.weights, self.trace_signs,
                  self.allowed, ridge)
        rho = recipe.constant_weight
        free = wanted_mean - (mean @ self.weights).astype(float)
        self.bias = (free + rho * recipe.constant_current) / (1 + rho)

    def _check_feasible(self, samples, wanted):
        """After the forced trials: can such weights make such currents at all?"""
        for _ in range(_SWEEPS_TO_CHECK):
            self._improve()
        made = samples @ self.weights + self.bias
        missed = float(np.median(np.var(made - wanted, axis=0) / np.var(wanted, axis=0)))
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
        error = np.median([row["current_error"] for row in self.rows[-_WINDOW:]])
        if self.best is None or error < self.best[0]:
            self.best = error, self.weights.copy(), self.bias, self.gram.copy(), self.cross.copy()

    def best_weights(self):
        """Slow and fast weights (post, pre), constant currents, readout of factors and outputs.

        Those of the best trials, with a readout made from the moments of their time.
        """
        if self.best is not None:
            _, self.weights, self.bias, self.gram, self.cross = self.best
        gram = self.gram[:-1, :-1].astype(float)
        ridge = self.recipe.readout_ridge * np.trace(gram) / len(gram)
        readout = np.linalg.solve(gram + ridge * np.eye(len(gram)), self.cross[:-1]).T
        n = self.signs.size
        weights = self.weights.astype(float)
        return weights[:n].T, weights[n:].T, self.bias, readout


def _distinct(items):
    """The items, each object once."""
    return list({id(item): item for item in items}.values())
