"""Work in a spare thread."""

from __future__ import annotations

import threading

import pytest

from retrieval.runtime import SpareThreads, run_in_spare_thread

TIMEOUT_S = 30.0


@pytest.fixture(params=[1, 2, 3], ids="cores={}".format)
def threads(request: pytest.FixtureRequest) -> SpareThreads:
    return SpareThreads(request.param)


def test_work_is_done_once_and_its_result_kept(threads: SpareThreads) -> None:
    done: list[int] = []

    def work() -> int:
        done.append(1)
        return len(done)

    result = threads.run(work)
    assert (result(), result(), len(done)) == (1, 1, 1)


def test_an_error_of_the_work_is_raised_where_its_result_is_asked_for(threads: SpareThreads) -> None:
    with pytest.raises(ZeroDivisionError):
        threads.run(lambda: 1 // 0)()


def test_the_caller_and_a_spare_thread_work_at_once() -> None:
    met = threading.Barrier(2, timeout=TIMEOUT_S)
    result = SpareThreads(2).run(met.wait)
    assert {met.wait(), result()} == {0, 1}


@pytest.mark.parametrize("cores", [1, 2, 3])
def test_work_beyond_the_cores_is_done_by_the_caller(cores: int) -> None:
    threads, go = SpareThreads(cores), threading.Event()
    busy = [threads.run(lambda: go.wait(TIMEOUT_S)) for _ in range(cores - 1)]
    here = threads.run(threading.get_ident)()
    go.set()
    assert here == threading.get_ident()
    assert all(one() for one in busy)


def test_the_process_has_spare_threads_of_its_own() -> None:
    assert run_in_spare_thread(lambda: "done")() == "done"
