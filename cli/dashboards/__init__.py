"""Looking at metrics: Grafana on AWS, a Prometheus of its own in the sandbox."""
