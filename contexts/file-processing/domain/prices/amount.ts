/** Money as an integer: ten-thousandths of the unit of its currency, since price guides have four decimals. */
export type Amount = number;

const DECIMALS = 4;
const UNIT = 10 ** DECIMALS;

/** Nine digits before the point: the ten-thousandths stay far below 2⁵³. */
const DECIMAL = /^(\d{1,9})(?:\.(\d{1,20}))?$/;

/** `0.3653` as 3653. Further decimals are rounded half up. `undefined` for anything but a plain decimal number. */
export const parseAmount = (text: string): Amount | undefined => {
  const [, units, fraction = ''] = DECIMAL.exec(text.trim()) ?? [];
  if (units === undefined) return undefined;
  const fractionUnits = Number(fraction.slice(0, DECIMALS).padEnd(DECIMALS, '0'));
  const roundedUp = fraction.charAt(DECIMALS) >= '5' ? 1 : 0;
  return Number(units) * UNIT + fractionUnits + roundedUp;
};

/** 3653 as `0.3653`: always four decimals. */
export const formatAmount = (amount: bigint): string => {
  const digits = String(amount).padStart(DECIMALS + 1, '0');
  return `${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`;
};
