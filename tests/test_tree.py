"""The tree reads as the data's way: small folders, and tests that follow it."""

from scripts.measure_structure import modules_by_folder
from tests.paths import ROOT

MOST_MODULES = 14
# what the tests have beside the folders of the code that they try
OF_TESTS = {
    "acceptance",
    "benchmarks",
    "bloc_samples",
    "chaos",
    "dags",
    "dbt_project",
    "deploy",
    "docs",
    "session",
    "simulation",
    "superset",
}


def test_no_folder_holds_more_modules_than_one_keeps_in_mind() -> None:
    full = {
        str(folder): count
        for folder, count in modules_by_folder().items()
        if count > MOST_MODULES
    }
    assert full == {}


def test_each_folder_of_tests_is_one_of_the_code() -> None:
    package = ROOT / "src" / "bloc_warehouse"
    folders = {
        path.relative_to(ROOT / "tests")
        for path in (ROOT / "tests").rglob("*/")
        if path.name != "__pycache__"
    }
    strange = {
        str(folder)
        for folder in folders
        if folder.parts[0] not in {*OF_TESTS, "expectations"}
        and not (package / folder).is_dir()
    }
    assert strange == set()
