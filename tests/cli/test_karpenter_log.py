from pathlib import Path

import pytest

from cli import karpenter_log


class EnoughError(Exception):
    """Ends a follow that would go on for ever."""


def test_the_last_lines_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "karpenter.log"
    log.write_text("".join(f'{{"n": {n}}}\n' for n in range(10)))
    karpenter_log.show_file(log, 2)
    assert capsys.readouterr().out == '{"n": 8}\n{"n": 9}\n'


def test_a_log_that_is_not_there_yet_is_said_plainly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    karpenter_log.show_file(tmp_path / "karpenter.log", 10)
    assert "no log yet" in capsys.readouterr().err


def test_following_shows_whole_lines_as_they_are_added_and_a_log_begun_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "karpenter.log"
    log.write_text("old\n")
    contents = iter(["old\none\ntw", "old\none\ntwo\n", "new\n"])

    def pass_time(_: float) -> None:
        content = next(contents, None)
        if content is None:
            raise EnoughError
        log.write_text(content)

    monkeypatch.setattr("time.sleep", pass_time)
    with pytest.raises(EnoughError):
        karpenter_log.follow_file(log)
    assert capsys.readouterr().out == "one\ntwo\nnew\n"
