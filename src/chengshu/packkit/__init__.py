"""The kit of packs: it reads, checks, plans, installs, upgrades and removes them.

Nouns: pack, declaration, kind, finding, change, plan. It knows what every room lets a pack declare; no room knows it.
"""
