"""Storms: many tasks that use a database, fail and are cancelled at random.

Each module has one storm: a function that takes a ``Database``, so that it runs the same on a
server and through a pooler, small in the normal tests and at full strength by ``hatch run storms``.
"""
