"""Whether a declared flow can be walked: references exist, states are reached, nothing ends without meaning to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chengshu.commons.flow.spec import Effect, FlowSpec, MoveSpec

GROUPS = ("open", "any")
CONDITIONS = ("paused", "children", "joined", "merged")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a path of the declaration, and the way out."""

    path: str
    detail: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}: {self.detail} ({self.remedy})"


def faults_of(flow: "FlowSpec") -> list[Fault]:
    """All faults, in the order of the declaration."""
    return [*_states(flow), *_clocks(flow), *_moves(flow), *_paths(flow), *_escalations(flow)]


def sources(flow: "FlowSpec", move: "MoveSpec") -> set[str]:
    """The states in which a move may be made."""
    found: set[str] = set()
    for name in move.from_:
        if name == "open":
            found |= {s for s, spec in flow.states.items() if not spec.closed}
        elif name == "any":
            found |= set(flow.states)
        else:
            found.add(name)
    return found


def _known(path: str, what: str, name: str, known: "Iterator[str] | dict[str, object] | set[str]") -> Iterator[Fault]:
    names = sorted(known)
    if name not in names:
        yield Fault(path, f"there is no {what} “{name}”", f"use one of {', '.join(names) or 'none declared'}")


def _states(flow: "FlowSpec") -> Iterator[Fault]:
    yield from _known("start", "state", flow.start, set(flow.states))
    for name, state in flow.states.items():
        path = f"states.{name}"
        if state.work is None:
            if not state.closed:
                yield Fault(path, "nobody works in it, yet it is not closed", "give it work, or closed: true")
            continue
        yield from _known(f"{path}.work.task", "task", state.work.task, set(flow.tasks))
        if state.work.clock is not None:
            yield from _known(f"{path}.work.clock", "clock", state.work.clock, set(flow.clocks))


def _clocks(flow: "FlowSpec") -> Iterator[Fault]:
    for name, clock in flow.clocks.items():
        for state in clock.runs_in:
            yield from _known(f"clocks.{name}.runs_in", "state", state, set(flow.states))
        for task in clock.runs_with:
            yield from _known(f"clocks.{name}.runs_with", "task", task, set(flow.tasks))
    mains = [name for name, clock in flow.clocks.items() if clock.main]
    if len(mains) > 1:
        yield Fault("clocks", f"{', '.join(mains)} are all main", "keep main: true at one clock")


def _moves(flow: "FlowSpec") -> Iterator[Fault]:
    for name, move in flow.moves.items():
        path = f"moves.{name}"
        for state in move.from_:
            if state not in GROUPS:
                yield from _known(f"{path}.from", "state", state, set(flow.states))
        for target in [move.to, *(b.to for b in move.branches)]:
            if target not in ("same", "back"):
                yield from _known(f"{path}.to", "state", target, set(flow.states))
        if move.task is not None:
            yield from _known(f"{path}.task", "task", move.task, set(flow.tasks))
        if move.auto is not None:
            yield from _known(f"{path}.auto.clock", "clock", move.auto.clock, set(flow.clocks))
        yield from _conditions(flow, path, (*move.unless, *move.only))
        names = {f.name for f in move.fields}
        for branch in move.branches:
            yield from _known(f"{path}.branches", "field", branch.field, names)
        for index, effect in enumerate(move.effects):
            yield from _effect(flow, names, f"{path}.effects[{index}]", effect)


def _conditions(flow: "FlowSpec", path: str, conditions: tuple[str, ...]) -> Iterator[Fault]:
    for condition in conditions:
        if condition.startswith("asked:"):
            yield from _known(f"{path}.unless", "task", condition.removeprefix("asked:"), set(flow.tasks))
        elif condition not in CONDITIONS:
            yield from _known(f"{path}.unless", "condition", condition, {*CONDITIONS, "asked:<task>"})


def _effect(flow: "FlowSpec", fields: set[str], path: str, effect: "Effect") -> Iterator[Fault]:
    field = getattr(effect, "field", None)
    if field is not None and effect.do != "extend":  # an extension may take what was asked for earlier
        yield from _known(f"{path}.field", "field", field, fields)
    if (task := getattr(effect, "task", None)) is not None:
        yield from _known(f"{path}.task", "task", task, set(flow.tasks))
    if (clock := getattr(effect, "clock", None)) is not None:
        yield from _known(f"{path}.clock", "clock", clock, set(flow.clocks))
    if (state := getattr(effect, "state", None)) is not None:
        yield from _known(f"{path}.state", "state", state, set(flow.states))
    holder = getattr(effect, "holder", None)
    if isinstance(holder, str) and holder.startswith("field:"):
        yield from _known(f"{path}.holder", "field", holder[6:], fields)


def _targets(flow: "FlowSpec", move: "MoveSpec", origin: str) -> set[str]:
    targets = {move.to, *(b.to for b in move.branches)}
    found = {origin if t == "same" else t for t in targets if t != "back"}
    found |= {e.state for e in move.effects if e.do == "split"}
    return found & set(flow.states)


def _paths(flow: "FlowSpec") -> Iterator[Fault]:
    """Every state is reached from the start, and from every state that is not terminal something leads on."""
    ways: dict[str, set[str]] = {name: set() for name in flow.states}
    leaves: set[str] = set()
    for move in flow.moves.values():
        for origin in sources(flow, move) & set(flow.states):
            ways[origin] |= _targets(flow, move, origin) - {origin}
            if move.to == "back":
                leaves.add(origin)
    reached, todo = {flow.start}, [flow.start]
    while todo:
        new = ways.get(todo.pop(), set()) - reached
        reached |= new
        todo.extend(new)
    for name, state in flow.states.items():
        if name not in reached:
            yield Fault(f"states.{name}", "no move leads to it", "add it to a move's `to`, or remove the state")
        if not state.terminal and not ways[name] and name not in leaves:
            yield Fault(f"states.{name}", "no move leads out of it", "add a move from it, or terminal: true")
    ends = {name for name, state in flow.states.items() if state.closed}
    for name in reached - ends:
        if not _reaches(ways, name, ends):
            yield Fault(
                f"states.{name}",
                "a matter in it can never be closed",
                "add moves that lead to a closed state",
            )


def _reaches(ways: dict[str, set[str]], origin: str, ends: set[str]) -> bool:
    seen, todo = {origin}, [origin]
    while todo:
        here = todo.pop()
        if here in ends:
            return True
        new = ways.get(here, set()) - seen
        seen |= new
        todo.extend(new)
    return False


def _escalations(flow: "FlowSpec") -> Iterator[Fault]:
    for index, rule in enumerate(flow.escalations):
        yield from _known(f"escalations[{index}].clock", "clock", rule.clock, set(flow.clocks))
        if not (rule.tell or rule.add):
            yield Fault(f"escalations[{index}]", "it tells nobody and adds nobody", "give tell or add")
