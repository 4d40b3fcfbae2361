const TOKEN = "[!#$%&'*+.^_`|~\\w-]+";
const PAIR = new RegExp(`^(${TOKEN})=(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)")$`);

/** What one proxy said of a request (RFC 7239 section 4): its parameters by their names in small letters. */
export type ForwardedElement = ReadonlyMap<string, string>;

const isEscaped = (text: string, at: number): boolean => {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
};

/**
 * The last `count` items of a list that are not empty, in their order. Read from its end: what stands further to the
 * left was written by whoever came first, and may hold half a quoted string.
 */
export const lastItems = (list: string, separator: ',' | ';', count = Infinity): readonly string[] => {
  const items: string[] = [];
  let end = list.length;
  let quoted = false;
  const take = (from: number): void => {
    const item = list.slice(from, end).trim();
    if (item !== '') items.unshift(item);
    end = from - 1;
  };
  for (let at = list.length - 1; at >= 0 && items.length < count; at -= 1) {
    if (list[at] === '"' && !isEscaped(list, at)) quoted = !quoted;
    else if (list[at] === separator && !quoted) take(at + 1);
  }
  if (items.length < count) take(0);
  return items;
};

/** Reads an element of `Forwarded`; one that is malformed says nothing. */
export const forwardedElement = (element: string): ForwardedElement => {
  const told = new Map<string, string>();
  for (const pair of lastItems(element, ';')) {
    const [, name = '', token, quoted = ''] = PAIR.exec(pair) ?? [];
    if (name === '' || told.has(name.toLowerCase())) return new Map();
    told.set(name.toLowerCase(), token ?? quoted.replaceAll(/\\(.)/g, '$1'));
  }
  return told;
};
