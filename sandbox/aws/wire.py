"""What a request asks for, and how an answer is written, in the protocols that are answered here.

EC2 speaks forms and XML, Auto Scaling (`query`) nearly the same, EKS paths and JSON (`rest-json`), SSM and
the price list a target header and JSON. For every other service only the operation's name is read, for the
record and for ordered faults; moto does the rest.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from botocore.model import ListShape, OperationModel, StructureShape
from moto.core.request import Request as MotoRequest
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import NotFound

from sandbox.aws import ec2_query, ec2_xml
from sandbox.aws.errors import AwsError

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Request:
    """One call: service by boto3's name, the region it was signed for, operation and raw parameters."""

    service: str
    region: str
    operation: str
    protocol: str
    raw: Mapping[str, Any]
    path_parameters: Mapping[str, str] = field(default_factory=dict)

    def parameters(self) -> dict[str, Any]:
        """The parameters as boto3's caller passed them. Only for services that are answered here."""
        shape = self.model().input_shape
        if not isinstance(shape, StructureShape):
            return {}
        if self.protocol in ("ec2", "query"):
            return ec2_query.parse_form(self.raw.items(), shape)
        if self.protocol == "rest-json":
            return _rest_parameters(self, shape)
        return dict(self.raw)

    def model(self) -> OperationModel:
        """botocore's model of the operation."""
        model: OperationModel = get_service_model(self.service).operation_model(self.operation)
        return model


@dataclass(frozen=True)
class Response:
    """An HTTP answer."""

    status: int
    body: bytes
    content_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


def read_request(environ: dict[str, Any]) -> Request:
    """Identify the call in a WSGI environment, leaving its body in place for moto."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body: bytes = environ["wsgi.input"].read(length) if length else b""
    environ["wsgi.input"] = io.BytesIO(body)
    service, region = _signed_for(environ.get("HTTP_AUTHORIZATION", ""))
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        return Request(service, region, target.rsplit(".", 1)[-1], "json", _json_object(body))
    if service == "eks":
        return _eks_request(environ, region, body)
    form = body.decode(errors="replace") if str(environ.get("CONTENT_TYPE", "")).startswith(FORM) else ""
    values = dict(parse_qsl(form or environ.get("QUERY_STRING", ""), keep_blank_values=True))
    operation = values.get("Action") or f"{environ.get('REQUEST_METHOD')} {environ.get('PATH_INFO')}"
    return Request(service, region, operation, "ec2" if service == "ec2" else "query", values)


def render(request: Request, answer: Mapping[str, Any]) -> Response:
    """Write an answer given in boto3's spelling."""
    if request.protocol in ("ec2", "query"):
        shape = request.model().output_shape
        output = shape if isinstance(shape, StructureShape) else None
        return Response(
            200, ec2_xml.render_answer(request.operation, output, answer), "text/xml;charset=UTF-8"
        )
    return Response(
        200, json.dumps(answer, default=_json_default).encode(), _json_type(request), _request_id()
    )


def render_error(request: Request, error: AwsError) -> Response:
    """Write an error as the service's SDKs read it."""
    if request.protocol == "ec2":
        return Response(
            error.status, ec2_xml.render_error(error.code, error.message), "text/xml;charset=UTF-8"
        )
    if request.protocol == "query":
        inner = ec2_xml.render_error(error.code, error.message).decode()
        body = inner.replace("<Response><Errors>", "<ErrorResponse>").replace("</Errors>", "")
        return Response(error.status, body.replace("</Response>", "</ErrorResponse>").encode(), "text/xml")
    document = {"__type": error.code, "message": error.message}
    headers = {**_request_id(), "x-amzn-ErrorType": error.code}
    return Response(error.status, json.dumps(document).encode(), _json_type(request), headers)


def signing_key(environ: Mapping[str, Any]) -> str:
    """Id of the access key that a call is signed with; empty for one that is not signed."""
    return _scope(environ.get("HTTP_AUTHORIZATION", ""))[0]


def _signed_for(authorization: str) -> tuple[str, str]:
    """Service and region of a signature."""
    scope = _scope(authorization)
    return (scope[3].lower(), scope[2]) if len(scope) == 5 else ("unsigned", "")


def _scope(authorization: str) -> list[str]:
    """Parts of a version 4 signature: `Credential=key/date/region/service/aws4_request`."""
    _, _, credential = authorization.partition("Credential=")
    return credential.split(",")[0].split("/")


def _eks_request(environ: dict[str, Any], region: str, body: bytes) -> Request:
    try:
        model, path_parameters = get_service_router("eks").match(MotoRequest(environ))
    except NotFound as error:
        path = environ.get("PATH_INFO")
        raise AwsError(
            "UnknownOperationException", f"EKS has no {environ['REQUEST_METHOD']} {path}", 404
        ) from error
    raw: dict[str, Any] = _json_object(body)
    for name, value in parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True):
        raw.setdefault(f"?{name}", []).append(value)
    return Request("eks", region, str(model.name), "rest-json", raw, path_parameters)


def _rest_parameters(request: Request, shape: StructureShape) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    for name, member in shape.members.items():
        written = str(member.serialization.get("name", name))
        match member.serialization.get("location"):
            case "uri":
                parameters[name] = request.path_parameters[written]
            case "querystring":
                values = request.raw.get(f"?{written}")
                if values:
                    parameters[name] = (
                        values if isinstance(member, ListShape) else _scalar(values[0], member.type_name)
                    )
            case _:
                if request.raw.get(written) is not None:
                    parameters[name] = request.raw[written]
    return parameters


def _scalar(text: str, type_name: str) -> Any:
    if type_name == "boolean":
        return text == "true"
    return int(text) if type_name == "integer" else text


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body) if body else {}
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _json_default(value: object) -> object:
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def _json_type(request: Request) -> str:
    return "application/json" if request.protocol == "rest-json" else "application/x-amz-json-1.1"


def _request_id() -> dict[str, str]:
    return {"x-amzn-RequestId": str(uuid4())}
