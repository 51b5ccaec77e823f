from typing import Any, cast

import aiodocker
import pytest

from pasture.agent.docker_calls import raise_ours
from pasture.agent.engine import EngineError, StuckContainer

LEFT_OVERS = (
    "task 4f3a already exists: unknown",
    "failed to start shim: mkdir /run/runtime.v2.task/moby/4f3a: file exists: unknown",
)


@pytest.mark.parametrize("words", LEFT_OVERS)
def test_what_a_start_that_broke_off_left_behind_is_known_as_that(words: str) -> None:
    with pytest.raises(StuckContainer):
        raise_ours("start", refused(words), "web:1")


def test_another_refusal_of_a_start_is_no_left_over() -> None:
    with pytest.raises(EngineError) as raised:
        raise_ours("start", refused("mkdir /data: file exists"), "web:1")
    assert not isinstance(raised.value, StuckContainer)


def refused(words: str) -> aiodocker.DockerError:
    return aiodocker.DockerError(500, cast("Any", words))
