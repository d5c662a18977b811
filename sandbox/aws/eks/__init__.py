"""All of EKS: clusters, node groups, addons, access entries, pod identity. moto's EKS is not used."""
