// What a service costs. Prices are in hundredths, whatever their currency counts in.

/** `€90.00`, `JP¥9,000`. @param {number} hundredths @param {string} currency @param {string} locale */
export const priceLabel = (hundredths, currency, locale) =>
    new Intl.NumberFormat(locale, { style: "currency", currency }).format(hundredths / 100);

/** Whether somebody pays, or leaves a card, before it is booked. @param {import("./catalogue.js").Service} service */
export const isPaidHere = ({ payment, price_cents: price }) =>
    payment === "card_on_file" || (payment === "prepay" && price > 0);
