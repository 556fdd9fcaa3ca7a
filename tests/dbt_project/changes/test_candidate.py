"""A build of what changed begins with what is live, wherever the schemas rotated."""

from collections.abc import Callable

import pytest
from tests.dbt_project.changes.snapshot import snapshot
from tests.dbt_project.compiled_build import WholeBuild
from tests.dbt_project.world import World, membership
from tests.publish.test_blocked_blocs import audit

from bloc_warehouse.build import candidate
from bloc_warehouse.build.transform import build_marts, stage
from bloc_warehouse.database.connection import connect
from bloc_warehouse.publish.publish import publish, rollback


def correct(world: World, members: int) -> None:
    """A cell of one unit, in one year."""
    world.send("LAN-001", "membership", "2024-H1", membership=membership(9, members))


def build(world: World) -> None:
    """Build what changed."""
    stage(world.settings)
    build_marts(world.settings)


def last_build(world: World) -> tuple[bool | None, int | None]:
    """Return whether the last build was a whole one, and how much it took up."""
    with connect("transform", settings=world.settings) as connection:
        return connection.execute(
            "select is_full, scope_size from quality.releases"
            " order by release_id desc limit 1"
        ).fetchone() or (None, None)


@pytest.fixture
def published(copies: Callable[[], World]) -> World:
    """The small world, published once."""
    world = copies()
    assert world.publish().published
    return world


def test_the_second_and_third_release_take_up_what_changed_alone(
    published: World, whole_build: WholeBuild
) -> None:
    """Tables, views, keys, comments, rights and policies are those that are live."""
    for members in (10, 11, 12):
        correct(published, members)
        stage(published.settings)
        assert last_build(published) == (False, 1)
        assert snapshot(published, "marts_candidate") == snapshot(published, "marts")
        build_marts(published.settings)
        assert whole_build.differing(published.settings) == []
        assert published.publish().published


def test_from_then_on_only_what_was_published_since_is_copied(
    published: World,
) -> None:
    for members in (10, 11, 12):
        correct(published, members)
        build(published)
        assert published.publish().published
    before = written(published)
    stage(published.settings)
    after = written(published)
    assert snapshot(published, "marts_candidate") == snapshot(published, "marts")
    assert before["fct_admissions"] == after["fct_admissions"]
    assert before["fct_membership"] != after["fct_membership"]


def written(world: World) -> dict[str, object]:
    """Return by which transactions the rows of two facts were written."""
    with connect("transform", settings=world.settings) as connection:
        return {
            table: connection.execute(
                "select array_agg(facts.xmin::text order by facts.xmin::text)"
                f" from marts_candidate.{table} as facts".encode()
            ).fetchone()
            for table in ("fct_admissions", "fct_membership")
        }


def test_copying_that_is_killed_leaves_nothing_and_is_repeated(
    published: World, whole_build: WholeBuild, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in ("_create_view", "fill"):
        correct(published, 20 + len(step))
        before = snapshot(published, "marts_candidate")

        def killed(*_: object, **__: object) -> int:
            raise KeyboardInterrupt

        monkeypatch.setattr(candidate, step, killed)
        with pytest.raises(KeyboardInterrupt):
            stage(published.settings)
        monkeypatch.undo()
        assert snapshot(published, "marts_candidate") == before
        for members in (30, 31, 32):  # until rows are copied, and not tables
            build(published)
            assert last_build(published)[0] is False
            assert whole_build.differing(published.settings) == []
            assert published.publish().published
            correct(published, members + len(step))


def test_rows_of_a_blocked_bloc_are_copied_as_they_are_live(
    published: World, whole_build: WholeBuild
) -> None:
    for members in (10, 11):
        correct(published, members)
        build(published)
        block(published, "LAN")
        assert publish(published.settings, by="ana").kept
    stage(published.settings)
    assert snapshot(published, "marts_candidate") == snapshot(published, "marts")
    build_marts(published.settings)
    assert whole_build.differing(published.settings) == []


def test_what_was_rolled_back_is_built_again(
    published: World, whole_build: WholeBuild
) -> None:
    correct(published, 10)
    build(published)
    assert published.publish().published
    rollback(published.settings, by="ana")
    correct(published, 11)
    build(published)
    assert last_build(published)[0] is False
    assert whole_build.differing(published.settings) == []


def test_a_candidate_that_nobody_published_is_built_upon(published: World) -> None:
    correct(published, 10)
    build(published)
    before = snapshot(published, "marts_candidate")
    stage(published.settings)
    assert last_build(published) == (False, 0)
    assert snapshot(published, "marts_candidate") == before


def block(world: World, bloc: str) -> None:
    """Say of the candidate that its audit found something critical in a bloc."""
    with connect("transform", settings=world.settings) as connection:
        (number,) = connection.execute(
            "select max(release_id) from quality.releases"
        ).fetchone() or (0,)
    audit(world.settings, number, [bloc])
