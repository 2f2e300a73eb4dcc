"""What the example clients share: messages from the contracts, headers, tokens, refusals.

It needs grpcio, grpcio-tools and grpcio-status; the classes of the messages are generated from the
contracts in proto/ when it is imported.
"""

import atexit
import importlib
import os
import pathlib
import shutil
import sys
import tempfile
import uuid

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from grpc_tools import protoc

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"


def generate():
    """Generates the classes of all messages and services, for as long as this program runs."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    files = [str(file) for file in sorted((PROTO / "guanxi").rglob("*.proto"))]
    # The types of google.type come with grpcio-status; only ours are generated.
    well_known = pathlib.Path(protoc.__file__).parent / "_proto"
    arguments = ["protoc", f"-I{PROTO}", f"-I{well_known}"]
    arguments += [f"--python_out={folder}", f"--grpc_python_out={folder}"]
    if protoc.main(arguments + files) != 0:
        sys.exit("the contracts cannot be compiled")
    sys.path.insert(0, folder)


def load(name):
    """The messages of guanxi/<name>.proto and its services."""
    module = "guanxi." + name.replace("/", ".")
    return importlib.import_module(module + "_pb2"), importlib.import_module(module + "_pb2_grpc")


def header(expected_version=None):
    """What every command carries. Sending a command again with the same id does it once."""
    return command_pb2.CommandHeader(
        command_id=str(uuid.uuid4()), expected_version=expected_version
    )


def token(variable="CRM_TOKEN"):
    """Who calls."""
    return [("authorization", "Bearer " + os.environ[variable])]


def expect(code, what, call):
    """Makes a call that is refused with `code`, and shows what the refusal says."""
    try:
        call()
    except grpc.RpcError as error:
        print(f"\n{what}\n  {error.code().name}: {error.details()}")
        if error.code() != code:
            sys.exit(f"expected {code.name}")
        return details(error)
    sys.exit(f"{what}: expected {code.name}, but it was done")


def details(error):
    """The details of an error, by their kind; each is for programs to read."""
    found = {}
    status = rpc_status.from_call(error)
    for detail in status.details if status else []:
        for kind in (
            error_details_pb2.ErrorInfo,
            error_details_pb2.BadRequest,
            error_details_pb2.PreconditionFailure,
            error_details_pb2.RetryInfo,
        ):
            if detail.Is(kind.DESCRIPTOR):
                message = kind()
                detail.Unpack(message)
                found[kind.DESCRIPTOR.name] = message
    if "ErrorInfo" in found:
        info = found["ErrorInfo"]
        print(f"  reason {info.reason}", *(f"{k}={v}" for k, v in sorted(info.metadata.items())))
    for violation in getattr(found.get("BadRequest"), "field_violations", []):
        print(f"  field {violation.field}: {violation.description}")
    for violation in getattr(found.get("PreconditionFailure"), "violations", []):
        print(f"  rule {violation.type}: {violation.description}")
    return found


generate()
command_pb2 = importlib.import_module("guanxi.types.v1.command_pb2")
money_pb2 = importlib.import_module("google.type.money_pb2")
date_pb2 = importlib.import_module("google.type.date_pb2")
