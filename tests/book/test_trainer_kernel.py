"""The trainer where a kernel runs: the page asks, and the library trains."""

from __future__ import annotations

import time

import numpy as np

from spikelib.book.live import TrainerWidget, schooling
from tests.book.widgets import run_script

TARGET = np.sin(2 * np.pi * np.arange(500) / 250)


def job(**changes):
    return {"target": TARGET.tolist(), "n_outputs": 1, "pulsed": True, "n_neurons": 80,
            "n_factors": 6, "restarts": True, "n_trials": 100, "seed": 3} | changes


class Page(TrainerWidget):
    """A widget whose messages to the page are kept."""

    def __init__(self):
        self.sent = []
        super().__init__()

    def send(self, content, buffers=None):
        self.sent.append(content)

    def stages(self):
        return list(dict.fromkeys(message["stage"] for message in self.sent))


def test_the_page_learns_that_python_is_there():
    page = Page()
    page._answer(page, {"ask": "here"}, [])
    assert page.sent == [{"stage": "here"}]


def test_the_library_trains_what_the_page_asks_for(tmp_path):
    page = Page()
    page._answer(page, {"ask": "train", "job": job()}, [])
    page._thread.join()
    assert page.stages() == ["teacher", "components", "trial", "test", "done"]
    done = page.sent[-1]
    assert max(done["errors"]) <= 0.02 and done["settled"] and done["missed"] < 0.01
    assert len(done["learning"]) in (60, 80), "and ends when it is good enough"
    assert page.network.parameters.n_neurons == 80 and page.trial.n_steps == 500
    # The page runs it, and keeps the pattern too.
    script = """
        const data = unpackNetwork(done);
        const { outputs } = record(new SpikingModel(data), 5 * 500);
        const again = await fromFile(toFile(data, 0), () => null);
        const saved = record(new SpikingModel(again), 500).outputs;
        again.state = data.state;
        const result = { outputs, saved: record(new SpikingModel(again), 5 * 500).outputs };
    """
    result = run_script(tmp_path, "trainer.js", script, done=done)
    outputs = np.array(result["outputs"]).reshape(5, 500)[-1]
    assert np.sum((outputs - TARGET) ** 2) / np.sum(TARGET**2) < 0.02
    assert result["saved"] == result["outputs"]


def test_training_by_the_library_can_be_stopped():
    page = Page()
    page._answer(page, {"ask": "train", "job": job(n_neurons=200, n_trials=400)}, [])
    while "trial" not in page.stages():
        time.sleep(0.05)
    page._answer(page, {"ask": "stop"}, [])
    assert not page._thread.is_alive() and "done" not in page.stages()


def test_what_goes_wrong_is_told_to_the_page():
    page = Page()
    page._answer(page, {"ask": "train", "job": job(n_neurons=0)}, [])
    page._thread.join()
    assert page.sent[-1]["stage"] == "failed" and "expected" in page.sent[-1]["text"]


def test_a_pattern_without_a_pulse_is_judged_where_it_fits_best():
    *_, done = schooling.school(job(pulsed=False, n_trials=40))
    assert max(done["errors"]) < 0.1


def test_page_and_library_train_with_the_same_numbers(tmp_path):
    names = ("SIZES", "GOAL", "_PULSE", "_HEIGHT", "_CHANCE", "_EVERY", "_TEACHERS", "_STARTS",
             "_TESTED", "_SKIPPED", "_CHECK_FROM", "_CHECK_EVERY", "_CHECKED", "_SAFELY")
    there = ", ".join(name.removeprefix("_") for name in names)
    script = f"const result = [CONSTANTS.slow, {there}];"
    here = [schooling.TAU_SLOW, *(getattr(schooling, name) for name in names)]
    assert run_script(tmp_path, "trainer.js", script) == here
