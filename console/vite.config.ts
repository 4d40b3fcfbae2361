import { brotliCompressSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** A compressed file beside each: the gateway serves it to browsers that take it. */
const compressFiles = (): Plugin => ({
  name: 'compress-files',
  generateBundle(_options, bundle) {
    for (const output of Object.values(bundle)) {
      const content = output.type === 'chunk' ? output.code : output.source;
      this.emitFile({ type: 'asset', fileName: `${output.fileName}.br`, source: brotliCompressSync(content) });
    }
  },
});

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // Nothing inline and no polyfill: the gateway's policy allows files of the console only.
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
  plugins: [compressFiles()],
});
