"""The contract once more, for machines: OpenAPI 3.1, served in development only."""

from __future__ import annotations

from telesales_desktop.wire import feed, meta, orders, sealing
from telesales_desktop.wire.addresses import ORDER_KEY
from telesales_desktop.wire.openapi_schemas import FLAG, Json, fields, ref, schemas, text, whole


def document() -> Json:
    """What workstations may ask, and what they are answered."""
    usual = dict.fromkeys((400, 429), ref("Refusal"))
    alive = {200: fields({"alive": FLAG}), **usual}
    ready = {200: ref("Ready"), 503: ref("Ready"), **usual}
    about = {200: ref("RelayMeta"), **usual, 503: ref("Refusal")}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Telesales relay: the desks' listener", "version": str(meta.CONTRACT)},
        "paths": {
            "/v1/meta": {"get": _operation("The relay about itself", about)},
            "/v1/enrolments": {"post": _enrolments()},
            "/v1/changes": {"get": _changes()},
            **_orders(),
            **_people(),
            **_sealing(),
            "/healthz": {"get": _operation("Whether the process lives", alive)},
            "/readyz": {"get": _operation("Whether it takes webhooks", ready)},
        },
        "components": {
            "schemas": schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _changes() -> Json:
    return _for_desks(
        "The changes after a cursor; waits for some where there are none",
        {200: ref("ChangesPage")},
        parameters=[
            _query("after", text(feed.CURSOR)),
            _query("wait", {**whole(0, feed.MOST_WAIT_S), "default": 0}),
            _query("limit", {**whole(1, feed.MOST_CHANGES), "default": 100}),
        ],
    )


def _enrolments() -> Json:
    refusals = dict.fromkeys((400, 403, 408, 413, 429, 503), ref("Refusal"))
    operation = _operation(
        "A one-time code for this workstation's token", {201: ref("Enrolment"), **refusals}
    )
    operation["requestBody"] = _body("EnrolmentRequest")
    return operation


def _orders() -> Json:
    key = _path("order_key", text(ORDER_KEY))
    seen = _parameter("header", "If-Match", {"type": "string"}, required=True)
    listed = [
        _query("after", text(ORDER_KEY)),
        _query("limit", {**whole(1, orders.MOST_ORDERS), "default": 100}),
    ]
    lost = {409: ref("Conflict")}
    record = {200: ref("OrderRecord")}
    return {
        "/v1/orders": {
            "get": _for_desks("The newest records", {200: ref("OrdersPage")}, parameters=listed)
        },
        "/v1/orders/{order_key}": {
            "get": _for_desks("The newest record", record, parameters=[key]),
            "put": _for_desks(
                "The next version of a record",
                {200: ref("RecordKept"), **lost},
                parameters=[key, seen],
                body="RecordPut",
            ),
        },
        "/v1/orders/{order_key}/claim": {
            "post": _for_desks(
                "Become the desk that acts", record | lost, parameters=[key], body="ClaimRequest"
            )
        },
        "/v1/orders/{order_key}/hand-over": {
            "post": _for_desks(
                "Give it to somebody", record | lost, parameters=[key], body="HandOverRequest"
            )
        },
        "/v1/lookups": {
            "post": _for_desks("Who has it?", {200: ref("LookupAnswer")}, body="Lookup")
        },
    }


def _people() -> Json:
    done = {200: ref("Done")}
    return {
        "/v1/people": {"get": _for_desks("Who works for the merchant", {200: ref("People")})},
        "/v1/person-key": {
            "put": _for_desks(
                "This desk's own key", done | {409: ref("Refusal")}, body="PersonKeyPut"
            )
        },
        "/v1/token": {"delete": _for_desks("End this token", done)},
    }


def _sealing() -> Json:
    wrap = [_path("wrap_id", text(sealing.WRAP_ID))]
    done = {200: ref("Done")}
    full = {409: ref("Refusal")}
    return {
        "/v1/sealing": {"get": _for_desks("The sealing key", {200: ref("Sealing")})},
        "/v1/sealing/{wrap_id}": {
            "put": _for_desks(
                "The data key for one more API key", done | full, parameters=wrap, body="WrapPut"
            ),
            "delete": _for_desks("An API key that is not used any more", done, parameters=wrap),
        },
    }


def _for_desks(
    summary: str, answers: dict[int, Json], *, parameters: list[Json] | None = None, body: str = ""
) -> Json:
    """An operation that needs a token, and may be refused in the usual ways."""
    statuses = (400, 401, 404, 408, 413, 429, 503) if body else (400, 401, 404, 429, 503)
    operation = _operation(summary, answers | dict.fromkeys(statuses, ref("Refusal")))
    operation["security"] = [{"token": []}]
    operation["parameters"] = parameters or []
    if body:
        operation["requestBody"] = _body(body)
    return operation


def _operation(summary: str, answers: dict[int, Json]) -> Json:
    return {
        "summary": summary,
        "responses": {
            str(status): {"description": str(status), "content": _json(schema)}
            for status, schema in answers.items()
        },
    }


def _query(name: str, schema: Json) -> Json:
    return _parameter("query", name, schema, required=False)


def _path(name: str, schema: Json) -> Json:
    return _parameter("path", name, schema, required=True)


def _parameter(place: str, name: str, schema: Json, *, required: bool) -> Json:
    return {"name": name, "in": place, "required": required, "schema": schema}


def _body(name: str) -> Json:
    return {"required": True, "content": _json(ref(name))}


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}
