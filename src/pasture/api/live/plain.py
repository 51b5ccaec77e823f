"""``subscribe`` asked for without an upgrade (``reference/rancher16-api.md#7.1``)."""

from pasture.api.answer import Answer, json_answer
from pasture.api.context import Context
from pasture.api.live.listener import PROJECT_ROLES
from pasture.kit.errors import MethodNotAllowed, NotFound

SUBSCRIBE = "subscribe"


def answer_subscribe(context: Context) -> Answer:
    """Answer a subscription that is no websocket: nothing, in either method's form.

    Raises:
        NotFound: it is asked for outside an environment.
        MethodNotAllowed: it is neither GET nor POST.

    """
    asked = context.asked
    if context.identity.role not in PROJECT_ROLES:
        raise NotFound(f"there is no type {SUBSCRIBE!r} here; accepted: inside an environment")
    match asked.method:
        case "GET":
            return json_answer(
                200,
                {
                    "type": "collection",
                    "resourceType": SUBSCRIBE,
                    "links": {"self": asked.url},
                    "actions": {},
                    "data": [],
                },
            )
        case "POST":
            return Answer(201)
        case method:
            raise MethodNotAllowed(f"{method} of {SUBSCRIBE} is not accepted; GET, POST are")
