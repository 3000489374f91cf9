"""Which seeded faults of the core are none, and why? By mutmut's names, of its last full run."""

_UNREACHABLE = "after every member of the enum: type checking proves that nothing gets there"
_LUHN = "a sum and its negative are divisible by ten together"
_FALSY = "json.dumps tests ensure_ascii for truth only"
_LONGER = "the pace beside it is at least 1.8 s: a pause of 0 s or of 1 s is never the longer one"
_OTHERS = "among other links: none has the same attempt"
_SELF = (
    "only a refused operation is asked about, and refused ones are left out; no two share a version"
)
_REPLACED = "the state is replaced by accepted before anybody sees it"

EQUIVALENT: dict[str, str] = {
    "applying.x_apply_event__mutmut_16": _UNREACHABLE,
    "applying.x_apply_event__mutmut_58": _UNREACHABLE,
    "applying.x_evidence__mutmut_10": _UNREACHABLE,
    "applying.x_evidence__mutmut_20": _UNREACHABLE,
    "applying.x_unexplained__mutmut_9": _UNREACHABLE,
    "applying.x_unexplained__mutmut_36": _UNREACHABLE,
    "pace.x_transaction_read_at__mutmut_6": _UNREACHABLE,
    "pace.x_transaction_read_at__mutmut_28": _UNREACHABLE,
    "sending.x_observe_resend__mutmut_5": _UNREACHABLE,
    "sending.x_observe_resend__mutmut_38": _UNREACHABLE,
    "settling.x_observe_answer__mutmut_19": _UNREACHABLE,
    "settling.x_observe_answer__mutmut_58": _UNREACHABLE,
    "card_numbers.x__check_digit_fits__mutmut_13": _LUHN,
    "keys.x_canonical_body__mutmut_4": _FALSY,
    "settling.x__wait__mutmut_7": _LONGER,
    "settling.x_observe_answer__mutmut_42": _LONGER,
    "observing.x__pause__mutmut_6": _LONGER,
    "authorizing.x__is_the_one__mutmut_29": _OTHERS,
    "authorizing.x__is_the_one__mutmut_42": _OTHERS,
    "settling.x__is_followed__mutmut_6": _SELF,
    "observing.x__lost_send__mutmut_5": _REPLACED,
}
