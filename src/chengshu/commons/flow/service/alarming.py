"""Hearing clocks: what is due is raised exactly once, in the transaction that notes that it was raised."""

import logging
from dataclasses import replace
from typing import Any

from chengshu.base.errors import Problem
from chengshu.commons.flow import store
from chengshu.commons.flow.contracts import Matter, Snapshot, Step
from chengshu.commons.flow.events import FlowEscalated, FlowOverdue, FlowWarned
from chengshu.commons.flow.logic import apply
from chengshu.commons.flow.logic.alarms import Alarm, alarms
from chengshu.commons.flow.logic.draft import Draft, resolve
from chengshu.commons.flow.logic.titles import text_of
from chengshu.commons.flow.service.engine import engine, flow_for, scene
from chengshu.commons.flow.service.stepping import Story, finish
from chengshu.runtime.database import Work

log = logging.getLogger(__name__)
BATCH = 200


async def ring(work: Work) -> int:
    """Raise the alarms of a batch of matters: one statement to find and lock them, one to write; returns how many."""
    snapshots = await store.ringing(work, work.now, BATCH)
    if not snapshots:
        return 0
    for snapshot in snapshots:
        await engine(work).ready(work, snapshot.matter.flow, snapshot.matter.flow_version)
    await finish(work, [await _hear(work, snapshot) for snapshot in snapshots])
    return len(snapshots)


async def _hear(work: Work, snapshot: Snapshot) -> Story:
    """One matter: its alarms up to now, in order. What cannot be done is logged and not tried for ever."""
    matter = snapshot.matter
    flow = flow_for(work, matter)
    story = Story(work, scene(work, flow, matter.kind), snapshot, snapshot)
    heard = snapshot.heard_until or matter.opened_at
    due = [a for a in alarms(flow, snapshot, story.scene.calendar) if heard < a.at <= work.now]
    for alarm in due:
        try:
            await _raise(work, story, alarm)
        except Problem as problem:
            log.warning("matter %s: alarm %s of %s is skipped: %s", matter.number, alarm.kind, alarm.clock, problem)
    story.now = replace(story.now, heard_until=work.now)
    return story


async def _raise(work: Work, story: Story, alarm: Alarm) -> None:
    if alarm.kind == "auto":
        await story.step(Step(alarm.move or ""), {}, automatic=True)
    elif alarm.kind == "warned":
        work.publish(FlowWarned(**_news(story, alarm)))
    elif alarm.kind == "overdue":
        work.publish(FlowOverdue(**_news(story, alarm)))
    else:
        _escalate(work, story, alarm)


def _escalate(work: Work, story: Story, alarm: Alarm) -> None:
    """Tell those the rule names, and bring in those it adds; both stand in the timeline."""
    rule = alarm.rule
    assert rule is not None
    tell = [h for r in rule.tell if (h := _holder(story, r))]
    added = [h for r in rule.add if (h := _holder(story, r))]
    draft = Draft.of(story.scene, story.now)
    for holder in added:
        draft.see(holder.partition(":")[2])
    facts = {"clock": alarm.clock, "after": rule.after, "tell": tell, "added": added}
    story.note([apply.tell(draft, "escalated", facts)])
    work.publish(FlowEscalated(**_news(story, alarm), tell=tell, added=added, after=rule.after))


def _holder(story: Story, rule: str) -> str | None:
    """Whom a rule names; a function that no office here holds names nobody."""
    try:
        return resolve(rule, story.now.matter, story.scene.offices, {}, story.now.lead_task)
    except Problem:
        return None


def _news(story: Story, alarm: Alarm) -> dict[str, Any]:
    matter: Matter = story.now.matter
    spec = story.scene.flow.clocks[alarm.clock]
    on_it = [t for t in story.now.open_tasks if t.clock == alarm.clock or t.kind in spec.runs_with]
    lead = story.now.lead_task
    holders = {t.holder for t in on_it} or ({lead.holder} if lead else set())
    return {
        "id": matter.id,
        "kind": matter.kind,
        "number": matter.number,
        "title": matter.title,
        "state": matter.state,
        "region": matter.region,
        "orgs": list(matter.orgs),
        "clock": alarm.clock,
        "clock_title": text_of(spec.title),
        "due_at": alarm.due_at.isoformat(),
        "at": alarm.at.isoformat(),
        "holders": sorted(holders),
    }
