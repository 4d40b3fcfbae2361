declare module 'libheif-js/wasm-bundle.js' {
  type Pixels = { readonly data: Uint8ClampedArray; readonly width: number; readonly height: number };

  type HeifImage = {
    get_width(): number;
    get_height(): number;
    /** Fills in the pixels; passes nothing when it cannot. */
    display(into: Pixels, callback: (pixels: Pixels | null) => void): void;
  };

  const libheif: {
    readonly HeifDecoder: new () => { decode(file: Uint8Array): HeifImage[] };
  };
  // eslint-disable-next-line no-restricted-syntax -- what the package has, it has as its default
  export default libheif;
}
