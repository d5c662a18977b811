from cli.dashboards.nccl_results import recording_rules, rule_groups_of_results
from nccl.report import report_on
from nccl.series import to_series
from nccl.verdict import Expectation
from tests.cli.nccl.fake_api import FakeApi
from tests.nccl.seed_logs import SEED_EFA

VERDICT = "/api/v1/namespaces/nccl-test/configmaps/nccl-verdict"


def test_every_sample_becomes_a_rule_that_records_it() -> None:
    series = to_series(report_on([SEED_EFA], Expectation(instance_type="g4dn.8xlarge")), "1")
    rules = list(recording_rules(series))
    assert len(rules) == len([line for line in series.splitlines() if not line.startswith("#")])
    (passed,) = (rule for rule in rules if rule["record"] == "eks_efa_nccl_passed")
    assert passed["expr"].startswith("vector(")
    assert passed["labels"]["instance_type"] == "g4dn.8xlarge"
    assert passed["labels"]["recorded"] == "true"


def test_a_label_is_read_as_it_was_meant() -> None:
    text = r'x{a="say \"no\"",b="C:\\n",c="two\nlines"} 1'
    (rule,) = recording_rules(text)
    assert rule["labels"] == {"a": 'say "no"', "b": "C:\\n", "c": "two\nlines"}


def test_a_cluster_in_which_nothing_was_tested_has_no_results() -> None:
    assert rule_groups_of_results(FakeApi().cluster()) == []


def test_a_verdict_without_series_has_no_results() -> None:
    api = FakeApi()
    api.put(VERDICT, {"metadata": {"name": "nccl-verdict"}, "data": {"outcome": "PASS"}})
    assert rule_groups_of_results(api.cluster()) == []


def test_the_last_results_are_one_group_of_rules() -> None:
    api = FakeApi()
    api.put(VERDICT, {"metadata": {"name": "nccl-verdict"}, "data": {"nccl.prom": 'x{a="b"} 2.5e+09\n'}})
    assert rule_groups_of_results(api.cluster()) == [
        {
            "name": "nccl-results",
            "rules": [{"record": "x", "expr": "vector(2.5e+09)", "labels": {"a": "b"}}],
        }
    ]
