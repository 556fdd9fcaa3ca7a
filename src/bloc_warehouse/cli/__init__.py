"""The command ``bloc``: its commands by subject, and ``app``, which joins them."""

import gc

# What a command imports lives until it ends: searching it for garbage again and again
# took a sixth of the time until Great Expectations or dbt are loaded.
gc.set_threshold(100_000, 50, 100)
