"""Control groups as files: v1 recorded on a machine with it, v2 as the kernel's manual has them."""

from pathlib import Path

import pytest

from pasture.agent.engine import cgroups
from pasture.agent.engine.figures import Device, Transfer
from tests.agent.engine.test_proc import DISKSTATS, MEMINFO, NET_DEV, STAT

ID = "f1debaeb38fbebc745d13d4142493c876e1316484cc576d5d3546473315f2302"
TOTAL = 24683656 * 1024
LISTED_V1 = f"""\
17:hugetlb:/
7:blkio:/docker/{ID}
4:memory:/docker/{ID}/below
2:cpuacct,cpu:/docker/{ID}
0::/docker/{ID}
"""
V1 = {
    "cpuacct/cpuacct.usage": "33768835\n",
    "cpuacct/cpuacct.usage_percpu": "13421893 20346942 \n",
    "cpuacct/cpuacct.stat": "user 2\nsystem 1\n",
    "memory/memory.usage_in_bytes": "471040\n",
    "memory/memory.limit_in_bytes": "9223372036854771712\n",
    "memory/memory.stat": "cache 0\ninactive_file 7\ntotal_inactive_file 71040\n",
    "blkio/blkio.throttle.io_service_bytes": (
        "8:0 Read 4096\n8:0 Write 8192\n8:0 Sync 12288\n8:0 Async 0\n8:0 Total 12288\n"
        "253:0 Read 1\n253:0 Write 2\n253:0 Total 3\nTotal 12291\n"
    ),
}
V2 = {
    "cpu.stat": "usage_usec 2500\nuser_usec 2000\nsystem_usec 500\nnr_periods 0\n",
    "memory.current": "1048576\n",
    "memory.max": "max\n",
    "memory.stat": "anon 900000\nfile 100000\ninactive_file 48576\n",
    "io.stat": "8:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0\n253:0 \n",
}


class Root:
    """A file system with a process in a container."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for name, text in (("meminfo", MEMINFO), ("stat", STAT), ("diskstats", DISKSTATS),
                           ("net/dev", NET_DEV), ("7/net/dev", NET_DEV)):  # fmt: skip
            self.write(f"proc/{name}", text)

    def write(self, name: str, text: str) -> None:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def v1(self) -> None:
        self.write("proc/7/cgroup", LISTED_V1)
        for name, text in V1.items():
            folder, _, file = name.partition("/")
            self.write(f"sys/fs/cgroup/{folder}/docker/{ID}/{file}", text)

    def v2(self, scope: str = f"system.slice/docker-{ID}.scope", below: str = "") -> None:
        self.write("sys/fs/cgroup/cgroup.controllers", "cpu io memory pids\n")
        self.write("proc/7/cgroup", f"0::/{scope}{below}\n")
        for name, text in V2.items():
            self.write(f"sys/fs/cgroup/{scope}/{name}", text)


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return Root(tmp_path)


def test_v1_is_read(root: Root) -> None:
    root.v1()
    group = cgroups.find(7, ID, root.path)
    assert group is not None
    row = group.row(1_790_000_000_123)
    assert row.timestamp == "2026-09-21T14:13:20.123000000Z"
    usage = row.cpu.usage
    assert (usage.total, usage.user, usage.system) == (33768835, 20_000_000, 10_000_000)
    assert usage.per_cpu_usage == (13421893, 20346942)
    assert (row.memory.usage, row.memory.limit) == (400_000, TOTAL)
    assert [one.name for one in row.network.interfaces] == ["eth0", "docker0", "pst-ab12"]
    assert row.network.rx_bytes == 2913016598 + 2 * 3440
    assert row.diskio.io_service_bytes == (Device(Transfer(4096, 8192)), Device(Transfer(1, 2)))


@pytest.mark.parametrize("below", ["", "/init.scope"])
def test_v2_is_read(root: Root, below: str) -> None:
    root.v2(below=below)
    group = cgroups.find(7, ID, root.path)
    assert group is not None
    row = group.row(0)
    usage = row.cpu.usage
    assert (usage.total, usage.user, usage.system) == (2_500_000, 2_000_000, 500_000)
    assert usage.per_cpu_usage == ()
    assert (row.memory.usage, row.memory.limit) == (1_000_000, TOTAL)
    assert row.diskio.io_service_bytes == (Device(Transfer(4096, 8192)),)


def test_a_limit_is_the_containers_own(root: Root) -> None:
    root.v2()
    root.write(f"sys/fs/cgroup/system.slice/docker-{ID}.scope/memory.max", "5000000\n")
    group = cgroups.find(7, ID, root.path)
    assert group is not None
    assert group.row(0).memory.limit == 5_000_000


def test_a_kernel_that_does_not_count_disks_is_read_all_the_same(root: Root) -> None:
    root.v2()
    (root.path / f"sys/fs/cgroup/system.slice/docker-{ID}.scope/io.stat").unlink()
    group = cgroups.find(7, ID, root.path)
    assert group is not None
    assert group.row(0).diskio.io_service_bytes == ()


def test_a_kernel_that_does_not_count_memory_leaves_it_to_the_engine(root: Root) -> None:
    root.v2()
    (root.path / f"sys/fs/cgroup/system.slice/docker-{ID}.scope/memory.current").unlink()
    assert cgroups.find(7, ID, root.path) is None


@pytest.mark.parametrize(
    "listed", ["0::/\n", f"0::/../{ID}\n", "0::/docker/another\n", f"0::/elsewhere/{ID}\n"]
)
def test_a_group_that_is_not_seen_from_here_is_none(root: Root, listed: str) -> None:
    root.v2()
    root.write("proc/7/cgroup", listed)
    assert cgroups.find(7, ID, root.path) is None


def test_a_process_that_ended_has_no_group(root: Root) -> None:
    assert cgroups.find(8, ID, root.path) is None


def test_a_group_that_goes_is_an_error_of_the_system(root: Root) -> None:
    root.v1()
    group = cgroups.find(7, ID, root.path)
    assert group is not None
    (root.path / f"sys/fs/cgroup/cpuacct/docker/{ID}/cpuacct.usage").unlink()
    with pytest.raises(OSError, match="No such file"):
        group.row(0)
