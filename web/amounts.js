// Amounts of money: in the smallest unit of their currency, as the API has them (cents, yen, fils).

const WHOLE = /BIF|CLP|DJF|GNF|JPY|KMF|KRW|MGA|PYG|RWF|VND|VUV|XAF|XOF|XPF/;
const THOUSANDTHS = /BHD|JOD|KWD|OMR|TND/;

/** Digits below one, as the API counts; browsers know some currencies' cash only. @param {string} currency */
const digitsOf = (currency) => (WHOLE.test(currency) ? 0 : THOUSANDTHS.test(currency) ? 3 : 2);

/** `€90.00`, `JP¥9,000`. @param {number} amount @param {string} currency @param {string} locale */
export const amountLabel = (amount, currency, locale, digits = digitsOf(currency)) =>
    new Intl.NumberFormat(locale, { style: "currency", currency, maximumFractionDigits: digits }).format(
        amount / 10 ** digits,
    );

/** A price, which is in hundredths whatever its currency counts in. @param {number} hundredths @param {string} currency */
export const amountOf = (hundredths, currency) => (hundredths * 10 ** digitsOf(currency)) / 100;

/** What a fee comes to: never more than the price; half of what can be charged is rounded up. @param {import("./catalogue-types.js").Fee | undefined} fee @param {number} hundredths @param {string} currency */
export function feeOf(fee, hundredths, currency) {
    const price = amountOf(hundredths, currency);
    const step = THOUSANDTHS.test(currency) ? 10 : /ISK|UGX/.test(currency) ? 100 : 1;
    if (fee?.kind === "percent")
        return Math.min(price, Math.floor((price * fee.value + 50 * step) / (100 * step)) * step);
    return fee?.kind === "amount" ? Math.min(price, fee.value) : 0;
}
