import pytest

from pasture.cli.exits import Exit, Failure, exit_of
from pasture.cli.resolve import find
from pasture.client.access import Access, Token
from pasture.client.client import Client
from pasture.client.errors import Absent
from tests.client.fake_api import TOKEN, FakeApi


def fill(api: FakeApi) -> None:
    for stack in ("Shop", "blog"):
        row = api.add("stacks", name=stack)
        api.add("services", name="web", stackId=row["id"])
    api.add("services", name="only", stackId="1st2")
    api.add("containers", name="box")
    api.add("containers", name="blog")
    api.add("containers", name="gone", state="removed")
    api.add("hosts", name=None, hostname="oak")


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("1i1", "1i1"),
        ("1s2", "1s2"),
        ("1st2", "1st2"),
        ("1h1", "1h1"),
        ("box", "1i1"),
        ("only", "1s3"),
        ("Shop", "1st1"),
        ("oak", "1h1"),
        ("shop/web", "1s1"),
        ("Blog/WEB", "1s2"),
    ],
)
async def test_what_is_meant(api: FakeApi, text: str, id: str) -> None:
    fill(api)
    async with Client(Access(url=api.url, proof=Token(TOKEN))) as client:
        assert (await find(client, text)).id == id


@pytest.mark.parametrize(
    ("text", "exit", "words"),
    [
        ("nobody", Exit.NOT_FOUND, "there is no container, service, stack or host 'nobody' here"),
        ("shop/nobody", Exit.NOT_FOUND, "'shop/nobody'"),
        ("1i9", Exit.NOT_FOUND, "there is no 1i9 here"),
        ("1i3", Exit.NOT_FOUND, "is removed already"),
        ("web", Exit.USAGE, r"service Shop/web \(1s1\), service blog/web \(1s2\); give the id"),
        ("blog", Exit.USAGE, r"container blog \(1i2\), stack blog \(1st2\); give the id"),
    ],
)
async def test_what_is_not_clear_is_refused(
    api: FakeApi, text: str, exit: Exit, words: str
) -> None:
    fill(api)
    async with Client(Access(url=api.url, proof=Token(TOKEN))) as client:
        with pytest.raises((Failure, Absent), match=words) as caught:
            await find(client, text)
    assert exit_of(caught.value) is exit


async def test_a_kind_that_the_verb_does_not_take_is_refused(api: FakeApi) -> None:
    fill(api)
    async with Client(Access(url=api.url, proof=Token(TOKEN))) as client:
        with pytest.raises(Failure, match="1i1 is no service"):
            await find(client, "1i1", ("service",))
        with pytest.raises(Failure, match="there is no host 'shop/web' here"):
            await find(client, "shop/web", ("host",))
