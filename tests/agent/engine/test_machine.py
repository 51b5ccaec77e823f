from pathlib import Path

import msgspec

from pasture.agent.engine import machine
from pasture.agent.engine.figures import encode
from tests.agent.engine.test_cgroups import Root


def test_a_machines_row_is_as_clients_of_the_original_read_it(tmp_path: Path) -> None:
    row = machine.row(1_790_000_000_123, Root(tmp_path).path)
    shown = msgspec.json.decode(encode(msgspec.structs.replace(row, id="1h1")))
    assert shown == {
        "id": "1h1",
        "resourceType": "host",
        "timestamp": "2026-09-21T14:13:20.123000000Z",
        "cpu": {
            "usage": {
                "total": 6386330000000,
                "user": 5414220000000,
                "system": 972110000000,
                "per_cpu_usage": [2837360000000, 3548940000000],
            }
        },
        "memory": {"usage": 635612 * 1024, "limit": 24683656 * 1024},
        "network": {
            "rx_bytes": 2913016598,
            "tx_bytes": 5096468,
            "interfaces": [{"name": "eth0", "rx_bytes": 2913016598, "tx_bytes": 5096468}],
        },
        "diskio": {
            "io_service_bytes": [
                {"stats": {"Read": 22581442 * 512, "Write": 77573032 * 512}},
                {"stats": {"Read": 5120, "Write": 10240}},
                {"stats": {"Read": 1024, "Write": 2048}},
            ]
        },
    }


def test_a_machine_without_disks_of_its_own_is_read(tmp_path: Path) -> None:
    root = Root(tmp_path)
    (tmp_path / "proc/diskstats").unlink()
    assert machine.row(0, root.path).diskio.io_service_bytes == ()


def test_this_machine_can_be_read() -> None:
    row = machine.row(0)
    assert row.cpu.usage.total >= row.cpu.usage.user > 0
    assert row.memory.limit is not None
    assert 0 < row.memory.usage < row.memory.limit
