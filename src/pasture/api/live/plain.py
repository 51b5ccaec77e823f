"""``subscribe`` asked for without an upgrade (``reference/rancher16-api.md#7.1``)."""

from pasture.api.answer import Answer, json_answer
from pasture.api.context import Context
from pasture.api.named import SUBSCRIBE
from pasture.api.unpaged import unpaged
from pasture.kit.errors import MethodNotAllowed, NotFound


def answer_subscribe(context: Context) -> Answer:
    """Answer a subscription that is no websocket: nothing, in either method's form.

    Raises:
        NotFound: it is asked for outside an environment.
        MethodNotAllowed: it is neither GET nor POST.

    """
    asked = context.asked
    name = SUBSCRIBE.name
    if not SUBSCRIBE.letters(context.identity.role):
        raise NotFound(f"there is no type {name!r} here; accepted: inside an environment")
    match asked.method:
        case "GET":
            return json_answer(200, unpaged(asked, name, []))
        case "POST":
            return Answer(201)
        case method:
            raise MethodNotAllowed(f"{method} of {name} is not accepted; GET, POST are")
