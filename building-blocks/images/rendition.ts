/** A version of an image: a WebP, upright, without metadata. */
export type Rendition = {
  /** `inside`: the whole image within a square of `side`, never enlarged. `cover`: the square in its middle. */
  readonly fit: 'inside' | 'cover';
  /** In pixels. */
  readonly side: number;
  /** Of the WebP, 1 to 100; 80 if not given. */
  readonly quality?: number;
  /** Whether the platform's mark is drawn across it. */
  readonly hasWatermark?: boolean;
};

/** A rendition as it was made. */
export type RenderedImage = { readonly bytes: Uint8Array; readonly width: number; readonly height: number };

/** What a page needs of an image before it has loaded. */
export type ImageDescription = {
  /** In pixels, upright. */
  readonly width: number;
  readonly height: number;
  /** A blurred preview in some 28 characters, see https://blurha.sh. */
  readonly blurhash: string;
  /** As `#rrggbb`. */
  readonly dominantColour: string;
  /** Of a document, whose first page the image is. */
  readonly pages?: number;
};

/** Sides of the small renditions in pixels: for lists, and for cards on screens of twice the density. */
export const PREVIEW_SIDES = [200, 400] as const;
