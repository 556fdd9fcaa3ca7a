"""The project's settings of Superset, and a cache of answers, which it has none of.

So the tests also show what would happen if somebody configured one.
"""

import os
import runpy

globals().update(
    {
        name: value
        for name, value in runpy.run_path(os.environ["PROJECT_CONFIG"]).items()
        if not name.startswith("__")
    }
)

_CACHE = {
    "CACHE_TYPE": "FileSystemCache",
    "CACHE_DIR": os.environ["CACHE_FOLDER"],
    "CACHE_DEFAULT_TIMEOUT": 3600,
}
CACHE_CONFIG = {**_CACHE, "CACHE_KEY_PREFIX": "meta"}
DATA_CACHE_CONFIG = {**_CACHE, "CACHE_KEY_PREFIX": "data"}
