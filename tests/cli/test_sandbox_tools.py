from cli.sandbox_tools import BUILD_TIME, TOLD
from sandbox.paths import REPOSITORY


def test_the_readme_promises_the_build_time_that_is_told() -> None:
    assert BUILD_TIME in TOLD
    assert BUILD_TIME in (REPOSITORY / "README.md").read_text()
