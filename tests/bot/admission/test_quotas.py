from __future__ import annotations

from bot.admission.quotas import REMEMBERED_SENDERS, Admission, AdmissionVerdict, Quota
from bot.limits import TokenBucket

ALICE, BOB = 1, 2


class Clock:
    """Goes only when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_bucket_holds_its_burst_and_fills_with_time() -> None:
    clock = Clock()
    bucket = TokenBucket(3, 2.0, clock)
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    clock.now += 3.0
    assert not bucket.idle
    assert [bucket.take() for _ in range(2)] == [True, False]
    clock.now += 1000.0
    assert TokenBucket(3, 2.0, clock).idle
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]


def test_one_may_have_so_many_waiting_and_is_told_once() -> None:
    admission = Admission(Quota(waiting_of_one=2), Clock())
    taken = [admission.enter(ALICE) for _ in range(5)]
    assert taken == [
        AdmissionVerdict.TAKEN,
        AdmissionVerdict.TAKEN,
        AdmissionVerdict.TOO_FAST,
        AdmissionVerdict.IN_SILENCE,
        AdmissionVerdict.IN_SILENCE,
    ]
    assert admission.enter(BOB) is AdmissionVerdict.TAKEN
    admission.leave(ALICE)
    assert admission.enter(ALICE) is AdmissionVerdict.TAKEN
    assert admission.waiting == 3


def test_all_together_may_have_so_many_waiting() -> None:
    admission = Admission(Quota(waiting_in_all=2), Clock())
    assert [admission.enter(sender) for sender in (1, 2, 3, 3, 4)] == [
        AdmissionVerdict.TAKEN,
        AdmissionVerdict.TAKEN,
        AdmissionVerdict.BUSY,
        AdmissionVerdict.IN_SILENCE,
        AdmissionVerdict.BUSY,
    ]


def test_one_who_asks_without_pause_is_slowed_down() -> None:
    clock = Clock()
    admission = Admission(Quota(burst_of_one=2, every_s_of_one=4.0), clock)
    verdicts = []
    for _ in range(100):
        verdict = admission.enter(ALICE)
        verdicts.append(verdict)
        if verdict is AdmissionVerdict.TAKEN:
            admission.leave(ALICE)
        clock.now += 1.0
    assert verdicts.count(AdmissionVerdict.TAKEN) == 2 + 24
    assert verdicts.count(AdmissionVerdict.TOO_FAST) == 2
    assert verdicts.count(AdmissionVerdict.IN_SILENCE) == 72


def test_all_together_are_slowed_down() -> None:
    clock = Clock()
    admission = Admission(Quota(burst_in_all=2, every_s_in_all=1.0), clock)
    for sender in (1, 2):
        assert admission.enter(sender) is AdmissionVerdict.TAKEN
        admission.leave(sender)
    assert admission.enter(3) is AdmissionVerdict.BUSY
    clock.now += 1.0
    assert admission.enter(3) is AdmissionVerdict.TAKEN


def test_forgetting_quiet_people_forgets_nobody_who_is_slowed_down() -> None:
    clock = Clock()
    admission = Admission(Quota(burst_of_one=2, every_s_of_one=1000.0, every_s_in_all=0.0001), clock)
    for _ in range(2):
        admission.enter(ALICE)
        admission.leave(ALICE)
    for sender in range(10, 10 + 2 * REMEMBERED_SENDERS):
        assert admission.enter(sender) is AdmissionVerdict.TAKEN
        admission.leave(sender)
        clock.now += 0.1
    assert admission.enter(ALICE) is AdmissionVerdict.TOO_FAST


def test_burst_is_never_less_than_what_may_wait_so_that_a_restart_refuses_nothing() -> None:
    assert Quota().burst_of_one >= Quota().waiting_of_one
    assert Quota().burst_in_all >= Quota().waiting_in_all
