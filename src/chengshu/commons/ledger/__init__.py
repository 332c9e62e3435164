"""Who did what, and the proof that nobody changed the record since.

Nouns: entry (审计记录), seal (封存: its place in the SM3 chain), checkpoint (签名检查点: the chain's head, signed). Verbs:
append (by the runtime, with the change itself), seal (every second, by the worker), verify. Nothing is ever updated or
deleted; `verify_chain` names the first record at which the chain breaks. It announces nothing.
"""
