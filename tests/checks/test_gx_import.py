"""What Great Expectations imports for types that no rule has waits until it is used."""

import subprocess
import sys

_USED = (
    "import sys\n"
    "import bloc_warehouse.checks.gx.context\n"
    "print('scipy.stats' in sys.modules, 'altair' in sys.modules)\n"
    "from great_expectations.expectations.core import ("
    " expect_column_kl_divergence_to_be_less_than as divergence)\n"
    "print(divergence.stats.entropy([1, 1], [1, 1]))\n"
    "print(divergence.alt.Chart.__module__)\n"
    "print('scipy.stats' in sys.modules, 'altair' in sys.modules)\n"
)


def test_what_no_rule_needs_is_imported_when_it_is_used() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _USED], capture_output=True, text=True, check=True
    )
    before, entropy, chart, after = done.stdout.splitlines()
    assert before == "False False"
    assert float(entropy) == 0
    assert chart.startswith("altair.")
    assert after == "True True"
