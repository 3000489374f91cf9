"""What do the contract's values look like, as JSON Schema?"""

from __future__ import annotations

import re
from typing import Any

from telesales_desktop.wire import claims, enrolment, feed, orders, people, sealing
from telesales_desktop.wire.addresses import MERCHANT, ORDER_KEY
from telesales_desktop.wire.refusal import RefusalCode

Json = dict[str, Any]


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def fields(members: Json) -> Json:
    """An object with these members, all of them there."""
    return {"type": "object", "properties": members, "required": list(members)}


def text(pattern: re.Pattern[str]) -> Json:
    return {"type": "string", "pattern": f"^({pattern.pattern})$"}


def whole(least: int, most: int) -> Json:
    return {"type": "integer", "minimum": least, "maximum": most}


FLAG: Json = {"type": "boolean"}
TEXT: Json = {"type": "string"}
INSTANT: Json = {"type": "string", "format": "date-time"}
_OCTETS: Json = {"type": "string", "contentEncoding": "base64"}
_VERSION = whole(1, claims.MOST_VERSION)


def _list(items: Json, most: int) -> Json:
    return {"type": "array", "items": items, "maxItems": most}


def _one_of(words: Any) -> Json:
    return {"type": "string", "enum": [word.value for word in words]}


def _or_null(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


def _any_of(*schemas: Json) -> Json:
    return {"anyOf": list(schemas)}


def schemas() -> Json:
    """Every value by its name."""
    return {**_feed(), **_orders(), **_claims(), **_access(), **_sealing()}


def _feed() -> Json:
    page = {
        "epoch": text(feed.EPOCH),
        "next": text(feed.CURSOR),
        "gap": FLAG,
        "more": FLAG,
        "changes": _list(_any_of(ref("DeliveryChange"), ref("RecordChange")), feed.MOST_CHANGES),
    }
    change = {"cursor": text(feed.CURSOR), "received_at": INSTANT}
    delivery = {
        "delivery_id": text(re.compile("[0-9a-f]{64}")),
        "merchant": text(MERCHANT),
        "source": _one_of(feed.Source),
        "order_key": _or_null(text(ORDER_KEY)),
        "poison": FLAG,
    }
    is_delivery, is_record = {"const": "delivery"}, {"const": "record"}
    return {
        "ChangesPage": fields(page),
        "DeliveryChange": fields({**change, "kind": is_delivery, "delivery": ref("Delivery")}),
        "RecordChange": fields({**change, "kind": is_record, "record": ref("OrderRecord")}),
        "Delivery": fields(delivery),
    }


def _orders() -> Json:
    record = {
        "order_key": text(ORDER_KEY),
        "version": _VERSION,
        "environment": text(orders.ENVIRONMENT),
        "owner": text(enrolment.PERSON_ID),
        "holder": _or_null(text(enrolment.TOKEN_ID)),
        "holder_name": TEXT,
        "claim": _or_null(ref("Claim")),
        "put_at": INSTANT,
        "sealed": _or_null(_OCTETS),
    }
    put = {
        "version": _VERSION,
        "environment": text(orders.ENVIRONMENT),
        "checkout_hashes": _list(text(orders.CHECKOUT_HASH), orders.MOST_CHECKOUTS),
        "tags": _list(text(orders.TAG), orders.MOST_TAGS),
        "sealed": {**_OCTETS, "maxLength": (sealing.MOST_SEALED_RECORD + 2) // 3 * 4},
    }
    ended = {"type": "string", "enum": [orders.CLAIM_ENDED]}
    page = {
        "orders": _list(ref("OrderRecord"), orders.MOST_ORDERS),
        "next": _or_null(text(ORDER_KEY)),
        "cursor": text(feed.CURSOR),
    }
    found = {
        "tag": text(orders.TAG),
        "order_key": text(ORDER_KEY),
        "owner_name": TEXT,
        "put_at": INSTANT,
    }
    return {
        "OrderRecord": fields(record),
        "RecordPut": {**fields(put), "properties": {**put, "claim": _or_null(ended)}},
        "RecordKept": fields({"version": _VERSION}),
        "OrdersPage": fields(page),
        "Lookup": fields({"tags": _list(text(orders.TAG), orders.MOST_TAGS)}),
        "LookupAnswer": fields({"found": _list(fields(found), orders.MOST_FOUND)}),
    }


def _claims() -> Json:
    signed = {"at": INSTANT, "signature": text(claims.SIGNATURE), "version": _VERSION}
    asked = (claims.ClaimKind.AUTHORIZE, claims.ClaimKind.TAKE_OVER)
    claim = {
        **signed,
        "kind": _one_of(claims.ClaimKind),
        "person_id": text(enrolment.PERSON_ID),
        "token_id": text(enrolment.TOKEN_ID),
        "until": _or_null(INSTANT),
        "to": _or_null(text(enrolment.PERSON_ID)),
        "released": FLAG,
    }
    seconds = whole(claims.LEAST_CLAIM_S, claims.MOST_CLAIM_S)
    hand_over = {**signed, "to": text(enrolment.PERSON_ID), "released": FLAG}
    return {
        "Claim": fields(claim),
        "ClaimRequest": fields({**signed, "kind": _one_of(asked), "seconds": seconds}),
        "HandOverRequest": fields(hand_over),
    }


def _access() -> Json:
    request = {
        "code": {"type": "string", "maxLength": 64},
        "workstation": text(enrolment.PRINTABLE),
    }
    answer = {
        "token": text(enrolment.TOKEN),
        "token_id": text(enrolment.TOKEN_ID),
        "merchant": text(MERCHANT),
        "role": _one_of(enrolment.Role),
        "name": text(enrolment.PRINTABLE),
        "person_id": text(enrolment.PERSON_ID),
        "sealing_key": _or_null(text(sealing.SEALING_KEY)),
    }
    about = {
        "contract": whole(1, 1000),
        "version": TEXT,
        "oldest_desktop": TEXT,
        "public_url": TEXT,
        "sealing_fingerprint": _or_null(text(sealing.FINGERPRINT)),
        "now": INSTANT,
    }
    put = {"public_key": text(sealing.PUBLIC_KEY), "attestation": text(people.ATTESTATION)}
    whose = {"token_id": text(enrolment.TOKEN_ID), "workstation": TEXT, "revoked": FLAG}
    person = {
        "person_id": text(enrolment.PERSON_ID),
        "name": TEXT,
        "role": _one_of(enrolment.Role),
        "keys": _list(fields({**whose, **put}), people.MOST_KEYS),
    }
    refusal = {"code": _one_of(RefusalCode), "message": TEXT}
    return {
        "EnrolmentRequest": fields(request),
        "Enrolment": fields(answer),
        "RelayMeta": fields(about),
        "PersonKeyPut": fields(put),
        "People": fields({"people": _list(fields(person), people.MOST_PEOPLE)}),
        "Refusal": fields({"error": fields(refusal)}),
        "Conflict": fields({"error": fields(refusal), "record": ref("OrderRecord")}),
        "Done": fields({"done": FLAG}),
        "Ready": fields({"ready": FLAG, "keeps": FLAG, "spool_waits": FLAG, "sealed": FLAG}),
    }


def _sealing() -> Json:
    blob = {"type": "string", "contentEncoding": "base64", "minLength": 80, "maxLength": 80}
    wrap = fields({"wrap_id": text(sealing.WRAP_ID), "blob": blob})
    answer = {
        "public_key": _or_null(text(sealing.PUBLIC_KEY)),
        "fingerprint": _or_null(text(sealing.FINGERPRINT)),
        "wrapped": _list(wrap, sealing.MOST_WRAPS),
    }
    return {"Sealing": fields(answer), "WrapPut": fields({"blob": blob})}
