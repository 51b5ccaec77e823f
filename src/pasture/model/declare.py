"""The vocabulary of declarations: ``resource``, ``value``, ``attr``, ``Step``, ``Derived``.

A type is declared once, as a frozen dataclass; table, schema, body checks, links, actions and
access follow from what stands here. Attribute names are snake_case, wire names are their
camelCase. References are row numbers inside (``int``) and ids such as ``1h5`` on the wire.
Times are milliseconds since the epoch inside, ISO 8601 on the wire.
"""

import dataclasses
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, TypeVar, cast, dataclass_transform

from pasture.kit.errors import Invalid, NotUnique
from pasture.model.query import Where

MISSING: Any = dataclasses.MISSING
ACTIVE, REMOVED = "active", "removed"
VIEW_STATES = (ACTIVE, REMOVED)  # as its owner is there or not
T = TypeVar("T")


class Scope(StrEnum):
    """Whose rows these are, which decides who may see them."""

    PROJECT = "project"  # account_id is the environment that owns the row
    ACCOUNT = "account"  # account_id is an account or an environment
    GLOBAL = "global"  # one set for the whole installation


class Secret(StrEnum):
    """How a secret field is kept: never shown, except once in the answer to its creation."""

    SEALED = "sealed"  # encrypted at rest, can be opened by the server
    HASHED = "hashed"  # a random key: salted SHA-256, compared only
    PASSWORD = "password"  # noqa: S105 - chosen by a person: argon2, compared only


@dataclass(frozen=True, kw_only=True)
class Field:
    """One attribute of a resource or value, as ``attr`` declared it."""

    name: str
    wire: str
    wire_type: str  # string, int, reference[host], array[string], map[json], launchConfig, ...
    hint: Any  # the Python type, for msgspec.convert
    access: str  # c create, r read, u update, o shown in the answer to its creation only
    doc: str
    default: Any  # MISSING where required
    nullable: bool
    ref: str | None
    links: tuple[str, ...]  # names of the links that follow, where it says them
    secret: Secret | None
    minimum: int | None
    maximum: int | None
    min_length: int | None
    max_length: int | None
    options: tuple[str, ...]
    chars: str | None  # valid characters, as in a regular expression's class
    unique: bool
    moves: bool  # an update of it runs the type's update step
    hidden_from: frozenset[str]  # roles that do not see it
    filterable: bool
    column: bool

    @property
    def required(self) -> bool:
        """Whether a create without it is refused."""
        return self.default is MISSING and "c" in self.access


def attr(  # noqa: PLR0913 - each is a word of the vocabulary, named at every call
    access: str,
    doc: str,
    *,
    default: Any = MISSING,
    default_factory: Callable[[], Any] | Any = MISSING,
    ref: str | None = None,
    link: str | tuple[str, ...] | None = None,
    secret: Secret | None = None,
    kind: str | None = None,
    minimum: int | None = None,
    maximum: int | None = None,
    min_length: int | None = None,
    max_length: int | None = None,
    options: tuple[str, ...] = (),
    chars: str | None = None,
    unique: bool = False,
    moves: bool = False,
    hidden_from: tuple[str, ...] = (),
    filterable: bool = False,
    column: bool = False,
    wire: str | None = None,
) -> Any:
    """Declare an attribute.

    ``access`` is a string of ``c`` (may be given on create), ``r`` (shown), ``u`` (may be given on
    update), ``o`` (shown in the answer to its creation only); empty is internal: never on the
    wire. An attribute without ``c`` and ``u`` is status, the others are spec. ``ref`` names the
    type whose row number it holds; ``link`` renames the link that follows from it, or names
    several. ``kind`` overrides the wire type (``date``, ``blob``). ``moves``: its update runs the
    update step.
    ``column`` keeps it in a column of its own with an index.
    """
    settings = {k: v for k, v in locals().items() if k not in {"default", "default_factory"}}
    if default_factory is not MISSING:
        return dataclasses.field(default_factory=default_factory, metadata=settings)
    return dataclasses.field(default=default, metadata=settings)


class Computed(property):
    """A property that is shown like a field: made by ``computed``."""

    settings: Mapping[str, Any] = {}


def computed(
    doc: str, *, ref: str | None = None, link: str | None = None
) -> Callable[[Callable[[Any], Any]], Computed]:
    """Declare a read-only field that follows from the row alone, and is kept nowhere.

    A reference among them leads on like any other.
    """

    def declare(compute: Callable[[Any], Any]) -> Computed:
        made = Computed(compute)
        made.settings = {"doc": doc, "ref": ref, "link": link}
        return made

    return declare


@dataclass(frozen=True)
class Action:
    """A verb on a resource that is no step: it answers something, or changes fields only."""

    name: str
    input: "type[Any] | None" = None
    output: "type[Any] | str | None" = None
    states: frozenset[str] = frozenset()  # empty: shown in every state
    looks: bool = False  # changes nothing: who may read the row may run it
    when: Callable[[Any], bool] | None = None  # of which rows it is an action at all; None: all

    def available(self, state: str) -> bool:
        """Tell whether the action is offered in a state."""
        return not self.states or state in self.states


@dataclass(frozen=True)
class StreamLink:
    """A link that leads to a stream: its answer says where, and proves that one may read it."""

    name: str
    output: "type[Any]"


@dataclass(frozen=True)
class Step:
    """An edge of the life cycle: ``begins -> during -> ends`` (``reference/rancher16-api.md#6``).

    The API's write sets ``during`` together with what ``apply`` changes in the spec; the type's
    controller alone sets ``ends``. ``then`` names the step that follows at once.
    """

    name: str
    begins: frozenset[str]
    during: str
    ends: str
    then: str | None = None
    apply: "Callable[[Any, Any], Any] | None" = None  # (resource, input) -> resource
    input: "type[Any] | None" = None
    also: frozenset[str] = frozenset()  # DELETE works from these too; the action is not offered

    def available(self, state: str) -> bool:
        """Tell whether the action is offered in a state (its start or during states)."""
        return state in self.begins or state == self.during


@dataclass(frozen=True)
class Origin:
    """What a derived value may depend on beside its row: where and how the client asked."""

    base_url: str  # scheme://host[:port], no slash at the end
    version: str  # v2-beta
    project: str | None  # shown id of the project in the path, or None
    query: Mapping[str, str]  # the request's query parameters
    settings: Mapping[str, str]  # active value of each setting, by name
    ca_fingerprint: str | None = None  # of the private CA that clients must be told of


@dataclass(frozen=True)
class Derived:
    """A wire field that is computed from the row when it is shown.

    One that is secret is shown to who may change such rows, not to who only reads them.
    """

    wire: str
    wire_type: str
    doc: str
    compute: Callable[[Any, Origin], Any]
    secret: bool = False
    leads: bool = False  # an address that is one of the row's links too


@dataclass(frozen=True)
class Gathered:
    """A wire field with the ids of the live rows that refer to one, read when it is shown."""

    wire: str
    of: str  # the type of those rows
    by: str  # their attribute that refers
    doc: str


@dataclass(frozen=True)
class Narrow:
    """Where a view's attribute comes from: the owner's attribute, and its value by the view's.

    Without ``to`` both have the same value; ``to`` answers None for what no owner has.
    """

    attribute: str
    to: Callable[[Any], Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Whole:
    """What a view's row says of all its owners, though it is made of one of them.

    ``parts`` gives it by the row's number, of an owner that has but these ``attributes``.
    """

    attributes: tuple[str, ...]
    parts: Callable[[Any], Iterable[tuple[int, Any]]]
    put: Callable[[Any, Sequence[Any]], Any]


@dataclass(frozen=True, kw_only=True)
class Source:
    """Stored rows that a view shows: ``rows`` says what it makes of each, purely.

    ``narrow`` has ``id`` at least, so that one row of the view is found by few owners. Owners
    that are ``alike`` in these attributes show the same things, and what they show is once in the
    view. All else only spares reading owners that show nothing.
    """

    owner: type[Any]
    rows: Callable[[Any], tuple[Any, ...]]
    narrow: Mapping[str, Narrow]
    has: tuple[Where, ...] = ()  # what is true of every owner that shows something
    lacks: frozenset[str] = frozenset()  # the view's attributes that are null in all its rows
    alike: tuple[str, ...] = ()
    whole: Whole | None = None

    @property
    def is_ordered(self) -> bool:
        """Whether its rows' numbers ascend with their owners' numbers."""
        return not self.alike


@dataclass(frozen=True)
class Apart:
    """An attribute whose values in two live rows may not ``clash``; null clashes with nothing."""

    attribute: str
    clash: Callable[[Any, Any], bool]


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """Everything that was declared of a type."""

    name: str
    base: str  # names the table and the id prefix
    parent: str | None  # direct parent type, None for a base type
    plural: str
    scope: Scope
    fields: tuple[Field, ...]
    roles: Mapping[str, str]  # role -> letters of c r u d; g: by id only
    steps: tuple[Step, ...]
    more_actions: tuple[Action, ...]
    streams: tuple[StreamLink, ...]
    derived: tuple[Derived, ...]
    gathers: tuple[Gathered, ...]
    unique: tuple[tuple[str, ...], ...]  # attributes that no two live rows share
    apart: tuple[Apart, ...]
    taken: type[NotUnique]  # the refusal of what another row has
    checks: tuple[Callable[[Any], None], ...]  # rules across fields, raise PastureError
    prepare: Callable[[Any], Any] | None  # completes a new resource from what was given
    several: Callable[[Any], tuple[Any, ...]] | None  # the resources that one request makes
    # (new resource, its creator's account) -> what makes each row that is created with it
    brings: Callable[[Any, int], tuple[Callable[[Any], Any], ...]] | None
    abstract: bool  # a base collection: shows its children, has no rows of its own
    id_style: str  # "number" (1h5) or "name" (1as!api.host)
    audited: bool
    computed: tuple[Field, ...]  # properties of the class that are shown like fields
    sources: tuple[Source, ...]  # of a view: it has no rows of its own
    personal: bool  # a list has the asker's own rows, unless an admin asks for all

    def field(self, wire: str) -> Field | None:
        """Return the field of a wire name, or None."""
        return self.by_wire.get(wire)

    @property
    def by_wire(self) -> Mapping[str, Field]:
        """Fields by wire name."""
        return {f.wire: f for f in self.fields}

    @property
    def all_fields(self) -> tuple[Field, ...]:
        """The fields that are kept, and those that follow from them."""
        return (*self.fields, *self.computed)

    def step(self, name: str) -> Step | None:
        """Return the step of an action name, or None."""
        return next((s for s in self.steps if s.name == name), None)

    def actions(self, state: str) -> list[str]:
        """Return the names of the actions that are offered in a state."""
        from_steps = [s.name for s in self.steps if s.available(state)]
        return from_steps + [a.name for a in self.more_actions if a.available(state)]

    @property
    def is_view(self) -> bool:
        """Whether it shows other types' rows."""
        return bool(self.sources)

    @property
    def states(self) -> tuple[str, ...]:
        """Every state of the type, sorted."""
        if self.is_view:
            return VIEW_STATES
        found = {"requested"}
        for step in self.steps:
            found |= {*step.begins, step.during, step.ends}
        return tuple(sorted(found)) if self.steps else ()

    @property
    def transitional(self) -> frozenset[str]:
        """The states in which something is under way."""
        return frozenset(s.during for s in self.steps)


@dataclass(frozen=True, kw_only=True)
class ValueType:
    """A type that only stands inside others: launchConfig, restartPolicy."""

    name: str
    fields: tuple[Field, ...]
    checks: tuple[Callable[[Any], None], ...]
    refusal: type[Invalid]  # of what is no object

    @property
    def by_wire(self) -> Mapping[str, Field]:
        """Fields by wire name."""
        return {f.wire: f for f in self.fields}


class Value:
    """Base class of typed values inside a resource."""

    value_type: ClassVar[ValueType]


def camel(name: str) -> str:
    """Return the wire name of an attribute: ``host_id`` is ``hostId``."""
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(attr,))
def value(
    name: str,
    *,
    checks: tuple[Callable[[Any], None], ...] = (),
    refusal: type[Invalid] = Invalid,
) -> Callable[[type[T]], type[T]]:
    """Declare a value type."""

    def declare(cls: type[T]) -> type[T]:
        made = dataclass(frozen=True, kw_only=True)(cls)
        made.value_type = ValueType(  # type: ignore[attr-defined]
            name=name, fields=_fields(made), checks=checks, refusal=refusal
        )
        return made

    return declare


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(attr,))
def resource(  # noqa: PLR0913 - each is a word of the vocabulary, named at every call
    name: str,
    *,
    roles: Mapping[str, str],
    scope: Scope = Scope.PROJECT,
    base: str | None = None,
    parent: str | None = None,
    plural: str | None = None,
    steps: tuple[Step, ...] = (),
    actions: tuple[Action, ...] = (),
    streams: tuple[StreamLink, ...] = (),
    derived: tuple[Derived, ...] = (),
    gathers: tuple[Gathered, ...] = (),
    unique: tuple[tuple[str, ...], ...] = (),
    apart: tuple[Apart, ...] = (),
    taken: type[NotUnique] = NotUnique,
    checks: tuple[Callable[[Any], None], ...] = (),
    prepare: Callable[[Any], Any] | None = None,
    several: Callable[[Any], tuple[Any, ...]] | None = None,
    brings: Callable[[Any, int], tuple[Callable[[Any], Any], ...]] | None = None,
    abstract: bool = False,
    id_style: str = "number",
    audited: bool = True,
    sources: tuple[Source, ...] = (),
    personal: bool = False,
) -> Callable[[type[T]], type[T]]:
    """Declare a resource type; the class gets it as ``cls.type``."""

    def declare(cls: type[T]) -> type[T]:
        made = dataclass(frozen=True, kw_only=True)(cls)
        made.type = ResourceType(  # type: ignore[attr-defined]
            name=name,
            base=base or name,
            parent=parent,
            plural=plural or plural_of(name),
            scope=scope,
            fields=_fields(made),
            roles=roles,
            steps=steps,
            more_actions=actions,
            streams=streams,
            derived=derived,
            gathers=gathers,
            unique=unique,
            apart=apart,
            taken=taken,
            checks=checks,
            prepare=prepare,
            several=several,
            brings=brings,
            abstract=abstract,
            id_style=id_style,
            audited=audited,
            computed=_computed(made),
            sources=sources,
            personal=personal,
        )
        return made

    return declare


def plural_of(name: str) -> str:
    """Return what several of a type are called, where its declaration does not say."""
    return name + ("es" if name.endswith("s") else "s")


def _texts(given: str | tuple[str, ...] | None) -> tuple[str, ...]:
    if given is None:
        return ()
    return (given,) if isinstance(given, str) else given


def _fields(cls: type) -> tuple[Field, ...]:
    hints = typing.get_type_hints(cls)
    return tuple(_field(f, hints[f.name]) for f in dataclasses.fields(cls))


def _field(declared: "dataclasses.Field[Any]", hint: Any) -> Field:
    given = declared.metadata
    default = declared.default
    if declared.default_factory is not MISSING:
        default = declared.default_factory
    inner, nullable = _without_none(hint)
    return Field(
        name=declared.name,
        wire=given["wire"] or camel(declared.name),
        wire_type=given["kind"] or _wire_type(inner, given["ref"], given["options"]),
        hint=hint,
        access=given["access"],
        doc=given["doc"],
        default=default,
        nullable=nullable,
        ref=given["ref"],
        links=_texts(given["link"]),
        secret=given["secret"],
        minimum=given["minimum"],
        maximum=given["maximum"],
        min_length=given["min_length"],
        max_length=given["max_length"],
        options=given["options"],
        chars=given["chars"],
        unique=given["unique"],
        moves=given["moves"],
        hidden_from=frozenset(given["hidden_from"]),
        filterable=given["filterable"],
        column=given["column"],
    )


def _computed(cls: type) -> tuple[Field, ...]:
    found = {n: v for c in reversed(cls.__mro__) for n, v in vars(c).items()}
    return tuple(
        _computed_field(name, value)
        for name, value in found.items()
        if isinstance(value, Computed) and value.fget is not None
    )


def _computed_field(name: str, computed: Computed) -> Field:
    declared: dataclasses.Field[Any] = attr("r", **computed.settings)
    declared.name = name
    return _field(declared, typing.get_type_hints(computed.fget)["return"])


def _without_none(hint: Any) -> tuple[Any, bool]:
    if typing.get_origin(hint) in {typing.Union, types.UnionType}:
        others = [a for a in typing.get_args(hint) if a is not type(None)]
        return others[0], True
    return hint, False


SCALARS: dict[Any, str] = {str: "string", int: "int", float: "float", bool: "boolean"}


def _wire_type(hint: Any, ref: str | None, options: tuple[str, ...]) -> str:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in {list, tuple}:
        return f"array[{_wire_type(args[0], ref, options)}]"
    if origin is dict:
        return f"map[{_wire_type(args[1], ref, options)}]"
    if ref is not None:
        return f"reference[{ref}]"
    if options:
        return "enum"
    if isinstance(hint, type) and issubclass(hint, Value):
        return hint.value_type.name
    return SCALARS.get(cast("Any", hint), "json")
