import json

import pytest

from pasture.cli.exits import Exit
from tests.cli.command import Shell
from tests.client.fake_api import FakeApi, failed, moving

GIB_IN_MIB = 1024


def fill(api: FakeApi) -> None:
    api.add(
        "hosts",
        name=None,
        hostname="oak",
        agentIpAddress="192.0.2.7",
        labels={"zone": "a", "disk": "ssd", "io.rancher.host.os": "linux"},
        info={
            "cpuInfo": {"count": 8},
            "memoryInfo": {"memTotal": 15.5 * GIB_IN_MIB},
            "osInfo": {"dockerVersion": "Docker version 20.10.24"},
        },
    )
    api.add("stacks", name="shop", healthState="healthy")
    api.add(
        "services",
        name="web",
        stackId="1st1",
        scale=3,
        currentScale=2,
        launchConfig={"imageUuid": "docker:nginx:1.27", "ports": ["8081:80/tcp"]},
        **moving("updating-active", "port 8081 is in use on host oak"),
    )
    api.add(
        "containers",
        name="shop-web-1",
        imageUuid="docker:nginx:1.27",
        hostId="1h1",
        primaryIpAddress="172.17.0.2",
        publishedPorts=["0.0.0.0:8081:80/tcp", "[::]:8081:80/tcp", "10.0.0.1:53:53/udp"],
        startedTS=1_767_225_600_000 + 3_555_000,
    )
    api.add("containers", name="done", imageUuid="docker:alpine", hostId="1h1", state="stopped")
    api.add(
        "containers",
        name=None,
        imageUuid="docker:nope",
        ports=["80:80/tcp"],
        **failed("error", "no such image:\n nope\x1b[31m"),
    )
    api.add("containers", name="new", imageUuid="docker:a", **moving("creating"))


PS = """\
ID   NAME        IMAGE       STATE     HOST  IP          PORTS                        AGE  MESSAGE
1i1  shop-web-1  nginx:1.27  running   oak   172.17.0.2  8081:80, 10.0.0.1:53:53/udp  45s
1i3              nope        error                       80:80                        1h   no such image: nope [31m
1i4  new         a           creating                                                 1h
"""  # noqa: E501 - as it is printed
PS_OF_80_COLUMNS = """\
ID   NAME        IMAGE       STATE     HOST  IP          PORTS               AGE
1i1  shop-web-1  nginx:1.27  running   oak   172.17.0.2  8081:80, 10.0.0.1…  45s
1i3              nope        error                       80:80               1h
  ↳ no such image: nope [31m
1i4  new         a           creating                                        1h
"""
HOSTS = """\
ID   NAME  STATE   ADDRESS    CONTAINERS  CPUS  MEMORY  ENGINE    LABELS            AGE
1h1  oak   active  192.0.2.7  2           8     15.5G   20.10.24  disk=ssd, zone=a  1h
"""
STACKS = """\
ID    NAME  STATE   SERVICES  HEALTH   AGE
1st1  shop  active  1         healthy  1h
"""
SERVICES = """\
ID   NAME      IMAGE       STATE            SCALE  PORTS        AGE  MESSAGE
1s1  shop/web  nginx:1.27  updating-active  2/3    8081:80/tcp  1h   port 8081 is in use on host oak
"""
PROJECTS = """\
ID   NAME     CURRENT  STATE   AGE
1a5  Default  *        active
"""


@pytest.mark.parametrize(
    ("verb", "table"),
    [
        ("ps", PS),
        ("hosts", HOSTS),
        ("stacks", STACKS),
        ("services", SERVICES),
        ("projects", PROJECTS),
    ],
)
async def test_a_list_is_a_table(api: FakeApi, shell: Shell, verb: str, table: str) -> None:
    fill(api)
    ended = await shell.run(verb)
    assert ended.out == table
    assert (ended.exit, ended.err) == (Exit.OK, "")


async def test_ps_shows_stopped_ones_when_all_are_wanted(api: FakeApi, shell: Shell) -> None:
    fill(api)
    assert "done" not in (await shell.run("ps")).out
    assert "done" in (await shell.run("ps", "-a")).out


@pytest.mark.parametrize("verb", ["ps", "hosts", "stacks", "services"])
async def test_an_empty_list_is_its_heading_an_empty_list_or_nothing(
    shell: Shell, verb: str
) -> None:
    assert (await shell.run(verb)).out.startswith("ID")
    assert json.loads((await shell.run(verb, "--format", "json")).out) == []
    assert (await shell.run(verb, "-q")).out == ""


async def test_json_is_what_the_api_says(api: FakeApi, shell: Shell) -> None:
    fill(api)
    rows = json.loads((await shell.run("ps", "--all", "--format", "json")).out)
    assert [row["id"] for row in rows] == ["1i1", "1i2", "1i3", "1i4"]
    assert rows[0]["imageUuid"] == "docker:nginx:1.27"
    assert rows[0]["links"]["self"].endswith("/containers/1i1")


async def test_quiet_is_ids_only(api: FakeApi, shell: Shell) -> None:
    fill(api)
    assert (await shell.run("ps", "-aq")).out == "1i1\n1i2\n1i3\n1i4\n"


async def test_a_table_fits_the_terminal(api: FakeApi, shell: Shell) -> None:
    fill(api)
    shell.width = 80
    assert (await shell.run("ps")).out == PS_OF_80_COLUMNS
    shell.width = 300
    assert (await shell.run("ps")).out == PS


async def test_an_environment_is_chosen_by_flag_before_or_after_the_verb(
    api: FakeApi, shell: Shell
) -> None:
    api.project_names = {"1a5": "Default", "1a7": "Shop"}
    for words in (["--env", "shop", "ps"], ["ps", "--env", "shop"], ["ps", "--project", "1a7"]):
        assert (await shell.run(*words)).exit is Exit.OK
        assert api.asked[-1].path == "/v2-beta/projects/1a7/containers"
    assert (await shell.run("ps", PASTURE_PROJECT="1a7")).exit is Exit.OK
    assert api.asked[-1].path == "/v2-beta/projects/1a7/containers"


async def test_rancher_variables_are_known(api: FakeApi, shell: Shell) -> None:
    shell.api, shell.token = None, None
    variables = {"CATTLE_URL": f"{api.url}/v2-beta/projects/1a5/schemas"}
    ended = await shell.run(
        "ps",
        **variables,
        CATTLE_ACCESS_KEY="KEY0123456789",
        CATTLE_SECRET_KEY="secret-of-the-key",
    )
    assert (ended.exit, ended.err) == (Exit.OK, "")


async def test_ps_marks_what_was_made_by_hand_on_the_host(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="byhand", imageUuid="docker:a", nativeContainer=True)
    assert "byhand (native)" in (await shell.run("ps")).out


async def test_the_age_of_what_is_stopped_is_since_it_was_made(api: FakeApi, shell: Shell) -> None:
    started = 1_767_225_600_000 + 3_555_000
    api.add("containers", name="done", state="stopped", startedTS=started)
    api.add("containers", name="up", startedTS=started)
    lines = (await shell.run("ps", "-a")).out.splitlines()[1:]
    assert [line.split()[-1] for line in lines] == ["1h", "45s"]
