"""Checks of tasks and of learning rules that others have written.

In the manner of scikit-learn's estimator checks: a list of named checks, all of which are run, and
one error that says which failed and why.
"""

from spikelib.testing.checks import Check, FailedChecksError
from spikelib.testing.learners import check_learner, check_regressor
from spikelib.testing.tasks import check_task

__all__ = ["Check", "FailedChecksError", "check_learner", "check_regressor", "check_task"]
