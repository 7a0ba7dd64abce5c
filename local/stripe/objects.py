"""Stripe's objects as they are when they are made, with the fields that Stripe gives (held to the package's types)."""

from typing import Any

Object = dict[str, Any]

API_VERSION = "2026-10-28.endive"
"""The one that the pinned ``stripe`` package speaks."""

NOBODY: dict[str, Any] = {
    "address": {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None},
    "email": None,
    "name": None,
    "phone": None,
    "tax_id": None,
}

_EVIDENCE = """
access_activity_log appeal billing_address cancellation_policy cancellation_policy_disclosure cancellation_rebuttal
customer_communication customer_email_address customer_name customer_purchase_ip customer_signature
duplicate_charge_documentation duplicate_charge_explanation duplicate_charge_id product_description receipt
refund_policy refund_policy_disclosure refund_refusal_explanation service_date service_documentation shipping_address
shipping_carrier shipping_date shipping_documentation shipping_tracking_number uncategorized_file uncategorized_text
"""


def customer(made: Object, given: Object) -> Object:
    return {
        **made,
        "object": "customer",
        "address": None,
        "balance": 0,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": given.get("description"),
        "discount": None,
        "email": None,
        "invoice_prefix": made["id"][-8:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "metadata": given.get("metadata", {}),
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": given.get("preferred_locales", []),
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }


def payment_method(made: Object, last4: str, person: Object) -> Object:
    return {
        **made,
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": {**NOBODY, **person},
        "card": {
            "brand": "visa",
            "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
            "country": "DE",
            "display_brand": "visa",
            "exp_month": 12,
            "exp_year": 2034,
            "fingerprint": made["id"][-16:],
            "funding": "credit",
            "generated_from": None,
            "last4": last4,
            "networks": {"available": ["visa"], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        "customer": None,
        "customer_account": None,
        "metadata": {},
        "type": "card",
    }


def session(made: Object, given: Object, url: str) -> Object:
    is_payment = given["mode"] == "payment"
    total = sum(each["price_data"]["unit_amount"] * each["quantity"] for each in given.get("line_items", []))
    currency = given["line_items"][0]["price_data"]["currency"] if is_payment else given.get("currency")
    return {
        **made,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": given.get("adaptive_pricing", {}).get("enabled", False)}
        if is_payment
        else None,
        "after_expiration": None,
        "allow_promotion_codes": None,
        "allowed_payment_method_types": given["allowed_payment_method_types"],
        "amount_subtotal": total if is_payment else None,
        "amount_total": total if is_payment else None,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": None,
        "cancel_url": given.get("cancel_url"),
        "client_reference_id": given.get("client_reference_id"),
        "client_secret": None,
        "collected_information": {"business_name": None, "individual_name": None, "shipping_details": None},
        "consent": None,
        "consent_collection": None,
        "currency": currency,
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer": given.get("customer"),
        "customer_account": None,
        "customer_creation": None if given.get("customer") else given.get("customer_creation", "if_required"),
        "customer_details": None,
        "customer_email": None,
        "discounts": [] if is_payment else None,
        "expires_at": given.get("expires_at", made["created"] + 24 * 3600),
        "invoice": None,
        "invoice_creation": {
            "enabled": False,
            "invoice_data": {
                "account_tax_ids": None,
                "custom_fields": None,
                "description": None,
                "footer": None,
                "issuer": None,
                "metadata": {},
                "rendering_options": None,
            },
        }
        if is_payment
        else None,
        "locale": given.get("locale"),
        "metadata": given.get("metadata", {}),
        "mode": given["mode"],
        "origin_context": None,
        "payment_intent": None,  # there is none before somebody presses "pay" (since version 2022-08-01)
        "payment_link": None,
        "payment_method_collection": "always" if is_payment else None,
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "payment_status": "unpaid" if is_payment else "no_payment_required",
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": given.get("submit_type"),
        "subscription": None,
        "success_url": given["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0} if is_payment else None,
        "ui_mode": "hosted_page",
        "url": url,
        "wallet_options": None,
    }


def line_item(made: Object, given: Object) -> Object:
    price = given["price_data"]
    amount = price["unit_amount"] * given["quantity"]
    return {
        "id": made["id"],
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": price["product_data"]["name"],
        "metadata": {},
        "price": None,
        "quantity": given["quantity"],
    }


def setup_intent(made: Object, given: Object) -> Object:
    return {
        **made,
        "object": "setup_intent",
        "allowed_payment_method_types": ["card"],
        "application": None,
        "automatic_payment_methods": None,
        "cancellation_reason": None,
        "client_secret": f"{made['id']}_secret_of_nobody",
        "customer": given.get("customer"),
        "customer_account": None,
        "description": given.get("description"),
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "mandate": None,
        "metadata": given.get("metadata", {}),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {
            "card": {"mandate_options": None, "network": None, "request_three_d_secure": "automatic"}
        },
        "payment_method_types": ["card"],
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": "off_session",
    }


def payment_intent(made: Object, given: Object) -> Object:
    return {
        **made,
        "object": "payment_intent",
        "allowed_payment_method_types": ["card"],
        "amount": given["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": f"{made['id']}_secret_of_nobody",
        "confirmation_method": "automatic",
        "currency": given["currency"],
        "customer": given.get("customer"),
        "customer_account": None,
        "description": given.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "metadata": given.get("metadata", {}),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {
            "card": {
                "installments": None,
                "mandate_options": None,
                "network": None,
                "request_three_d_secure": "automatic",
            }
        },
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": given.get("setup_future_usage"),
        "shipping": None,
        "source": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": given.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }


def charge(made: Object, intent: Object, method: Object, failure: Object | None) -> Object:
    card = method["card"]
    return {
        **made,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0 if failure else intent["amount"],
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": "PRACTICE",
        "captured": not failure,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": failure["code"] if failure else None,
        "failure_message": failure["message"] if failure else None,
        "fraud_details": {},
        "metadata": intent["metadata"],
        "on_behalf_of": None,
        "outcome": _outcome(failure),
        "paid": not failure,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {
            "card": {
                "amount_authorized": None if failure else intent["amount"],
                "authorization_code": None,
                "brand": card["brand"],
                "checks": card["checks"],
                "country": card["country"],
                "exp_month": card["exp_month"],
                "exp_year": card["exp_year"],
                "extended_authorization": {"status": "disabled"},
                "fingerprint": card["fingerprint"],
                "funding": card["funding"],
                "incremental_authorization": {"status": "unavailable"},
                "installments": None,
                "last4": card["last4"],
                "mandate": None,
                "multicapture": {"status": "unavailable"},
                "network": "visa",
                "network_token": {"used": False},
                "network_transaction_id": None,
                "overcapture": {"maximum_amount_capturable": intent["amount"], "status": "unavailable"},
                "regulated_status": "unregulated",
                "three_d_secure": None,
                "wallet": None,
            },
            "type": "card",
        },
        "presentment_details": None,
        "radar_options": {},
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": None if failure else f"https://pay.stripe.com/receipts/payment/{made['id']}",
        "refunded": False,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "failed" if failure else "succeeded",
        "transfer_data": None,
        "transfer_group": None,
    }


def _outcome(failure: Object | None) -> Object:
    return {
        "advice_code": "try_again_later" if failure else None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "declined_by_network" if failure else "approved_by_network",
        "reason": failure["decline_code"] if failure else None,
        "risk_level": "normal",
        "risk_score": 12,
        "seller_message": "The bank did not return any further details." if failure else "Payment complete.",
        "type": "issuer_declined" if failure else "authorized",
    }


def refund(made: Object, charge: Object, amount: int, given: Object) -> Object:
    return {
        **{name: value for name, value in made.items() if name != "livemode"},
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "currency": charge["currency"],
        "destination_details": {
            "card": {"reference": None, "reference_status": "pending", "type": "refund"},
            "type": "card",
        },
        "metadata": given.get("metadata", {}),
        "payment_intent": charge["payment_intent"],
        "reason": given.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def dispute(made: Object, charge: Object, amount: int, reason: str) -> Object:
    return {
        **made,
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(_EVIDENCE.split()), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": made["created"] + 9 * 24 * 3600,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {"brand": "visa", "case_type": "chargeback", "network": "visa", "network_reason_code": "10.4"},
            "type": "card",
        },
        "reason": reason,
        "status": "needs_response",
    }


def balance_transaction(made: Object, source: Object, amount: int, kind: str, category: str, fee: int) -> Object:
    fees = [{"amount": fee, "application": None, "currency": source["currency"], "type": "stripe_fee"}] if fee else []
    return {
        **{name: value for name, value in made.items() if name != "livemode"},
        "object": "balance_transaction",
        "amount": amount,
        "available_on": made["created"] + 7 * 24 * 3600,
        "balance_type": "payments",
        "currency": source["currency"],
        "description": source.get("description"),
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [{**each, "description": "Stripe processing fees"} for each in fees],
        "net": amount - fee,
        "reporting_category": category,
        "source": source["id"],
        "status": "pending",
        "type": kind,
    }


def event(made: Object, kind: str, about: Object, previous: Object | None, request: Object) -> Object:
    return {
        **made,
        "object": "event",
        "api_version": API_VERSION,
        "data": {"object": about, **({"previous_attributes": previous} if previous else {})},
        "pending_webhooks": 1,
        "request": request,
        "type": kind,
    }
