"""The list of commands. A verb's module is imported when the verb was typed, and not before."""

from dataclasses import dataclass
from importlib import import_module

from pasture.cli.verb import Verb


@dataclass(frozen=True)
class Command:
    """One line of ``pasture --help``; ``module`` holds the verb in its ``VERBS``."""

    name: str
    help: str
    module: str
    makes_variables: bool = False  # its --env sets a variable, so the environment is --project

    @property
    def is_local(self) -> bool:
        """Whether it asks no server over HTTP."""
        return self.module.startswith("local.")

    def load(self) -> Verb:
        """Import the verb."""
        verbs: dict[str, Verb] = import_module(f"pasture.cli.{self.module}").VERBS
        return verbs[self.name]


COMMANDS: tuple[Command, ...] = (
    Command("ps", "list containers", "lists"),
    Command("hosts", "list hosts", "lists"),
    Command("stacks", "list stacks", "lists"),
    Command("services", "list services", "lists"),
    Command("projects", "list environments", "lists"),
    Command("project", "make an environment: project create NAME", "project"),
    Command("run", "run an image as a container or service", "run", makes_variables=True),
    Command("stack", "make a stack: stack create NAME", "run", makes_variables=True),
    Command(
        "service", "make a service: service create STACK/NAME IMAGE", "run", makes_variables=True
    ),
    Command("scale", "set how many units of a service run: SERVICE=N", "scaling"),
    Command("start", "start containers, services, stacks, hosts", "lifecycle"),
    Command("stop", "stop containers, services, stacks, hosts", "lifecycle"),
    Command("restart", "restart containers, services, stacks", "lifecycle"),
    Command("rm", "remove containers, services, stacks, hosts", "remove"),
    Command("logs", "show what containers write", "logs"),
    Command("exec", "run a command in a container", "execute", makes_variables=True),
    Command("attach", "talk with a container's own program", "execute"),
    Command("stats", "show what containers and hosts use", "stats"),
    Command("cp", "copy files from and to containers", "copy.cp"),
    Command("events", "show what changes", "events"),
    Command("adopt", "take back containers that are not known any more", "adopt"),
    Command("inspect", "show all of a thing, as JSON", "show"),
    Command("login", "keep a server and who you are there", "login"),
    Command("logout", "end the session that login began", "login"),
    Command("switch", "work in another environment from now on", "login"),
    Command("passwd", "change your password", "passwd"),
    Command("add-host", "print the command that makes a machine a host", "registration"),
    Command("registration-url", "print where a machine joins as a host", "registration"),
    Command("completion", "print what a shell needs to complete words", "complete.completion"),
    Command("server", "run a server, in the foreground", "local.server"),
    Command("agent", "run an agent, in the foreground: this machine becomes a host", "local.agent"),
    Command("join", "make this machine a host, with an agent in a container", "local.join"),
    Command("leave", "make this machine no host any more", "local.join"),
    Command("demo", "run a server with a simulated fleet, to look at", "local.demo"),
    Command("backup", "write all rows of this machine's server to a file", "local.backup"),
    Command("restore", "put a backup in the place of a stopped server's database", "local.restore"),
    Command("reset-password", "let the machine's root back in", "local.reset_password"),
)
BY_NAME = {command.name: command for command in COMMANDS}
