"""One BLAS thread for small matrices, where handing work over costs more than it saves."""

from contextlib import nullcontext
from functools import cache

# The compiled loops call the BLAS of SciPy: it has to be loaded to be found.
import scipy.linalg.cython_blas  # noqa: F401
from threadpoolctl import ThreadpoolController

# Side of a matrix from which a second thread pays in a matrix-matrix product.
_WORTH_IT = 3000


@cache
def _controller():
    return ThreadpoolController()


def blas_threads(size):
    """A context that limits BLAS to one thread where matrices have less than a certain side."""
    if size >= _WORTH_IT:
        return nullcontext()
    return _controller().limit(limits=1, user_api="blas")
