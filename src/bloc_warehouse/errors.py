"""Errors that people read: each message names what is wrong and what to do."""


class SetupError(Exception):
    """The environment is misconfigured or unavailable; one clear line says how."""


class BusyError(SetupError):
    """Somebody else is at it; the same order may be right a moment later."""


class SettingsError(SetupError):
    """A setting is wrong or missing."""


class WrongRequestError(Exception):
    """What was asked for does not exist or cannot be done; the message says why."""
