"""What does the customer's page say, in English and in Canadian French?

Both are written by hand; neither is a translation of the other, word for word.
"""

from collections.abc import Mapping
from dataclasses import dataclass

NBSP = "\u00a0"


@dataclass(frozen=True)
class PageText:
    """Units: places in braces are filled with text that is already formatted."""

    language: str
    other_language: str
    other_language_name: str
    simulator: str
    not_affirm: str
    steps: tuple[str, str, str, str]
    steps_label: str
    order: str
    order_number: str
    items: str
    quantity: str
    shipping: str
    tax: str
    discount: str
    total: str
    expires: str
    start_title: str
    start_text: str
    start: str
    cancel: str
    decide_title: str
    decide_text: str
    approve: str
    approve_hint: str
    more_information: str
    more_information_hint: str
    decline: str
    decline_hint: str
    leave: str
    more_title: str
    more_text: str
    plan_title: str
    plan_text: str
    plan_name: str
    plan_monthly: str
    plan_free: str
    plan_cost: str
    confirm: str
    declined_title: str
    declined_text: str
    back_to_merchant: str
    confirmed_title: str
    confirmed_text: str
    returning_text: str
    done_title: str
    done_text: str
    voided_title: str
    voided_text: str
    left_title: str
    left_text: str
    come_back: str
    expired_title: str
    expired_text: str
    missing_title: str
    missing_text: str
    stale_text: str
    inbox_title: str
    inbox_text: str
    inbox_empty: str
    inbox_message: str
    by_text: str
    by_email: str
    open_link: str
    statuses: Mapping[str, str]


ENGLISH = PageText(
    language="en",
    other_language="fr",
    other_language_name="Français",
    simulator="Simulator",
    not_affirm="This is not Affirm. No money moves and no credit is applied for.",
    steps=("Review", "Decision", "Plan", "Done"),
    steps_label="Your progress",
    order="Your purchase",
    order_number="Order {number}",
    items="Items",
    quantity="Qty {count}",
    shipping="Shipping",
    tax="Tax",
    discount="Discount",
    total="Total",
    expires="This link works until {date}.",
    start_title="Pay over time for this purchase",
    start_text="Check what you are buying. You then apply on this device; it takes a minute.",
    start="Start the application",
    cancel="Cancel and return to {merchant}",
    decide_title="How should the application end?",
    decide_text="A real customer would now enter their details. Here you choose the outcome.",
    approve="Approve",
    approve_hint="Go on and choose a plan",
    more_information="Ask for more information",
    more_information_hint="The decision stays open",
    decline="Decline",
    decline_hint="The application ends here",
    leave="Close without finishing",
    more_title="More information is needed",
    more_text="A real customer would be asked for another document. Choose how it goes on.",
    plan_title="You are approved. Choose a plan.",
    plan_text="Nothing is final until you confirm.",
    plan_name="{months} months",
    plan_monthly="{amount} a month",
    plan_free="0% APR, no interest",
    plan_cost="{rate}% APR, {interest} interest, {total} in all",
    confirm="Confirm",
    declined_title="This purchase was not approved",
    declined_text="You can pay another way. The merchant is not told why.",
    back_to_merchant="Return to {merchant}",
    confirmed_title="Confirmed",
    confirmed_text="Your plan is confirmed. You can go back to your call.",
    returning_text="We are taking you back to {merchant}.",
    done_title="All done",
    done_text="{merchant} has accepted this payment. There is nothing more to do here.",
    voided_title="This purchase was cancelled",
    voided_text="{merchant} has cancelled the payment. You owe nothing for it.",
    left_title="You left before the end",
    left_text="Nothing was decided. The same link brings you back.",
    come_back="Go back to the application",
    expired_title="This link has expired",
    expired_text="It can no longer be used. Ask {merchant} to send you a new one.",
    missing_title="This link is not known",
    missing_text="Check that you copied all of it, or ask the merchant for a new one.",
    stale_text="That step was no longer possible. This is where the application stands now.",
    inbox_title="The customer's messages",
    inbox_text="Texts and e-mails that a customer would have received.",
    inbox_empty="No message yet. Send a link from the desktop, then reload this page.",
    inbox_message="{merchant} sent you a link to pay {amount} over time.",
    by_text="Text to {place}",
    by_email="E-mail to {place}",
    open_link="Open the link",
    statuses={
        "unknown": "Link not opened",
        "opened": "Link opened",
        "approved": "Approved",
        "more_information_needed": "More information needed",
        "not_approved": "Not approved",
        "confirmed": "Plan confirmed",
        "authorized": "Done",
        "voided": "Purchase cancelled",
    },
)

FRENCH = PageText(
    language="fr",
    other_language="en",
    other_language_name="English",
    simulator="Simulateur",
    not_affirm="Ce n’est pas Affirm. Aucun argent ne circule et aucun crédit n’est demandé.",
    steps=("Achat", "Décision", "Plan", "Terminé"),
    steps_label="Votre progression",
    order="Votre achat",
    order_number=f"Commande{NBSP}{{number}}",
    items="Articles",
    quantity=f"Qté{NBSP}{{count}}",
    shipping="Livraison",
    tax="Taxes",
    discount="Rabais",
    total="Total",
    expires="Ce lien est valide jusqu’au {date}.",
    start_title="Payez cet achat en plusieurs fois",
    start_text="Vérifiez votre achat, puis faites la demande sur cet appareil, en une minute.",
    start="Commencer la demande",
    cancel="Annuler et retourner chez {merchant}",
    decide_title="Comment la demande doit-elle se terminer?",
    decide_text="Un vrai client donnerait ici ses renseignements. Vous choisissez plutôt l’issue.",
    approve="Approuver",
    approve_hint="Continuer et choisir un plan",
    more_information="Demander d’autres renseignements",
    more_information_hint="La décision reste en suspens",
    decline="Refuser",
    decline_hint="La demande prend fin ici",
    leave="Fermer sans terminer",
    more_title="D’autres renseignements sont requis",
    more_text="Un vrai client devrait fournir un autre document. Choisissez la suite.",
    plan_title="Demande approuvée. Choisissez un plan.",
    plan_text="Rien n’est définitif avant votre confirmation.",
    plan_name=f"{{months}}{NBSP}mois",
    plan_monthly="{amount} par mois",
    plan_free=f"TAP de 0{NBSP}%, sans intérêts",
    plan_cost=f"TAP de {{rate}}{NBSP}%, {{interest}} d’intérêts, {{total}} au total",
    confirm="Confirmer",
    declined_title="Cet achat n’a pas été approuvé",
    declined_text="Vous pouvez payer autrement. Le marchand ne connaît pas la raison du refus.",
    back_to_merchant="Retourner chez {merchant}",
    confirmed_title="C’est confirmé",
    confirmed_text="Votre plan est confirmé. Vous pouvez reprendre votre appel.",
    returning_text="Nous vous ramenons chez {merchant}.",
    done_title="Tout est réglé",
    done_text="{merchant} a accepté ce paiement. Vous n’avez plus rien à faire ici.",
    voided_title="Cet achat a été annulé",
    voided_text="{merchant} a annulé le paiement. Vous ne devez rien pour cet achat.",
    left_title="Demande interrompue",
    left_text="Rien n’a été décidé. Le même lien vous ramène à la demande.",
    come_back="Revenir à la demande",
    expired_title="Ce lien est expiré",
    expired_text="Il ne peut plus servir. Demandez à {merchant} de vous en envoyer un nouveau.",
    missing_title="Ce lien est inconnu",
    missing_text="Vérifiez que vous l’avez copié en entier, ou demandez-en un nouveau au marchand.",
    stale_text="Cette étape n’était plus possible. Voici où en est la demande.",
    inbox_title="Les messages du client",
    inbox_text="Les textos et les courriels qu’un client aurait reçus.",
    inbox_empty="Aucun message. Envoyez un lien depuis le poste de vente, puis actualisez.",
    inbox_message="{merchant} vous a envoyé un lien pour payer {amount} en plusieurs fois.",
    by_text="Texto au {place}",
    by_email="Courriel à {place}",
    open_link="Ouvrir le lien",
    statuses={
        "unknown": "Lien non ouvert",
        "opened": "Lien ouvert",
        "approved": "Demande approuvée",
        "more_information_needed": "Renseignements requis",
        "not_approved": "Demande non approuvée",
        "confirmed": "Plan confirmé",
        "authorized": "Terminé",
        "voided": "Achat annulé",
    },
)

_BY_LANGUAGE = {"en": ENGLISH, "fr": FRENCH}
_MONTHS_EN = "January February March April May June July August September October November December"
_MONTHS_FR = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"


def choose_text(wish: str, locale: str, accept_language: str) -> PageText:
    """The page's own switch first, then the locale that the merchant sent, then the browser."""
    for choice in (wish, locale, *_accepted(accept_language)):
        text = _BY_LANGUAGE.get(choice[:2].lower())
        if text is not None:
            return text
    return ENGLISH


def _accepted(accept_language: str) -> list[str]:
    weighted = []
    for index, part in enumerate(accept_language.split(",")):
        language, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            weight = 0.0
        if weight > 0:
            weighted.append((-weight, index, language))
    return [language for _, _, language in sorted(weighted)]


def money(text: PageText, amount_cents: int) -> str:
    """Units: ``amount_cents`` in dollars' minor unit; the simulator knows USD and CAD only."""
    sign = "\u2212" if amount_cents < 0 else ""
    whole, cents = divmod(abs(amount_cents), 100)
    if text.language == "fr":
        return f"{sign}{whole:,}".replace(",", NBSP) + f",{cents:02}{NBSP}$"
    return f"{sign}${whole:,}.{cents:02}"


def day(text: PageText, year: int, month: int, number: int) -> str:
    """A date as it is written in a sentence."""
    if text.language == "fr":
        name = _MONTHS_FR.split()[month - 1]
        return f"{'1er' if number == 1 else number}{NBSP}{name} {year}"
    return f"{_MONTHS_EN.split()[month - 1]} {number}, {year}"
