"""How Karpenter fares with interruptions, as far as its metrics can tell.

Read in karpenter-provider-aws 1.14.0, pkg/controllers/interruption. How long they waited: the histogram has a
sample for every message of the queue, and one that says nothing to Karpenter, such as that an instance has
started, has no time of its own (`noop.Message{}`). Its wait is counted from the year 1, so quantiles of the
histogram mean nothing; the message is in the last bucket alone.

Whether the queue is read: a look that finds nothing ends after 20 s (`WaitTimeSeconds` in pkg/providers/sqs)
and the next begins at once. After one that failed Karpenter waits twice as long as before, up to 1000 s (the
rate limiter of controller-runtime), so that a queue which stays unread soon adds no failures any more.
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


_LOOKS = 'controller="interruption"'
_PAUSE = "20m"
"""More than the longest pause between two failures."""


def failed_looks(window: str) -> str:
    """PromQL: how many looks at the interruption queue have failed in a window."""
    return f"sum(increase(controller_runtime_reconcile_errors_total{{{_LOOKS}}}[{window}]))"


def queue_unread(window: str) -> str:
    """PromQL: holds where no look at the queue has succeeded in a window and some have failed."""
    looks = f'controller_runtime_reconcile_total{{{_LOOKS},result!="error"}}'
    return f"sum(increase({looks}[{window}])) == 0 and {failed_looks(_PAUSE)} > 0"
