"""The third hint of each exercise: its formula, or the rule that stands for one."""

FORMULAS = {
    "decay_factor": "ds/dt = -s/tau over one step gives s(t + dt) = s(t) exp(-dt/tau).",
    "trace": "s(t) = s(t-1) exp(-dt/tau) + spike(t), starting from 0.",
    "firing_rate": "rate = 1 / (refractory + tau ln((I + 10) / I)) for I > 0, and 0 otherwise.",
    "current_for_rate": "I = 10 / (exp(1 / (rate tau)) - 1), with tau = 0.01 s.",
    "noisy_rates":
        "V <- I + (V - I) d + noise sqrt(1 - d^2) xi, d = exp(-dt/tau), xi standard normal; V >= "
        "0 is a spike and sets V to -10.",
    "nmse": "nMSE = sum of (output - target)^2 / sum of target^2, over all entries.",
    "ridge_weights": "W = (y^T s) (s^T s + penalty I)^-1, of shape (R, M).",
    "rls_with_forgetting":
        "k = P s / (g + s^T P s); W <- W - (W s - y) k^T; P <- (P - k (P s)^T) / g, with g the "
        "forgetting.",
    "noisy_readout":
        "drive with f_out + noise xi, keep tanh x *before* each step, leave out the first two "
        "trials, then W = ridge(rates, target, 1e-6).",
    "own_rhythm":
        "output[t] has period T: output[0] follows output[-1]; train_force(network, [trial] * n, "
        "rng=rng) returns the first of the two values.",
    "explained": "share of the first D = (l_1 + ... + l_D) / (l_1 + ... + l_N).",
    "n_factors_for": "the smallest D with (l_1 + ... + l_D) / sum of l >= fraction.",
    "participation_ratio": "(sum of l)^2 / (sum of l^2).",
    "lost_share": "rebuilt = f V V^T; lost = sum of |f - rebuilt|^2 / sum of |f|^2.",
    "dimension":
        "drive the teacher with the outputs until it repeats; then the smallest D whose "
        "components hold the fraction.",
    "mean_current": "I_mean = u (1/T) sum over t of y(t).",
    "next_traces": "slow: s <- s d_slow + spike; fast: s <- s d_fast + spike; slow ones first.",
    "slow_matrix": "J[:, trained] = u W[:, :n], and zero in all other columns.",
    "lost_from": "one more than the place of the last error <= limit; 0 where there is none.",
    "kicked": "V <- V + size xi on a copy, with xi standard normal for each neuron.",
    "all_pairs": "a row (size, seed) for each size and, within it, each seed.",
    "middle": "for each size: the 25th, 50th and 75th percentile over its seeds, in a row.",
    "needed_size": "interpolate ln(size) against ln(error), at ln(target); then exp.",
    "power": "ln(error) = ln c + a ln(size): a is the slope of a straight line.",
    "still_to_do": "all of 0 ... n_runs - 1 that are not done, and those that are done but failed.",
    "share_held": "(S_1^2 + ... + S_k^2) / sum of all S^2.",
    "angles": "theta_k = arccos of the k-th singular value of Q1^T Q2, in degrees.",
    "leftover": "current - R w, where w minimises |current - R w|^2.",
    "log_likelihood": "sum over t of [n(t) ln(rate(t) dt) - rate(t) dt].",
    "chance_angle":
        "two orthonormal bases by QR of normal numbers (n_steps, k); the median of their angles.",
    "fano": "sum over windows of var over trials (ddof=1) / sum over windows of mean over trials.",
    "local_variation": "mean of 2 |I(k+1) - I(k)| / (I(k+1) + I(k)).",
    "spread": "sigma = gain sqrt(rate / (2 tau)).",
    "poisson_trials": "a spike in a step with probability rate dt, independent of all others.",
    "most_important": "for neuron i: sum over factors of W[:, i]^2 + W[:, n + i]^2; the k largest.",
    "last_sign": "state <- sign(input) where input is not 0, and stays otherwise.",
    "timing_error":
        "|t_go - interval| / interval, with interval = set - ready and t_go counted from set; 1 "
        "where no output exceeds 0.5.",
    "memory_hint": "sign of the first pulse from its onset to the onset of the second, else 0.",
    "readout_gradient": "dL/dW = (2 / number of errors) errors^T rates, for L = mean of errors^2.",
    "draw_delayed_response":
        "cue: steps 0-49; now: 50 steps after a gap of 200 to 400; answer: the 200 steps after "
        "now; rest: 200; hint: the cue's sign up to the end of the answer.",
    "count_violations":
        "the number of entries with weight times sign < 0 (a sign for each column).",
    "best_weight": "w_j - (G_j w - c_j) / G_jj, and 0 where that has the wrong sign.",
    "distance_from_optimum":
        "slope g = G w - c. Where w is not 0: |g|; where w is 0: max(-sign g, 0). The largest of "
        "these.",
    "balance": "the correlation over time of E and -I, for each neuron.",
    "prune": "k = int(fraction x number of weights that are not 0); the k smallest |w| become 0.",
    "preferred_direction": "the angle of sum of rate_k exp(i phi_k), phi_k = 2 pi k / n.",
    "nearest_direction": "argmin over k of sum of (recorded_k - outputs)^2.",
    "current_without_noise": "I = -reset / (exp(1 / (rate tau)) - 1).",
    "average_rate": "counts in bins, summed over trials / (number of trials x dt).",
    "best_rotation": "omega = sum of (x1 dx2 - x2 dx1) / sum of (x1^2 + x2^2).",
    "error_over_trials": "sum over all trials of |z - f|^2 / sum over all trials of |f|^2.",
    "clock":
        "0.5 + 0.5 cos(pi d) for d < 1 and 0 otherwise; d is the distance to the bump's centre, "
        "in units of the distance between bumps, round the period.",
    "resampled": "np.interp at times 0, new_dt, ... below the length of the signal, n dt.",
    "readout_floor": "weights by ridge regression on the first two thirds; nMSE on the last third.",
    "is_reached": "the largest over starts of the mean over trials is at most the goal.",
}
