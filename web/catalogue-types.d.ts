// What the API answers of services and therapists, for `make types`: no browser fetches it.

export interface Fee {
    kind: "none" | "percent" | "amount";
    /** per cent of the price, or an amount in the smallest unit */
    value: number;
}

export interface Service {
    id: string;
    name: string;
    duration_minutes: number;
    /** in hundredths of the currency, whatever it counts in */
    price_cents: number;
    currency: string;
    free_cancellation_minutes: number;
    late_cancellation: string;
    held: "at_practice" | "video" | "phone";
    active: boolean;
    payment: "none" | "prepay" | "card_on_file";
    /** how long a time is held for the payment */
    payment_minutes: number;
    approval: "none" | "therapist";
    /** how long a time is held for the yes */
    approval_minutes: number;
    late_cancellation_fee: Fee;
    no_show_fee: Fee;
}

export interface Therapist {
    id: string;
    name: string;
    time_zone: string;
    services: string[];
    address: string | null;
    active: boolean;
}
