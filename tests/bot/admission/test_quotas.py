from __future__ import annotations

from bot.admission.quotas import REMEMBERED_SENDERS, Admission, AdmissionVerdict, Quota
from bot.limits import TokenBucket

ALICE, BOB = 1, 2


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_bucket_holds_its_burst_and_fills_with_time() -> None:
    clock = Clock()
    bucket = TokenBucket(3, 2.0, clock)
    assert [bucket.try_acquire() for _ in range(4)] == [True, True, True, False]
    clock.now += 3.0
    assert not bucket.idle
    assert [bucket.try_acquire() for _ in range(2)] == [True, False]
    clock.now += 1000.0
    assert TokenBucket(3, 2.0, clock).idle
    assert [bucket.try_acquire() for _ in range(4)] == [True, True, True, False]


def test_one_may_have_so_many_waiting_and_is_told_once() -> None:
    admission = Admission(Quota(pending_per_sender=2), Clock())
    taken = [admission.enter(ALICE) for _ in range(5)]
    assert taken == [
        AdmissionVerdict.ADMITTED,
        AdmissionVerdict.ADMITTED,
        AdmissionVerdict.TOO_FAST,
        AdmissionVerdict.SILENT,
        AdmissionVerdict.SILENT,
    ]
    assert admission.enter(BOB) is AdmissionVerdict.ADMITTED
    admission.leave(ALICE)
    assert admission.enter(ALICE) is AdmissionVerdict.ADMITTED
    assert admission.pending == 3


def test_all_together_may_have_so_many_waiting() -> None:
    admission = Admission(Quota(pending_in_total=2), Clock())
    assert [admission.enter(sender) for sender in (1, 2, 3, 3, 4)] == [
        AdmissionVerdict.ADMITTED,
        AdmissionVerdict.ADMITTED,
        AdmissionVerdict.BUSY,
        AdmissionVerdict.SILENT,
        AdmissionVerdict.BUSY,
    ]


def test_one_who_asks_without_pause_is_slowed_down() -> None:
    clock = Clock()
    admission = Admission(Quota(burst_per_sender=2, interval_per_sender_s=4.0), clock)
    verdicts = []
    for _ in range(100):
        verdict = admission.enter(ALICE)
        verdicts.append(verdict)
        if verdict is AdmissionVerdict.ADMITTED:
            admission.leave(ALICE)
        clock.now += 1.0
    assert verdicts.count(AdmissionVerdict.ADMITTED) == 2 + 24
    assert verdicts.count(AdmissionVerdict.TOO_FAST) == 2
    assert verdicts.count(AdmissionVerdict.SILENT) == 72


def test_all_together_are_slowed_down() -> None:
    clock = Clock()
    admission = Admission(Quota(burst_in_total=2, interval_in_total_s=1.0), clock)
    for sender in (1, 2):
        assert admission.enter(sender) is AdmissionVerdict.ADMITTED
        admission.leave(sender)
    assert admission.enter(3) is AdmissionVerdict.BUSY
    clock.now += 1.0
    assert admission.enter(3) is AdmissionVerdict.ADMITTED


def test_forgetting_quiet_people_forgets_nobody_who_is_slowed_down() -> None:
    clock = Clock()
    admission = Admission(Quota(burst_per_sender=2, interval_per_sender_s=1000.0, interval_in_total_s=0.0001), clock)
    for _ in range(2):
        admission.enter(ALICE)
        admission.leave(ALICE)
    for sender in range(10, 10 + 2 * REMEMBERED_SENDERS):
        assert admission.enter(sender) is AdmissionVerdict.ADMITTED
        admission.leave(sender)
        clock.now += 0.1
    assert admission.enter(ALICE) is AdmissionVerdict.TOO_FAST


def test_burst_is_never_less_than_what_may_wait_so_that_a_restart_refuses_nothing() -> None:
    assert Quota().burst_per_sender >= Quota().pending_per_sender
    assert Quota().burst_in_total >= Quota().pending_in_total
