/** The order of a shop that a lot was bought with. What the file does not say, or not plainly, is null. */
export type Order = {
  readonly orderId: string;
  /** `YYYY-MM-DD` */
  readonly date: string | null;
  readonly shop: string | null;
  /** In the smallest unit of an ISO 4217 currency. */
  readonly total: { readonly amount: number; readonly currency: string } | null;
};

/** Reads a field by its name in lower case without blanks and low lines; `undefined` when it is not there. */
export type OrderField = (name: string) => string | undefined;

const TEXT_LENGTH_MAX = 100;

/** Fields with the sum that was charged, the most complete first. */
const TOTALS = ['basegrandtotal', 'grandtotal', 'baseordertotal', 'ordertotal'];
const CURRENCIES = ['basecurrencycode', 'basecurrency', 'currencycode', 'currency'];

/** Names of orders' fields in lists of any kind. */
export const ORDER_FIELDS: readonly string[] = ['orderid', 'orderdate', 'seller', ...TOTALS, ...CURRENCIES];

const textIn = (text: string | undefined): string | null => text?.trim().slice(0, TEXT_LENGTH_MAX) || null;

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isDay = (year: number, month: number, day: number): boolean => {
  const isLeapYear = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const last = month === 2 && isLeapYear ? 29 : (MONTH_DAYS[month - 1] ?? 0);
  return day >= 1 && day <= last;
};

const DAYS = [
  /^\s*(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?!\d)/,
  /^\s*(?<month>\d{1,2})\/(?<day>\d{1,2})\/(?<year>\d{4})(?!\d)/,
];

/** An ISO date, or BrickLink's month/day/year. */
const dateIn = (text = ''): string | null => {
  const groups = DAYS.map((pattern) => pattern.exec(text)?.groups).find((match) => match !== undefined);
  if (groups === undefined) return null;
  const { year = '', month = '', day = '' } = groups;
  return isDay(Number(year), Number(month), Number(day))
    ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
    : null;
};

const SYMBOLS: Readonly<Record<string, string>> = { $: 'USD', US$: 'USD', '€': 'EUR', '£': 'GBP' };

const MONEY = /^([A-Z]{3}|US\$|[$€£])?\s{0,3}(\d{1,3}(?:,\d{3}){0,4}|\d{1,12})(?:\.(\d{1,4}))?$/;

const digitsOf = (currency: string): number | undefined => {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
  } catch {
    return undefined;
  }
};

const currencyOf = (sign: string, currencyField: string | null): string | null =>
  currencyField ?? (sign === '' ? null : (SYMBOLS[sign] ?? sign));

const moneyIn = (text = '', currencyField: string | null): Order['total'] => {
  const match = MONEY.exec(text.trim());
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = ''] = match;
  const currency = currencyOf(sign, currencyField);
  const digits = currency === null ? undefined : digitsOf(currency);
  if (currency === null || digits === undefined) return null;
  const amount = Math.round(Number(`${whole.replaceAll(',', '')}.${fraction}0`) * 10 ** digits);
  return { amount, currency };
};

/** The order that some fields describe; `undefined` without an id. */
export const orderIn = (field: OrderField): Order | undefined => {
  const orderId = textIn(field('orderid'));
  if (orderId === null) return undefined;
  const first = (names: readonly string[]) => names.map((name) => textIn(field(name))).find((text) => text !== null);
  const currency = first(CURRENCIES);
  return {
    ...{ orderId, date: dateIn(field('orderdate')), shop: textIn(field('seller')) },
    total: moneyIn(first(TOTALS), currency !== undefined && /^[A-Z]{3}$/.test(currency) ? currency : null),
  };
};
