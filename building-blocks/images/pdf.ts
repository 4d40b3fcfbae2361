import { readFile } from 'node:fs/promises';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import sharp, { type Sharp } from 'sharp';

/** The longer side of a page as it is drawn, in pixels: twice the largest preview. */
const PAGE_SIDE = 800;

export type FirstPage = { readonly pages: number; readonly decode: () => Promise<Sharp> };

/** Scripts, attachments and links of a document are never run, opened or followed: pages are only drawn. */
const library = PDFiumLibrary.init();

/** Draws the first page of a PDF. `undefined` when it has none. Throws for what is no PDF, or asks for a password. */
export const drawFirstPage = async (path: string): Promise<FirstPage | undefined> => {
  const document = await (await library).loadDocument(await readFile(path));
  try {
    const pages = document.getPageCount();
    if (pages < 1) return undefined;
    const page = document.getPage(0);
    const { originalWidth, originalHeight } = page.getOriginalSize();
    const longerSide = Math.max(originalWidth, originalHeight);
    if (!Number.isFinite(longerSide) || longerSide <= 0) return undefined;
    const { data, width, height } = await page.render({ scale: PAGE_SIDE / longerSide, render: 'bitmap' });
    return { pages, decode: () => Promise.resolve(sharp(data, { raw: { width, height, channels: 4 } })) };
  } finally {
    document.destroy();
  }
};
