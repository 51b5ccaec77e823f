"""What a server with one host, and its agent, may take. The figures are printed."""

import sys
import time

import pytest

from tests.support.installation import Installation

SERVER_MB, AGENT_MB, READY_S = 80, 45, 2.0
SETTLE_S = 3


def test_an_idle_server_and_its_agent_stay_within_their_budgets(
    pasture: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    pasture.server.restart()
    pasture.host()
    time.sleep(SETTLE_S)  # idle: what start-up needed has been given back
    server, agent = pasture.server.rss_mb(), pasture.agent.rss_mb()
    ready = pasture.server.ready_s
    figures = f"server {server:.1f} MB, agent {agent:.1f} MB, server ready in {ready:.2f} s"
    with capsys.disabled():
        sys.stdout.write(f"\n{figures}\n")
    assert server <= SERVER_MB
    assert agent <= AGENT_MB
    assert ready < READY_S
