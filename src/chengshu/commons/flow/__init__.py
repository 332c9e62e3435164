"""The one engine on which every matter (件) moves: flows as data, tasks, clocks as a ledger, an append-only timeline.

Nouns: flow, matter, state, stage, move, task, holder, clock, entry. Verbs: open_matter, perform, offers, faces,
explain, timeline, as_of, inbox, install_flow. Events: flow.moved, flow.warned, flow.overdue, flow.escalated.
A kind of matter (a city case, an application) has its own room above; it registers a MatterKind and is called back
inside the same transaction, so one step is one load, one write, and the kind's own rows.
"""
