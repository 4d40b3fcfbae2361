/** Words in the names of colours that name the family, or belong to one. */
const FAMILIES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    aqua: 'blue',
    azure: 'blue',
    black: 'black',
    blue: 'blue',
    brown: 'brown',
    clear: 'white',
    copper: 'brown',
    coral: 'red',
    cyan: 'blue',
    gold: 'yellow',
    gray: 'gray',
    green: 'green',
    grey: 'gray',
    indigo: 'purple',
    lavender: 'purple',
    lilac: 'purple',
    lime: 'green',
    magenta: 'pink',
    maroon: 'red',
    nougat: 'brown',
    olive: 'green',
    orange: 'orange',
    pink: 'pink',
    purple: 'purple',
    red: 'red',
    rose: 'pink',
    rust: 'red',
    salmon: 'pink',
    sand: 'tan',
    silver: 'gray',
    tan: 'tan',
    teal: 'green',
    titanium: 'gray',
    turquoise: 'green',
    violet: 'purple',
    white: 'white',
    yellow: 'yellow',
  }),
);

/**
 * The family of a colour by its name: `Dark Bluish Gray` and `Light Gray` are gray, `Trans-Light Blue` is transparent
 * blue. The last word that names a family decides, since the words before it only shade it. A colour whose name says
 * nothing is a family of its own.
 */
export const colourFamily = ({
  name,
  transparent,
}: {
  readonly name: string;
  readonly transparent: boolean;
}): string => {
  const words = name.toLowerCase().split(/[^a-z]+/);
  const word = words.findLast((candidate) => FAMILIES.has(candidate));
  const family = (word === undefined ? undefined : FAMILIES.get(word)) ?? name.toLowerCase();
  return transparent ? `transparent ${family}` : family;
};
