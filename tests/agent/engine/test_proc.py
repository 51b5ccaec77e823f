import pytest

from pasture.agent.engine import proc
from pasture.agent.engine.figures import Interface

# of a machine with two processors, Linux 6.18
STAT = """\
cpu  541322 100 93066 1476681 13157 0 4145 137 0 0
cpu0 240482 40 42354 776662 3471 0 860 68 0 0
cpu1 300839 60 50711 700019 9686 0 3284 69 0 0
intr 13736319 0 0
ctxt 33281565
"""
MEMINFO = """\
MemTotal:       24683656 kB
MemFree:        23547284 kB
MemAvailable:   24048044 kB
Buffers:           14756 kB
Cached:           660768 kB
HugePages_Total:       0
"""
NET_DEV = """\
Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs
    lo: 938926295 1892102    0    0    0     0          0         0 938926295 1892102    0 0 0 0 0 0
  eth0: 2913016598   76628    0    0    0     0          0         0  5096468   47508    0 0 0 0 0 0
docker0:    3440      45    0    0    0     0          0         0     7752      88    0 3 0 0 0 0
pst-ab12:   3440      45    0    0    0     0          0         0     7752      88    0 3 0 0 0 0
"""
DISKSTATS = """\
   7       0 loop0 9 0 8 0 0 0 8 0 0 0 0 0 0 0 0 0 0
 254       0 vda 435904 40561 22581442 347919 2305133 729414 77573032 459556 0 246508 926208
 254       1 vda1 435904 40561 22581442 347919 2305133 729414 77573032 459556 0 246508 926208
 259       0 nvme0n1 1 0 10 0 1 0 20 0 0 0 0
 259       1 nvme0n1p1 1 0 10 0 1 0 20 0 0 0 0
 253       0 dm-0 1 0 10 0 1 0 20 0 0 0 0
   8      16 sdb 1 0 2 0 1 0 4 0 0 0 0
"""


def test_processors_times_are_busy_user_and_kernel() -> None:
    whole, first, second = proc.cpu_times(STAT)
    user, kernel = 541322 + 100, 93066 + 0 + 4145
    assert whole == tuple(t * 10_000_000 for t in (user + kernel, user, kernel))
    assert first[0] + second[0] == pytest.approx(whole[0], rel=0.001)


def test_memory_that_can_be_had_at_once_is_not_in_use() -> None:
    assert proc.memory(MEMINFO) == ((24683656 - 24048044) * 1024, 24683656 * 1024)


def test_an_old_kernel_does_not_say_what_is_available() -> None:
    old = MEMINFO.replace("MemAvailable:   24048044 kB\n", "")
    assert proc.memory(old) == ((24683656 - 23547284 - 660768) * 1024, 24683656 * 1024)


def test_a_machine_has_its_own_interfaces() -> None:
    assert proc.interfaces(NET_DEV, inner=False) == [Interface("eth0", 2913016598, 5096468)]


def test_a_container_has_all_but_the_loop() -> None:
    found = [one.name for one in proc.interfaces(NET_DEV, inner=True)]
    assert found == ["eth0", "docker0", "pst-ab12"]


def test_whole_disks_count_once() -> None:
    assert proc.disks(DISKSTATS) == [
        (22581442 * 512, 77573032 * 512),
        (10 * 512, 20 * 512),
        (2 * 512, 4 * 512),
    ]


def test_pairs_leave_out_what_is_no_number() -> None:
    assert proc.pairs("a 1\nb max\nc\n\nd 2 3\ne 4") == {"a": 1, "e": 4}
