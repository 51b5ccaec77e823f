"""A host's request to join gets its agent: an account, a key pair, the agent's row.

Every crash is repaired by looking again: the key pair is sealed into the register before its hash
stands anywhere, the three rows are made in one write, and the agent's uuid follows from the
register's. The same host asking again (same key, same environment) is given the same pair.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pasture.auth.secrets import hash_key
from pasture.control.loop import Controller, Io, every, own, put
from pasture.control.settle import end
from pasture.model.account import Account
from pasture.model.credential import AgentApiKey
from pasture.model.generate import public_key, secret_key
from pasture.model.host import Agent, Register
from pasture.model.query import Where
from pasture.model.resource import Resource
from pasture.store.changes import Create

LOOK_AGAIN_S = 0.2


def first_of(register: Register, same: Iterable[Register]) -> Register:
    """Return the register that decides for all of the same key: the oldest."""
    return min((register, *same), key=lambda r: r.id)


def with_keys(register: Register) -> Register:
    """Return the register with a key pair, made once."""
    if register.access_key and register.secret_key:
        return register
    return replace(register, access_key=public_key(), secret_key=secret_key())


def answered(register: Register, first: Register) -> Register | None:
    """Return the register with the pair that an earlier one was given; None: not given yet."""
    if first.state != "active":
        return None
    return replace(
        register,
        state="active",
        agent_id=first.agent_id,
        access_key=first.access_key,
        secret_key=first.secret_key,
    )


def agent_uuid(register: Register) -> str:
    """Return the uuid of the agent of a register: the same at each look."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"pasture:register:{register.uuid}:agent"))


async def reconcile(io: Io, key: int) -> float | None:
    """Give one register its agent."""
    register = await io.store.get(Register, key)
    if register is None or not register.is_live:
        return None
    if register.state == "removing":
        await put(io, end(register, io.clock.now_ms()))
        return None
    if register.state != "activating":
        return None
    same = await io.store.find(
        Register, Where("key", register.key), Where("account_id", register.account_id)
    )
    first = first_of(register, same)
    if first.id != register.id:
        done = answered(register, first)
        if done is None:
            return LOOK_AGAIN_S
        await put(io, done)
        return None
    await _give_agent(io, register)
    return None


async def _give_agent(io: Io, register: Register) -> None:
    keyed = with_keys(register)
    if keyed is not register:
        await put(io, keyed)
        return  # its own write is the hint to go on
    agent = await io.store.one(Agent, Where("uuid", agent_uuid(register)))
    if agent is None:
        agent = await _create_agent(io, keyed)
    await put(io, replace(keyed, state="active", agent_id=agent.id))


async def _create_agent(io: Io, register: Register) -> Agent:
    assert register.access_key is not None
    assert register.secret_key is not None
    access, hashed = register.access_key, hash_key(register.secret_key)
    name = f"agent of {agent_uuid(register)}"
    account = Account(kind="agent", name=name, state="active")

    def agent(done: Sequence[Resource]) -> Agent:
        return Agent(
            uuid=agent_uuid(register),
            account_id=done[0].id,
            project_id=register.account_id,
            state="activating",
        )

    def key(done: Sequence[Resource]) -> AgentApiKey:
        return AgentApiKey(
            account_id=done[0].id, public_value=access, secret_value=hashed, state="active"
        )

    _, made, _ = await io.store.write(Create(account), Create(agent), Create(key))
    assert isinstance(made, Agent)
    return made


CONTROLLER = Controller(
    name="register", reconcile=reconcile, keys=every(Register), hints={"genericObject": own}
)
