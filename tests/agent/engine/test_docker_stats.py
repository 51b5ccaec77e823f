"""Answers of the Engine, shortened: from machines with v1 and v2, and where it has nothing."""

import msgspec
import pytest

from pasture.agent.engine import docker_stats
from pasture.agent.engine.figures import Device, Interface, Transfer

V1 = b"""{"read":"2026-11-25T01:57:50.629020882Z","preread":"2026-11-25T01:57:49.6Z",
"pids_stats":{"current":3},"num_procs":0,"storage_stats":{},
"blkio_stats":{"io_service_bytes_recursive":[
{"major":8,"minor":0,"op":"Read","value":4096},{"major":8,"minor":0,"op":"Write","value":8192},
{"major":8,"minor":0,"op":"Total","value":12288},{"major":253,"minor":0,"op":"Read","value":1},
{"major":253,"minor":0,"op":"Write","value":2}],"io_serviced_recursive":[]},
"cpu_stats":{"cpu_usage":{"total_usage":33768835,"percpu_usage":[13421893,20346942],
"usage_in_kernelmode":10000000,"usage_in_usermode":20000000},"system_cpu_usage":738920000000000,
"online_cpus":2,"throttling_data":{"periods":0,"throttled_periods":0,"throttled_time":0}},
"precpu_stats":{"cpu_usage":{"total_usage":0,"usage_in_kernelmode":0,"usage_in_usermode":0}},
"memory_stats":{"usage":471040,"max_usage":1,"stats":{"inactive_file":7,"total_inactive_file":71040},
"limit":67108864},"name":"/t1","id":"f1de",
"networks":{"eth1":{"rx_bytes":10,"tx_bytes":20},"eth0":{"rx_bytes":1252,"rx_packets":14,"tx_bytes":30}}}"""

V2 = b"""{"read":"2026-11-25T01:57:50.629020882Z",
"blkio_stats":{"io_service_bytes_recursive":[{"major":254,"minor":0,"op":"read","value":4096},
{"major":254,"minor":0,"op":"write","value":8192}],"io_serviced_recursive":null},
"cpu_stats":{"cpu_usage":{"total_usage":2500000,"usage_in_kernelmode":500000,
"usage_in_usermode":2000000},"online_cpus":2},
"memory_stats":{"usage":1048576,"stats":{"anon":900000,"file":100000,"inactive_file":48576},
"limit":25276063744},"name":"/t1","id":"f1de"}"""

NOTHING = b"""{"read":"0001-01-01T00:00:00Z","pids_stats":{},
"blkio_stats":{"io_service_bytes_recursive":null},
"cpu_stats":{"cpu_usage":{"total_usage":0,"usage_in_kernelmode":0,"usage_in_usermode":0}},
"memory_stats":{},"name":"/t1","id":"f1de"}"""


def test_v1_is_read() -> None:
    row = docker_stats.row(V1)
    assert row is not None
    usage = row.cpu.usage
    assert (usage.total, usage.user, usage.system) == (33768835, 20_000_000, 10_000_000)
    assert usage.per_cpu_usage == (13421893, 20346942)
    assert (row.memory.usage, row.memory.limit) == (400_000, 67108864)
    assert (row.network.rx_bytes, row.network.tx_bytes) == (1262, 50)
    assert row.network.interfaces == (Interface("eth0", 1252, 30), Interface("eth1", 10, 20))
    assert row.diskio.io_service_bytes == (Device(Transfer(4096, 8192)), Device(Transfer(1, 2)))
    assert row.timestamp == "2026-11-25T01:57:50.629020882Z"


def test_v2_is_read() -> None:
    row = docker_stats.row(V2)
    assert row is not None
    usage = row.cpu.usage
    assert (usage.total, usage.user, usage.system) == (2_500_000, 2_000_000, 500_000)
    assert usage.per_cpu_usage == ()
    assert (row.memory.usage, row.memory.limit) == (1_000_000, 25276063744)
    assert row.network.interfaces == (), "a container with the host's network has none of its own"
    assert row.diskio.io_service_bytes == (Device(Transfer(4096, 8192)),)


def test_an_engine_that_read_nothing_has_no_row() -> None:
    assert docker_stats.row(NOTHING) is None


def test_what_is_no_answer_is_an_error() -> None:
    with pytest.raises(msgspec.DecodeError):
        docker_stats.row(b'{"message":"no"}')
