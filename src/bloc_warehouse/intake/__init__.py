"""From a file as sent to rows in raw: archive, read, recognise, check, load, answer."""
