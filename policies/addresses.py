"""Address ranges that are everybody's."""

import ipaddress


def is_whole_internet(cidr: str) -> bool:
    """Whether a range holds every address of its family; what is no range at all holds none, and AWS refuses
    it."""
    try:
        return ipaddress.ip_network(cidr, strict=False).prefixlen == 0
    except ValueError:
        return False
