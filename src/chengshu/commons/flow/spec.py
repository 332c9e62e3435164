"""What a pack may declare here: `flows/<id>.yaml`, a flow with its states, clocks, moves and effects."""

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from chengshu.base.limits import Limit, LimitInvalid
from chengshu.commons.flow.logic.soundness import faults_of

StageId = Literal["collect", "file", "dispatch", "handle", "feedback", "verify", "rate"]
FieldType = Literal[
    "text", "textarea", "select", "multiselect", "org", "orgs", "region", "class", "person", "integer",
    "datetime", "photos", "rating", "boolean", "case",
]  # fmt: skip
HOLDER = r"^(center|lead|grid|opener|same|(org|field):[a-z0-9_]+)$"
Holder = Annotated[str, Field(pattern=HOLDER)]
By = Literal["holder", "center", "lead", "cooperating", "opener", "grid", "reporter", "any", "system"]


def _limit(value: str) -> str:
    try:
        Limit.parse(value)
    except LimitInvalid as wrong:
        raise ValueError(f"{wrong.detail('en')}: {wrong.body('en')['remedy']}") from wrong
    return value


LimitText = Annotated[str, AfterValidator(_limit)]


class Declared(BaseModel):
    """A declaration refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Text(Declared):
    """A text in Chinese and, from the level `ready` on, in English."""

    zh: str = Field(min_length=1, max_length=500)
    en: str | None = Field(default=None, max_length=500)


STAGES: Final[dict[str, Text]] = {
    "collect": Text(zh="信息采集", en="Collecting"),
    "file": Text(zh="案件建立", en="Filing"),
    "dispatch": Text(zh="任务派遣", en="Dispatching"),
    "handle": Text(zh="任务处理", en="Handling"),
    "feedback": Text(zh="处理反馈", en="Feedback"),
    "verify": Text(zh="核查结案", en="Checking and closing"),
    "rate": Text(zh="综合评价", en="Rating"),
}


class Option(Declared):
    value: str
    title: Text


class FieldSpec(Declared):
    """A value that a move takes from the person who makes it."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")
    title: Text
    type: FieldType = "text"
    required: bool = False
    options: tuple[Option, ...] = ()
    max: int | None = Field(default=None, ge=1, description="Longest text, most items or greatest number")
    default: Any = None
    help: Text | None = None


class WorkSpec(Declared):
    """The leading task that is open as long as a matter is in a state."""

    task: str = Field(description="Its kind, one of `tasks`")
    holder: Holder = Field(
        description="center, lead, grid, opener, same (whoever held it), org:<function>, field:<name>"
    )
    clock: str | None = Field(default=None, description="The clock that gives its due time")


class StateSpec(Declared):
    title: Text
    stage: StageId
    work: WorkSpec | None = Field(default=None, description="None: nobody has to act, e.g. after closing")
    closed: bool = Field(default=False, description="The matter counts as closed in it")
    terminal: bool = Field(default=False, description="No ordinary move leads out of it")


class TaskSpec(Declared):
    title: Text
    handles: bool = Field(default=False, description="Its holder counts as the handler, who may not check afterwards")


class ClockSpec(Declared):
    """A limited time. It starts on entering `runs_in` (or with the first task of `runs_with`) and stops on leaving."""

    title: Text
    limit: LimitText = Field(description="Unless the matter brings its own limit for this clock")
    runs_in: tuple[str, ...] = ()
    runs_with: tuple[str, ...] = ()
    main: bool = Field(default=False, description="Its due time and verdict are those of the matter")
    again: Literal["continue", "restart"] = Field(
        default="continue", description="When its states are entered once more"
    )
    warn_share: float = Field(default=0.75, gt=0, lt=1, description="Yellow when this share is used")

    @model_validator(mode="after")
    def _runs_somewhere(self) -> "ClockSpec":
        if bool(self.runs_in) == bool(self.runs_with):
            raise ValueError("a clock has either runs_in (states) or runs_with (task kinds)")
        return self


class EscalationSpec(Declared):
    """Who is told or brought in when a clock has been overrun for some time."""

    clock: str
    after: LimitText = Field(description="Time beyond the due time, in the clock's own way of counting")
    tell: tuple[Holder, ...] = ()
    add: tuple[Holder, ...] = Field(default=(), description="Offices that can see the matter from then on")


class LeadEffect(Declared):
    """Another office leads: from a field of type org."""

    do: Literal["lead"]
    field: str


class JoinEffect(Declared):
    """Offices take part: from a field of type orgs; each gets a task."""

    do: Literal["join"]
    field: str
    task: str
    clock: str | None = None


class SeeEffect(Declared):
    """Offices may see it from now on."""

    do: Literal["see"]
    field: str | None = None
    holder: Holder | None = None


class TransferEffect(Declared):
    """The leading task goes to another holder; task and clock go on."""

    do: Literal["transfer"]
    holder: Holder


class AskEffect(Declared):
    """An approval task opens with the input of the move; state and leading task stay."""

    do: Literal["ask"]
    task: str
    holder: Holder
    clock: str | None = None


class SettleEffect(Declared):
    """The actor's open tasks of a kind are done; `all` also those of others."""

    do: Literal["settle"]
    task: str
    all: bool = False


class ClockEffect(Declared):
    """A clock is paused, resumed, started anew, voided or extended; the extension is a limit given in a field, here or in
    the request that the move settles."""

    do: Literal["pause", "resume", "extend", "restart", "void"]
    clock: str
    field: str | None = None
    limit: LimitText | None = None

    @model_validator(mode="after")
    def _extension_is_given(self) -> "ClockEffect":
        if (self.do == "extend") != bool(self.field or self.limit):
            raise ValueError("extend needs a field or a limit; the others take neither")
        return self


class MergeEffect(Declared):
    """This matter goes into another one (field of type case), reversibly."""

    do: Literal["merge"]
    field: str = "into"


class UnmergeEffect(Declared):
    do: Literal["unmerge"]


class SplitEffect(Declared):
    """Children of the same kind and flow are opened for each office of a field of type orgs."""

    do: Literal["split"]
    field: str
    state: str = Field(description="The state in which a child begins")


class CountEffect(Declared):
    do: Literal["count"]
    counter: str = Field(pattern=r"^[a-z_]{1,30}$")


class MarkEffect(Declared):
    """The actor is remembered as something, for `not_by`."""

    do: Literal["mark"]
    mark: str = Field(default="handler", pattern=r"^[a-z_]{1,30}$")


Effect = Annotated[
    LeadEffect | JoinEffect | SeeEffect | TransferEffect | AskEffect | SettleEffect | ClockEffect | MergeEffect
    | UnmergeEffect | SplitEffect | CountEffect | MarkEffect,
    Field(discriminator="do"),
]  # fmt: skip


class Branch(Declared):
    """Another target when a field has one of these values."""

    field: str
    values: tuple[Any, ...]
    to: str


class AutoSpec(Declared):
    """The system makes the move by itself when a clock has run out."""

    clock: str


class MoveSpec(Declared):
    title: Text
    from_: tuple[str, ...] = Field(alias="from", description="States; `open`: all that are not closed; `any`: all")
    to: str = Field(default="same", description="A state; `same`: stays; `back`: what the merge left")
    branches: tuple[Branch, ...] = ()
    operation: str = Field(pattern=r"^[a-z_]+\.[a-z_]+$")
    by: tuple[By, ...] = Field(default=("holder",), description="holder: of `task`, else of the leading task")
    task: str | None = Field(default=None, description="Only while a task of this kind is open, by its holder")
    not_by: tuple[str, ...] = Field(default=(), description="Marks that exclude: handler")
    unless: tuple[str, ...] = Field(default=(), description="paused, asked:<task>, children, joined: then not offered")
    only: tuple[str, ...] = Field(default=(), description="The same words: offered only then")
    fields: tuple[FieldSpec, ...] = ()
    needs: tuple[str, ...] = Field(default=(), description="Fields that must be given unless the kind has them on file")
    effects: tuple[Effect, ...] = ()
    auto: AutoSpec | None = None
    tone: Literal["primary", "default", "danger"] = "default"
    confirm: Text | None = None
    rank: int = Field(default=50, description="Order in which moves are offered")


class FlowSpec(Declared):
    """`flows/<id>.yaml`."""

    title: Text
    kind: str = Field(default="case", description="The kind of matter that moves on it")
    start: str
    states: dict[str, StateSpec]
    tasks: dict[str, TaskSpec]
    clocks: dict[str, ClockSpec] = Field(default_factory=dict[str, ClockSpec])
    moves: dict[str, MoveSpec]
    escalations: tuple[EscalationSpec, ...] = ()

    @model_validator(mode="after")
    def _holds_together(self) -> "FlowSpec":
        if faults := faults_of(self):
            raise ValueError("; ".join(str(f) for f in faults))
        return self
