"""A living county that touches the system only from outside: residents, operators, dispatchers, offices, grid workers.

Run as `python -m simulate --url http://127.0.0.1:8600 --seed 1 --speed 60`. Everything it does goes through the public
HTTP API with the rights of the person it plays; what is random comes from the seed.
"""
