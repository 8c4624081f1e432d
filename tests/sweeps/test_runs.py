"""Sweeps: every run once, none lost, failures told from successes."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import nbformat
import numpy as np
import pytest

pytest.importorskip("pandas")

from spikelib.sweeps import Notebook, grid, record, sweep

ROOT = Path(__file__).resolve().parent.parent


def product(seed, x, y=1):
    """A run that takes no time."""
    return {"product": np.int64(x * y), "draw": np.random.default_rng(seed).random()}


def fails_at_two(seed, x):
    """A run that sometimes fails."""
    if x == 2:
        raise RuntimeError("two is too much")
    return {"square": x**2}


def dies_at_two(seed, x):
    """A run that takes its process with it."""
    if x == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return {"square": x**2}


def sleeps(seed, x):
    """A run that may take too long."""
    time.sleep(x)
    return {"slept": x}


def threads(seed):
    """Threads that a run may use."""
    return {"blas": os.environ.get("OPENBLAS_NUM_THREADS"), "process": os.getpid()}


def waits_at_three(seed, x, folder):
    """Leaves a line where it begins; the fourth run waits for a file."""
    with open(Path(folder) / "begun", "a") as file:
        file.write(f"{x}\n")
    while x == 3 and not (Path(folder) / "go on").exists():
        time.sleep(0.01)
    return {"square": x * x}


def test_grid_is_the_product_last_name_fastest():
    assert grid(a=[1, 2], b=["x", "y"], c=3) == [
        {"a": 1, "b": "x", "c": 3}, {"a": 1, "b": "y", "c": 3},
        {"a": 2, "b": "x", "c": 3}, {"a": 2, "b": "y", "c": 3},
    ]
    with pytest.raises(ValueError, match="a: expected at least one value"):
        grid(a=[])


@pytest.mark.parametrize("n_workers", [1, 2])
def test_table_is_tidy_and_in_order(n_workers):
    table = sweep(product, grid(x=[1, 2, 3], y=[10]), seeds=[5, 6], n_workers=n_workers)
    assert list(table.columns) == ["x", "y", "seed", "product", "draw", "seconds", "error"]
    assert table.x.tolist() == [1, 1, 2, 2, 3, 3]
    assert table.seed.tolist() == [5, 6] * 3
    assert table["product"].tolist() == [10, 10, 20, 20, 30, 30]
    assert table.draw.iloc[0] == np.random.default_rng(5).random() == table.draw.iloc[2]
    assert table.error.isna().all()


def test_processes_use_one_thread_each_and_the_setting_here_stays(monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "7")
    table = sweep(threads, [{}], seeds=range(4), n_workers=2)
    assert set(table.blas) == {"1"}
    assert os.getpid() not in set(table.process)
    assert os.environ["OPENBLAS_NUM_THREADS"] == "7"


@pytest.mark.parametrize("n_workers", [1, 2])
def test_a_failed_run_is_recorded_and_the_others_go_on(n_workers, tmp_path):
    path = tmp_path / "runs.jsonl"
    table = sweep(fails_at_two, grid(x=[1, 2, 3]), path=path, n_workers=n_workers)
    assert table.error.tolist()[1] == "RuntimeError: two is too much"
    assert table.square.tolist()[::2] == [1, 9]
    assert np.isnan(table.square[1]) and table.error.isna().sum() == 2
    assert len(path.read_text().splitlines()) == 4


def test_a_process_that_dies_is_told_from_the_others():
    table = sweep(dies_at_two, grid(x=[1, 2, 3, 4, 5]), n_workers=2)
    assert "died" in table.error[1] and "-9" in table.error[1]
    assert table.square.dropna().tolist() == [1, 9, 16, 25]


def test_a_run_that_takes_too_long_is_given_up():
    table = sweep(sleeps, grid(x=[0.0, 60.0, 0.01]), n_workers=1, timeout=3.0)
    assert "TimeoutError" in table.error[1]
    assert table.error.isna().tolist() == [True, False, True]


def test_what_is_done_is_not_done_again(tmp_path):
    path = tmp_path / "new" / "runs.jsonl"
    sweep(product, grid(x=[1, 2]), path=path, n_workers=1)
    before = path.read_text()
    again = sweep(product, grid(x=[1, 2, 3]), path=path, n_workers=1)
    assert path.read_text().startswith(before)
    assert len(path.read_text().splitlines()) == 1 + 3
    assert again["product"].tolist() == [1, 2, 3]


def test_failed_runs_are_tried_again_unless_not_wanted(tmp_path):
    path = tmp_path / "runs.jsonl"
    for retry, lines in ((True, 3), (True, 4), (False, 4)):
        sweep(fails_at_two, grid(x=[1, 2]), path=path, n_workers=1, retry_failed=retry)
        assert len(path.read_text().splitlines()) == lines


def test_a_torn_last_line_is_done_again(tmp_path):
    path = tmp_path / "runs.jsonl"
    whole = sweep(product, grid(x=[1, 2, 3]), path=path, n_workers=1)
    path.write_bytes(path.read_bytes()[:-20])
    again = sweep(product, grid(x=[1, 2, 3]), path=path, n_workers=1)
    assert again.drop(columns="seconds").equals(whole.drop(columns="seconds"))
    assert all(json.loads(line) for line in path.read_text().splitlines())


def test_an_interrupted_sweep_goes_on(tmp_path):
    """Ctrl-C in the middle, in another process; then the rest, and only the rest."""
    path, script = tmp_path / "runs.jsonl", tmp_path / "script.py"
    script.write_text(
        "import signal, sys, time\n"
        # Whoever starts this in the background may have told it to ignore Ctrl-C.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from spikelib.sweeps.runs import grid, sweep\n"
        "def slow(seed, x):\n"
        "    time.sleep(0.3)\n"
        "    return {'x2': 2 * x}\n"
        "if __name__ == '__main__':\n"
        f"    table = sweep(slow, grid(x=list(range(16))), path={str(path)!r}, n_workers=2)\n"
        "    print(table.x2.tolist())\n"
    )
    process = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 60
    while not path.exists() or len(path.read_text().splitlines()) < 4:
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode != 0
    kept = len(path.read_text().splitlines()) - 1
    assert 3 <= kept < 16
    out = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == str([2 * x for x in range(16)])
    runs = [json.loads(line)["run"]["x"] for line in path.read_text().splitlines()[1:]]
    assert sorted(runs) == list(range(16))


@pytest.mark.parametrize(
    ("points", "seeds", "message"),
    [
        ({"x": 1}, [0], "list of dicts"),
        ([{"seed": 1}], [0], "no parameter called seed"),
        ([{"x": 1}, {"x": 1}], [0], "every run once"),
        ([], [0], "at least one of each"),
        ([{"x": object()}], [0], "numbers, texts or lists"),
    ],
)
def test_points_that_cannot_be_run_are_refused(points, seeds, message):
    with pytest.raises(ValueError, match=message):
        sweep(product, points, seeds=seeds, n_workers=1)


def test_a_file_of_another_sweep_is_refused(tmp_path):
    path = tmp_path / "runs.jsonl"
    sweep(product, grid(x=[1]), path=path, n_workers=1)
    with pytest.raises(ValueError, match="expected a sweep of 'fails_at_two'"):
        sweep(fails_at_two, grid(x=[1]), path=path, n_workers=1)


def test_a_result_that_no_file_can_hold_is_a_failure():
    table = sweep(lambda seed: {"thing": object()}, [{}], n_workers=1)
    assert "numbers, texts or lists" in table.error[0]


@pytest.fixture
def notebook(tmp_path):
    """A notebook with two parameters that fails for a negative x."""
    cells = [
        nbformat.v4.new_code_cell("seed = 0\nx = 1.0", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(
            f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
            "from spikelib.sweeps.runs import record\n"
            "assert x >= 0, 'x is negative'\n"
            "record(root=x**0.5)\nrecord(seed_was=seed)"
        ),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    path = tmp_path / "root.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


@pytest.mark.slow
def test_a_notebook_is_run_like_a_function(notebook, tmp_path):
    run = Notebook(path=notebook, folder=tmp_path / "executed")
    table = sweep(run, grid(x=[4.0, -1.0]), seeds=[3], n_workers=2)
    assert table.root[0] == 2.0 and table.seed_was[0] == 3
    assert table.error[1] == "RuntimeError: root.ipynb, cell 3: AssertionError: x is negative"
    assert len(list((tmp_path / "executed").glob("*.ipynb"))) == 2


def test_a_notebook_without_such_parameters_is_refused(notebook):
    with pytest.raises(ValueError, match=r"expected parameters among \['seed', 'x'\], got \['y'\]"):
        sweep(Notebook(path=notebook), grid(y=[1]))
    with pytest.raises(FileNotFoundError):
        Notebook(path=notebook.parent / "missing.ipynb")


def test_record_shows_its_values(capsys):
    record(error=np.float64(0.5), sizes=np.arange(2))
    assert "error=0.5" in capsys.readouterr().out


@pytest.mark.slow
def test_a_dask_cluster_gives_the_same_table(tmp_path):
    distributed = pytest.importorskip("dask.distributed")
    points = grid(x=[1, 2, 3])
    here = sweep(fails_at_two, points, seeds=[0, 1], n_workers=1)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        there = sweep(
            fails_at_two, points, seeds=[0, 1], client=client, path=tmp_path / "runs.jsonl"
        )
    assert there.drop(columns="seconds").equals(here.drop(columns="seconds"))
    assert len((tmp_path / "runs.jsonl").read_text().splitlines()) == 7


def test_what_a_cluster_forgets_is_handed_in_again(tmp_path):
    """As after a restart of the scheduler: every run that is not done yet is gone at once."""
    distributed = pytest.importorskip("dask.distributed")
    path, begun, go_on = tmp_path / "runs.jsonl", tmp_path / "begun", tmp_path / "go on"

    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, dashboard_address=None, processes=False
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        def forget():
            while not path.exists() or len(path.read_text().splitlines()) < 4:
                time.sleep(0.01)
            client.cancel([distributed.Future(key, client) for key in list(client.futures)])
            go_on.touch()

        thread = threading.Thread(target=forget)
        thread.start()
        table = sweep(waits_at_three, grid(x=list(range(8)), folder=str(tmp_path)),
                      client=client, path=path)
        thread.join()
    assert table["error"].isna().all() and table["square"].tolist() == [x * x for x in range(8)]
    assert len(path.read_text().splitlines()) == 1 + 8
    times = begun.read_text().split()
    again = {x for x in times if times.count(x) > 1}
    assert len(times) <= 10 and again <= {"3", "4"}, "what is in the file is not done again"
