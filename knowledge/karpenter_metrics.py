"""How long interruptions waited for Karpenter, as far as its metrics can tell.

Read in karpenter-provider-aws 1.14.0, pkg/controllers/interruption: the histogram has a sample for every
message of the queue, and one that says nothing to Karpenter, such as that an instance has started, has no
time of its own (`noop.Message{}`). Its wait is counted from the year 1, so quantiles of the histogram mean
nothing; the message is in the last bucket alone.
"""

_HISTOGRAM = "karpenter_interruption_message_queue_duration_seconds_bucket"

WAITS_COUNTED = (*range(1, 11), 15, 20, 25, 30, 40, 50, 60)
"""Whole seconds up to a minute that are a bound of its buckets (`DurationBuckets` in pkg/metrics/constants.go
of sigs.k8s.io/karpenter 1.14.0)."""

LONGEST_WAIT = 600
"""The last bound; the queue keeps a message for half of that."""


def late_interruptions(seconds: int, window: str) -> str:
    """PromQL: how many interruptions of a window waited longer than so many seconds, one of `WAITS_COUNTED`.

    The two buckets are subtracted first: increases of two counters differ by more than their counts do, as
    each is extrapolated by itself. Prometheus 3 writes a bound as `60.0`, older ones as Karpenter does
    (https://prometheus.io/docs/prometheus/latest/migration/#le-and-quantile-label-values).
    """
    all_of_them, in_time = (f'sum({_HISTOGRAM}{{le=~"{bound}([.]0)?"}})' for bound in (LONGEST_WAIT, seconds))
    return f"increase(({all_of_them} - {in_time})[{window}:30s])"
