"""An S3 of one's own, on loopback: moto's server with one bucket."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fsspec
import httpx
import pytest
from moto.server import ThreadedMotoServer
from s3fs import S3FileSystem

from warehouse import store

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "klog",
    "AWS_SECRET_ACCESS_KEY": "klog",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",  # or a client without a key asks the network for one
}


_CONFIG = """[default]
aws_access_key_id = klog
aws_secret_access_key = klog
region = us-east-1
endpoint_url = {address}
"""


@contextmanager
def s3() -> Iterator[str]:
    """Yield the address of an empty bucket; clients of this process and its children find the server.

    They find it in the environment, and those of a fork server that was started before in the file that `AWS_CONFIG_FILE` names
    since the tests began.
    """
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    config = Path(os.environ["AWS_CONFIG_FILE"])
    config.write_text(_CONFIG.format(address=address), encoding="utf-8")
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {**ENVIRONMENT, "AWS_ENDPOINT_URL": address}.items():
            environment.setenv(name, value)
        try:
            _forget_clients()
            httpx.post(f"{address}/moto-api/reset").raise_for_status()  # all servers of a process share their buckets
            fsspec.filesystem("s3", skip_instance_cache=True).mkdir("klog")
            yield "s3://klog"
        finally:
            _forget_clients()
            server.stop()
            config.unlink()


def _forget_clients() -> None:
    """Let the next client be made anew, because those that are kept ask the server of another test."""
    store._open.cache_clear()
    S3FileSystem.clear_instance_cache()
