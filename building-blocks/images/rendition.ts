/** A version of an image: a WebP, upright, without metadata. */
export type Rendition = {
  /** `inside`: the whole image within a square of `side`, never enlarged. `cover`: the square in its middle. */
  readonly fit: 'inside' | 'cover';
  /** In pixels. */
  readonly side: number;
  /** Of the WebP, 1 to 100; 80 if not given. */
  readonly quality?: number;
};
