"""The contract once more, for machines: OpenAPI 3.1, served in development only."""

from __future__ import annotations

import re
from typing import Any

from telesales_desktop.wire import enrolment, feed, meta
from telesales_desktop.wire.addresses import MERCHANT, ORDER_KEY
from telesales_desktop.wire.refusal import RefusalCode

_Json = dict[str, Any]


def document() -> _Json:
    """What workstations may ask, and what they are answered."""
    alive = _object({"alive": _FLAG})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Telesales relay: the desks' listener", "version": str(meta.CONTRACT)},
        "paths": {
            "/v1/changes": {"get": _changes()},
            "/v1/enrolments": {"post": _enrolments()},
            "/v1/meta": {"get": _operation("The relay about itself", {200: _ref("RelayMeta")})},
            "/healthz": {"get": _operation("Whether the process lives", {200: alive})},
            "/readyz": {"get": _operation("Whether it can write", {200: _READY, 503: _READY})},
        },
        "components": {
            "schemas": {**_feed_schemas(), **_access_schemas()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _feed_schemas() -> _Json:
    page = {
        "epoch": _text(feed.EPOCH),
        "next": _text(feed.CURSOR),
        "gap": _FLAG,
        "more": _FLAG,
        "changes": _list(_ref("Change"), feed.MOST_CHANGES),
    }
    change = {
        "cursor": _text(feed.CURSOR),
        "kind": _one_of(feed.ChangeKind),
        "received_at": _INSTANT,
        "delivery": _ref("Delivery"),
    }
    delivery = {
        "delivery_id": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "merchant": _text(MERCHANT),
        "source": _one_of(feed.Source),
        "content_type": {"type": "string", "maxLength": 256},
        "signatures": _list(_TEXT, feed.MOST_SIGNATURES),
        "body": {"type": "string", "contentEncoding": "base64"},
        "order_key": _or_null(_text(ORDER_KEY)),
        "landing": _or_null(_one_of(feed.Landing)),
        "poison": _FLAG,
    }
    return {
        "ChangesPage": _object(page),
        "Change": _object(change),
        "Delivery": _object(delivery),
    }


def _access_schemas() -> _Json:
    request = {
        "code": {"type": "string", "maxLength": 64},
        "workstation": _text(enrolment.PRINTABLE),
    }
    answer = {
        "token": _text(enrolment.TOKEN),
        "token_id": _text(enrolment.TOKEN_ID),
        "merchant": _text(MERCHANT),
        "role": _one_of(enrolment.Role),
        "name": _text(enrolment.PRINTABLE),
    }
    about = {
        "contract": {"type": "integer", "minimum": 1},
        "version": _TEXT,
        "oldest_desktop": _TEXT,
        "public_url": _TEXT,
        "sealing_fingerprint": _or_null(_TEXT),
        "now": _INSTANT,
    }
    refusal = {"error": _object({"code": _one_of(RefusalCode), "message": _TEXT})}
    return {
        "EnrolmentRequest": _object(request),
        "Enrolment": _object(answer),
        "RelayMeta": _object(about),
        "Refusal": _object(refusal),
    }


def _changes() -> _Json:
    whole = {"type": "integer"}
    operation = _operation(
        "The changes after a cursor; waits for some where there are none",
        {200: _ref("ChangesPage"), 400: _REFUSAL, 401: _REFUSAL, 429: _REFUSAL, 503: _REFUSAL},
    )
    operation["security"] = [{"token": []}]
    operation["parameters"] = [
        _parameter("after", _text(feed.CURSOR)),
        _parameter("wait", {**whole, "minimum": 0, "maximum": feed.MOST_WAIT_S, "default": 0}),
        _parameter("limit", {**whole, "minimum": 1, "maximum": feed.MOST_CHANGES, "default": 100}),
    ]
    return operation


def _enrolments() -> _Json:
    refusals = dict.fromkeys((400, 403, 408, 413, 429, 503), _REFUSAL)
    operation = _operation(
        "A one-time code for this workstation's token", {201: _ref("Enrolment"), **refusals}
    )
    operation["requestBody"] = {"required": True, "content": _json(_ref("EnrolmentRequest"))}
    return operation


def _operation(summary: str, answers: dict[int, _Json]) -> _Json:
    return {
        "summary": summary,
        "responses": {
            str(status): {"description": str(status), "content": _json(schema)}
            for status, schema in answers.items()
        },
    }


def _parameter(name: str, schema: _Json) -> _Json:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _json(schema: _Json) -> _Json:
    return {"application/json": {"schema": schema}}


def _ref(name: str) -> _Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(members: _Json) -> _Json:
    return {"type": "object", "properties": members, "required": list(members)}


def _list(items: _Json, most: int) -> _Json:
    return {"type": "array", "items": items, "maxItems": most}


def _text(pattern: re.Pattern[str]) -> _Json:
    return {"type": "string", "pattern": f"^{pattern.pattern}$"}


def _one_of(words: Any) -> _Json:
    return {"type": "string", "enum": [word.value for word in words]}


def _or_null(schema: _Json) -> _Json:
    return {"anyOf": [schema, {"type": "null"}]}


_FLAG: _Json = {"type": "boolean"}
_TEXT: _Json = {"type": "string"}
_INSTANT: _Json = {"type": "string", "format": "date-time"}
_READY = _object({"ready": _FLAG, "spool_waits": _FLAG})
_REFUSAL = _ref("Refusal")
