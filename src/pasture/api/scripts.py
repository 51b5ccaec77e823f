"""``/scripts/<token>``: what a joining machine reads first, without credentials (#5.6)."""

import re

from pasture.api.answer import TEXT, Answer
from pasture.api.asked import Asked
from pasture.api.context import Api
from pasture.auth.authenticate import registration_token
from pasture.kit.errors import NotFound

SCRIPTS = "scripts"
PUBLIC_KEY = "api.crt"  # what host tokens are verified with
CA_CERTIFICATE = "ca.crt"  # what an agent compares with the fingerprint that it was given
ACCESS_KEY = "registrationToken"
SPECIAL, BACKSLASHED = re.compile(r'[\\"$`]'), r"\\\g<0>"  # within double quotes


async def answer_script(api: Api, asked: Asked) -> Answer:
    """Answer the script that tells a machine where and as what to register.

    Raises:
        NotFound: the token is unknown or not active.

    """
    text = asked.parts[1] if len(asked.parts) > 1 else ""
    if text.lower() == PUBLIC_KEY:
        return Answer(200, (await api.tokens.public_pem()).encode(), TEXT)
    if text.lower() == CA_CERTIFICATE:
        return Answer(200, ca_certificate(api).encode(), TEXT)
    if await registration_token(api.store, text) is None:
        raise NotFound("this registration token is unknown or not active; make another one")
    exports = {
        "CATTLE_REGISTRATION_ACCESS_KEY": ACCESS_KEY,
        "CATTLE_REGISTRATION_SECRET_KEY": text,
        "CATTLE_URL": f"{asked.base_url}/v1",
        "DETECTED_CATTLE_AGENT_IP": asked.address,
    }
    lines = ["#!/bin/sh", *(f"export {k}={quoted(v)}" for k, v in exports.items())]
    return Answer(200, ("\n".join(lines) + "\n").encode(), TEXT)


def ca_certificate(api: Api) -> str:
    """Return the private CA that clients of this server must trust.

    Raises:
        NotFound: there is none; its certificate, if it has one, is of a CA that everybody knows.

    """
    ca = api.ca()
    if ca is None:
        raise NotFound("this server has no CA of its own; see --tls-self-signed and --tls-ca")
    return ca.pem


def quoted(text: str) -> str:
    """Return a text as a shell takes it within double quotes, as it is."""
    return f'"{SPECIAL.sub(BACKSLASHED, text)}"'
