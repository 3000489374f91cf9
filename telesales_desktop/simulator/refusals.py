"""How does Affirm say no?

The texts marked "recorded" are Affirm's own; for the others only the code or the HTTP status is
documented, and the sentence is ours.
"""

from xml.sax.saxutils import escape

_GONE = "The transaction could not be found."


class RefusalError(Exception):
    """Affirm's error object: status, type, code, message and field."""

    code = "Simulator.refused"

    def __init__(
        self,
        status_code: int,
        message: str,
        *,
        kind: str | None = None,
        affirm_code: str | None = None,
        field: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status_code = status_code
        self.message = message
        self.kind = kind
        self.affirm_code = affirm_code
        self.field = field

    def body(self, *, status_code_as_text: bool = False) -> dict[str, object]:
        """The JSON object; what is absent is left out, as recorded."""
        spelled: dict[str, object] = {
            "status_code": str(self.status_code) if status_code_as_text else self.status_code,
            "message": self.message,
            "type": self.kind,
            "code": self.affirm_code,
            "field": self.field,
        }
        return {name: value for name, value in spelled.items() if value is not None}


def unauthorized(affirm_code: str, message: str) -> RefusalError:
    return RefusalError(401, message, kind="unauthorized", affirm_code=affirm_code)


def key_pair_invalid() -> RefusalError:
    """Recorded."""
    return unauthorized("api-key-pair-invalid", "You have provided an invalid API key pair.")


def invalid_request() -> RefusalError:
    """Recorded."""
    return RefusalError(400, "Invalid Request", kind="invalid_request")


def invalid_field(field: str, message: str) -> RefusalError:
    return RefusalError(
        400, message, kind="invalid_request", affirm_code="invalid_field", field=field
    )


def bad_phone(owner: str) -> RefusalError:
    """Recorded, doubled field name and all."""
    return invalid_field(f"{owner}.phone_number.phone_number", "expected AffirmPhone")


def forbidden(kind: str, message: str) -> RefusalError:
    return RefusalError(403, message, kind=kind)


def transaction_not_found() -> RefusalError:
    """Documented with neither type nor code."""
    return RefusalError(404, _GONE)


def not_found(message: str) -> RefusalError:
    return RefusalError(404, message, kind="not_found", affirm_code="not_found")


def processing() -> RefusalError:
    return RefusalError(
        409, "A transaction with this idempotency key is processing. Please try again later."
    )


def already_authorized() -> RefusalError:
    return forbidden("already_authorized", "The transaction has already been authorized.")


def already_captured() -> RefusalError:
    return forbidden("already_captured", "The transaction has already been captured.")


def refund_on_authorized() -> RefusalError:
    return forbidden(
        "refund_forbidden_on_authorized",
        "The transaction is authorized and may not be refunded. "
        "Try voiding the transaction instead.",
    )


def refund_on_voided() -> RefusalError:
    return forbidden(
        "refund_forbidden_on_voided", "The transaction has been voided and cannot be refunded."
    )


def void_on_captured() -> RefusalError:
    return forbidden(
        "void_forbidden_on_captured",
        "The transaction has been captured and may no longer be voided.",
    )


def void_on_confirmed() -> RefusalError:
    return forbidden(
        "void_forbidden_on_confirmed",
        "The transaction must be authorized before it may be voided.",
    )


def checkout_not_found_xml(authorization: str) -> bytes:
    """Recorded: the storage behind Affirm answers in XML and echoes the caller's credentials."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<Error><Code>InvalidArgument</Code><Message>Unsupported Authorization Type</Message>"
        "<ArgumentName>Authorization</ArgumentName>"
        f"<ArgumentValue>{escape(authorization)}</ArgumentValue>"
        "<RequestId>0000000000000000</RequestId><HostId>simulator</HostId></Error>\n"
    ).encode()
