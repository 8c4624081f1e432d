"""Named checks, run one after the other, and the error that lists those that failed."""

from dataclasses import dataclass

__all__ = ["Check", "FailedChecksError"]


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check and how it went.

    Parameters
    ----------
    name : str
        What should be so, as a sentence.
    problem : str or None
        Why it is not; None where it is.
    """

    name: str
    problem: str | None

    @property
    def passed(self):
        """Whether it is so."""
        return self.problem is None


class FailedChecksError(AssertionError):
    """Some checks failed.

    Attributes
    ----------
    checks : list of Check
        All of them, in order.
    """

    def __init__(self, what, checks):
        failed = [check for check in checks if not check.passed]
        lines = "".join(f"\n- {check.name}: {check.problem}" for check in failed)
        super().__init__(f"{what}: {len(failed)} of {len(checks)} checks failed{lines}")
        self.checks = checks


def run_checks(what, checks):
    """Run named functions, each of which returns a problem or None; raise where any has one."""
    results = []
    for name, check in checks.items():
        try:
            problem = check()
        except Exception as error:  # whatever a stranger's code raises is what failed
            problem = f"{type(error).__name__}: {error}"
        results.append(Check(name=name, problem=problem))
    if not all(result.passed for result in results):
        raise FailedChecksError(what, results)
    return results
