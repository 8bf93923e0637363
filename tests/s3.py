"""An S3 of one's own, on loopback: moto's server with one bucket."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import fsspec
import pytest
from moto.server import ThreadedMotoServer

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "klog",
    "AWS_SECRET_ACCESS_KEY": "klog",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",  # or a client without a key asks the network for one
}


@contextmanager
def s3() -> Iterator[str]:
    """Yield the address of an empty bucket; clients of this process and its children find the server in the environment."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {**ENVIRONMENT, "AWS_ENDPOINT_URL": f"http://{host}:{port}"}.items():
            environment.setenv(name, value)
        try:
            fsspec.filesystem("s3", skip_instance_cache=True).mkdir("klog")
            yield "s3://klog"
        finally:
            server.stop()
