"""``events``: what changes in an environment, as it changes or since a revision."""

import json
import time
from argparse import SUPPRESS, ArgumentParser

from pasture.cli import options
from pasture.cli.connect import Session, online
from pasture.cli.console import colour_of
from pasture.cli.exits import Exit, Failure
from pasture.cli.lists import asking
from pasture.cli.patience import Patience
from pasture.cli.verb import Verb
from pasture.client.errors import TooSlow, Unreachable
from pasture.client.feed import Change, Gap

TIME, TYPE, ID, NAME, STATE = 8, 14, 6, 24, 12  # widths
REMOVED = "removed"


def configure(parser: ArgumentParser) -> None:
    """Add the flags of ``events``."""
    parser.add_argument(
        "-f", "--follow", action="store_true", help="go on with what comes; so without --since"
    )
    parser.add_argument(
        "--since", type=int, metavar="REVISION", help="what changed after that revision"
    )
    parser.add_argument(
        "--type", action="append", metavar="TYPE", help="this type only; may be repeated"
    )
    options.output(parser)
    parser.add_argument(
        "--json",
        dest="format",
        action="store_const",
        const="json",
        default=SUPPRESS,
        help="as --format json: a line of JSON each, with its revision",
    )


async def events(session: Session) -> Exit:
    """Show changes, each in a line."""
    args = session.args
    with asking(session):
        async with session.client.feed() as feed:
            now = (await feed.next()).revision
    follows = args.follow or args.since is None
    after: int = now if args.since is None else args.since
    if args.since is None:
        session.context.console.say(f"listening since revision {now}")
    teller = Teller(session)
    forever = float("inf")
    patience = Patience(session.context.console.complain, "feed", give_up_s=forever)
    while follows or after < now:
        try:
            async with session.client.feed(after) as feed:
                while follows or after < now:
                    frame = await feed.next()
                    patience.over()
                    for change in frame.changes:
                        teller.tell(frame.revision, change)
                    session.context.console.flush()
                    after = frame.revision
        except Gap as gap:
            raise Failure(f"{gap}; the revision now is {now}") from gap
        except (Unreachable, TooSlow) as error:
            await patience.wait(error)
    return Exit.OK


class Teller:
    """Writes changes."""

    def __init__(self, session: Session) -> None:
        self._console = session.context.console
        self._clock = session.context.clock
        self._types = session.args.type
        self._as_json = session.args.format == "json"

    def tell(self, revision: int, change: Change) -> None:
        """Write one, where it is of a type that is wanted."""
        if self._types is not None and change.type not in self._types:
            return
        if self._as_json:
            fields = None if change.resource is None else change.resource.fields
            said = {"revision": revision, "type": change.type, "id": change.id, "resource": fields}
            self._console.line(json.dumps(said))
            return
        seen = change.resource
        state = REMOVED if seen is None else seen.state
        message = "" if seen is None or not (seen.is_moving or seen.is_failed) else seen.message
        name = "" if seen is None else seen.name or ""
        time_now = time.strftime("%H:%M:%S", time.localtime(self._clock.now_ms() / 1000))
        head = f"{time_now}  {change.type:{TYPE}}  {change.id:{ID}}  {name:{NAME}}  "
        colour = colour_of(state) if self._console.colour else ""
        self._console.in_parts(
            [("", head), (colour, f"{state:{STATE}}"), ("", f"  {message or ''}")]
        )


VERBS = {"events": Verb(configure, online(events))}
