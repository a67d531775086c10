"""Work in a spare thread."""

from __future__ import annotations

import threading

import pytest

from retrieval.concurrency import run_in_spare_thread
from retrieval.config import available_cores

TIMEOUT_S = 30.0


@pytest.fixture(params=["one core", "all cores"])
def cores(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "one core":
        monkeypatch.setattr("retrieval.concurrency._spare_cores", lambda: threading.Semaphore(0))


@pytest.mark.usefixtures("cores")
def test_work_is_done_once_and_its_result_kept() -> None:
    done: list[int] = []

    def work() -> int:
        done.append(1)
        return len(done)

    result = run_in_spare_thread(work)
    assert (result(), result(), len(done)) == (1, 1, 1)


@pytest.mark.usefixtures("cores")
def test_an_error_of_the_work_is_raised_where_its_result_is_asked_for() -> None:
    with pytest.raises(ZeroDivisionError):
        run_in_spare_thread(lambda: 1 // 0)()


@pytest.mark.skipif(available_cores() == 1, reason="needs two cores")
def test_the_caller_and_a_spare_thread_work_at_once() -> None:
    met = threading.Barrier(2, timeout=TIMEOUT_S)
    result = run_in_spare_thread(met.wait)
    assert {met.wait(), result()} == {0, 1}


def test_work_beyond_the_cores_is_done_by_the_caller() -> None:
    go = threading.Event()
    busy = [run_in_spare_thread(lambda: go.wait(TIMEOUT_S)) for _ in range(available_cores() - 1)]
    here = run_in_spare_thread(threading.get_ident)()
    go.set()
    assert here == threading.get_ident()
    assert all(one() for one in busy)
