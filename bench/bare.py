"""The floor of reads: Starlette on uvicorn, as the server has them, with nothing to do.

``python -m bench.bare FOLDER PORT`` answers ``/NAME`` with the file NAME of the folder.
"""

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def app(folder: Path) -> Starlette:
    """Return the app."""
    bodies = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}

    async def answer(request: Request) -> Response:
        return Response(bodies[request.path_params["name"]], media_type="application/json")

    return Starlette(routes=[Route("/{name}", answer)])


if __name__ == "__main__":
    uvicorn.run(
        app(Path(sys.argv[1])),
        port=int(sys.argv[2]),
        loop="uvloop",
        http="httptools",
        log_level="error",
        access_log=False,
        lifespan="off",
    )
