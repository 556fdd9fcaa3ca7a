"""How tables and columns are explained to readers: a Vietnamese label, then English."""

import re

# a label (after a form's part, as "II.") that has a Vietnamese letter, then a sentence
IN_TWO_LANGUAGES = re.compile(
    r"^(?:[IVX]+\. )?[^.]*[^\x00-\x7f][^.]*\. [A-Za-z0-9].*\.$", re.S
)
