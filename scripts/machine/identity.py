"""Who this machine's agent is to the server; `make run` alone brings a removed host back."""

import base64
import json
import ssl
from pathlib import Path

from scripts.machine.keepers import AGENT, Keeper
from scripts.machine.local import Status
from scripts.machine.place import Place
from scripts.machine.shell import say
from scripts.machine.unix_http import ask

NOT_KNOWN = (401, 410)  # never or no more; its host was removed
WEBSOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": base64.b64encode(bytes(16)).decode(),
}


def renew(place: Place, keeper: Keeper, server: Status) -> None:
    """Have the agent join anew where the server does not know its keys any more."""
    path = place.data / "agent/identity.json"
    keys = keys_in(path)
    if keys is None or is_known(place.url(server.port), keys, ca_in(path)):
        return
    say("  the server does not know this machine any more (its host was removed):")
    say("  it joins anew, as a new host")
    keeper.stop(AGENT)
    path.unlink(missing_ok=True)


def keys_in(path: Path) -> str | None:
    """Return the agent's key pair, or None: it has none yet, or the agent will say what is ill."""
    try:
        identity = json.loads(path.read_text())
        access, secret = identity["access_key"], identity["secret_key"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return f"{access}:{secret}" if access else None


def ca_in(path: Path) -> str | None:
    """Return the only CA that the agent trusts its server by, or None."""
    return json.loads(path.read_text()).get("ca") or None


def is_known(url: str, keys: str, ca: str | None) -> bool:
    """Tell whether the server would open a link for these keys; the agent is refused as this is.

    A server that cannot be trusted is not told them: the agent will say what is wrong.
    """
    login = f"Basic {base64.b64encode(keys.encode()).decode()}"
    try:
        answer = ask(url, "/link", headers={**WEBSOCKET, "Authorization": login}, ca=ca)
    except ssl.SSLError:
        return True
    return answer.status not in NOT_KNOWN
