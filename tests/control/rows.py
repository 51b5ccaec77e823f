"""Rows as short as a table test wants them."""

from typing import Any

from pasture.model.account import Project
from pasture.model.container import Container
from pasture.model.host import Agent, Host
from pasture.model.service import LaunchConfig, Service
from pasture.model.stack import Stack

NOW = 1_700_000_000_000
SUBNET = "10.42.0.0/16"


def agent(**more: Any) -> Agent:
    known: dict[str, Any] = {"id": 3, "project_id": 5, "account_id": 33, "state": "active"}
    return Agent(**{**known, **more})


def host(number: int = 1, **more: Any) -> Host:
    known: dict[str, Any] = {
        "id": number,
        "name": f"h{number}",
        "engine_id": f"engine-{number}",
        "account_id": 5,
        "agent_id": 3,
        "state": "active",
        "agent_state": "active",
        "checked_subnet": SUBNET,
    }
    return Host(**{**known, **more})


def container(number: int = 1, **more: Any) -> Container:
    """Return a standalone container on host 1; nothing is known of it there yet."""
    known: dict[str, Any] = {
        "id": number,
        "uuid": f"u{number}",
        "name": f"c{number}",
        "account_id": 5,
        "image_uuid": "docker:nginx",
        "state": "starting",
        "host_id": 1,
    }
    return Container(**{**known, **more})


def unit(index: int, **more: Any) -> Container:
    """Return a service's container that runs."""
    known: dict[str, Any] = {
        "name": f"app-web-{index}",
        "service_id": 8,
        "stack_id": 4,
        "service_index": index,
        "create_index": index,
        "state": "running",
        "engine_state": "running",
        "applied": 1,
        "first_running": 1,
    }
    return container(100 + index, **{**known, **more})


def stack(**more: Any) -> Stack:
    known: dict[str, Any] = {"id": 4, "name": "app", "account_id": 5, "state": "active"}
    return Stack(**{**known, **more})


def service(**more: Any) -> Service:
    known: dict[str, Any] = {
        "id": 8,
        "name": "web",
        "stack_id": 4,
        "account_id": 5,
        "state": "active",
        "wanted": "active",
        "launch_config": LaunchConfig(image_uuid="docker:nginx"),
    }
    return Service(**{**known, **more})


def project(**more: Any) -> Project:
    known: dict[str, Any] = {"id": 5, "name": "Default", "uuid": "project-uuid", "state": "active"}
    known["subnet"] = SUBNET
    return Project(**{**known, **more})
