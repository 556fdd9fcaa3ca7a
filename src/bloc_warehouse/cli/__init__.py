"""The command ``bloc``: its commands by subject, and ``app``, which joins them."""
