"""What does a checkout look like on Affirm's wire?"""

from __future__ import annotations

from datetime import UTC, datetime

from telesales_desktop import __version__
from telesales_desktop.application.ports import CheckoutRequest
from telesales_desktop.application.profile import Profile, SendLink
from telesales_desktop.domain.details import Address, Customer, LineItem, OrderDetails
from telesales_desktop.domain.errors import SettingsError
from telesales_desktop.domain.money import Country

_SEND_LINK = {
    SendLink.SMS: {"sms": True, "email": False},
    SendLink.EMAIL: {"sms": False, "email": True},
    SendLink.BOTH: {"sms": True, "email": True},
}


def checkout_body(
    request: CheckoutRequest, profile: Profile, *, public_key: str
) -> dict[str, object]:
    """The body of a store call.

    Errors: ``SettingsError`` without both customer URLs or the merchant's name; nothing was sent.
    Source: Affirm's Telesales page, checkout object, merchant object, metadata.
    """
    details = request.details
    _ensure_complete(request, profile)
    body: dict[str, object] = {
        "merchant": {
            "public_api_key": public_key,
            "user_confirmation_url": request.confirmation_url,
            "user_cancel_url": request.cancel_url,
            "user_confirmation_url_action": profile.confirmation_action.value,
            # Without a name the customer sees the account's, with a "Telesales" suffix.
            "name": profile.merchant_name,
        },
        "billing": _contact(details.customer),
        # Shops that ship nothing were refused without one; Affirm's own module sends billing.
        "shipping": _contact(details.customer),
        "metadata": _metadata(details, profile, request.order_key),
        "order_id": details.order_id,
        "currency": profile.country.currency.value,
        "total": details.total_cents,
        "tax_amount": details.tax_cents,
        "shipping_amount": details.shipping_cents,
    }
    if profile.send_items:
        body["items"] = [_item(item) for item in details.items]
    if details.discount_cents > 0:
        body["discounts"] = {
            "discount": {
                "discount_amount": details.discount_cents,
                "discount_display_name": _discount_name(profile),
            }
        }
    if request.expires_at is not None:
        body["checkout_expiration"] = wire_time(request.expires_at)
    if profile.send_link is not SendLink.OMIT:
        body["send_link"] = _SEND_LINK[profile.send_link]
    return body


def affirm_locale(profile: Profile) -> str:
    """The ``affirm-locale`` header: the language of the customer's pages."""
    if profile.country is Country.US:
        return "en_US"
    return "fr_CA" if profile.locale.lower().startswith("fr") else "en_CA"


def wire_time(moment: datetime) -> str:
    """An ISO time in UTC without fractions of a second, as ``checkout_expiration`` wants it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _ensure_complete(request: CheckoutRequest, profile: Profile) -> None:
    needed = {
        "confirmation_url": request.confirmation_url,
        "cancel_url": request.cancel_url,
        "merchant_name": profile.merchant_name,
    }
    missing = tuple(name for name, value in needed.items() if not value.strip())
    if missing:
        raise SettingsError(f"not set: {', '.join(missing)}", fields=missing)


def _contact(customer: Customer) -> dict[str, object]:
    contact: dict[str, object] = {
        "name": _name(customer),
        "address": _address(customer.address),
        "phone_number": _national(customer.phone),
        "email": _ascii_email(customer.email),
    }
    return {name: value for name, value in contact.items() if value}


def _name(customer: Customer) -> dict[str, str]:
    first, last = customer.first_name.strip(), customer.last_name.strip()
    return {"first": first, "last": last} if first and last else {"full": f"{first}{last}"}


def _address(address: Address) -> dict[str, str]:
    """The United States' shape, or the one that Affirm documents for Canada."""
    if address.country is Country.US:
        names = ("line1", "line2", "city", "state", "zipcode", "country")
    else:
        names = ("street1", "street2", "city", "region1_code", "postal_code", "country")
    values = (
        address.line1,
        address.line2,
        address.city,
        address.region,
        address.postal_code,
        address.country.alpha3,
    )
    return {name: value.strip() for name, value in zip(names, values, strict=True) if value.strip()}


def _national(phone: str) -> str:
    """The ten digits, as in every documented and recorded request; both countries dial +1."""
    return phone[2:] if phone.startswith("+1") and len(phone) == 12 else phone


def _ascii_email(address: str) -> str:
    """The domain as the name service spells it, by the rules of IDNA 2008.

    Python's own codec is of 2003: it writes ``strasse.de`` for ``straße.de``, somebody else's.
    """
    if address.isascii():
        return address
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return address
    return f"{address.rpartition('@')[0]}@{found.ascii_domain}"


def _metadata(details: OrderDetails, profile: Profile, order_key: str) -> dict[str, str]:
    metadata = {
        "entity_name": details.entity or profile.entity,
        "store_location": details.store or profile.store,
        "webhook_session_id": order_key,  # echoed in webhooks: the relay routes by it
        "platform_type": "Telesales Desktop",
        "platform_version": __version__,
        "mode": "telesales",
    }
    return {name: value for name, value in metadata.items() if value}


def _item(item: LineItem) -> dict[str, object]:
    return {
        "display_name": item.name,
        "sku": item.sku,
        "unit_price": item.unit_price_cents,
        "qty": item.quantity,
    }


def _discount_name(profile: Profile) -> str:
    return "Rabais" if affirm_locale(profile) == "fr_CA" else "Discount"
