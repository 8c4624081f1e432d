"""A part of what ``benchmarks/readers.py`` tries: files changed and damaged, and what is read."""

import tempfile

import pytest

from benchmarks.readers import try_one

FAULTS = ("raw_errors", "silent_wrong", "refused_without_need")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("part", range(11))
def test_files_are_read_right_or_refused_by_name(part):
    with tempfile.TemporaryDirectory() as folder:
        found = [try_one(index, 1, folder) for index in range(part, 330, 11)]
    assert [result for result in found if result[2] in FAULTS] == []
    assert {result[2] for result in found} >= {"accepted", "refused_by_name"}
