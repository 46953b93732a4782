#!/usr/bin/env python3
"""Starts moto's server, with the same arguments as `moto_server`, and has it remember what never changes while it runs.

    python tests/moto/server.py -H 127.0.0.1 -p 5000

At every request moto lists its own folders to know its services, and goes through the methods of the service's class: a
fifth of its time. Both are looked up once here; what is answered is the same. Where moto has these functions no more, it
runs as it is.
"""

import sys
from functools import cache

from moto import backends
from moto.core import responses
from moto.server import main

if hasattr(backends, "list_of_moto_modules"):
    modules = frozenset(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: modules
if hasattr(responses, "method_names_from_class"):
    responses.method_names_from_class = cache(responses.method_names_from_class)

if __name__ == "__main__":
    sys.exit(main())
