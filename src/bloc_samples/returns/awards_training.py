"""Form BKB: awards and training."""

from collections import Counter
from collections.abc import Mapping

from bloc_samples.figures.awards_training import Award, Course
from bloc_samples.returns.model import Row, Rows


def awards_training_rows(
    awards: Counter[Award], training: Mapping[str, Course]
) -> Rows:
    """Return the rows of the form's two tables from the year's figures."""
    return {
        "awards": [_award_row(award, count) for award, count in sorted(awards.items())],
        "training": [
            {
                "programme": programme,
                "classes": course.classes,
                "attendees": course.members + course.masses,
                "attendees_members": course.members,
                "attendees_masses": course.masses,
            }
            for programme, course in sorted(training.items())
        ],
    }


def _award_row(award: Award, count: int) -> Row:
    level, kind, subject, merit_from, merit_to = award
    return {
        "level": level,
        "kind": kind,
        "subject": subject,
        "merit_from_year": merit_from,
        "merit_to_year": merit_to,
        "award_count": count,
    }
