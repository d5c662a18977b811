import pytest

pytest.register_assert_rewrite("tests.settings.bad_settings")
