"""What a script of 2016 does with PyPI's ``cattle``: run by itself, with that package on its path.

Lives a stack, a service and a container through, looks at every collection meanwhile (without
arguments: does that alone), and prints as JSON what it saw. Where to ask, and as whom, is in the
environment, as its users have it.
"""

import importlib
import json
import sys
from typing import Any

cattle: Any = importlib.import_module("cattle")  # it has no types
PATIENCE_S = 30
NO_RESOURCE = ("Url", "tats")  # what links that end so lead to: scripts, sockets


def main() -> None:
    """Do it all and tell it."""
    client = cattle.from_env()
    if not sys.argv[1:]:
        sys.stdout.write(json.dumps({"collections": collections(client)}))
        return
    image, stack_type, stack_reference = sys.argv[1:]
    stack = client.wait_success(client.create(stack_type, name="old"), PATIENCE_S)
    seen = {
        **service(client, image, **{stack_reference: stack.id}),
        **container(client, image),
        **asked(client, image),
        "collections": collections(client),
        **ended(client, stack),
    }
    sys.stdout.write(json.dumps(seen))


def service(client: Any, image: str, **where: str) -> dict[str, Any]:
    """Make a service of a stack, wait for it, and scale it."""
    launch = {"imageUuid": image, "dataVolumes": ["data:/data"]}
    given = {"name": "web", "launchConfig": launch, "startOnCreate": True, **where}
    made = client.wait_success(client.create_service(**given), PATIENCE_S)
    assert made.state == "active", made.state
    scaled = client.wait_success(client.update(made, scale=2), PATIENCE_S)
    return {
        "instances": [row.name for row in scaled.instances().data],
        "exposed": [row.instanceId for row in scaled.serviceExposeMaps().data],
    }


def container(client: Any, image: str) -> dict[str, Any]:
    """Make a container, stop, start and change it."""
    made = client.create_container(
        name="one", imageUuid=image, ports=["8099:80/tcp"], dataVolumes=["data:/data"]
    )
    one = client.wait_success(made, PATIENCE_S)
    ports = [(row.publicPort, row.privatePort, row.protocol) for row in one.ports_link().data]
    stopped = client.wait_success(one.stop(timeout=0), PATIENCE_S)
    started = client.wait_success(stopped.start(), PATIENCE_S)
    changed = client.update(started, description="looked at")
    return {
        "ports": ports,
        "states": [one.state, stopped.state, started.state],
        "description": changed.description,
    }


def asked(client: Any, image: str) -> dict[str, Any]:
    """Look for what is there and what is not, page by page, and be refused."""
    try:
        client.create_container(name="two", imageUuid=image, ports=["no port"])
    except cattle.ApiError as refused:
        refusal = (refused.error.status, refused.error.code, refused.error.fieldName)
    else:
        refusal = ()
    pages: list[str] = []
    page = client.list_container(limit=1, sort="id")
    while page is not None:
        pages += [row.name for row in page.data]
        page = page.next() if page.pagination.next else None
    return {
        "volumes": [row.driver for row in client.list_volume(name="data").data],
        "missing": client.by_id_container("1i999999"),
        "refusal": refusal,
        "pages": pages,
    }


def collections(client: Any) -> dict[str, int]:
    """Walk every collection, and every link of one row of each; count the rows."""
    found: dict[str, int] = {}
    for name, schema in sorted(client.schema.types.items()):
        if not schema.listable:
            continue
        rows = client.list(name).data
        found[name] = len(rows)
        for row in rows[:1]:
            assert client.by_id(name, row.id).id == row.id
            for link, address in links_of(row).items():
                if not link.endswith(NO_RESOURCE):
                    client._get(address)
    return found


def links_of(row: Any) -> dict[str, str]:
    """Return a row's links by name."""
    links: dict[str, str] = row.links.__dict__
    return links


def ended(client: Any, stack: Any) -> dict[str, Any]:
    """Remove what was made and wait until it is gone."""
    one = client.list_container(name="one").data[0]
    client.delete(one)
    client.delete(stack)
    return {"gone": [client.wait_transitioning(row, PATIENCE_S).state for row in (one, stack)]}


if __name__ == "__main__":
    main()
