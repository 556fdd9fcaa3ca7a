"""Errors that people read: each message names what is wrong and what to do."""


class UnfitEnvironmentError(Exception):
    """What surrounds the program is not fit for it; the message is one clear line."""


class BusyError(UnfitEnvironmentError):
    """Somebody else is at it; the same order may be right a moment later."""


class SettingsError(UnfitEnvironmentError):
    """A setting is wrong or missing."""


class WrongRequestError(Exception):
    """What was asked for does not exist or cannot be done; the message says why."""
