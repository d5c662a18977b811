import socket
import sys

import pytest

from sandbox.world.control_plane_config import LOOPBACK, reserved_ports


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere ports cannot be reserved")
def test_who_is_told_of_a_reserved_port_can_listen_there_and_nobody_else_can_take_it() -> None:
    with reserved_ports(1) as (port,):
        with socket.socket() as stranger, pytest.raises(OSError, match="in use"):
            stranger.bind((LOOPBACK, port))
        with socket.socket() as told:
            told.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            told.bind((LOOPBACK, port))
            told.listen()
            with socket.create_connection((LOOPBACK, port)):
                pass


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere ports cannot be reserved")
def test_nobody_listens_on_a_reserved_port() -> None:
    with reserved_ports(1) as (port,), socket.socket() as caller:
        assert caller.connect_ex((LOOPBACK, port)) != 0
